"""Reading bytes by areas: from a sector to the files that hold it, without building arrays.

A read touches few areas of perhaps a million. It finds the first by bisection and walks
on from there over plain numbers, which costs a tenth of cutting a window out of arrays.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from copy import copy
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.chain.packed import PackedAreas, Run
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.errors import VmdkError
    from redoscope_core.files.file import DiskFile
    from redoscope_core.link.link import Link

__all__ = ["AreaReader", "unreadable"]

_ZEROS = memoryview(bytes(2**20))
_LISTED = 2**16
"""Areas whose numbers are kept as Python lists, which are read fastest but take most room."""
_IN_ONE_CALL = 512
"""Buffers per call of the operating system, which takes 1024."""
_NO_RUN = Run()
_ELSEWHERE, _PACKED = -1, -2
"""Stand for the number of a file where none holds an area, or one holds it packed."""


def unreadable(
    links: Sequence[Link], index: int, sector: int, lost_parent: VmdkError | None = None
) -> VmdkError:
    """Return the error that tells why *sector* of link *index* can't be read.

    Index -1 is that of the parent that the first link lacks, if it is a *lost_parent*.
    """
    if index < 0 and lost_parent is not None:
        # Each is raised by itself, from any thread: they share no traceback.
        return copy(lost_parent)
    error = links[index].unreadable(sector)
    error.link_index = index
    return error


class AreaReader:
    """Fills buffers with the bytes that areas of some links tell of. Any thread may use it."""

    def __init__(
        self, areas: Areas, links: Sequence[Link], lost_parent: VmdkError | None = None
    ) -> None:
        """Read *areas* of *links*; a *lost_parent* tells why those of link -1 can't be read."""
        self._areas = areas
        self._links = links
        self._lost_parent = lost_parent
        self._packed = PackedAreas(areas, links)
        self._files: list[DiskFile] = []
        self._holders = self._number_files()
        # All in bytes. The last is where sector 0 would be, if the area went back that far.
        self._starts, self._ends = areas.start * SECTOR, areas.end * SECTOR
        self._shifts = areas.offset - self._starts
        self._start, self._end = _plain(self._starts), _plain(self._ends)
        self._holder, self._shift = _plain(self._holders), _plain(self._shifts)

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """The arrays that it keeps, those of its areas too."""
        return (*self._areas.columns, self._starts, self._ends, self._shifts, self._holders)

    def _number_files(self) -> NDArray[np.int32]:
        """Return for each area which of `_files` holds it as it is; below 0 if none does."""
        areas = self._areas
        first = []
        for link in self._links:
            first.append(len(self._files))
            self._files += link.disk_files
        number = np.array(first or [0], np.int32)[areas.link] + areas.file
        number[areas.packed] = _PACKED
        number[areas.state != State.DATA] = _ELSEWHERE
        return number

    def fill(self, view: memoryview, sector: int) -> None:
        """Fill *view*, whole sectors, from *sector* on; what no area covers becomes zeros.

        Raises:
            CorruptVmdk: An area can't be read.
        """
        begin = sector * SECTOR
        stop = begin + len(view)
        low = bisect_right(self._end, begin)
        high = bisect_left(self._start, stop, low)
        position = begin
        run = _NO_RUN
        files, preadv = self._files, os.preadv
        for at, first, end, holder, shift in zip(
            range(low, high),
            self._start[low:high],
            self._end[low:high],
            self._holder[low:high],
            self._shift[low:high],
            strict=True,
        ):
            if first > position:
                _clear(view[position - begin : first - begin])
                position = first
            if end > stop:  # noqa: PLR1730 - `min` takes three times as long
                end = stop  # noqa: PLW2901 - the area is cut where the view ends
            piece = view[position - begin : end - begin]
            if holder == _PACKED:
                run = self._packed.fill(piece, position // SECTOR, at, run, stop // SECTOR)
            elif holder < 0:
                self._fill_other(at, piece, position // SECTOR)
            else:
                # As `_read` does it: the call alone is a tenth of the time of a long read.
                try:
                    got = preadv(files[holder].fileno(), (piece,), shift + position)
                except (OSError, OverflowError):
                    got = 0
                if got < end - position:
                    _read_on(files[holder], piece, shift + position, got)
            position = end
        if position < stop:
            _clear(view[position - begin :])

    def _fill_other(self, at: int, view: memoryview, sector: int) -> None:
        """Fill *view* from *sector* on, of area *at*, which no file holds."""
        if self._areas.state[at] != State.ZERO:
            link = int(self._areas.link[at])
            raise unreadable(self._links, link, sector, self._lost_parent)
        _clear(view)

    def fill_many(self, rows: memoryview, sectors: NDArray[np.int64], count: int) -> None:
        """Fill *rows*, one behind the other, with *count* sectors from each of *sectors* on.

        Rows that lie in one area each are read in the order of the files, neighbours
        together. Raises as `fill` does; rows may be filled in any order.
        """
        length = count * SECTOR
        begin = sectors * SECTOR
        at = np.searchsorted(self._ends, begin, side="right")
        inside = np.flatnonzero(at < len(self._ends))
        area = at[inside]
        whole = self._holders[area] >= 0
        whole &= begin[inside] >= self._starts[area]
        whole &= begin[inside] + length <= self._ends[area]
        row, area = inside[whole], area[whole]
        holder, offset = self._holders[area], self._shifts[area] + begin[row]
        order = np.lexsort((offset, holder))
        row, holder, offset = row[order], holder[order], offset[order]
        self._read_in_order(rows, length, row, holder, offset)
        rest = np.ones(len(sectors), np.bool_)
        rest[row] = False
        for each in np.flatnonzero(rest).tolist():
            self.fill(rows[each * length : (each + 1) * length], int(sectors[each]))

    def _read_in_order(
        self,
        rows: memoryview,
        length: int,
        row: NDArray[np.intp],
        holder: NDArray[np.int32],
        offset: NDArray[np.int64],
    ) -> None:
        apart = (np.diff(holder) != 0) | (np.diff(offset) != length)
        edges = [0, *(np.flatnonzero(apart) + 1).tolist(), len(row)] if len(row) else []
        places = (row * length).tolist()
        owners, offsets = holder.tolist(), offset.tolist()
        for low, high in pairwise(edges):
            file = self._files[owners[low]]
            for first in range(low, high, _IN_ONE_CALL):
                some = places[first : min(high, first + _IN_ONE_CALL)]
                _read_rows(file, [rows[p : p + length] for p in some], offsets[first])


def _plain(column: NDArray[np.int64] | NDArray[np.int32]) -> Sequence[int]:
    # Indexing a memoryview gives a plain number several times faster than numpy does.
    return column.tolist() if len(column) <= _LISTED else column.data


def _read(file: DiskFile, piece: memoryview, offset: int) -> None:
    try:
        got = os.preadv(file.fileno(), (piece,), offset)
    except (OSError, OverflowError):
        got = 0
    if got < len(piece):
        _read_on(file, piece, offset, got)


def _read_on(file: DiskFile, piece: memoryview, offset: int, got: int) -> None:
    """Read the rest of *piece*, of which *got* bytes are there, or tell what is wrong."""
    file.read_into(piece[got:], offset + got, what="stored sectors")


def _read_rows(file: DiskFile, rows: list[memoryview], offset: int) -> None:
    """Fill *rows* of equal length with what lies one behind the other in *file*."""
    length = len(rows[0])
    try:
        got = os.preadv(file.fileno(), rows, offset)
    except (OSError, OverflowError):
        got = 0
    for number in range(got // length, len(rows)):
        _read(file, rows[number], offset + number * length)


def _clear(view: memoryview) -> None:
    if len(view) <= len(_ZEROS):
        view[:] = _ZEROS[: len(view)]
        return
    for start in range(0, len(view), len(_ZEROS)):
        piece = view[start : start + len(_ZEROS)]
        piece[:] = _ZEROS[: len(piece)]
