"""What is wrong with the tables of one extent, found in windows: memory does not grow with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.errors import VmdkError
from redoscope_core.extents.sparse.copies import Beside, Differing, judged
from redoscope_core.extents.sparse.places import PlaceCounts, Reserved, overlaps
from redoscope_core.extents.table_report import TableReport
from redoscope_core.format.units import SECTOR
from redoscope_core.spots import MOST_TOLD

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from redoscope_core.extents.sparse.grain_tables import GrainTables
    from redoscope_core.extents.sparse.tabled import Tabled
    from redoscope_core.format.sparse import SparseHeader


__all__ = ["report_tables"]


_AT_ONCE = 2**17
"""Entries that are judged together: of few a window, that costs as much as of many."""
_STEP = 2**21
"""Bytes of tables in a step."""


def report_tables(extent: Tabled, header: SparseHeader) -> Generator[int, None, TableReport]:
    """Judge all entries of *extent*; a step is a few milliseconds, and yields bytes of tables.

    Raises:
        VmdkError: The tables can't be read.
    """
    tables = extent.first_tables
    report = TableReport(tables.lost_tables(), has_copies=header.has_redundant_tables)
    stored = _Stored(tables, report)
    copies = _Copies(extent, header, report)
    looked = 0
    for first, entries in tables.windows():
        stored.add(first, entries)  # before what is lost of them is as their copies have it
        copies.compare(first, entries)
        looked += entries.nbytes * (1 + report.has_copies)
        if looked >= _STEP:
            yield looked
            looked = 0
    stored.judge()
    yield looked
    if not header.is_packed:
        reserved = Reserved(tables.table_places(), header.table_sectors)
        counts = stored.counts
        taken = yield from overlaps(tables.places, counts, reserved, header.grain_size)
        report.shared, report.over_tables = taken
        room = max(0, extent.file.file_bytes // SECTOR - header.overhead)
        report.leaked = max(0, room // header.grain_size - (report.stored - report.shared))
    report.behind, report.behind_stored = extent.behind_the_end()
    yield from copies.explain()
    return report


class _Stored:
    """The entries other than 0: the bad ones of them, and how many places lie where."""

    def __init__(self, tables: GrainTables, report: TableReport) -> None:
        self.counts = PlaceCounts()
        self._tables, self._report = tables, report
        self._grains: list[NDArray[np.int64]] = []
        self._entries: list[NDArray[np.uint32]] = []
        self._waiting = 0

    def add(self, first: int, entries: NDArray[np.uint32]) -> None:
        """Take in the window that begins with grain *first*."""
        where = np.flatnonzero(entries != 0)  # several times as fast as of the entries
        self._grains.append(first + where)
        self._entries.append(entries[where])
        self._waiting += len(where)
        if self._waiting >= _AT_ONCE:
            self.judge()

    def judge(self) -> None:
        """Judge what was taken in since the last time."""
        if not self._waiting:
            return
        grains, entries = np.concatenate(self._grains), np.concatenate(self._entries)
        self._grains.clear()
        self._entries.clear()
        self._waiting = 0
        report, places = self._report, entries.astype(np.int64)
        state = self._tables.judge_entries(grains, entries)
        bad = np.flatnonzero(state == State.UNREADABLE)
        if len(bad):
            if not report.bad:
                report.first_bad = (int(grains[bad[0]]), int(places[bad[0]]))
            report.bad += len(bad)
        stored = places[state == State.DATA]
        report.stored += len(stored)
        self.counts.add(stored)


class _Copies:
    """The redundant tables, compared a window at a time."""

    def __init__(self, extent: Tabled, header: SparseHeader, report: TableReport) -> None:
        self._extent, self._header, self._report = extent, header, report
        self._beside: Beside | None = None
        self._differing: list[Differing] = []
        copies = extent.copies
        report.copies_outside = report.has_copies and copies is None
        if copies is None:
            return
        try:
            self._beside = Beside(extent.first_tables, copies)
        except VmdkError as error:
            report.copy_error = error
        else:
            report.lost_copies, report.mended_tables = self._beside.lost, self._beside.mended

    def compare(self, first: int, entries: NDArray[np.uint32]) -> None:
        """Compare the window that begins with grain *first*."""
        if self._beside is None or self._report.copy_error is not None:
            return
        try:
            other = self._beside.next(first, entries)
        except VmdkError as error:
            self._report.copy_error = error
            return
        where = np.flatnonzero(entries != other)
        told = where[: max(0, MOST_TOLD - self._report.differing)]
        if len(told):
            self._differing.append(Differing(first + told, entries[told], other[told]))
        self._report.differing += len(where)

    def explain(self) -> Generator[int, None, None]:
        """Tell of what differs which is sound, or that an interrupted write left it so."""
        report, copies, beside = self._report, self._extent.copies, self._beside
        if copies is None or beside is None or report.copy_error is not None:
            return
        if self._header.unclean and (report.differing or beside.is_uneven):
            half = yield from self._extent.half_written_steps(keep=False)
            report.half_written = 0 if half is None else len(half)
        if report.half_written or not report.differing:
            return
        size, differing = self._header.grain_size, Differing.of(self._differing)
        found = yield from judged(self._extent.first_tables, copies, differing, size)
        report.spots = found.spots(size)
