"""What other programs made and tell is what is recognised: every value that they print.

Programs that are not there are skipped by name.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from redoscope_core import StructureKind
from tests.core.structures.judging import (
    SECTOR,
    first,
    found_in,
    image,
    label,
    partx,
    ran,
)

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core import Structure
    from redoscope_core.operations.examining.structures import Recognised


@pytest.mark.parametrize("width", [12, 16, 32])
def test_what_mkfs_fat_made_is_told_as_minfo_and_dissect_tell_it(
    tmp_path: Path, width: int
) -> None:
    fat = pytest.importorskip("dissect.fat")
    chance = random.Random(width)
    raw = image(tmp_path, {12: 3, 16: 40, 32: 300}[width])
    name, serial = label(chance, 9), f"{chance.randrange(1, 2**32):08x}"
    each = {12: 2, 16: 4, 32: 1}[width]
    ran("mkfs.fat", "-F", width, "-n", name, "-i", serial, "-s", each, raw)
    found = found_in(raw)
    kind = StructureKind.FAT32_BOOT if width == 32 else StructureKind.FAT_BOOT
    boot = first(found, kind)
    assert boot.field("BS_VolLab").value == name
    assert boot.field("BS_VolID").text == f"0x{serial}"
    assert boot.number("BPB_SecPerClus") == each
    with raw.open("rb") as file:
        judge = fat.FATFS(file)
        bpb = judge.bpb
        assert boot.number("BPB_BytsPerSec") == bpb.BPB_BytsPerSec
        assert boot.number("BPB_RsvdSecCnt") == bpb.BPB_RsvdSecCnt
        assert boot.number("BPB_NumFATs") == bpb.BPB_NumFATs
        assert boot.number("BPB_RootEntCnt") == bpb.BPB_RootEntCnt
        assert boot.number("BPB_TotSec32") == bpb.BPB_TotSec32
        assert boot.number("BPB_FATSz16") == bpb.BPB_FATSz16
    if width == 32:
        places = [each.structure.offset for each in found]
        assert places == [0, boot.number("BPB_BkBootSec") * SECTOR]
    assert boot.field("BS_FilSysType").value == f"FAT{width}"


EXT_NAMES = {
    "Inode count": "s_inodes_count",
    "Block count": "s_blocks_count_lo",
    "Free blocks": "s_free_blocks_count_lo",
    "Free inodes": "s_free_inodes_count",
    "First block": "s_first_data_block",
    "Blocks per group": "s_blocks_per_group",
    "Inodes per group": "s_inodes_per_group",
    "Inode size": "s_inode_size",
    "Mount count": "s_mnt_count",
    "First inode": "s_first_ino",
    "Journal inode": "s_journal_inum",
    "Reserved GDT blocks": "s_reserved_gdt_blocks",
    "Required extra isize": "s_min_extra_isize",
}


@pytest.mark.parametrize("kind", ["ext2", "ext3", "ext4"])
def test_what_mke2fs_made_is_told_as_dumpe2fs_tells_it(tmp_path: Path, kind: str) -> None:
    chance = random.Random(kind)
    raw = image(tmp_path, 24)
    name, block = label(chance, 12), chance.choice((1024, 4096))
    ran("mkfs.ext4", "-q", "-t", kind, "-L", name, "-b", block, raw)
    found = found_in(raw)
    block_ = first(found, StructureKind.EXT_SUPERBLOCK)
    assert block_.offset == 1024
    told = dict(re.findall(r"^([A-Z][^:]+): +(.*)$", ran("dumpe2fs", "-h", raw), re.MULTILINE))
    assert block_.field("s_uuid").value == told["Filesystem UUID"]
    assert block_.field("s_volume_name").value == told["Filesystem volume name"] == name
    assert 1024 << block_.number("s_log_block_size") == int(told["Block size"]) == block
    compared = [key for key in EXT_NAMES if key in told]
    assert len(compared) >= 10
    assert {key: block_.number(EXT_NAMES[key]) for key in compared} == {
        key: int(told[key]) for key in compared
    }
    if "Checksum" in told:
        assert block_.field("s_checksum").text == told["Checksum"]
    if block == 1024:
        copies = find_all(found_in(raw, everywhere=True), StructureKind.EXT_SUPERBLOCK)
        groups = re.findall(r"Backup superblock at (\d+)", ran("dumpe2fs", raw))
        assert [each.offset for each in copies] == [1024, *(int(g) * block for g in groups)]
        assert [each.number("s_block_group_nr") for each in copies] == [
            offset // (block * block_.number("s_blocks_per_group"))
            for offset in (each.offset for each in copies)
        ]


def find_all(found: tuple[Recognised, ...], kind: StructureKind) -> list[Structure]:
    return [each.structure for each in found if each.structure.kind is kind]


def test_what_mkfs_xfs_made_is_told_as_xfs_db_tells_it(tmp_path: Path) -> None:
    raw = image(tmp_path, 320)
    ran("mkfs.xfs", "-q", "-L", "evidence", raw)
    block = first(found_in(raw), StructureKind.XFS_SUPERBLOCK)
    told = dict(
        re.findall(
            r"^(\w+) = (.*)$", ran("xfs_db", "-r", "-c", "sb 0", "-c", "p", raw), re.MULTILINE
        )
    )
    compared = 0
    for field in block.fields:
        name = field.name.removeprefix("sb_")
        value = told.get(name, "")
        if name in {"magicnum", "fname"} or not value or value == "null":
            continue
        compared += 1
        if name.endswith("uuid"):
            assert field.value == value, name
        else:
            number = re.match(r"0x[0-9a-f]+|\d+", value)
            assert number is not None
            assert field.value == int(number[0], 0), name
    assert compared > 40
    assert block.field("sb_fname").value == "evidence"
    groups = find_all(found_in(raw, everywhere=True), StructureKind.XFS_SUPERBLOCK)
    assert len(groups) == block.number("sb_agcount")


def test_what_mkntfs_made_is_told_as_blkid_tells_it(tmp_path: Path) -> None:
    raw = image(tmp_path, 16)
    ran("mkntfs", "-F", "-Q", "-q", "-c", 2048, "-p", 77, "-H", 16, "-S", 63, raw)
    found = found_in(raw)
    boot = first(found, StructureKind.NTFS_BOOT)
    told = ran("blkid", "-p", "-o", "export", raw)
    serial = re.search(r"^UUID=(\w+)$", told, re.MULTILINE)
    assert serial is not None
    assert boot.number("VolumeSerialNumber") == int(serial[1], 16)
    assert boot.number("BytesPerSector") * boot.number("SectorsPerCluster") == 2048
    assert boot.number("HiddenSectors") == 77
    with raw.open("rb") as file:
        file.seek(boot.number("MFTClusterNumber") * 2048)
        assert file.read(4) == b"FILE"
        file.seek(boot.number("MFTMirrClusterNumber") * 2048)
        assert file.read(4) == b"FILE"
    last = raw.stat().st_size - SECTOR
    assert [each.offset for each in find_all(found, StructureKind.NTFS_BOOT)] == [0, last]


def test_what_mkfs_exfat_made_is_told_as_dump_exfat_tells_it(tmp_path: Path) -> None:
    raw = image(tmp_path, 40)
    ran("mkfs.exfat", raw)
    boot = first(found_in(raw), StructureKind.EXFAT_BOOT)
    told = dict(re.findall(r"^([A-Z][^:]+):\s+(.*)$", ran("dump.exfat", raw), re.MULTILINE))
    names = {
        "Volume Length(sectors)": "VolumeLength",
        "FAT Offset(sector offset)": "FatOffset",
        "FAT Length(sectors)": "FatLength",
        "Cluster Heap Offset (sector offset)": "ClusterHeapOffset",
        "Cluster Count": "ClusterCount",
        "Root Cluster (cluster offset)": "FirstClusterOfRootDirectory",
        "Volume Serial": "VolumeSerialNumber",
    }
    assert {key: boot.number(name) for key, name in names.items()} == {
        key: int(told[key], 0) for key in names
    }
    sizes = {
        "BytesPerSectorShift": ("Bytes per Sector", "Sector Size Bits"),
        "SectorsPerClusterShift": ("Sectors per Cluster", "Sector per Cluster bits"),
    }
    for name, (size, bits) in sizes.items():
        # Of 1.2.0 and older it tells the bits, of 1.2.9 and newer the size.
        judged = int(told[size]) if size in told else 1 << int(told[bits])
        assert 1 << boot.number(name) == judged


def test_what_mkfs_btrfs_made_is_told_as_blkid_tells_it(tmp_path: Path) -> None:
    raw = image(tmp_path, 128)
    made = ran("mkfs.btrfs", "-L", "evidence", "-n", 16384, raw)
    found = found_in(raw)
    blocks = find_all(found, StructureKind.BTRFS_SUPERBLOCK)
    assert [each.offset for each in blocks] == [65536, 64 << 20]
    told = dict(re.findall(r"^(\w+)=(.*)$", ran("blkid", "-p", "-o", "export", raw), re.MULTILINE))
    assert blocks[0].field("fsid").value == told["UUID"]
    assert blocks[0].field("dev_item.uuid").value == told["UUID_SUB"]
    assert blocks[0].field("label").value == told["LABEL"] == "evidence"
    assert blocks[0].number("sectorsize") == int(told["BLOCK_SIZE"])
    assert blocks[0].number("nodesize") == 16384
    assert blocks[0].number("total_bytes") == blocks[0].number("dev_item.total_bytes") == 128 << 20
    assert [each.number("bytenr") for each in blocks] == [65536, 64 << 20]
    assert str(blocks[0].field("fsid").value) in made


@pytest.mark.parametrize("made", ["sfdisk", "sgdisk"])
def test_partitions_of_other_programs_lead_to_the_file_systems_in_them(
    tmp_path: Path, made: str
) -> None:
    raw = image(tmp_path, 64)
    if made == "sgdisk":
        ran("sgdisk", "-n", "1:2048:+20M", "-c", "1:first", "-n", "2:0:+20M", raw)
    elif shutil.which("sfdisk") is None:
        pytest.skip("sfdisk is not installed")
    else:
        subprocess.run(
            ["sfdisk", "-q", str(raw)],
            input="label: dos\nstart=2048, size=40960, type=83\nsize=40960, type=5\nsize=30000\n",
            text=True,
            check=True,
            timeout=60,
        )
    rows = partx(raw, "NR", "START", "SECTORS")
    part = rows[-1]
    inner = tmp_path / "inner"
    inner.mkdir()
    small = inner / "fs"
    with small.open("wb") as file:
        file.truncate(int(part["SECTORS"]) * SECTOR)
    ran("mkfs.ext4", "-q", small)
    with raw.open("r+b") as file:
        file.seek(int(part["START"]) * SECTOR)
        file.write(small.read_bytes())
    found = found_in(raw)
    each = next(e for e in found if e.structure.kind is StructureKind.EXT_SUPERBLOCK)
    assert each.partition == int(part["NR"])
    assert each.structure.offset == int(part["START"]) * SECTOR + 1024
    assert json.dumps(each.structure.document)
