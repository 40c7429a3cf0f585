"""How long the grain directory of a stream is, as the marker before it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from redoscope_core.format.stream import Marker, MarkerType
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.extents.sparse.table_shape import TableShape
    from redoscope_core.files.file import DiskFile

__all__ = ["entries_announced"]

_ENTRY = 4


class _Read(Protocol):
    def __call__(self, offset: int, length: int, *, what: str) -> bytes: ...


def entries_announced(file: DiskFile, header: TableShape, read: _Read) -> int:
    """Return how many entries the directory has: fewer than the capacity needs if that is told.

    vmdktool, told a capacity, makes a directory only as long as its source is: then the footer
    follows where entries should be.
    """

    def marker(sector: int) -> Marker | None:
        if (sector + 1) * SECTOR > file.file_bytes:
            return None
        return Marker.unpack(read(sector * SECTOR, SECTOR, what="a marker"))

    before = marker(header.gd_offset - 1)
    if before is None or before.type != MarkerType.GRAIN_DIRECTORY:
        return header.table_count
    entries = before.sectors * SECTOR // _ENTRY
    if not 0 < entries < header.table_count:
        return header.table_count
    behind = marker(header.gd_offset + before.sectors)
    is_footer = behind is not None and behind.type == MarkerType.FOOTER
    return entries if is_footer else header.table_count
