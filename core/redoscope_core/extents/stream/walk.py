"""Walking a stream whose directory is lost: every grain says itself where it belongs.

What is found this way is a part of the disk. A sector that no grain was found for may
have been stored in the part that is lost: it is unreadable, never zeros, unless the walk
saw that nothing is missing there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import Areas, State
from redoscope_core.extents.sparse.grain_tables import GrainTables
from redoscope_core.extents.sparse.table_shape import TableEntry
from redoscope_core.files.marking import read_marking
from redoscope_core.format.stream import GrainMark, MarkerType, packed_limit
from redoscope_core.format.units import SECTOR
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core.files.file import DiskFile
    from redoscope_core.findings import Finding
    from redoscope_core.format.sparse import SparseHeader

__all__ = ["WalkedTables", "walk"]

_CHUNK = 2048
"""Sectors that are looked at together."""


class WalkedTables(GrainTables):
    """What stands in for the tables: the grains that a walk found."""

    def __init__(self, file: DiskFile, header: SparseHeader, found: Areas) -> None:
        """Hold *found*: the areas of the whole extent."""
        super().__init__(file, header)
        self._found = found

    @override
    def areas(self) -> Areas:
        """Return the areas that were found, and those that are lost."""
        return self._found

    @override
    def disagreement(self) -> Finding | None:
        """Return None: nothing is there to differ."""

    @override
    def table_places(self) -> NDArray[np.int64]:
        """Return nothing: there are no tables."""
        return np.empty(0, np.int64)

    @override
    def look_up(self, grain: int) -> TableEntry:
        """Return what is known of *grain*; there is no entry to tell of."""
        index, within = divmod(grain, self._header.gtes_per_gt)
        area = self._found.window(grain * self._header.grain_size, 1)
        if not len(area):
            return TableEntry(index, 0, within, None, None, State.ABSENT)
        state = State(int(area.state[0]))
        sector = int(area.offset[0]) // SECTOR if state is State.DATA else None
        return TableEntry(index, 0, within, sector, None, state)


@dataclass(slots=True)
class _Walk:
    """What the walk knows so far."""

    grains: list[int]
    places: list[int]
    """Sector of each grain in the file."""
    broken: list[int]
    """Before which of the grains something could not be read."""
    complete: bool = False
    """Whether the stream's end was reached."""


def walk(file: DiskFile, header: SparseHeader, *, salvages: bool = False) -> WalkedTables:
    """Find the grains of the stream in *file* by going from one to the next.

    With *salvages* sectors that can't be read are passed over like others that are damaged.
    """
    seen = _step_through(_Sectors(file, header, salvages=salvages), header)
    grains = np.array(seen.grains, np.int64)
    places = np.array(seen.places, np.int64)
    ordered = bool((np.diff(grains) > 0).all())
    unknown = np.zeros(len(grains) + 1, np.bool_)
    unknown[seen.broken] = True
    unknown[-1] |= not seen.complete
    if not ordered:
        # Written out of order: what is missing may be anywhere. Of two the later one counts.
        unknown[:] = bool(seen.broken) or not seen.complete
        grains, last = np.unique(grains[::-1], return_index=True)
        places = places[::-1][last]
        unknown = unknown[: len(grains) + 1]
    return WalkedTables(file, header, _as_areas(header, grains, places, unknown))


def _as_areas(
    header: SparseHeader,
    grains: NDArray[np.int64],
    places: NDArray[np.int64],
    unknown: NDArray[np.bool_],
) -> Areas:
    """Return the stored areas; *unknown* tells of each gap before a grain whether it is lost."""
    size = header.grain_size
    start = grains * size
    count = np.minimum(size, header.capacity - start)
    stored = Areas.of(start, count, State.DATA, 0, 0, places * SECTOR, packed=True)
    edges = np.concatenate(([0], start + count))
    until = np.concatenate((start, [header.capacity]))
    gap = unknown & (until > edges)
    lost = Areas.of(edges[gap], (until - edges)[gap], State.UNREADABLE, 0, -1)
    both = Areas.concatenate([stored, lost])
    return both.take(np.argsort(both.start, kind="stable"))


