"""What a volume holds, as the programs that make it write it, and as magics have it."""

from __future__ import annotations

import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from redoscope_core.volumes.holding import Holding, held_by

if TYPE_CHECKING:
    from pathlib import Path

MIB = 2**20
MADE = {
    Holding.EXT2: ("mke2fs", "-q", "-F", "-t", "ext2"),
    Holding.EXT3: ("mke2fs", "-q", "-F", "-t", "ext3"),
    Holding.EXT4: ("mke2fs", "-q", "-F", "-t", "ext4"),
    Holding.FAT12: ("mkfs.fat", "-F", "12", "-s", "32"),
    Holding.FAT16: ("mkfs.fat", "-F", "16"),
    Holding.FAT32: ("mkfs.fat", "-F", "32", "-s", "1"),
    Holding.NTFS: ("mkntfs", "-F", "-Q", "-q"),
    Holding.SWAP: ("mkswap", "-q"),
    Holding.EXFAT: ("mkfs.exfat",),
}
MAGICS = [
    *((Holding.LUKS1, 0, b"LUKS\xba\xbe\0\1"), (Holding.LUKS2, 0, b"LUKS\xba\xbe\0\2")),
    *((Holding.LUKS2, 16384, b"SKUL\xba\xbe\0\2"), (Holding.BITLOCKER, 3, b"-FVE-FS-")),
    *((Holding.LVM2, 536, b"LVM2 001"), (Holding.MD, 0, b"\xfc\x4e\x2b\xa9")),
    *((Holding.MD, 4096, b"\xfc\x4e\x2b\xa9"), (Holding.MD, -8192, b"\xfc\x4e\x2b\xa9")),
    *((Holding.MD, -65536, b"\xfc\x4e\x2b\xa9"), (Holding.APFS, 32, b"NXSB")),
    *((Holding.BTRFS, 65600, b"_BHRfS_M"), (Holding.XFS, 0, b"XFSB")),
    *((Holding.REFS, 3, b"ReFS\0\0\0\0"), (Holding.HFS, 1024, b"H+\0\4")),
    *((Holding.ZFS, 131072, b"\x0c\xb1\xba\0"), (Holding.ISO9660, 32769, b"CD001")),
    *((Holding.SWAP, 4086, b"SWAPSPACE2"), (Holding.SWAP, 65526, b"SWAP-SPACE")),
]


def told(data: bytes) -> Holding:
    """Return what is said of a volume with these bytes."""
    return held_by(lambda offset, count: data[offset : offset + count], len(data))


@pytest.mark.judge
@pytest.mark.parametrize("holding", MADE, ids=lambda holding: holding.value)
def test_what_a_program_makes_is_named(tmp_path: Path, holding: Holding) -> None:
    program, *words = MADE[holding]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    raw = tmp_path / "volume"
    raw.write_bytes(bytes(40 * MIB))
    subprocess.run([program, *words, str(raw)], check=True, capture_output=True, timeout=60)
    assert told(raw.read_bytes()) is holding


@pytest.mark.parametrize(("holding", "offset", "magic"), MAGICS)
def test_a_container_is_named_by_its_magic(holding: Holding, offset: int, magic: bytes) -> None:
    data = bytearray(random.Random(offset).randbytes(MIB))
    assert told(bytes(data)) is Holding.UNKNOWN
    begin = offset % MIB
    data[begin : begin + len(magic)] = magic
    assert told(bytes(data)) is holding


@pytest.mark.parametrize("size", [0, 1, 511, 512, 4096, 70000])
def test_a_volume_of_zeros_holds_nothing_however_small(size: int) -> None:
    assert told(bytes(size)) is Holding.ZEROS


def test_only_what_needs_a_key_is_encrypted() -> None:
    found = {holding for holding in Holding if holding.is_encrypted}
    assert found == {Holding.LUKS1, Holding.LUKS2, Holding.BITLOCKER}
