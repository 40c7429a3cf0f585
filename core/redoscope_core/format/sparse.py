"""The hosted sparse extent (KDMV): its header and the places of its tables.

A sparse extent stores only the grains that were written. A grain directory lists
grain tables, a grain table lists grains, each entry a sector of the same file:

    header | descriptor | RGD, RGTs | GD, GTs | pad to a grain | grain | grain | ...

Source: Virtual Disk Format 5.0; every number was compared with files that qemu-img
and VMware wrote.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields
from enum import IntFlag
from typing import TYPE_CHECKING, ClassVar

from redoscope_core.errors import CorruptVmdk, UnsupportedVmdk, VixCode
from redoscope_core.format.magics import SPARSE_MAGIC
from redoscope_core.format.units import MAX_CAPACITY, SECTOR, ceil_div, round_up

if TYPE_CHECKING:
    from typing import Self

__all__ = [
    "DESCRIPTOR_SECTORS",
    "GD_AT_END",
    "GTES_PER_TABLE",
    "MAX_GRAIN",
    "UNCLEAN_OFFSET",
    "ZERO_GRAIN",
    "SparseFlag",
    "SparseHeader",
    "SparseLayout",
]

GTES_PER_TABLE = 512
"""Entries of a grain table in every known file."""
DESCRIPTOR_SECTORS = 20
"""Sectors kept for the embedded descriptor, from sector 1 on."""
ZERO_GRAIN = 1
"""Value of a grain table entry for a grain of zeros, if `SparseFlag.ZERO_GRAINS` is set."""
UNCLEAN_OFFSET = 72
"""Byte offset of the uncleanShutdown byte in the header."""
GD_AT_END = 0xFFFFFFFFFFFFFFFF
"""Value of gdOffset in a header that leaves the directory's place to the footer."""
MAX_GRAIN = 2**21
"""Largest grain in sectors (1 GiB) that is believed."""
_MAX_PACKED_GRAIN = 2**15
"""Sectors (16 MiB) of a compressed grain that are inflated at most; all known files have 128."""
_MAX_GTES = 65536
_MAX_DESCRIPTOR = 1024
_MAX_VERSION = 3
_MAX_SPAN = 2**32
_ENTRY = 4


class SparseFlag(IntFlag):
    """Flags of a sparse header; the low 16 bits are compatible, the high 16 are not."""

    NEWLINE_TEST = 1
    REDUNDANT_TABLES = 2
    ZERO_GRAINS = 4
    COMPRESSED = 0x10000
    MARKERS = 0x20000


# As a number: ~ of an IntFlag keeps only the bits that have a name.
_KNOWN_HIGH = int(SparseFlag.COMPRESSED | SparseFlag.MARKERS)


