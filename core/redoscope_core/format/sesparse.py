"""The space-efficient sparse extent (SESparse): the delta links of ESX servers of today.

    header | volatile header | journal | GD | GTs | free bitmap | back map | grains

No specification is public; what is known comes from other readers (qemu, dissect). The
journal, bitmap and back map are not understood, so such an extent is read, never written.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from redoscope_core.errors import CorruptVmdk, UnsupportedVmdk, VixCode
from redoscope_core.format.magics import SESPARSE_MAGIC
from redoscope_core.format.units import MAX_CAPACITY, SECTOR, ceil_div

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray

__all__ = [
    "SESPARSE_ENTRIES",
    "TABLE_MARK",
    "SeSparseHeader",
    "SeSparseVolatile",
    "grain_indices",
]

SESPARSE_ENTRIES = 4096
"""Entries of a grain table; each is 8 bytes."""
TABLE_MARK = 0x10000000
"""High half of a directory entry that leads to a table; the low half is the table's index."""
_VOLATILE_MAGIC = 0xCAFECAFE
_VERSION = 0x0000000200000001
_GRAIN = 8
_TABLE = 64
_ENTRY = 8
_LAST_GRAINS = 2**48 - 1
"""The last sector that grains may begin at."""


@dataclass(frozen=True, slots=True)
class SeSparseHeader:
    """The constant header, in the order it is stored; offsets and sizes in sectors."""

    LAYOUT: ClassVar[struct.Struct] = struct.Struct("<26Q304x")

    magic: int
    version: int
    capacity: int
    """Sectors of the disk that this extent covers."""
    grain_size: int
    table_size: int
    flags: int
    reserved1: int
    reserved2: int
    reserved3: int
    reserved4: int
    volatile_offset: int
    volatile_size: int
    journal_header_offset: int
    journal_header_size: int
    journal_offset: int
    journal_size: int
    gd_offset: int
    gd_size: int
    tables_offset: int
    tables_size: int
    bitmap_offset: int
    bitmap_size: int
    back_map_offset: int
    back_map_size: int
    grains_offset: int
    grains_size: int

    @classmethod
    def unpack(cls, data: bytes, *, file_bytes: int) -> Self:
        """Read and judge the header in the first 512 bytes *data* of a file of *file_bytes*.

        Raises:
            CorruptVmdk: A field is impossible, or a region would lie outside the file.
            UnsupportedVmdk: The version, a size or a flag is one that nobody has explained.
        """
        if len(data) < cls.LAYOUT.size or data[:8] != SESPARSE_MAGIC:
            raise CorruptVmdk(
                "the header of an SESparse extent is incomplete",
                where="the header",
                offset=0,
                found=f"{len(data)} bytes, or another beginning",
                expected=f"{cls.LAYOUT.size} bytes beginning {SESPARSE_MAGIC.hex(' ')}",
            )
        header = cls(*cls.LAYOUT.unpack_from(data))
        header._judge_kind()
        header._judge_places(file_bytes)
        return header

    def _judge_kind(self) -> None:
        known = {"version": _VERSION, "grain_size": _GRAIN, "table_size": _TABLE}
        for index, field in enumerate(fields(self)):
            expected = known.get(field.name, 0)
            judged = field.name in known or field.name.startswith(("flags", "reserved"))
            if judged and getattr(self, field.name) != expected:
                raise UnsupportedVmdk(
                    "an SESparse extent of a form that is not known",
                    where=f"header field {field.name}",
                    offset=index * _ENTRY,
                    found=f"0x{getattr(self, field.name):X}",
                    expected=f"0x{expected:X}",
                    code=VixCode.DISK_UNSUPPORTEDDISKVERSION,
                )

    def _judge_places(self, file_bytes: int) -> None:
        if not 0 < self.capacity <= MAX_CAPACITY:
            raise CorruptVmdk(
                "an impossible value",
                where="header field capacity",
                offset=16,
                found=self.capacity,
                expected=f"1 to {MAX_CAPACITY} sectors",
            )
        places = (
            ("volatileHeader", 80, self.volatile_offset, self.volatile_size, 1),
            ("grainDirectory", 128, self.gd_offset, self.gd_size, self._directory_sectors),
        )
        self._judge_beginnings(file_bytes)
        for name, offset, sector, room, needed in places:
            end = sector + needed
            if sector == 0 or room < needed or end * SECTOR > file_bytes:
                raise CorruptVmdk(
                    "a region that is too small or not inside the file",
                    where=f"header fields of the {name}",
                    offset=offset,
                    found=f"sectors {sector} to {sector + room} in a file of {file_bytes} bytes",
                    expected=f"{needed} sectors inside the file",
                    cure="copy the file again, it may be truncated",
                )
        self._judge_grains()

    def _judge_grains(self) -> None:
        # Grains are what the file grows by: a place before the tables would show those as bytes.
        first = max(
            self.volatile_offset + 1,
            self.gd_offset + self._directory_sectors,
            self.tables_offset + self.tables_size,
        )
        if self.grains_offset < first:
            raise CorruptVmdk(
                "grains that would begin among the headers and tables",
                where="header field grainsOffset",
                offset=192,
                found=f"sector {self.grains_offset}",
                expected=f"at least sector {first}",
            )

    def _judge_beginnings(self, file_bytes: int) -> None:
        """Bound where tables and grains begin: what entries add to that must fit 64 bits.

        Where no grain is stored yet the grains may begin at the end of the file or past it.
        """
        end_of_file = ceil_div(file_bytes, SECTOR)
        for name, offset, sector, last in (
            ("grainTablesOffset", 144, self.tables_offset, end_of_file),
            ("grainsOffset", 192, self.grains_offset, _LAST_GRAINS),
        ):
            if sector > last:
                raise CorruptVmdk(
                    "a region that begins outside the file",
                    where=f"header field {name}",
                    offset=offset,
                    found=f"sector {sector} in a file of {file_bytes} bytes",
                    expected=f"at most sector {last}",
                    cure="copy the file again, it may be truncated",
                )

    @property
    def _directory_sectors(self) -> int:
        """Sectors that the directory needs."""
        return ceil_div(self.table_count * _ENTRY, SECTOR)

    @property
    def table_count(self) -> int:
        """Grain tables that the disk may need."""
        return ceil_div(self.capacity, _GRAIN * SESPARSE_ENTRIES)

    @property
    def unclean(self) -> bool:
        """Nothing in this header tells; see `SeSparseVolatile`."""
        return False


@dataclass(frozen=True, slots=True)
class SeSparseVolatile:
    """The header that changes while the disk is in use."""

    LAYOUT: ClassVar[struct.Struct] = struct.Struct("<4Q480x")

    magic: int
    free_table: int
    transaction: int
    replay_journal: int
    """Not 0: the journal must be replayed before the tables are true."""

    @classmethod
    def unpack(cls, data: bytes, offset: int) -> Self:
        """Read the 512 bytes *data* found at byte *offset*.

        Raises:
            CorruptVmdk: It is something else.
        """
        header = cls(*cls.LAYOUT.unpack_from(data))
        if header.magic != _VOLATILE_MAGIC:
            raise CorruptVmdk(
                "the volatile header of an SESparse extent is something else",
                where="its magic number",
                offset=offset,
                found=f"0x{header.magic:X}",
                expected=f"0x{_VOLATILE_MAGIC:X}",
            )
        return header


def grain_indices(entries: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return which grain of the file each of *entries* (of type 3) means.

    The 12 bits below the type are the low bits of the index.
    """
    low = (entries >> np.uint64(48)) & np.uint64(0xFFF)
    high = (entries & np.uint64(0xFFFFFFFFFFFF)) << np.uint64(12)
    return low | high
