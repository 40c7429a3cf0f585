"""What became of files, and what each changed sector is for."""

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Examined, SectorClass, make_sample
from tests.core.finished import finished
from tests.core.operations.attributing.worlds import debugfs, difference, disk_of

if TYPE_CHECKING:
    from pathlib import Path

BODY = bytes(range(256)) * 30
"""7,680 bytes: the last block of 4,096 has room behind them."""


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("debugfs") is None, reason="no debugfs")
def test_each_kind_of_change_of_an_ext_volume_is_told(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "etc").mkdir(parents=True)
    for number, name in enumerate(("stealth", "slack", "mode", "gone", "moved", "same")):
        (source / "etc" / name).write_bytes(bytes([number]) + name.encode() + BODY)
    before, after = tmp_path / "before.raw", tmp_path / "after.raw"
    made = ["mke2fs", "-q", "-t", "ext4", "-b", "4096", "-d", str(source), str(before), "8M"]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    shutil.copy(before, after)
    (tmp_path / "new").write_bytes(b"new" * 3000)
    debugfs(
        after,
        f"write {tmp_path / 'new'} new",
        "rm etc/gone",
        "set_inode_field etc/mode mode 0100600",
        "ln etc/moved etc/there",
        "unlink etc/moved",
    )
    data = bytearray(after.read_bytes())
    place = data.index(b"\x00stealth" + BODY)
    data[place + 100] ^= 255
    place = data.index(b"\x01slack" + BODY) + 6 + len(BODY)
    data[place + 5 : place + 11] = b"HIDDEN"
    after.write_bytes(data)
    old = disk_of(tmp_path, "old", before)
    new = disk_of(tmp_path, "new-disk", after, b"BOOTKIT")
    found = difference(old, new)
    told = {each.path: each for each in found.volumes[0].changes}
    kinds = {path: each.kind for path, each in told.items() if each.kind != "directory"}
    assert kinds == {
        "/new": "added",
        "/etc/gone": "deleted",
        "/etc/there": "renamed",
        "/etc/stealth": "modified",
        "/etc/slack": "metadata",
        "/etc/mode": "metadata",
    }
    assert told["/etc/there"].old_path == "/etc/moved"
    assert told["/etc/stealth"].notes == ("no_metadata_trace",)
    assert told["/etc/slack"].notes == ("slack_written",)
    assert told["/etc/mode"].notes == ()
    assert found.classes[SectorClass.GAP] == 1
    assert found.classes[SectorClass.FILE_DATA] >= 1 + 18
    assert found.classes[SectorClass.DIRECTORY]
    assert found.classes[SectorClass.FILE_SYSTEM]


def test_generations_of_the_sample_add_up_and_tell_the_shredded_file(tmp_path: Path) -> None:
    finished(make_sample(tmp_path / "office"))
    links = sorted((tmp_path / "office").glob("office-00000[1-5].vmdk"))
    pairs = [*pairwise(links), (links[0], links[-1])]
    changes = [each for pair in pairs[-2:] for each in difference(*pair).volumes[0].changes]
    assert any("SALARIES" in each.path for each in changes)


def test_a_generation_beside_itself_has_no_change(tmp_path: Path) -> None:
    finished(make_sample(tmp_path / "office"))
    tip = tmp_path / "office" / "office-000005.vmdk"
    found = difference(tip, tip)
    assert (found.sectors, found.volumes[0].changes) == (0, [])
    assert found.volumes[0].state is Examined.EXAMINED
