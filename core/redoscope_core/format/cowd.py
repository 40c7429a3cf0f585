"""The ESX copy-on-write extent (COWD, VMFSSPARSE): the delta links of older ESX servers.

    header (4 sectors) | GD | GT or grain | GT or grain | ...

Tables are made when they are needed, among the grains, each with 4096 entries.

Source: Virtual Disk Format 5.0, "ESX Server Sparse Extents".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar

from redoscope_core.errors import CorruptVmdk, UnsupportedVmdk, VixCode
from redoscope_core.format.magics import COWD_MAGIC
from redoscope_core.format.units import SECTOR, ceil_div

if TYPE_CHECKING:
    from typing import Self

__all__ = ["COWD_FREE_OFFSET", "COWD_UNCLEAN_OFFSET", "CowdHeader"]

COWD_FREE_OFFSET = 28
"""Byte offset of freeSector in the header."""
COWD_UNCLEAN_OFFSET = 1648
"""Byte offset of uncleanShutdown in the header."""
_GTES = 4096
_VERSION = 1
_ENTRY = 4
_MAX_GRAIN = 2**15


@dataclass(frozen=True, slots=True)
class CowdHeader:
    """Header of a COWD extent, in the order it is stored."""

    LAYOUT: ClassVar[struct.Struct] = struct.Struct("<4s7I1024s2I60s512sI8sI396x")

    version: int
    flags: int
    capacity: int
    """Sectors of the disk that this extent covers."""
    grain_size: int
    """Sectors per grain; 1 as a rule."""
    gd_offset: int
    """Sector of the grain directory."""
    gd_entries: int
    """Entries of the directory."""
    free_sector: int
    """The sector behind all tables and grains: where the next one goes."""
    parent_name: bytes = b""
    """Empty in files of today; in a base disk the first 12 bytes are its geometry."""
    parent_generation: int = 0
    generation: int = 0
    name: bytes = b""
    description: bytes = b""
    saved_generation: int = 0
    reserved: bytes = b""
    unclean: int = 0

    def pack(self) -> bytes:
        """Return the 2048 bytes of the header."""
        values = [getattr(self, field.name) for field in fields(self)]
        return self.LAYOUT.pack(COWD_MAGIC, *values)

    @classmethod
    def unpack(cls, data: bytes, *, file_bytes: int) -> Self:
        """Read and judge the header in the first 2048 bytes *data* of a file of *file_bytes*.

        Raises:
            CorruptVmdk: A field is impossible, or the directory would lie outside the file.
            UnsupportedVmdk: The version is unknown.
        """
        if len(data) < cls.LAYOUT.size or data[:4] != COWD_MAGIC:
            raise CorruptVmdk(
                "the header of a COWD extent is incomplete",
                where="the header",
                offset=0,
                found=f"{len(data)} bytes, or another beginning",
                expected=f"{cls.LAYOUT.size} bytes beginning {COWD_MAGIC!r}",
            )
        header = cls(*cls.LAYOUT.unpack_from(data)[1:])
        if header.version != _VERSION:
            raise UnsupportedVmdk(
                "a COWD extent of an unknown version",
                where="header field version",
                offset=4,
                found=header.version,
                expected=_VERSION,
                code=VixCode.DISK_UNSUPPORTEDDISKVERSION,
            )
        header._judge(file_bytes)
        return header

    def _judge(self, file_bytes: int) -> None:
        sizes = (
            ("numSectors", 12, self.capacity, 1, 2**32 - 1),
            ("grainSize", 16, self.grain_size, 1, _MAX_GRAIN),
        )
        for name, offset, value, low, high in sizes:
            if not low <= value <= high:
                raise CorruptVmdk(
                    "an impossible value",
                    where=f"header field {name}",
                    offset=offset,
                    found=value,
                    expected=f"{low} to {high}",
                )
        if self.gd_entries < self.table_count:
            raise CorruptVmdk(
                "a grain directory too short for the disk",
                where="header field numGDEntries",
                offset=24,
                found=self.gd_entries,
                expected=f"at least {self.table_count}",
            )
        end = self.gd_offset * SECTOR + self.gd_entries * _ENTRY
        if self.gd_offset < self.LAYOUT.size // SECTOR or end > file_bytes:
            raise CorruptVmdk(
                "the grain directory is not inside the file",
                where="header fields gdOffset and numGDEntries",
                offset=20,
                found=f"bytes {self.gd_offset * SECTOR} to {end}",
                expected=f"a place from byte {self.LAYOUT.size} to {file_bytes}",
                cure="copy the file again, it may be truncated",
            )

    @property
    def grain_count(self) -> int:
        """Grains of the extent, the last one perhaps partial."""
        return ceil_div(self.capacity, self.grain_size)

    @property
    def gtes_per_gt(self) -> int:
        """Entries of a grain table."""
        return _GTES

    @property
    def table_count(self) -> int:
        """Grain tables that the disk may need."""
        return ceil_div(self.grain_count, _GTES)

    @property
    def table_sectors(self) -> int:
        """Sectors one grain table takes."""
        return _GTES * _ENTRY // SECTOR

    @property
    def overhead(self) -> int:
        """Sectors in front of the first table or grain."""
        header_sectors = self.LAYOUT.size // SECTOR
        if self.gd_offset != header_sectors:
            return header_sectors
        return header_sectors + ceil_div(self.gd_entries * _ENTRY, SECTOR)

    @property
    def descriptor_offset(self) -> int:
        """No descriptor is embedded."""
        return 0

    @property
    def descriptor_size(self) -> int:
        """No descriptor is embedded."""
        return 0

    @property
    def rgd_offset(self) -> int:
        """There is no redundant directory."""
        return 0

    @property
    def has_redundant_tables(self) -> bool:
        """There are none."""
        return False

    @property
    def has_zero_grains(self) -> bool:
        """What an entry of 1 would mean, nobody knows; it is never written."""
        return False

    @property
    def is_packed(self) -> bool:
        """Grains are never compressed."""
        return False