class _Sectors:
    """The sectors of a stream as what they may be, looked at in chunks."""

    def __init__(self, file: DiskFile, header: SparseHeader, *, salvages: bool) -> None:
        self._file = file
        self._header = header
        self._salvages = salvages
        self.end = file.file_bytes // SECTOR
        self._first = self._last = 0
        self._words: NDArray[np.uint32] = np.empty((0, SECTOR // 4), np.uint32)
        self._grains: NDArray[np.int64] = np.empty(0, np.int64)

    def _load(self, sector: int) -> None:
        if self._first <= sector < self._last:
            return
        count = min(_CHUNK, self.end - sector)
        raw = bytearray(count * SECTOR)
        if self._salvages:
            read_marking(self._file, memoryview(raw), sector * SECTOR)
        else:
            self._file.read_into(memoryview(raw), sector * SECTOR, what="the stream")
        self._first, self._last = sector, sector + count
        self._words = np.frombuffer(raw, "<u4").reshape(count, SECTOR // 4)
        value = self._words[:, 0] + (self._words[:, 1].astype(np.uint64) << np.uint64(32))
        length = self._words[:, 2].astype(np.int64)
        zlib_head = np.frombuffer(raw, np.uint8).reshape(count, SECTOR)[:, 12:14].astype(np.int64)
        places = np.arange(sector, sector + count) * SECTOR + GrainMark.LAYOUT.size
        good = (length > 0) & (length <= packed_limit(self._header.grain_size))
        good &= value < self._header.capacity
        good &= value % np.uint64(self._header.grain_size) == 0
        good &= places + length <= self._file.file_bytes
        # What every zlib stream begins with (RFC 1950, section 2.2).
        good &= ((zlib_head[:, 0] & 15) == 8) & ((zlib_head @ np.array([256, 1])) % 31 == 0)  # noqa: PLR2004
        self._grains = np.flatnonzero(good) + sector

    def mark(self, sector: int) -> tuple[GrainMark, int, bool]:
        """Return what begins at *sector*: mark, marker type, whether it looks like a grain."""
        self._load(sector)
        words = self._words[sector - self._first]
        mark = GrainMark(int(words[0]) + (int(words[1]) << 32), int(words[2]))
        index = int(np.searchsorted(self._grains, sector))
        is_grain = index < len(self._grains) and int(self._grains[index]) == sector
        return mark, int(words[3]), is_grain

    def next_grain(self, sector: int) -> int:
        """Return the first sector from *sector* on that looks like a grain, or the end."""
        while sector < self.end:
            self._load(sector)
            index = int(np.searchsorted(self._grains, sector))
            if index < len(self._grains):
                return int(self._grains[index])
            sector = self._last
        return self.end


def _start(sectors: _Sectors, header: SparseHeader) -> int:
    """Return where the first grain may be: behind overHead, unless one is before it already."""
    in_front = max(1, header.descriptor_offset + header.descriptor_size)
    if not in_front <= header.overhead < sectors.end:
        return in_front
    first = sectors.next_grain(in_front)
    return min(first, header.overhead)


def _step_through(sectors: _Sectors, header: SparseHeader) -> _Walk:
    """Go from one grain or marker to the next, each of which says how long it is.

        header  text  | grain 0 | grain 7 | ~damaged~ | grain 9 | table | grain 12 |  the file ends
                        places                broken                                  not complete

    Between grains 0 and 7 nothing was stored, or it would stand there, since streams are written in
    order: ABSENT. Between 7 and 9, and behind 12, something may have been: UNREADABLE. How grains
    and markers begin `format.stream` says.
    """
    seen = _Walk([], [], [])
    sector = _start(sectors, header)
    while sector < sectors.end:
        mark, kind, is_grain = sectors.mark(sector)
        if is_grain:
            seen.grains.append(mark.value // header.grain_size)
            seen.places.append(sector)
            sector += mark.sectors
        elif mark.length == 0 and kind in {MarkerType.GRAIN_DIRECTORY, MarkerType.FOOTER}:
            seen.complete = True
            break
        elif (
            mark.length == 0
            and kind == MarkerType.GRAIN_TABLE
            and (mark.value == header.table_sectors)
        ):
            sector += 1 + mark.value
        elif mark.length == 0 and kind == MarkerType.PROGRESS:
            sector += 1
        elif mark == GrainMark(0, 0) and not seen.grains:
            sector = sectors.next_grain(sector + 1)  # padding in front of the first grain
        else:
            seen.broken.append(len(seen.grains))
            sector = sectors.next_grain(sector + 1)
    return seen
