"""How a disk is parted: the MBR, the EBRs of an extended partition, GPT header and entries.

    0     1     2              34                              last-32    last
    MBR | GPT | entries ...  | partitions ...                | entries ... | GPT

Sources: UEFI 2.10, chapter 5; for EBRs what fdisk and Windows write.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import NamedTuple

from redoscope_core.structures.fields import (
    Field,
    Read,
    Row,
    Structure,
    StructureKind,
    fields_of,
)

__all__ = [
    "GPT_MAGIC",
    "MBR_ENTRIES",
    "EntryArray",
    "Partition",
    "entries_of",
    "extended",
    "gpt_entries",
    "gpt_header",
    "is_protective",
    "mbr",
    "mbr_partitions",
    "next_ebr",
]

GPT_MAGIC = b"EFI PART"
MBR_ENTRIES = 446
_ENTRY, _SLOTS = 16, 4
_PROTECTIVE = 0xEE
_EXTENDED = frozenset({0x05, 0x0F, 0x85})
_STATUS = frozenset({0x00, 0x80})
_LEAST_HEADER, _MOST_HEADER = 92, 512
_LEAST_ENTRY, _MOST_ENTRY, _MOST_ENTRIES = 128, 4096, 1024
_CRC = slice(16, 20)

_MBR = (
    Row("BootCode", 0, 440, Read.BYTES),
    Row("UniqueMBRDiskSignature", 440, 4, Read.HEX),
    Row("Unknown", 444, 2, Read.HEX),
)
_SIGNATURE = Row("Signature", 510, 2, Read.HEX)
_SLOT = (
    Row("BootIndicator", 0, 1, Read.HEX),
    Row("StartingCHS", 1, 3, Read.BYTES),
    Row("OSType", 4, 1, Read.HEX),
    Row("EndingCHS", 5, 3, Read.BYTES),
    Row("StartingLBA", 8, 4),
    Row("SizeInLBA", 12, 4),
)
_GPT = (
    Row("Signature", 0, 8, Read.TEXT),
    Row("Revision", 8, 4, Read.HEX),
    Row("HeaderSize", 12, 4),
    Row("HeaderCRC32", 16, 4, Read.HEX),
    Row("Reserved", 20, 4, Read.HEX),
    Row("MyLBA", 24, 8),
    Row("AlternateLBA", 32, 8),
    Row("FirstUsableLBA", 40, 8),
    Row("LastUsableLBA", 48, 8),
    Row("DiskGUID", 56, 16, Read.GUID),
    Row("PartitionEntryLBA", 72, 8),
    Row("NumberOfPartitionEntries", 80, 4),
    Row("SizeOfPartitionEntry", 84, 4),
    Row("PartitionEntryArrayCRC32", 88, 4, Read.HEX),
)
_GPT_ENTRY = (
    Row("PartitionTypeGUID", 0, 16, Read.GUID),
    Row("UniquePartitionGUID", 16, 16, Read.GUID),
    Row("StartingLBA", 32, 8),
    Row("EndingLBA", 40, 8),
    Row("Attributes", 48, 8, Read.HEX),
    Row("PartitionName", 56, 72, Read.WIDE),
)


@dataclass(frozen=True, slots=True)
class Partition:
    """A part of a disk, in sectors."""

    number: int
    """As partitions are counted: from 1 on; those within an extended one from 5 on."""
    start: int
    count: int


class EntryArray(NamedTuple):
    """Where the entries of a GPT are."""

    sector: int
    number: int
    each: int
    """Bytes of an entry."""

    @property
    def length(self) -> int:
        """Bytes of all of them."""
        return self.number * self.each


def mbr(sector: bytes, offset: int, *, inside: bool = False) -> Structure | None:
    """Return the MBR in *sector*, or the EBR if it is *inside* an extended partition."""
    slots = [sector[at : at + _ENTRY] for at in _slots()]
    if sector[510:512] != b"\x55\xaa" or not any(any(slot) for slot in slots):
        return None
    if any(slot[0] not in _STATUS for slot in slots):
        return None
    if not any(slot[4] and slot[12:] != bytes(4) for slot in slots):
        return None
    parts = [
        fields_of(sector, _SLOT, at=at, prefix=f"PartitionRecord[{number}].")
        for number, at in enumerate(_slots())
    ]
    fields = (*fields_of(sector, _MBR), *(field for part in parts for field in part))
    kind = StructureKind.EBR if inside else StructureKind.MBR
    return Structure(kind, offset, 512, (*fields, *fields_of(sector, (_SIGNATURE,))))


def _slots() -> range:
    return range(MBR_ENTRIES, MBR_ENTRIES + _ENTRY * _SLOTS, _ENTRY)


def _records(table: Structure) -> list[tuple[int, int, int]]:
    """Return (type, first sector, sectors) of each record."""
    names = ("OSType", "StartingLBA", "SizeInLBA")
    one, other, third = (
        [table.number(f"PartitionRecord[{slot}].{name}") for slot in range(_SLOTS)]
        for name in names
    )
    return list(zip(one, other, third, strict=True))


def mbr_partitions(table: Structure) -> tuple[Partition, ...]:
    """Return the partitions that an MBR has; not extended ones, and not the one round a GPT."""
    return tuple(
        Partition(slot + 1, start, count)
        for slot, (kind, start, count) in enumerate(_records(table))
        if kind and count and kind not in _EXTENDED and kind != _PROTECTIVE
    )


def is_protective(table: Structure) -> bool:
    """Return whether an MBR says that the disk has a GPT."""
    return any(kind == _PROTECTIVE and count for kind, _, count in _records(table))


def extended(table: Structure) -> int | None:
    """Return the first sector of the extended partition of an MBR, or None without one."""
    found = (start for kind, start, count in _records(table) if kind in _EXTENDED and count)
    return next(found, None)


def next_ebr(table: Structure, base: int) -> int | None:
    """Return the sector of the EBR behind *table*; they count from *base*, the first of them."""
    after = extended(table)
    return None if after is None else base + after


def gpt_header(sector: bytes, offset: int) -> Structure | None:
    """Return the GPT header in *sector*; its checksum is compared."""
    if sector[:8] != GPT_MAGIC:
        return None
    fields = fields_of(sector, _GPT)
    size = int.from_bytes(sector[12:16], "little")
    if _LEAST_HEADER <= size <= min(_MOST_HEADER, len(sector)):
        blank = sector[: _CRC.start] + bytes(4) + sector[_CRC.stop : size]
        fields = _checked(fields, "HeaderCRC32", zlib.crc32(blank))
    return Structure(StructureKind.GPT_HEADER, offset, 512, fields)


def entries_of(header: Structure) -> EntryArray | None:
    """Return where the entries of *header* are; None if no disk has entries of such a size."""
    number, each = header.number("NumberOfPartitionEntries"), header.number("SizeOfPartitionEntry")
    if not 0 < number <= _MOST_ENTRIES or not _LEAST_ENTRY <= each <= _MOST_ENTRY:
        return None
    return EntryArray(header.number("PartitionEntryLBA"), number, each)


def gpt_entries(
    data: bytes, offset: int, array: EntryArray, wanted: int
) -> tuple[Structure, tuple[Partition, ...]]:
    """Return the entries in *data* that are used, and their partitions.

    *wanted* is the checksum that the header has of them. The length of the structure is that of
    all entries.
    """
    fields: list[Field] = []
    partitions = []
    for slot in range(array.number):
        at = slot * array.each
        if not any(data[at : at + 16]):
            continue
        entry = fields_of(data, _GPT_ENTRY, at=at, prefix=f"Entry[{slot}].")
        fields += entry
        start, last = (int(each.value) for each in entry[2:4])
        if last >= start:
            partitions.append(Partition(slot + 1, start, last - start + 1))
    crc = zlib.crc32(data[: array.length])
    fields.append(Field("CRC32", 0, array.length, crc, Read.HEX, crc == wanted))
    table = Structure(StructureKind.GPT_ENTRIES, offset, array.length, tuple(fields))
    return table, tuple(partitions)


def _checked(fields: tuple[Field, ...], name: str, value: int) -> tuple[Field, ...]:
    """Return *fields* with what the one called *name*, a checksum, should be compared."""
    return tuple(
        replace(field, fits=field.value == value) if field.name == name else field
        for field in fields
    )
