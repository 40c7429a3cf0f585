"""The command that lists the volumes of a disk."""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING

from redoscope_core import create_disk, make_sample
from tests.core.finished import finished
from tests.judges.handmade import descriptor_text

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

NOISE, LUKS = 2048, 8192


def disk_with(folder: Path) -> Path:
    """Return a disk with a partition of noise and one of LUKS."""
    entries = b"".join(
        struct.pack("<B3sB3sII", 0, bytes(3), 0x83, bytes(3), start, 4096)
        for start in (NOISE, LUKS)
    )
    data = bytearray(8 << 20)
    data[446:512] = entries.ljust(64, b"\0") + b"\x55\xaa"
    data[NOISE * 512 : NOISE * 512 + (1 << 20)] = random.Random(1).randbytes(1 << 20)
    data[LUKS * 512 : LUKS * 512 + 8] = b"LUKS\xba\xbe\0\2"
    (folder / "disk-flat.vmdk").write_bytes(data)
    lines = ['RW 16384 FLAT "disk-flat.vmdk" 0']
    (folder / "disk.vmdk").write_text(descriptor_text(lines, kind="monolithicFlat"), "utf-8")
    return folder / "disk.vmdk"


def test_each_volume_is_listed_with_what_it_holds(redoscope: Redoscope, tmp_path: Path) -> None:
    disk = disk_with(tmp_path)
    ran = redoscope("volumes", disk)
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "number start_sector sectors holds",
        "1 2048 4096 unknown (entropy 8.0)",
        "2 8192 4096 luks2 (encrypted)",
    ]
    told = redoscope("volumes", disk, "--json").document
    assert told["table"] == "dos"
    assert [each["encrypted"] for each in told["volumes"]] == [False, True]
    assert told["volumes"][0]["entropy"] > 7.99
    assert told["volumes"][1]["entropy"] is None


def test_a_generation_is_read_as_it_was(redoscope: Redoscope, tmp_path: Path) -> None:
    finished(make_sample(tmp_path / "office"))
    tip = tmp_path / "office" / "office-000005.vmdk"
    for words in ((), ("--at", "base")):
        told = redoscope("volumes", tip, "--json", *words).document
        assert [each["file_system"] for each in told["volumes"]] == ["fat16"]


def test_a_disk_of_zeros_has_none_and_ends_with_1(redoscope: Redoscope, tmp_path: Path) -> None:
    create_disk(tmp_path / "blank.vmdk", 4096)
    ran = redoscope("volumes", tmp_path / "blank.vmdk")
    assert (ran.status, ran.out) == (1, "")
