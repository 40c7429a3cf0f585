"""Damaged volumes beside a sound one, and names that are meant to do harm: told, and no more."""

from __future__ import annotations

import os
import random
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, Examined
from redoscope_core.operations.attributing.indexing import examine
from redoscope_core.volumes.disk_volumes import disk_volumes
from tests.core.finished import finished
from tests.core.operations.attributing.worlds import changes, difference, disk_of, needs
from tests.core.volumes.ext import made as ext
from tests.core.volumes.fat import made as fat
from tests.core.volumes.fat import test_exfat as exfat
from tests.core.volumes.ntfs import made as ntfs
from tests.core.volumes.xfs import made as xfs
from tests.judges.handmade import descriptor_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.judge
MADE: dict[str, Callable[[Path], Path]] = {
    "ext4": lambda folder: ext.made(folder, "ext4-small-groups"),
    "fat": lambda folder: fat.made(folder, "fat12"),
    "ntfs": ntfs.made,
    "exfat": exfat.made,
    "xfs": xfs.made,
}
LARGE = {"xfs"}
"""Volumes of which one damaged copy has to be enough."""
HOSTILE = (
    b"<img src=x onerror=alert(1)>",
    b"&lt;&amp;",
    b"\x1b[31mred",
    b"\x1b]0;title\x07",
    b"two\nlines",
    b"back\rover",
    b"\x7f\x01",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    "rlo\u202egnp.exe".encode(),
    "zero\u200bwidth".encode(),
    b"=cmd|' C calc'!A0",
    b"@SUM(1)",
    b"--help",
    b"x" * 255,
    b"a:b",
    b"..\\..\\x",
    b"$(id)",
    b"%n%s",
)


@pytest.mark.parametrize("kind", MADE)
def test_damaged_volumes_are_told_and_the_sound_one_beside_them_goes_on(
    tmp_path: Path, kind: str
) -> None:
    sound = MADE[kind](tmp_path).read_bytes()
    used = [at for at in range(0, min(len(sound), 2**21), 512) if any(sound[at : at + 512])]
    chance = random.Random(kind)
    volumes = [sound]
    for changed in (64,) if kind in LARGE else (4, 64, 2000):
        data = bytearray(sound)
        for _ in range(changed):
            data[chance.choice(used) + chance.randrange(512)] = chance.choice((0, 0xFF, 0x80))
        volumes.append(bytes(data))
    each = len(sound) // 512
    table = bytearray(512)
    for number, _ in enumerate(volumes):
        entry = struct.pack("<B3sB3sII", 0, b"", 0x83, b"", 64 + number * each, each)
        table[446 + 16 * number : 462 + 16 * number] = entry
    table[510:] = b"\x55\xaa"
    (tmp_path / "disk-flat.vmdk").write_bytes(
        bytes(table).ljust(64 * 512, b"\0") + b"".join(volumes)
    )
    lines = [f'RW {64 + len(volumes) * each} FLAT "disk-flat.vmdk" 0']
    disk = tmp_path / "disk.vmdk"
    disk.write_text(descriptor_text(lines, kind="monolithicFlat"), "utf-8")
    with Chain.open(disk) as chain:
        found = finished(examine([(chain, volume) for volume in disk_volumes(chain).volumes]))
    assert [volume.volume.start for volume in found[:1]] == [64]
    assert found[0].state is Examined.EXAMINED
    assert found[0].index is not None
    assert found[0].index.is_whole
    for volume in found[1:]:
        assert (volume.index is None) == (volume.state is not Examined.EXAMINED)
        assert volume.state is not Examined.FAILED or volume.failed is not None


@pytest.mark.skipif(bool(needs("mke2fs")), reason=needs("mke2fs"))
def test_names_that_are_meant_to_do_harm_are_told_as_names(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in HOSTILE:
        (source / os.fsdecode(name)).write_bytes(b"content of " + name * 30)
    old, new = tmp_path / "old.raw", tmp_path / "new.raw"
    make = ["mke2fs", "-q", "-t", "ext4", "-d", str(source), str(old), "4M"]
    subprocess.run(make, check=True, capture_output=True)
    data = bytearray(old.read_bytes())
    for name in HOSTILE:
        data[data.index(b"content of " + name * 30)] = 0x43
    new.write_bytes(data)
    told = changes(difference(disk_of(tmp_path, "one", old), disk_of(tmp_path, "two", new)))
    paths = {"/" + name.decode("utf-8", "backslashreplace") for name in HOSTILE}
    assert {path for path, each in told.items() if each.kind == "modified"} == paths
