"""Judging one link: its tables as whole arrays, its compressed grains, if asked for its data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import State
from redoscope_core.chain.access import Policy
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.tracks import track_of
from redoscope_core.errors import VmdkError
from redoscope_core.extents.sparse.behind import Behind
from redoscope_core.findings import Finding, Kind
from redoscope_core.leniency import Leniency
from redoscope_core.operations.examining.grains import PackedGrains
from redoscope_core.operations.examining.stored import StoredBytes
from redoscope_core.operations.examining.tally import Tally
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from redoscope_core.extents.contract import Extent
    from redoscope_core.extents.table_report import TableReport
    from redoscope_core.link.link import Link
    from redoscope_core.operations.examining.tally import Looked

__all__ = ["judge_link", "work_in"]

_ENTRY = 4


def work_in(link: Link, *, data: bool) -> int:
    """Return the bytes that `judge_link` goes through, about: those of its tables, or of all."""
    tables = sum(
        -(-extent.line.sectors // extent.grain_size) * _ENTRY
        for extent in link.extents
        if extent.grain_size is not None
    )
    return tables + sum(file.file_bytes for file in link.disk_files) * data


def judge_link(
    link: Link, here: Progress, looked: Looked
) -> Generator[Progress, None, list[Finding]]:
    """Return what is wrong with *link*; *here* says how far the check is when it begins.

    Where *here* counts bytes it goes on from there. A step is a few milliseconds: whoever waits
    may give up in the middle of a link.
    """
    yield here
    judge = _Judge(link, looked)
    done, most = 0, work_in(link, data=looked.data)
    for extent, start in zip(link.extents, link.starts, strict=True):
        try:
            for step in judge.extent(extent, start):
                done = min(done + step, most)
                yield replace(here, done=here.done + done) if here.unit is Unit.BYTES else here
        except VmdkError as error:
            judge.findings.append(Finding.of_error(error, link.path))
    return judge.findings


def _about_track(link: Link) -> Iterator[Finding]:
    """Yield that the change tracking file which *link* names can't be read, if it is so."""
    track = link.change_track
    if track is not None and track.error is not None:
        track = track_of(link.path, link.descriptor, Policy(), Neighbours())
    if track is not None and track.error is not None:
        why = f"{track.path.name}: {track.error.facts}"
        yield Finding.of(Kind.TRACK_UNREADABLE, link.path, why=why)


class _Judge:
    """Collects what is wrong with one link."""

    def __init__(self, link: Link, looked: Looked) -> None:
        """Begin with what opening *link* has found."""
        self.findings = [*link.findings, *_about_track(link)]
        self._link = link
        self._looked = looked
        self._stored = StoredBytes(looked)
        looked.links += 1

    def extent(self, extent: Extent, start: int) -> Generator[int, None, None]:
        """Judge *extent*, from sector *start* of the link on; a step yields the bytes looked at.

        Raises:
            VmdkError: Its tables can't be read.
        """
        path = self._link.path if extent.file is None else extent.file.path
        steps = extent.table_report()
        if steps is not None:
            report = yield from steps
            self._looked.copies += report.has_copies
            self.findings += _of_tables(path, report, start)
        if steps is None or self._looked.data or extent.is_packed:
            yield from self._what_is_stored(extent, start, path, has_report=steps is not None)

    def _what_is_stored(
        self, extent: Extent, start: int, path: Path, *, has_report: bool
    ) -> Generator[int, None, None]:
        tally, lost = Tally(), 0
        grains = PackedGrains(extent, start, tally, self._looked)
        for areas in extent.stored_windows():
            yield 0
            lost += areas.sectors_in(State.UNREADABLE)
            if extent.file is not None and extent.is_packed:
                yield from grains.judge(areas, extent.file)
            if extent.file is not None and self._looked.data:
                yield from self._stored.judge(areas, extent.file, start, tally)
        # That the directory of a stream is lost, its extent says itself.
        if lost and not has_report and not extent.is_salvaged:
            found = Finding.of(Kind.UNREADABLE_SECTORS, self._link.path, sectors=lost)
            self.findings.append(found)
        self.findings += tally.findings(path)


def _of_tables(path: Path, report: TableReport, start: int) -> Iterator[Finding]:
    lost = report.lost_tables
    if len(lost):
        yield Finding.of(Kind.LOST_TABLE, path, entries=len(lost), first=int(lost[0]))
    if report.mended_tables:
        mended = Finding.of(Kind.COPY_HAS_TABLE, path, tables=report.mended_tables)
        yield replace(mended, leniency=Leniency.REDUNDANT)
    if report.bad:
        grain, sector = report.first_bad
        facts = {"entries": report.bad, "grain": grain, "sector": sector}
        yield Finding.of(Kind.BAD_ENTRY, path, **facts)
    if report.shared:
        yield Finding.of(Kind.SHARED_GRAIN, path, grains=report.shared)
    if report.over_tables:
        yield Finding.of(Kind.GRAIN_OVER_TABLE, path, grains=report.over_tables)
    yield from Behind(report.behind, report.behind_stored).findings(path)
    if report.leaked:
        damaged = report.bad or len(lost) or report.differing
        kind = Kind.GRAINS_OF_DAMAGE if damaged else Kind.LEAKED
        yield Finding.of(kind, path, grains=report.leaked)
    yield from _of_copies(path, report, start)


def _of_copies(path: Path, report: TableReport, start: int) -> Iterator[Finding]:
    if report.copies_outside:
        yield Finding.of(Kind.COPY_OUTSIDE, path)
    if report.half_written:
        yield Finding.of(Kind.HALF_WRITTEN, path, entries=report.half_written)
    elif report.copy_error is not None:
        yield Finding.of_error(report.copy_error, path)
    elif report.differing:
        spots = tuple(spot._replace(sector=start + spot.sector) for spot in report.spots)
        found = Finding.of(Kind.TABLES_DIFFER, path, entries=report.differing, spots=spots)
        yield replace(found, leniency=Leniency.REDUNDANT)
    if report.lost_copies:
        yield Finding.of(Kind.LOST_COPIES, path, lost=report.lost_copies)
