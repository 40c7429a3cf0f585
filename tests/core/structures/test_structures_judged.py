"""What other programs made and tell is what is recognised: every value that they print.

Programs that are not there are skipped by name.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import struct
import subprocess
import uuid
import zlib
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, StructureKind, find_structures, list_structures
from tests.core.finished import finished
from tests.judges import handmade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redoscope_core import Structure
    from redoscope_core.operations.examining.structures import Recognised

SECTOR = 512
SEEDS = range(3)


def ran(*words: object) -> str:
    """Return what a program prints; skip the test if it is not there."""
    name = str(words[0])
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    texts = [str(word) for word in words]
    done = subprocess.run(texts, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def image(folder: Path, mebibytes: int) -> Path:
    """Return an empty file of so many MiB."""
    path = folder / "disk-flat.vmdk"
    with path.open("wb") as file:
        file.truncate(mebibytes << 20)
    return path


def found_in(raw: Path, *, everywhere: bool = False) -> tuple[Recognised, ...]:
    """Return what is recognised on the disk whose bytes are those of *raw*."""
    sectors = raw.stat().st_size // SECTOR
    text = handmade.descriptor_text([f'RW {sectors} FLAT "{raw.name}" 0'], kind="monolithicFlat")
    disk = raw.with_name("disk.vmdk")
    disk.write_text(text, encoding="utf-8")
    with Chain.open(disk) as chain:
        return finished(find_structures(chain, [])) if everywhere else list_structures(chain)


def first(found: tuple[Recognised, ...], kind: StructureKind) -> Structure:
    return next(each.structure for each in found if each.structure.kind is kind)


def label(chance: random.Random, length: int) -> str:
    return "".join(chance.choice("ABCDEFGHKLMNOPQRSTUVWXYZ23456789") for _ in range(length))


# --- partitions ------------------------------------------------------------------------------


def partx(raw: Path, *columns: str) -> list[dict[str, str]]:
    """Return the partitions as util-linux reads them."""
    words = ("partx", "-o", ",".join(columns), "--pairs", raw)
    rows = ran(*words).splitlines()
    return [dict(re.findall(r'(\w+)="([^"]*)"', row)) for row in rows]


def partitions_of(found: tuple[Recognised, ...]) -> Iterator[tuple[int, int]]:
    """Yield (first sector, sectors) of what GPT entries say."""
    entries = first(found, StructureKind.GPT_ENTRIES)
    for field in entries.fields:
        if field.name.endswith("StartingLBA"):
            end = entries.number(field.name.replace("StartingLBA", "EndingLBA"))
            yield int(field.value), end - int(field.value) + 1


def random_gpt(chance: random.Random, sectors: int) -> tuple[dict[int, bytes], list[str]]:
    """Return the sectors of a GPT of random partitions, and their GUIDs."""
    entries, guids, at = bytearray(), [], 2048
    for _ in range(chance.randrange(1, 7)):
        if chance.random() < 0.2:
            entries += bytes(128)
            continue
        count = chance.randrange(1, 3000)
        kind, own = (uuid.UUID(bytes=chance.randbytes(16)) for _ in range(2))
        name = label(chance, chance.randrange(1, 36)).encode("utf-16-le")
        entries += struct.pack(
            "<16s16sQQQ72s", kind.bytes_le, own.bytes_le, at, at + count - 1, 0, name
        )
        guids.append(str(own))
        at += count + chance.randrange(0, 50)
    array = bytes(entries).ljust(128 * 128, b"\0")

    def header(own: int, other: int, place: int) -> bytes:
        fields = (34, sectors - 34, disk.bytes_le, place, 128, 128, zlib.crc32(array))
        raw = struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 65536, 92, 0, 0, own, other, *fields)
        return raw[:16] + struct.pack("<I", zlib.crc32(raw)) + raw[20:]

    disk = uuid.UUID(bytes=chance.randbytes(16))
    last = sectors - 1
    record = struct.pack("<B3sB3sII", 0, b"\0\2\0", 0xEE, b"\xff" * 3, 1, last)
    protective = bytes(446) + record + bytes(48) + b"\x55\xaa"
    return (
        {
            0: protective,
            1: header(1, last, 2),
            2: array,
            last - 32: array,
            last: header(last, 1, last - 32),
        },
        guids,
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("gone", ["none", "first", "last"])
def test_a_gpt_is_read_as_util_linux_reads_it(tmp_path: Path, seed: int, gone: str) -> None:
    chance = random.Random(seed)
    raw = image(tmp_path, 32)
    sectors = raw.stat().st_size // SECTOR
    parts, guids = random_gpt(chance, sectors)
    with raw.open("r+b") as file:
        for sector, data in parts.items():
            lost = {"first": 1, "last": sectors - 1}.get(gone)
            file.seek(sector * SECTOR)
            file.write(data if sector != lost else bytes(SECTOR))
    found = found_in(raw)
    told = partx(raw, "START", "SECTORS", "UUID", "NAME")
    assert [row["UUID"] for row in told] == guids
    assert list(partitions_of(found)) == [(int(r["START"]), int(r["SECTORS"])) for r in told]
    entries = first(found, StructureKind.GPT_ENTRIES)
    names = [field.value for field in entries.fields if field.name.endswith("PartitionName")]
    assert names == [row["NAME"] for row in told]
    headers = [e.structure for e in found if e.structure.kind is StructureKind.GPT_HEADER]
    assert len(headers) == (2 if gone == "none" else 1)
    assert all(each.field("HeaderCRC32").fits for each in headers)
    assert entries.fields[-1].fits
    assert found[0].structure.kind is StructureKind.MBR


def test_a_gpt_whose_checksum_is_wrong_says_so(tmp_path: Path) -> None:
    raw = image(tmp_path, 32)
    parts, _ = random_gpt(random.Random(9), raw.stat().st_size // SECTOR)
    with raw.open("r+b") as file:
        for sector, data in parts.items():
            file.seek(sector * SECTOR)
            file.write(data if sector else data[:500] + b"x" + data[501:])
        file.seek(SECTOR + 48)
        file.write(b"\1")
        file.seek(2 * SECTOR + 60)
        file.write(b"?")
    found = found_in(raw)
    assert first(found, StructureKind.GPT_HEADER).field("HeaderCRC32").fits is False
    assert first(found, StructureKind.GPT_ENTRIES).fields[-1].fits is False


@pytest.mark.parametrize("seed", SEEDS)
def test_an_mbr_and_its_logical_partitions_are_read_as_util_linux_reads_them(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    raw = image(tmp_path, 64)

    def record(kind: int, start: int, count: int) -> bytes:
        return struct.pack("<B3sB3sII", chance.choice((0, 128)), b"\1\2\3", kind, b"", start, count)

    first_one = (chance.randrange(63, 4000), chance.randrange(1, 4000))
    base = 20_000
    logical = [chance.randrange(1, 900) for _ in range(chance.randrange(1, 6))]
    signature = chance.randbytes(4)
    with raw.open("r+b") as file:
        file.seek(440)
        file.write(signature)
        file.seek(446)
        file.write(record(0x83, *first_one) + record(0x05, base, 10_000) + bytes(32) + b"\x55\xaa")
        for index, count in enumerate(logical):
            more = index + 1 < len(logical)
            link = record(0x05, (index + 1) * 1000, 1000) if more else bytes(16)
            file.seek((base + index * 1000) * SECTOR + 446)
            file.write(record(0x83, 63, count) + link + bytes(32) + b"\x55\xaa")
    found = found_in(raw)
    told = partx(raw, "NR", "START", "SECTORS", "TYPE")
    table = first(found, StructureKind.MBR)
    mine = [
        (
            table.number(f"PartitionRecord[{n}].StartingLBA"),
            table.number(f"PartitionRecord[{n}].SizeInLBA"),
        )
        for n in range(2)
    ]
    assert mine[0] == (int(told[0]["START"]), int(told[0]["SECTORS"]))
    assert mine[1][0] == int(told[1]["START"])
    ebrs = [each.structure for each in found if each.structure.kind is StructureKind.EBR]
    places = [
        (
            ebr.offset // SECTOR + ebr.number("PartitionRecord[0].StartingLBA"),
            ebr.number("PartitionRecord[0].SizeInLBA"),
        )
        for ebr in ebrs
    ]
    assert places == [(int(row["START"]), int(row["SECTORS"])) for row in told[2:]]
    wanted = f"0x{int.from_bytes(signature, 'little'):08x}"
    assert table.field("UniqueMBRDiskSignature").text == wanted


def test_a_ring_of_ebrs_ends(tmp_path: Path) -> None:
    raw = image(tmp_path, 8)
    record = struct.pack("<B3sB3sII", 0, b"", 5, b"", 100, 1000)
    with raw.open("r+b") as file:
        for sector, start in ((0, 100), (100, 0), (200, 0)):
            file.seek(sector * SECTOR + 446)
            own = struct.pack("<B3sB3sII", 0, b"", 0x83, b"", 10, 20)
            ring = record[:8] + struct.pack("<II", start, 1000)
            file.write(own + ring + bytes(32) + b"\x55\xaa")
    assert [each.structure.kind for each in found_in(raw)][:1] == [StructureKind.MBR]


# --- file systems ----------------------------------------------------------------------------


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
        "Sector Size Bits": "BytesPerSectorShift",
        "Sector per Cluster bits": "SectorsPerClusterShift",
    }
    assert {key: boot.number(name) for key, name in names.items()} == {
        key: int(told[key], 0) for key in names
    }


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
