"""Check: what is wrong with a disk and its chain, without changing or raising anything.

Findings come in the order a repair would take them: text, files, headers, tables,
grains, redundant tables, chain. Tables are judged as whole arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import State
from redoscope_core.chain.access import ADVISED_LINKS, Policy
from redoscope_core.chain.chain import Chain, misfits
from redoscope_core.chain.stopped import half_changed
from redoscope_core.errors import TooManyFiles, VmdkError
from redoscope_core.findings import Finding, Kind
from redoscope_core.leniency import Leniency
from redoscope_core.link.plans_beside import PlansBeside
from redoscope_core.progress import Progress, Unit
from redoscope_core.survey.forest import Forest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from redoscope_core.extents.contract import Extent
    from redoscope_core.extents.table_report import TableReport
    from redoscope_core.link.link import Link

__all__ = ["ChainChecked", "check", "check_folder"]


@dataclass(frozen=True, slots=True)
class ChainChecked:
    """One chain of a folder, and what was found in it."""

    tip: Path
    links: int
    """Links of the chain; 1 where it does not open."""
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether there is no fault among the findings."""
        return not any(finding.is_fault for finding in self.findings)


@dataclass(frozen=True, slots=True)
class FolderChecked:
    """The chains of a folder, and what of the folder could not be checked."""

    chains: tuple[ChainChecked, ...]
    machines: tuple[Finding, ...]
    """What is wrong with the machines there, or odd about them."""
    unseen: tuple[VmdkError, ...]
    """Why something was not looked at: it may not be listed, or leads out."""


def check(path: Path, *, policy: Policy | None = None) -> Generator[Progress, None, list[Finding]]:
    """Check the disk at *path* with all its parents; return the findings.

    A content ID that does not fit is a finding, not an error; so is whatever keeps the
    chain from opening.

    Raises:
        TooManyFiles: The system allows no more open files, so that nobody knows.
    """
    policy = (policy or Policy()).allowing(Leniency.CID_MISMATCH)
    try:
        chain = Chain.open(path, policy=policy)
    except TooManyFiles:
        raise  # nothing is said by that of the disk
    except VmdkError as error:
        return [Finding.of_error(error, Path(path))]
    findings: list[Finding] = []
    with chain:
        for index, link in enumerate(reversed(chain.links)):
            here = Progress(index, len(chain.links), link.path.name, Unit.LINKS)
            yield here
            findings += yield from _check_link(link, here)
        findings += _check_chain(chain)
    return findings


def check_folder(
    folder: Path, *, policy: Policy | None = None
) -> Generator[Progress, None, FolderChecked]:
    """Check every chain of which a link is under *folder*; return them by their tips.

    What may not be listed below it is told, and does not keep the rest from being checked.

    A link that several chains share is looked at once, and what is wrong with it is a
    finding of each. Progress counts links.

    Raises:
        VmdkError: The folder itself can't be listed, or too many files would have to be open.
    """
    policy = (policy or Policy()).allowing(Leniency.CID_MISMATCH)
    forest = Forest.scan(folder, policy=policy)
    known: dict[tuple[int, int], tuple[Finding, ...]] = {}
    checked = []
    for tip in forest.tips:
        findings: list[Finding] = []
        links = 1
        try:
            with Chain.open(tip, policy=policy) as chain:
                links = len(chain.links)
                for link in reversed(chain.links):
                    name = link.path.name
                    here = Progress(len(known), len(forest.nodes), name, Unit.LINKS)
                    yield here
                    if link.identity not in known:
                        found = yield from _check_link(link, here)
                        known[link.identity] = tuple(found)
                    findings += known[link.identity]
                findings += _check_chain(chain)
        except TooManyFiles:
            raise
        except VmdkError as error:
            findings.append(Finding.of_error(error, tip))
        checked.append(ChainChecked(tip, links, tuple(dict.fromkeys(findings))))
    return FolderChecked(tuple(checked), forest.about_machines, forest.unseen)


def _check_link(link: Link, here: Progress) -> Generator[Progress, None, list[Finding]]:
    """Return what is wrong with *link*; *here* is yielded while its tables are judged."""
    findings = list(link.findings)
    for extent in link.extents:
        try:
            steps = extent.table_report()
            if steps is None or extent.file is None:
                findings += _lost_sectors(link, extent)
                continue
            # Each step is a few milliseconds: whoever waits may give up in the middle of a link.
            try:
                while True:
                    next(steps)
                    yield here
            except StopIteration as end:
                findings += _of_tables(extent.file.path, end.value)
        except VmdkError as error:
            findings.append(Finding.of_error(error, link.path))
    return findings


def _lost_sectors(link: Link, extent: Extent) -> Iterator[Finding]:
    lost = extent.areas().sectors_in(State.UNREADABLE)
    # That the directory of a stream is lost, its extent says itself.
    if lost and not extent.is_salvaged:
        yield Finding.of(Kind.UNREADABLE_SECTORS, link.path, sectors=lost)


def _of_tables(path: Path, report: TableReport) -> Iterator[Finding]:
    lost = report.lost_tables
    if len(lost):
        yield Finding.of(Kind.LOST_TABLE, path, entries=len(lost), first=int(lost[0]))
    if report.bad:
        grain, sector = report.first_bad
        facts = {"entries": report.bad, "grain": grain, "sector": sector}
        yield Finding.of(Kind.BAD_ENTRY, path, **facts)
    if report.shared:
        yield Finding.of(Kind.SHARED_GRAIN, path, grains=report.shared)
    if report.leaked:
        damaged = report.bad or len(lost) or report.differing
        kind = Kind.GRAINS_OF_DAMAGE if damaged else Kind.LEAKED
        yield Finding.of(kind, path, grains=report.leaked)
    yield from _of_copies(path, report)


def _of_copies(path: Path, report: TableReport) -> Iterator[Finding]:
    if report.half_written:
        yield Finding.of(Kind.HALF_WRITTEN, path, entries=report.half_written)
    elif report.copy_error is not None:
        yield Finding.of_error(report.copy_error, path)
    elif report.differing:
        facts = {"entries": report.differing, "grain": report.first_differing}
        yield Finding.of(Kind.TABLES_DIFFER, path, lost=report.lost_copies, **facts)
    elif report.lost_copies:
        yield Finding.of(Kind.LOST_COPIES, path, lost=report.lost_copies)


def _check_chain(chain: Chain) -> Iterator[Finding]:
    yield from misfits(chain.links)
    if len(chain.links) > ADVISED_LINKS:
        facts = {"links": len(chain.links), "advised": ADVISED_LINKS}
        yield Finding.of(Kind.TOO_DEEP, chain.path, **facts)
    for link, undo in half_changed(chain.links, PlansBeside()):
        yield Finding.of(Kind.INTERRUPTED, link.path, undo=undo)
