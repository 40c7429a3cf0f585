"""COWD and SESparse links written byte by byte, as ESX servers make them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.judges.handmade import NO_PARENT, SECTOR, descriptor_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "CowdPlan",
    "SeSparsePlan",
    "cowd_extent",
    "cowd_link",
    "sesparse_entry",
    "sesparse_extent",
    "sesparse_link",
]

COWD_HEADER = struct.Struct("<4s7I1024s2I60s512sI8sI396x")
SESPARSE_HEADER = struct.Struct("<26Q304x")
ENTRIES = 4096
DIRECTORY, TABLES, GRAINS = 16, 32, 512
"""Sectors at which the regions of a handmade SESparse extent begin."""


@dataclass(frozen=True, slots=True)
class CowdPlan:
    """What a COWD extent shall hold."""

    capacity: int
    grains: Mapping[int, bytes] = field(default_factory=dict)
    """Bytes of each stored grain, by its index; the last may be short."""
    grain_size: int = 1
    unclean: int = 0

    @property
    def tables(self) -> int:
        """Entries of the grain directory."""
        return -(-self.capacity // (ENTRIES * self.grain_size))

    def header(self, free: int, **changes: object) -> bytes:
        """Return the 2048 bytes of the header, with *changes* to its fields by name."""
        values: dict[str, object] = {
            "magic": b"COWD",
            "version": 1,
            "flags": 3,
            "capacity": self.capacity,
            "grain_size": self.grain_size,
            "directory": 4,
            "tables": self.tables,
            "free": free,
            "parent": b"",
            "parent_generation": 0,
            "generation": 0,
            "name": b"",
            "description": b"",
            "saved_generation": 0,
            "reserved": b"",
            "unclean": self.unclean,
        }
        return COWD_HEADER.pack(*(values | changes).values())


def cowd_extent(plan: CowdPlan) -> bytearray:
    """Return the bytes of the extent: tables are made where the first grain needs one."""
    raw = bytearray((4 + -(-plan.tables * 4 // SECTOR)) * SECTOR)
    places: dict[int, int] = {}
    for grain in sorted(plan.grains):
        table, entry = divmod(grain, ENTRIES)
        if table not in places:
            places[table] = len(raw)
            struct.pack_into("<I", raw, 4 * SECTOR + 4 * table, len(raw) // SECTOR)
            raw += bytes(ENTRIES * 4)
        struct.pack_into("<I", raw, places[table] + 4 * entry, len(raw) // SECTOR)
        raw += plan.grains[grain].ljust(plan.grain_size * SECTOR, b"\0")
    raw[: COWD_HEADER.size] = plan.header(len(raw) // SECTOR)
    return raw


@dataclass(frozen=True, slots=True)
class SeSparsePlan:
    """What an SESparse extent shall hold; grains are always 4 KiB."""

    capacity: int
    grains: Mapping[int, bytes] = field(default_factory=dict)
    unmapped: frozenset[int] = frozenset()
    zeroed: frozenset[int] = frozenset()
    first_index: int = 0
    """Index in the file of the first stored grain: above 0xfff the shuffled bits matter."""
    dirty: int = 0

    @property
    def tables(self) -> int:
        """Entries of the grain directory."""
        return -(-self.capacity // (ENTRIES * 8))

    def header(self, **changes: int) -> bytes:
        """Return the constant header, with *changes* to its fields by name."""
        values = {
            "magic": 0xCAFEBABE,
            "version": 0x200000001,
            "capacity": self.capacity,
            "grain_size": 8,
            "table_size": 64,
            "flags": 0,
            **{f"reserved{number}": 0 for number in range(1, 5)},
            "volatile": 1,
            "volatile_size": 1,
            "journal_header": 2,
            "journal_header_size": 2,
            "journal": 4,
            "journal_size": 4,
            "directory": DIRECTORY,
            "directory_size": 16,
            "tables": TABLES,
            "tables_size": 64 * 7,
            "bitmap": 480,
            "bitmap_size": 8,
            "back_map": 488,
            "back_map_size": 8,
            "grains": GRAINS,
            "grains_size": 2**20,
        }
        return SESPARSE_HEADER.pack(*(values | changes).values())


def sesparse_entry(index: int, kind: int = 3) -> int:
    """Return the table entry of *kind* for the grain *index* of the file."""
    return kind << 60 | (index & 0xFFF) << 48 | index >> 12


def sesparse_extent(plan: SeSparsePlan) -> bytearray:
    """Return the bytes of the extent."""
    raw = bytearray((GRAINS + plan.first_index * 8) * SECTOR)
    raw[:SECTOR] = plan.header()
    struct.pack_into("<4Q", raw, SECTOR, 0xCAFECAFE, 0, 0, plan.dirty)
    numbers: dict[int, int] = {}

    def put(grain: int, entry: int) -> None:
        table, within = divmod(grain, ENTRIES)
        if table not in numbers:
            numbers[table] = len(numbers)
            struct.pack_into(
                "<Q", raw, DIRECTORY * SECTOR + 8 * table, 0x10000000 << 32 | numbers[table]
            )
        struct.pack_into("<Q", raw, (TABLES + 64 * numbers[table]) * SECTOR + 8 * within, entry)

    for grain in sorted(plan.unmapped):
        put(grain, sesparse_entry(77, 1))
    for grain in sorted(plan.zeroed):
        put(grain, sesparse_entry(0, 2))
    for index, grain in enumerate(sorted(plan.grains), start=plan.first_index):
        put(grain, sesparse_entry(index))
        raw += plan.grains[grain].ljust(4096, b"\0")
    return raw


def cowd_link(
    path: Path,
    plan: CowdPlan,
    *,
    cid: int = 0x0123ABCD,
    parent_cid: int = NO_PARENT,
    hint: str | None = None,
) -> Path:
    """Write a vmfsSparse link and return its path."""
    delta = path.with_name(f"{path.stem}-delta.vmdk")
    delta.write_bytes(cowd_extent(plan))
    line = f'RW {plan.capacity} VMFSSPARSE "{delta.name}"'
    text = descriptor_text([line], kind="vmfsSparse", cid=cid, parent_cid=parent_cid, hint=hint)
    path.write_text(text, encoding="utf-8")
    return path


def sesparse_link(
    path: Path,
    plan: SeSparsePlan,
    *,
    cid: int = 0x0123ABCD,
    parent_cid: int = NO_PARENT,
    hint: str | None = None,
) -> Path:
    """Write a seSparse link and return its path."""
    data = path.with_name(f"{path.stem}-sesparse.vmdk")
    data.write_bytes(sesparse_extent(plan))
    line = f'RW {plan.capacity} SESPARSE "{data.name}"'
    text = descriptor_text([line], kind="seSparse", cid=cid, parent_cid=parent_cid, hint=hint)
    path.write_text(text, encoding="utf-8")
    return path
