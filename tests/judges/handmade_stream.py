"""Stream-optimized links written byte by byte, in each of the layouts that are met.

A `StreamPlan` says what is stored and how its writer goes about it: tables in front or at
the end, markers or none, a footer or not, the last grain padded or packed short.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.judges.handmade import HEADER, MAGIC, NEWLINES, NO_PARENT, SECTOR, descriptor_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["LAYOUTS", "StreamPlan", "stream_link"]

AT_END = 2**64 - 1
EOS, TABLE, DIRECTORY, FOOTER, PROGRESS = range(5)


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """What a stream shall hold, and how it is laid out."""

    capacity: int
    grains: Mapping[int, bytes] = field(default_factory=dict)
    """Bytes of each stored grain, by its index; the last may be short."""
    grain_size: int = 128
    flags: int = 0x30001
    version: int = 3
    front: bool = False
    """Tables in front of the grains, no markers for them."""
    markers: bool = True
    """Announce tables, footer and end."""
    footer: bool = True
    patched: bool = False
    """Whether the header has the directory's real place, as vmdktool writes it."""
    empty_tables: bool = False
    """Write a table also where no grain is."""
    short_tail: bool = False
    """Pack the last grain only as far as the capacity goes."""
    level: int = 6
    progress: bool = False
    """Put a marker of type 4 between the grains."""
    tail: bytes = b""
    """What stands behind the end."""

    @property
    def tables(self) -> int:
        """Number of grain tables."""
        grains = -(-self.capacity // self.grain_size)
        return -(-grains // 512)

    @property
    def directory_sectors(self) -> int:
        """Sectors of the directory."""
        return -(-self.tables * 4 // SECTOR)

    def header(self, directory: int, overhead: int, **changes: object) -> bytes:
        """Return a header, or footer, with the directory at sector *directory*."""
        redundant = self.flags & 2
        values: dict[str, object] = {
            "magic": MAGIC,
            "version": self.version,
            "flags": self.flags,
            "capacity": self.capacity,
            "grain_size": self.grain_size,
            "descriptor_offset": 1,
            "descriptor_size": 20,
            "entries_per_table": 512,
            "redundant_directory": 21 if redundant else 0,
            "directory": directory,
            "overhead": overhead,
            "unclean": 0,
            "newlines": NEWLINES,
            "compression": 1,
        }
        return HEADER.pack(*(values | changes).values())

    def packed(self, grain: int) -> bytes:
        """Return the stored form of *grain*, mark included."""
        data = self.grains[grain]
        whole = self.grain_size * SECTOR
        if not self.short_tail:
            data = data.ljust(whole, b"\0")
        stream = zlib.compress(data, self.level)
        block = struct.pack("<QI", grain * self.grain_size, len(stream)) + stream
        return block.ljust(-(-len(block) // SECTOR) * SECTOR, b"\0")


def marker(kind: int, sectors: int = 0) -> bytes:
    """Return a marker sector."""
    return struct.pack("<QII496x", sectors, 0, kind)


class StreamWriter:
    """The bytes of one stream while they come together."""

    def __init__(self, plan: StreamPlan, text: str) -> None:
        self.plan = plan
        self.raw = bytearray(21 * SECTOR)
        self.raw[SECTOR : SECTOR + len(text)] = text.encode()
        self.tables: dict[int, list[int]] = {}
        self.directory = [0] * plan.tables
        self.places: dict[int, int] = {}

    @property
    def sector(self) -> int:
        """The sector that comes next."""
        return len(self.raw) // SECTOR

    def reserve_front(self) -> int:
        """Leave room for directories and tables; return the sector of the directory."""
        copies = 2 if self.plan.flags & 2 else 1
        span = self.plan.directory_sectors + 4 * self.plan.tables
        first = self.sector + (copies - 1) * span
        self.raw += bytes(copies * span * SECTOR)
        return first

    def fill_front(self, first: int) -> None:
        """Write the directories and tables that `reserve_front` left room for."""
        plan = self.plan
        span = plan.directory_sectors + 4 * plan.tables
        for start in (first - span, first) if plan.flags & 2 else (first,):
            for index in range(plan.tables):
                table = start + plan.directory_sectors + 4 * index
                struct.pack_into("<I", self.raw, start * SECTOR + 4 * index, table)
                struct.pack_into("<512I", self.raw, table * SECTOR, *self.table(index))

    def table(self, index: int) -> list[int]:
        """Return the entries of table *index*."""
        return [self.places.get(index * 512 + entry, 0) for entry in range(512)]

    def write_grains(self) -> None:
        """Append the grains, and behind each span of 512 its table unless that is in front."""
        for index in range(self.plan.tables):
            mine = [grain for grain in sorted(self.plan.grains) if grain // 512 == index]
            for grain in mine:
                self.places[grain] = self.sector
                self.raw += self.plan.packed(grain)
                if self.plan.progress:
                    self.raw += marker(PROGRESS)
            if not self.plan.front and (mine or self.plan.empty_tables):
                self.announce(TABLE, 4)
                self.directory[index] = self.sector
                self.raw += struct.pack("<512I", *self.table(index))

    def announce(self, kind: int, sectors: int) -> None:
        """Append a marker, if the writer makes them."""
        if self.plan.markers:
            self.raw += marker(kind, sectors)

    def write_directory(self) -> int:
        """Append the directory and return its sector."""
        self.announce(DIRECTORY, self.plan.directory_sectors)
        place = self.sector
        entries = struct.pack(f"<{len(self.directory)}I", *self.directory)
        self.raw += entries.ljust(self.plan.directory_sectors * SECTOR, b"\0")
        return place

    def finish(self) -> bytearray:
        """Write everything and return the file."""
        plan = self.plan
        front = self.reserve_front() if plan.front else 0
        overhead = self.sector if plan.front else 128
        self.raw = self.raw.ljust(overhead * SECTOR, b"\0")
        self.write_grains()
        if plan.front:
            self.fill_front(front)
        place = front or self.write_directory()
        self.raw[:SECTOR] = plan.header(place if plan.front or plan.patched else AT_END, overhead)
        if plan.footer:
            self.announce(FOOTER, 1)
            self.raw += plan.header(place, overhead)
        self.announce(EOS, 0)
        return self.raw + plan.tail


LAYOUTS: dict[str, dict[str, Any]] = {
    "VMware over network": {},
    "VMware local": {"front": True, "footer": False},
    "vmdktool": {"patched": True, "empty_tables": True},
    "VirtualBox": {"level": 1},
    "open-vmdk": {"front": True, "footer": False, "level": 9},
    "qemu": {
        "front": True,
        "footer": False,
        "markers": False,
        "flags": 0x30003,
        "short_tail": True,
    },
}
"""What each program's streams are like, as changes to a plan."""


def stream_link(
    path: Path,
    plan: StreamPlan,
    *,
    cid: int = 0x0123ABCD,
    parent_cid: int = NO_PARENT,
    hint: str | None = None,
) -> Path:
    """Write a stream-optimized link and return its path."""
    line = f'RDONLY {plan.capacity} SPARSE "call-me-stream.vmdk"'
    text = descriptor_text(
        [line], kind="streamOptimized", cid=cid, parent_cid=parent_cid, hint=hint
    )
    path.write_bytes(StreamWriter(plan, text).finish())
    return path
