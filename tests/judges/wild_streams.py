"""Streams as programs write them that are not at hand, byte for byte as their sources say.

They agree in what a grain is. They differ in where the first one lies, what overHead says,
how markers count, which tables are written, and what stands in the rest of a marker's sector.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.judges.handmade import HEADER, MAGIC, NEWLINES, SECTOR

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["STREAMS", "Stream", "write_stream"]

GRAIN = 128
PER_TABLE = 512
AT_END = 2**64 - 1
EOS, TABLE, DIRECTORY, FOOTER, PROGRESS = range(5)
MARKER = struct.Struct("<QII")


@dataclass(frozen=True, slots=True)
class Stream:
    """How a program writes its streams."""

    text: str
    """The descriptor; CAPACITY stands for the sectors."""
    descriptor_sectors: int
    overhead: int | None = 128
    """What the header says; None for Xen Orchestra's sum of all metadata."""
    first: int = 128
    """Where the first grain is."""
    level: int = 6
    patched: bool = False
    """Whether the header has the directory's place, as the footer does."""
    tables_at_end: bool = False
    """All tables behind one marker, twice, and markers that count nothing."""
    empty_tables: bool = False
    short_tail: bool = False
    source_tables: int | None = None
    """Tables of the source, where the directory is no longer than that."""
    stale: bytes = b""
    """What the rest of a marker's sector holds."""
    progress: int = 0
    """Markers of type 4 behind each grain."""
    padding: int = 0
    """Sectors of zeros between the grains and the tables."""


