"""The command that lists files, as other programs list them."""

from __future__ import annotations

import struct
import subprocess
from shutil import which
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Access, Disk, make_sample
from tests.core.finished import finished
from tests.judges.handmade import descriptor_text

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope


def disk_of(volume: Path) -> Path:
    """Return a disk whose bytes are those of *volume*."""
    lines = [f'RW {volume.stat().st_size // 512} FLAT "{volume.name}" 0']
    disk = volume.with_name(f"{volume.stem}.vmdk")
    disk.write_text(descriptor_text(lines, kind="monolithicFlat"), "utf-8")
    return disk


def test_files_of_each_generation_are_told_with_those_deleted(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    finished(make_sample(tmp_path / "office"))
    tip = tmp_path / "office" / "office-000005.vmdk"
    told = redoscope("files", tip, "--json").document["volumes"][0]
    assert (told["state"], told["complete"]) == ("examined", True)
    now = {each["path"] for each in told["files"]}
    assert redoscope("files", tip, "--volume", "1", "--json").document["volumes"] == [told]
    assert "no volume has this number" in redoscope.refused("files", tip, "--volume", "2")
    older = redoscope("files", tip, "--at", "1", "--json").document["volumes"][0]["files"]
    then = {each["path"] for each in older if each["kind"] == "file"}
    gone = {path for path in then if path not in now}
    assert gone
    lines = redoscope("files", tip, "--deleted").out.splitlines()
    assert any(line.endswith("(deleted)") for line in lines)


@pytest.mark.judge
@pytest.mark.skipif(which("mke2fs") is None, reason="no mke2fs")
def test_names_of_an_ext_volume_are_those_that_were_put_there(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    (source / "deep" / "deeper").mkdir(parents=True)
    (source / "deep" / "deeper" / "file").write_bytes(b"x" * 5000)
    (source / "empty").touch()
    (source / "link").symlink_to("deep")
    (source / "twin").hardlink_to(source / "deep" / "deeper" / "file")
    (source / b"odd\xff\x1b[31m\n".decode("utf-8", "surrogateescape")).write_bytes(b"y")
    volume = tmp_path / "ext.raw"
    words = ("mke2fs", "-q", "-t", "ext4", "-d", str(source), str(volume), "8M")
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    disk = disk_of(volume)
    rows = redoscope("files", disk, "--json").document["volumes"][0]["files"]
    found = {each["path"]: (each["kind"], each["size"]) for each in rows}
    assert found == {
        "/lost+found": ("directory", 0),
        "/deep": ("directory", 0),
        "/deep/deeper": ("directory", 0),
        "/deep/deeper/file": ("file", 5000),
        "/twin": ("file", 5000),
        "/empty": ("file", 0),
        "/link": ("link", 4),
        "/odd\\xff\x1b[31m\n": ("file", 1),
    }
    assert "\x1b" not in redoscope("files", disk).out


def spoil(volume: Path, count: int) -> None:
    """Overwrite so many bytes behind the superblock."""
    with volume.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * count)


@pytest.mark.judge
@pytest.mark.skipif(which("mke2fs") is None, reason="no mke2fs")
def test_a_volume_that_is_damaged_is_marked_and_the_rest_goes_on(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    volume = tmp_path / "ext.raw"
    words = ("mke2fs", "-q", "-t", "ext4", str(volume), "8M")
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    spoil(volume, 65536)
    ran = redoscope("files", disk_of(volume), "--json")
    assert ran.document["volumes"][0]["complete"] is False
    spoil(volume, 2**20)
    ran = redoscope("files", disk_of(volume), "--json")
    told = ran.document["volumes"][0]
    assert ran.status == 1
    assert told["state"] == "parser failed"
    assert told["failed"]["why"] == "damaged"
    assert told["files"] == []


def test_a_table_that_leads_many_files_to_one_place_is_told_as_not_complete(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    finished(make_sample(tmp_path / "office"))
    tip = tmp_path / "office" / "office-000005.vmdk"
    with Disk.open(tip, access=Access.WRITE) as disk:
        (reserved,) = struct.unpack_from("<H", disk.chain.read(2048, 1), 14)
        disk.write(2048 + reserved, struct.pack("<H", 2) * 256)
    (told,) = redoscope("files", tip, "--json").document["volumes"]
    assert (told["state"], told["complete"]) == ("examined", False)
