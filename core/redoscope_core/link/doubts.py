"""What the tables of a link make one doubt, though it can be read: told in notes.

Nothing here decides what is read. It compares what the tables say with their redundant
copies, with each other, and with how much the file holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.format.sparse import SparseHeader
from redoscope_core.format.units import SECTOR, ceil_div
from redoscope_core.link.areas import Areas, State
from redoscope_core.link.extents import SparseExtent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.link.extents import Extent

__all__ = ["doubts_about"]

_STREAM_END = 8
"""Sectors behind the tables of a stream that holds nothing: markers and footer."""
_TOO_MUCH = 8
"""What part of a file may belong to nothing before one wonders."""
_SHARED = (
    "two entries of its tables lead to the same place of a file;"
    " one of them shows bytes that are not its own"
)


def doubts_about(extents: Sequence[Extent], parts: Sequence[Areas]) -> tuple[str, ...]:
    """Return what is doubtful about *extents*, whose stored areas are *parts*."""
    doubts: list[str] = []
    held: list[Areas] = []
    files: dict[tuple[int, int], int] = {}
    for extent, part in zip(extents, parts, strict=True):
        if extent.file is None:
            continue
        # By what the file is, not by its name: two extents may lie in one.
        index = files.setdefault(extent.file.identity, len(files))
        held.append(part.moved(file=index))
        if isinstance(extent, SparseExtent):
            tables = extent.table_areas()
            held.append(tables.moved(file=index))
            doubts += _of_sparse(extent, part, tables)
    if Areas.concatenate(held).has_shared_bytes():
        doubts.append(_SHARED)
    unreadable = sum(part.sectors_in(State.UNREADABLE) for part in parts)
    if unreadable:
        doubts.append(f"{unreadable} sectors can't be read")
    return tuple(doubts)


def _of_sparse(extent: SparseExtent, part: Areas, tables: Areas) -> list[str]:
    name = extent.file.path.name
    doubts = []
    if extent.file.file_bytes % SECTOR and not extent.header.is_packed:
        doubts.append(f"{name} is no whole number of sectors long: {extent.file.file_bytes} bytes")
    if (difference := extent.tables.disagreement()) is not None:
        doubts.append(f"{name}: {difference}")
    if not extent.header.is_packed and (behind := extent.tables.entries_behind_the_last()):
        doubts.append(
            f"{name}: {behind} entries of its last grain table lie behind the end of the disk;"
            " its grain size or its capacity may have been changed"
        )
    left = _left_over(extent, part, tables)
    if left > 0:
        doubts.append(
            f"{name} holds {left} sectors that no table entry leads to: left over, or lost from"
            " the tables"
        )
    return doubts


def _left_over(extent: SparseExtent, part: Areas, tables: Areas) -> int:
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
