"""Tables read with the help of their redundant copies, since somebody asked for that.

A directory entry that leads to no table is taken from the redundant directory, and a table entry
that differs from its copy where the copy is the sound one, or where nobody can tell (`copies`).
How much was taken is told with every answer.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from typing_extensions import override

from redoscope_core.extents.sparse.copies import Differing, judged, side_by_side
from redoscope_core.extents.sparse.grain_tables import GrainTables
from redoscope_core.extents.sparse.table_shape import TableEntry
from redoscope_core.findings import Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from redoscope_core.extents.sparse.copies import Judged
    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.sparse import SparseHeader

__all__ = ["RedundantTables"]


class _Taken(NamedTuple):
    """What is taken from the redundant tables."""

    grains: NDArray[np.int64]
    """Ascending."""
    entries: NDArray[np.uint32]
    tables: int
    """Tables that the redundant directory alone leads to."""


def _end_of(steps: Generator[int, None, Judged]) -> Judged:
    """Return what comes of *steps*, made at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Judged = end.value
            return found


class _EitherDirectory(GrainTables):
    """The tables, by whichever directory leads to them."""

    def __init__(self, file: DiskFile, header: SparseHeader) -> None:
        """Look at the tables of *file*; nothing is read yet."""
        super().__init__(file, header)
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
        self._copies = GrainTables(file, replace(header, gd_offset=header.rgd_offset))
        self._grain_size = header.grain_size
        self._lock = threading.Lock()
        self._taken: _Taken | None = None

    def _find(self) -> _Taken:
        with self._lock:
            if self._taken is None:
                self._taken = self._compared()
            return self._taken

    def _compared(self) -> _Taken:
        parts = []
        for first, entries, other in side_by_side(self._own, self._copies):
            where = np.flatnonzero(entries != other)
            if len(where):
                parts.append(Differing(first + where, entries[where], other[where]))
        differing = Differing.of(parts)
        found = _end_of(judged(self._own, self._copies, differing, self._grain_size))
        better = found.second_is_better(where_unknown=True)
        tables = int(np.count_nonzero(self.lent_tables()))
        return _Taken(differing.grains[better], differing.second[better], tables)

    def findings(self, path: Path) -> tuple[Finding, ...]:
        """Return what was taken from the copies so far, of the file *path*."""
        taken = self._taken
        if taken is None or not (len(taken.grains) or taken.tables):
            return ()
        facts = {"entries": len(taken.grains), "tables": taken.tables}
        return (Finding.of(Kind.REDUNDANT_USED, path, **facts),)

    @property
    def takes_any(self) -> bool:
        """Whether anything is taken from the redundant tables."""
        return len(self._find().grains) > 0 or self._find().tables > 0

    @override
    def disagreement(self) -> None:
        """Return None: what differs was looked at, and `findings` tells of it."""

    @override
    def windows(self) -> Iterator[tuple[int, NDArray[np.uint32]]]:
        """Yield (first grain, entries) of all grains, some tables at a time."""
        taken = self._find()
        for first, entries in super().windows():
            low, high = np.searchsorted(taken.grains, [first, first + len(entries)])
            entries[taken.grains[low:high] - first] = taken.entries[low:high]
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
    def look_up(self, grain: int) -> TableEntry:
        """Return how *grain* is found; where its entry is taken from the copy, it is that."""
        taken, directory = self._find(), self.directory()
        index, within = divmod(grain, self.per_table)
        at = int(np.searchsorted(taken.grains, grain))
        lent = at < len(taken.grains) and int(taken.grains[at]) == grain
        tables = self._copies if lent or bool(self.lent_tables()[index]) else self._own
        found = tables.look_up(grain)
        if tables is self._own:
            return found
        return found._replace(
            directory_index=index, directory_entry=int(directory[index]), table_index=within
        )
