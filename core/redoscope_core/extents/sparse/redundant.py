"""Tables read with the help of their redundant copies, since somebody asked for that.

A directory entry that leads to no table is taken from the redundant directory, and a table entry
that differs from its copy where the copy is the sound one, or where nobody can tell (`copies`).
What the system can't read of one leads nowhere there, so it is taken from the other.
How much was taken is told with every answer. Memory grows by one bit for each entry of a window
in which some differ.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.extents.sparse.copies import Differing, judged, side_by_side
from redoscope_core.extents.sparse.grain_tables import GrainTables
from redoscope_core.extents.sparse.table_shape import TableEntry
from redoscope_core.findings import Finding, Kind
from redoscope_core.overriding import override
from redoscope_core.progress import finished

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.sparse import SparseHeader

__all__ = ["RedundantTables"]


_JUDGED = 2**20
"""Entries that differ and are judged together; each time all tables are gone through once."""


class _Taken:
    """Which grains have their entry from the redundant tables: a bit for each, by windows."""

    def __init__(self, tables: int) -> None:
        """Take no entries yet, and so many *tables*: those the redundant directory alone has."""
        self.tables = tables
        self.entries = 0
        self._firsts: list[int] = []
        self._bits: list[NDArray[np.uint8]] = []

    def add(self, first: int, marks: NDArray[np.bool_]) -> None:
        """Take those of the window from grain *first* on that have *marks*; windows ascend."""
        count = int(np.count_nonzero(marks))
        if count:
            self.entries += count
            self._firsts.append(first)
            self._bits.append(np.packbits(marks))

    def of_window(self, first: int, count: int) -> NDArray[np.bool_] | None:
        """Return the marks of the *count* grains of a window; None if none has one."""
        at = bisect_left(self._firsts, first)
        if at == len(self._firsts) or self._firsts[at] != first:
            return None
        return np.unpackbits(self._bits[at], count=count).astype(np.bool_)

    def __contains__(self, grain: int) -> bool:
        """Tell whether *grain* has a mark."""
        at = bisect_right(self._firsts, grain) - 1
        if at < 0:
            return False
        byte, bit = divmod(grain - self._firsts[at], 8)
        return byte < len(self._bits[at]) and bool(self._bits[at][byte] & (0x80 >> bit))


class _EitherDirectory(GrainTables):
    """The tables, by whichever directory leads to them."""

    def __init__(self, file: DiskFile, header: SparseHeader) -> None:
        """Look at the tables of *file*; nothing is read yet."""
        super().__init__(file, header, salvages=True)
        self._redundant_place = header.rgd_offset

    @override
    def directory(self, sector: int | None = None) -> NDArray[np.uint32]:
        """Return the directory, with entries of the redundant one where it has no table."""
        own = super().directory(sector)
        if sector is not None:
            return own
        return np.where(self.lent_tables(), super().directory(self._redundant_place), own)

    def lent_tables(self) -> NDArray[np.bool_]:
        """Tell which tables the redundant directory alone leads to."""
        own = super().directory()
        other = super().directory(self._redundant_place)
        return np.asarray(~self.has_table(own) & self.has_table(other))


class RedundantTables(_EitherDirectory):
    """The tables, with what is better in their copies; what that is, is read once."""

    def __init__(self, file: DiskFile, header: SparseHeader) -> None:
        """Look at both copies in *file*; nothing is read yet."""
        super().__init__(file, header)
        self._own = _EitherDirectory(file, header)
        self._copies = GrainTables(
            file, replace(header, gd_offset=header.rgd_offset), salvages=True
        )
        self._grain_size = header.grain_size
        self._lock = threading.Lock()
        self._taken: _Taken | None = None

    def _find(self) -> _Taken:
        with self._lock:
            if self._taken is None:
                self._taken = self._compared()
            return self._taken

    def _compared(self) -> _Taken:
        taken = _Taken(int(np.count_nonzero(self.lent_tables())))
        waiting: list[tuple[int, int, Differing]] = []
        held = 0
        for first, entries, other in side_by_side(self._own, self._copies):
            where = np.flatnonzero(entries != other)
            if len(where):
                part = Differing(first + where, entries[where], other[where])
                waiting.append((first, len(entries), part))
                held += len(part)
            if held >= _JUDGED:
                self._take(taken, waiting)
                waiting, held = [], 0
        self._take(taken, waiting)
        return taken

    def _take(self, taken: _Taken, waiting: list[tuple[int, int, Differing]]) -> None:
        """Let those be *taken* that are better, of (first grain, grains, what differs)."""
        if not waiting:
            return
        differing = Differing.of([part for _, _, part in waiting])
        found = finished(judged(self._own, self._copies, differing, self._grain_size))
        better = differing.grains[found.second_is_better(where_unknown=True)]
        for first, count, _ in waiting:
            low, high = np.searchsorted(better, [first, first + count])
            marks = np.zeros(count, np.bool_)
            marks[better[low:high] - first] = True
            taken.add(first, marks)

    def findings(self, path: Path) -> tuple[Finding, ...]:
        """Return what was taken from the copies so far, of the file *path*."""
        taken = self._taken
        if taken is None or not (taken.entries or taken.tables):
            return ()
        facts = {"entries": taken.entries, "tables": taken.tables}
        return (Finding.of(Kind.REDUNDANT_USED, path, **facts),)

    @property
    def takes_any(self) -> bool:
        """Whether anything is taken from the redundant tables."""
        taken = self._find()
        return taken.entries > 0 or taken.tables > 0

    @override
    def disagreement(self) -> None:
        """Return None: what differs was looked at, and `findings` tells of it."""

    @override
    def windows(self) -> Iterator[tuple[int, NDArray[np.uint32]]]:
        """Yield (first grain, entries) of all grains, some tables at a time."""
        taken = self._find()
        if not taken.entries:
            yield from super().windows()
            return
        for first, entries, other in side_by_side(self._own, self._copies):
            marks = taken.of_window(first, len(entries))
            if marks is not None:
                entries[marks] = other[marks]
            yield first, entries

    @override
    def grains(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Return the grains with an entry other than 0, ascending, and those entries."""
        grains, found = [np.empty(0, np.int64)], [np.empty(0, np.uint32)]
        for first, entries in self.windows():
            where = np.flatnonzero(entries)
            grains.append(first + where)
            found.append(entries[where])
        return np.concatenate(grains), np.concatenate(found)

    @override
    def look_up(self, grain: int, *, strictly: bool = False) -> TableEntry:
        """Return how *grain* is found; where its entry is taken from the copy, it is that.

        Raises:
            VmdkError: It is asked for *strictly*, and neither copy can be read there.
        """
        taken, directory = self._find(), self.directory()
        index, within = divmod(grain, self.per_table)
        tables = self._copies if grain in taken or bool(self.lent_tables()[index]) else self._own
        found = (tables.strict() if strictly else tables).look_up(grain)
        if tables is self._own:
            return found
        return found._replace(
            directory_index=index, directory_entry=int(directory[index]), table_index=within
        )
