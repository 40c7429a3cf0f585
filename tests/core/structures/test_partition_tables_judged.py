"""Partition tables of other programs and of chance, read as util-linux reads them.

Programs that are not there are skipped by name.
"""

from __future__ import annotations

import random
import struct
import uuid
import zlib
from typing import TYPE_CHECKING

import pytest

from redoscope_core import StructureKind
from tests.core.structures.judging import (
    SECTOR,
    first,
    found_in,
    image,
    label,
    partitions_of,
    partx,
)

if TYPE_CHECKING:
    from pathlib import Path


SEEDS = range(3)


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