@dataclass(slots=True)
class Writer:
    """One stream while it comes together."""

    how: Stream
    capacity: int
    raw: bytearray = field(default_factory=bytearray)

    @property
    def sector(self) -> int:
        """The sector that comes next."""
        return len(self.raw) // SECTOR

    @property
    def tables(self) -> int:
        """Tables that the capacity needs."""
        return -(-self.capacity // (GRAIN * PER_TABLE))

    def mark(self, kind: int, count: int) -> None:
        """Append a marker."""
        sector = MARKER.pack(0 if self.how.tables_at_end and kind < FOOTER else count, 0, kind)
        self.raw += (sector + self.how.stale).ljust(SECTOR, b"\0")

    def header(self, directory: int) -> bytes:
        """Return a header with the directory at sector *directory*."""
        overhead = self.how.overhead
        if overhead is None:
            sizes = (self.tables * 4, self.tables * PER_TABLE * 4)
            overhead = 1 + self.how.descriptor_sectors + sum(-(-size // SECTOR) for size in sizes)
        return HEADER.pack(
            MAGIC, 3, 0x30001, self.capacity, GRAIN, 1, self.how.descriptor_sectors, PER_TABLE, 0,
            directory, overhead, 0, NEWLINES, 1,
        )  # fmt: skip

    def grain(self, number: int, data: bytes) -> int:
        """Append a grain and return its sector."""
        place = self.sector
        whole = data if self.how.short_tail else data.ljust(GRAIN * SECTOR, b"\0")
        packed = zlib.compress(whole, self.how.level)
        block = struct.pack("<QI", number * GRAIN, len(packed)) + packed
        self.raw += block.ljust(-(-len(block) // SECTOR) * SECTOR, b"\0")
        for _ in range(self.how.progress):
            self.mark(PROGRESS, 0)
        return place

    def one_by_one(self, grains: Mapping[int, bytes]) -> list[int]:
        """Append grains, each span's table behind them, and return the directory."""
        directory = [0] * self.tables
        for index in range(self.how.source_tables or self.tables):
            table = [0] * PER_TABLE
            for number in (n for n in sorted(grains) if n // PER_TABLE == index):
                table[number % PER_TABLE] = self.grain(number, grains[number])
            if any(table) or self.how.empty_tables:
                self.mark(TABLE, 4)
                directory[index] = self.sector
                self.raw += struct.pack(f"<{PER_TABLE}I", *table)
        return directory

    def together(self, grains: Mapping[int, bytes]) -> list[int]:
        """Append all grains, then all tables twice, each time with a directory."""
        entries = [0] * (self.tables * PER_TABLE)
        for number in sorted(grains):
            entries[number] = self.grain(number, grains[number])
        self.raw += bytes(self.how.padding * SECTOR)
        directory: list[int] = []
        for copy in range(2):
            self.mark(TABLE, 0)
            directory = [self.sector + 4 * index for index in range(self.tables)]
            self.raw += struct.pack(f"<{len(entries)}I", *entries)
            if copy == 0:
                self.write_directory(directory)
        return directory

    def write_directory(self, directory: list[int]) -> int:
        """Append *directory* and return its sector."""
        known = directory[: self.how.source_tables or None]
        sectors = -(-len(known) * 4 // SECTOR)
        self.mark(DIRECTORY, sectors)
        place = self.sector
        self.raw += struct.pack(f"<{len(known)}I", *known).ljust(sectors * SECTOR, b"\0")
        return place


def write_stream(path: Path, how: Stream, capacity: int, grains: Mapping[int, bytes]) -> Path:
    """Write *grains* as the program does whose way is *how*, and return *path*."""
    writer = Writer(how, capacity)
    text = how.text.replace("CAPACITY", str(capacity)).encode()
    writer.raw += writer.header(AT_END) + text.ljust(how.descriptor_sectors * SECTOR, b"\0")
    writer.raw = writer.raw.ljust(how.first * SECTOR, b"\0")
    directory = (writer.together if how.tables_at_end else writer.one_by_one)(grains)
    place = writer.write_directory(directory)
    writer.mark(FOOTER, 1)
    writer.raw += writer.header(place)
    writer.mark(EOS, 0)
    if how.patched:
        writer.raw[:SECTOR] = writer.header(place)
    path.write_bytes(writer.raw)
    return path


HEAD = (
    '# Disk DescriptorFile\nversion=1\nCID=%s\nparentCID=ffffffff\ncreateType="streamOptimized"\n'
)
GEOMETRY = 'ddb.geometry.cylinders = "1"\nddb.geometry.heads = "255"\nddb.geometry.sectors = "63"\n'
GENERATED = 'RDONLY CAPACITY SPARSE "generated-stream.vmdk"\n'
STREAMS = {
    "VMware's transfer service": Stream(
        HEAD % "0b5c1d20" + "\n# Extent description\n" + GENERATED + "\n#DDB\n"
        'ddb.adapterType = "lsilogic"\n' + GEOMETRY + 'ddb.virtualHWVersion = "7"\n',
        1, stale=struct.pack("<Q", 77824), progress=4,
    ),
    "vmdktool": Stream(
        HEAD % "278f54ff" + "\n\n# Extent description\n" + GENERATED + "\n#DDB\n"
        'ddb.virtualHWVersion = "4"\n' + GEOMETRY + 'ddb.toolsVersion = "6532"\n',
        1, patched=True, empty_tables=True,
    ),
    "VirtualBox": Stream(
        HEAD % "9b1a5e72" + '\n# Extent description\nRDONLY CAPACITY SPARSE "vm-disk001.vmdk"\n\n'
        '# The disk Data Base \n#DDB\n\nddb.virtualHWVersion = "4"\nddb.adapterType="ide"\n'
        'ddb.geometry.cylinders="1"\nddb.uuid.image="7c5c1d20-0000-4000-8000-00000000000a"\n'
        'ddb.uuid.parent="00000000-0000-0000-0000-000000000000"\n'
        r'ddb.comment="made \"by hand\"\nand so on"' "\n",
        2, level=1,
    ),
    "Xen Orchestra": Stream(
        HEAD % "3874658291" + '# Extent description\nRW CAPACITY SPARSE "disk1"\n'
        '# The Disk Data Base\n#DDB\nddb.adapterType = "ide"\n' + GEOMETRY,
        12, overhead=None, first=13, level=1, tables_at_end=True, padding=4096,
    ),
    "FreeBSD's mkimg": Stream(
        HEAD % "00000000" + '# Extent description\nRW CAPACITY SPARSE ""\n'
        '# The Disk Data Base\n#DDB\nddb.adapterType = "ide"\n' + GEOMETRY,
        1,
    ),
    "VMDKstream": Stream(
        "# Disk Descriptor File\n# Created by VMDKstream\nversion=1\n# Believe this is random\n"
        'CID=7e5b80a7\n# Indicates no parent\nparentCID=ffffffff\ncreateType="streamOptimized"\n'
        '\n# Extent description\nRDONLY CAPACITY SPARSE "call-me-stream.vmdk"\n\n'
        '# The Disk Data Base\n#DDB\n\nddb.adapterType = "lsilogic"\n'
        '# CAPACITY / 63 / 255 rounded up\n' + GEOMETRY + 'ddb.virtualHWVersion = "7"',
        2, short_tail=True,
    ),
    "a program in Go": Stream(
        HEAD % "1badcafe" + '\n# Extent description\nRW CAPACITY SPARSE "disk.vmdk"\n\n'
        '# The Disk Data Base\n#DDB\n\nddb.virtualHWVersion = "6" # Obsolete, ESX 3.x and older.\n'
        + GEOMETRY + 'ddb.toolsInstallType = "4" # unmanaged (open-vm-tools)\n',
        2,
    ),
    "a program that says nothing of its overhead": Stream(
        HEAD % "3ed88b4d" + "\n# Extent description\n" + GENERATED + "\n# The Disk Data Base\n"
        '#DDB\n\nddb.encoding = "UTF-8"\n' + GEOMETRY,
        1, overhead=0, first=2,
    ),
}  # fmt: skip
"""How each program does it."""
