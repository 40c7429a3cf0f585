"""What the tables of one sparse extent make one doubt, though it can be read.

Nothing here decides what is read. It compares what the tables say with their redundant
copies, and with how much the file holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.areas.areas import State
from redoscope_core.findings import Finding, Kind
from redoscope_core.format.sparse import SparseHeader
from redoscope_core.format.units import SECTOR, ceil_div

if TYPE_CHECKING:
    from redoscope_core.areas.areas import Areas
    from redoscope_core.extents.sparse.tabled import Tabled

__all__ = ["table_doubts"]

_STREAM_END = 8
"""Sectors behind the tables of a stream that holds nothing: markers and footer."""
_TOO_MUCH = 8
"""What part of a file may belong to nothing before one wonders."""


def table_doubts(extent: Tabled, part: Areas) -> tuple[Finding, ...]:
    """Return what is doubtful about the tables of *extent*, whose stored areas are *part*."""
    path = extent.file.path
    doubts = []
    if extent.file.file_bytes % SECTOR and not extent.header.is_packed:
        doubts.append(Finding.of(Kind.ODD_LENGTH, path, file_bytes=extent.file.file_bytes))
    if (difference := extent.tables.disagreement()) is not None:
        doubts.append(difference)
    doubts += extent.behind_the_end().findings(path)
    left = _left_over(extent, part, extent.table_areas())
    if left > 0:
        doubts.append(Finding.of(Kind.LEFT_OVER, path, sectors=left))
    return tuple(doubts)


def _left_over(extent: Tabled, part: Areas, tables: Areas) -> int:
    """Return how many sectors behind the metadata belong to nothing."""
    header = extent.header
    end = ceil_div(extent.file.file_bytes, SECTOR)
    if not isinstance(header, SparseHeader) and header.overhead <= header.free_sector < end:
        end = header.free_sector  # behind it an ESX server keeps room for the next grains
    room = end - header.overhead
    if header.is_packed:
        # How long packed grains are is not known here, only that there are none.
        tables_room = (header.table_count + 1) * (header.table_sectors + 2)
        return room if not len(part) and room > tables_room + _STREAM_END else 0
    late = tables.offset >= header.overhead * SECTOR
    stored = part.sectors_in(State.DATA) + int(tables.count[late].sum())
    rest = -extent.line.sectors % header.grain_size
    if rest and len(part) and int(part.end[-1]) == extent.line.sectors:
        stored += rest * int(part.state[-1] == State.DATA)
    unread = part.sectors_in(State.UNREADABLE)
    left = room - stored
    # Writing zeros and crashes leave a grain here and there; that is no reason to doubt.
    return left if left >= max(header.grain_size, room // _TOO_MUCH) and not unread else 0