@dataclass(frozen=True, slots=True)
class SparseHeader:
    """Header of a hosted sparse extent, in the order it is stored."""

    LAYOUT: ClassVar[struct.Struct] = struct.Struct("<4sIIQQQQIQQQB4sH433x")

    version: int
    flags: int
    capacity: int
    """Sectors of the disk that this extent covers."""
    grain_size: int
    """Sectors per grain; a power of two."""
    descriptor_offset: int
    """Sector of the embedded descriptor; 0 = none."""
    descriptor_size: int
    """Sectors kept for it."""
    gtes_per_gt: int
    rgd_offset: int
    """Sector of the redundant grain directory; meaningful with REDUNDANT_TABLES."""
    gd_offset: int
    """Sector of the grain directory; in a stream perhaps `GD_AT_END`."""
    overhead: int
    """Sectors of metadata in front of the first grain."""
    unclean: bool = False
    """Whether the extent is open for writing, or was not closed."""
    newlines: bytes = b"\n \r\n"
    """Four bytes that a transfer in text mode would change."""
    compression: int = 0

    def pack(self) -> bytes:
        """Return the 512 bytes of the header."""
        return self.LAYOUT.pack(
            SPARSE_MAGIC,
            self.version,
            self.flags,
            self.capacity,
            self.grain_size,
            self.descriptor_offset,
            self.descriptor_size,
            self.gtes_per_gt,
            self.rgd_offset,
            self.gd_offset,
            self.overhead,
            int(self.unclean),
            self.newlines,
            self.compression,
        )

    @classmethod
    def unpack(cls, data: bytes, *, file_bytes: int) -> Self:
        """Read and judge the header in the first 512 bytes *data* of a file of *file_bytes*.

        Raises:
            CorruptVmdk: A field is impossible, or a table would lie outside the file.
            UnsupportedVmdk: The extent is of an unknown version, feature or compression.
        """
        if len(data) < cls.LAYOUT.size or data[:4] != SPARSE_MAGIC:
            raise CorruptVmdk(
                "the header of a sparse extent is incomplete",
                where="the header",
                offset=0,
                found=f"{len(data)} bytes, or another beginning",
                expected=f"{cls.LAYOUT.size} bytes beginning {SPARSE_MAGIC!r}",
            )
        names = [field.name for field in fields(cls)]
        values = dict(zip(names, cls.LAYOUT.unpack_from(data)[1:], strict=True))
        values["unclean"] = bool(values["unclean"])
        header = cls(**values)
        header._judge_kind()
        header._judge_sizes()
        header._judge_places(file_bytes)
        return header

    def _judge_kind(self) -> None:
        if self.version > _MAX_VERSION:
            raise UnsupportedVmdk(
                "a sparse extent of an unknown version",
                where="header field version",
                offset=4,
                found=self.version,
                expected=f"at most {_MAX_VERSION}",
                code=VixCode.DISK_UNSUPPORTEDDISKVERSION,
            )
        if unknown := self.flags & 0xFFFF0000 & ~_KNOWN_HIGH:
            raise UnsupportedVmdk(
                "a sparse extent with unknown features",
                where="header field flags",
                offset=8,
                found=f"0x{unknown:08X}",
                expected="no unknown bit among the high 16",
            )
        if self.flags & SparseFlag.NEWLINE_TEST and self.newlines != b"\n \r\n":
            raise CorruptVmdk(
                "the file went through a transfer in text mode, which changed its bytes",
                where="the newline test bytes",
                offset=73,
                found=self.newlines.hex(" "),
                expected="0a 20 0d 0a",
                cure="copy the original again in binary mode",
            )
        if self.compression != int(self.is_packed):
            raise UnsupportedVmdk(
                "an extent whose grains are compressed in an unknown way",
                where="header field compressAlgorithm",
                offset=77,
                found=f"{self.compression} with flags 0x{self.flags:X}",
                expected="1 (deflate) with flag 0x10000, 0 without it",
            )
        if self.flags & SparseFlag.MARKERS and not self.is_packed:
            raise UnsupportedVmdk(
                "an extent with markers between grains that are not compressed",
                where="header field flags",
                offset=8,
                found=f"0x{self.flags:X}",
                expected="0x20000 only together with 0x10000",
            )

    def _judge_sizes(self) -> None:
        grain = _MAX_PACKED_GRAIN if self.is_packed else MAX_GRAIN
        checks = (
            ("grainSize", 20, self.grain_size, 1, grain, f"a power of two up to {grain}"),
            ("capacity", 12, self.capacity, 1, MAX_CAPACITY, f"1 to {MAX_CAPACITY} sectors"),
            ("numGTEsPerGT", 44, self.gtes_per_gt, 1, _MAX_GTES, f"1 to {_MAX_GTES}"),
        )
        for name, offset, value, low, high, expected in checks:
            odd_grain = name == "grainSize" and value & (value - 1)
            if not low <= value <= high or odd_grain:
                raise CorruptVmdk(
                    "an impossible value",
                    where=f"header field {name}",
                    offset=offset,
                    found=value,
                    expected=expected,
                )

        if self.grain_size * self.gtes_per_gt >= _MAX_SPAN:
            raise CorruptVmdk(
                "a grain table that would cover more than any file can hold",
                where="header fields grainSize and numGTEsPerGT",
                offset=20,
                found=f"{self.grain_size} times {self.gtes_per_gt} sectors",
                expected=f"less than {_MAX_SPAN}",
            )

    def _judge_places(self, file_bytes: int) -> None:
        end = file_bytes // SECTOR
        directory = ceil_div(self.table_count * _ENTRY, SECTOR)
        places = [("gdOffset", 56, self.gd_offset, directory)]
        if self.is_packed and not self.has_directory(file_bytes):
            places.clear()  # the footer may know the place; see extents/stream/footer.py
        if self.descriptor_offset:
            if self.descriptor_size > _MAX_DESCRIPTOR:
                raise CorruptVmdk(
                    "an embedded descriptor too long",
                    where="header field descriptorSize",
                    offset=36,
                    found=f"{self.descriptor_size} sectors",
                    expected=f"at most {_MAX_DESCRIPTOR}",
                )
            places.append(("descriptorOffset", 28, self.descriptor_offset, self.descriptor_size))
        for name, offset, sector, count in places:
            if sector == 0 or sector + count > end:
                raise CorruptVmdk(
                    "the file is shorter than its header says"
                    if sector
                    else "a sparse extent without a grain directory",
                    where=f"header field {name}",
                    offset=offset,
                    found=f"sectors {sector} to {sector + count} in a file of {file_bytes} bytes",
                    expected=f"a place inside the {end} whole sectors of the file",
                    cure="copy the file again, it may be truncated",
                )

    @property
    def grain_count(self) -> int:
        """Grains of the extent, the last one perhaps partial."""
        return ceil_div(self.capacity, self.grain_size)

    @property
    def table_count(self) -> int:
        """Grain tables, thus entries of the grain directory."""
        return ceil_div(self.grain_count, self.gtes_per_gt)

    @property
    def table_sectors(self) -> int:
        """Sectors one grain table takes."""
        return ceil_div(self.gtes_per_gt * _ENTRY, SECTOR)

    @property
    def is_packed(self) -> bool:
        """Whether the grains are compressed: a stream-optimized extent."""
        return bool(self.flags & SparseFlag.COMPRESSED)

    def has_directory(self, file_bytes: int) -> bool:
        """Tell whether gdOffset leads to a directory inside a file of *file_bytes*."""
        end = self.gd_offset * SECTOR + self.table_count * _ENTRY
        return 0 < self.gd_offset < GD_AT_END and end <= file_bytes

    @property
    def has_zero_grains(self) -> bool:
        """Whether the entry 1 means a grain of zeros."""
        return bool(self.flags & SparseFlag.ZERO_GRAINS)

    @property
    def has_redundant_tables(self) -> bool:
        """Whether a second copy of directory and tables is kept."""
        return bool(self.flags & SparseFlag.REDUNDANT_TABLES) and self.rgd_offset != 0


