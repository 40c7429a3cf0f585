"""What is wrong with the tables of one extent, found in windows: memory does not grow with them.

A place of the file belongs to one entry. Whether one belongs to two is seen when the places are
sorted; there may be 33 million, so they are sorted a part of the file at a time:

    places in the file   |..:.:.|....:.|:.:....|.:....:|    counted in the first pass
    parts                [   at most _AT_ONCE  ][  ...  ]    each gathered in a pass of its own
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.errors import VmdkError
from redoscope_core.extents.sparse.grain_tables import GrainTables
from redoscope_core.extents.table_report import TableReport
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.extents.sparse.tabled import Tabled
    from redoscope_core.format.sparse import SparseHeader


__all__ = ["report_tables"]


_AT_ONCE = 2**22
"""Places that are sorted together: 16 MiB."""
_BUCKET = 16
"""Places are counted by their upper bits: in 65,536 buckets of so many lower bits."""


def report_tables(extent: Tabled, header: SparseHeader) -> Generator[None, None, TableReport]:
    """Judge all entries of *extent*; a step is a few milliseconds.

    Raises:
        VmdkError: The tables can't be read.
    """
    tables = extent.tables
    report = TableReport(tables.lost_tables())
    counts = np.zeros(2**_BUCKET, np.int64)
    copies = _Copies(extent, header, report) if header.has_redundant_tables else None
    for first, entries in tables.windows():
        grains, places = _judged(tables, first, entries, report)
        counts += np.bincount(places >> _BUCKET, minlength=len(counts))
        report.stored += len(grains)
        if copies is not None:
            copies.compare(first, entries)
        yield
    if not header.is_packed:
        report.shared = yield from _count_shared(tables, counts, header.grain_size)
        room = max(0, extent.file.file_bytes // SECTOR - header.overhead)
        report.leaked = max(0, room // header.grain_size - (report.stored - report.shared))
    if copies is not None and copies.may_be_half_written:
        half = extent.half_written()
        report.half_written = 0 if half is None else len(half)
    return report


def _judged(
    tables: GrainTables, first: int, entries: NDArray[np.uint32], report: TableReport
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the grains of a window that are stored, and their places; note the bad ones."""
    grains, places, state = _states(tables, first, entries)
    bad = np.flatnonzero(state == State.UNREADABLE)
    if len(bad):
        if not report.bad:
            report.first_bad = (int(grains[bad[0]]), int(places[bad[0]]))
        report.bad += len(bad)
    stored = state == State.DATA
    return grains[stored], places[stored]


def _states(
    tables: GrainTables, first: int, entries: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    where = np.flatnonzero(entries)
    grains = (first + where).astype(np.int64)
    found = entries[where]
    return grains, found.astype(np.int64), tables.judge_entries(grains, found)


@dataclass(slots=True)
class _Copies:
    """The redundant tables, compared a window at a time."""

    extent: Tabled
    header: SparseHeader
    report: TableReport
    _windows: Iterator[tuple[int, NDArray[np.uint32]]] | None = field(default=None, init=False)
    _is_uneven: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        copy = GrainTables(self.extent.file, replace(self.header, gd_offset=self.header.rgd_offset))
        try:
            self.report.lost_copies = len(copy.lost_tables())
            directories = (self.extent.tables.directory(), copy.directory())
            self._is_uneven = bool(((directories[0] == 0) != (directories[1] == 0)).any())
            self._windows = copy.windows()
        except VmdkError as error:
            self.report.copy_error = error

    @property
    def may_be_half_written(self) -> bool:
        """Whether something differs, and an interrupted write may be why."""
        return self.header.unclean and bool(self._is_uneven or self.report.differing)

    def compare(self, first: int, entries: NDArray[np.uint32]) -> None:
        """Compare the window that begins with grain *first*."""
        if self._windows is None or self.report.copy_error is not None:
            return
        try:
            _, other = next(self._windows)
        except VmdkError as error:
            self.report.copy_error = error
            return
        differing = np.flatnonzero(entries != other)
        if len(differing) and not self.report.differing:
            self.report.first_differing = first + int(differing[0])
        self.report.differing += len(differing)


def _count_shared(
    tables: GrainTables, counts: NDArray[np.int64], grain_size: int
) -> Generator[None, None, int]:
    """Return how many places overlap the one before; *counts* tells how many are in a bucket."""
    shared = 0
    last = -grain_size
    for low, high in _parts(counts):
        room = _Places()
        for first, entries in tables.windows():
            where = np.flatnonzero((entries >= low) & (entries < high))
            found = entries[where]
            state = tables.judge_entries((first + where).astype(np.int64), found)
            room.add(found[state == State.DATA])
            yield
        ascending = room.sorted()
        near = ascending[1:] - ascending[:-1] < grain_size
        shared += room.repeated + int(np.count_nonzero(near))
        shared += int(ascending[0]) - last < grain_size
        last = int(ascending[-1])
    return shared


def _parts(counts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield (first place, place behind) of parts with places, at most `_AT_ONCE` or one bucket."""
    first = total = 0
    for bucket in np.flatnonzero(counts).tolist():
        own = int(counts[bucket])
        if total and total + own > _AT_ONCE:
            yield first << _BUCKET, bucket << _BUCKET
            first, total = bucket, 0
        total += own
    if total:
        yield first << _BUCKET, len(counts) << _BUCKET


class _Places:
    """Places of one part of the file, in bounded memory; those that repeat are only counted."""

    def __init__(self) -> None:
        self._room = np.empty(_AT_ONCE + 2**_BUCKET, np.uint32)
        self._used = 0
        self.repeated = 0

    def add(self, places: NDArray[np.uint32]) -> None:
        while len(places):
            if self._used == len(self._room):
                self._pack()
            taken = places[: len(self._room) - self._used]
            self._room[self._used : self._used + len(taken)] = taken
            self._used += len(taken)
            places = places[len(taken) :]

    def sorted(self) -> NDArray[np.uint32]:
        self._pack()
        return self._room[: self._used]

    def _pack(self) -> None:
        used = self._room[: self._used]
        used.sort()
        kept = used[np.concatenate(([True], used[1:] != used[:-1]))]
        self.repeated += len(used) - len(kept)
        self._used = len(kept)
        self._room[: self._used] = kept
