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


def report_tables(extent: Tabled, header: SparseHeader) -> Generator[int, None, TableReport]:
    """Judge all entries of *extent*; a step is a few milliseconds, and yields bytes of tables.

    Raises:
        VmdkError: The tables can't be read.
    """
    tables = extent.first_tables
    report = TableReport(tables.lost_tables(), has_copies=header.has_redundant_tables)
    counts = PlaceCounts()
    copies = _Copies(extent, header, report)
    for first, entries in tables.windows():
        grains, places = _judged(tables, first, entries, report)
        counts.add(places)
        report.stored += len(grains)
        yield entries.nbytes
        copies.compare(first, entries)
        yield entries.nbytes * report.has_copies
    if not header.is_packed:
        reserved = Reserved(tables.table_places(), header.table_sectors)
        taken = yield from overlaps(tables.places, counts, reserved, header.grain_size)
        report.shared, report.over_tables = taken
        room = max(0, extent.file.file_bytes // SECTOR - header.overhead)
        report.leaked = max(0, room // header.grain_size - (report.stored - report.shared))
    report.behind, report.behind_stored = extent.behind_the_end()
    yield from copies.explain()
    return report


def _judged(
    tables: GrainTables, first: int, entries: NDArray[np.uint32], report: TableReport
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the grains of a window that are stored, and their places; note the bad ones."""
    where = np.flatnonzero(entries != 0)  # several times as fast as of the entries
    grains = (first + where).astype(np.int64)
    places = entries[where].astype(np.int64)
    state = tables.judge_entries(grains, entries[where])
    bad = np.flatnonzero(state == State.UNREADABLE)
    if len(bad):
        if not report.bad:
            report.first_bad = (int(grains[bad[0]]), int(places[bad[0]]))
        report.bad += len(bad)
    stored = state == State.DATA
    return grains[stored], places[stored]


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