@dataclass(frozen=True, slots=True)
class SparseLayout:
    """The places in a new sparse extent; all tables are made at once, as VMware does.

    A writable file with a directory entry of 0 must never exist: qemu-img 7.2 writes
    the next grain there over the file's own header.
    """

    capacity: int
    """Sectors."""
    grain_size: int = 128
    """Sectors per grain."""
    descriptor: bool = True
    """Whether a descriptor is embedded."""
    zero_grains: bool = False

    def header(self) -> SparseHeader:
        """Return the header of such an extent.

        Version 1 is what every program reads; zero grains need version 2.
        """
        grains = ceil_div(self.capacity, self.grain_size)
        tables = ceil_div(grains, GTES_PER_TABLE)
        directory = ceil_div(tables * _ENTRY, SECTOR)
        table_sectors = ceil_div(GTES_PER_TABLE * _ENTRY, SECTOR)
        rgd = 1 + (DESCRIPTOR_SECTORS if self.descriptor else 0)
        gd = rgd + directory + tables * table_sectors
        flags = SparseFlag.NEWLINE_TEST | SparseFlag.REDUNDANT_TABLES
        if self.zero_grains:
            flags |= SparseFlag.ZERO_GRAINS
        return SparseHeader(
            version=2 if self.zero_grains else 1,
            flags=int(flags),
            capacity=self.capacity,
            grain_size=self.grain_size,
            descriptor_offset=1 if self.descriptor else 0,
            descriptor_size=DESCRIPTOR_SECTORS if self.descriptor else 0,
            gtes_per_gt=GTES_PER_TABLE,
            rgd_offset=rgd,
            gd_offset=gd,
            overhead=round_up(gd + directory + tables * table_sectors, self.grain_size),
        )
