"""Check: what is wrong with a disk and its chain, without changing or raising anything.

Findings come in the order a repair would take them: text, files, headers, tables,
grains, redundant tables, chain. Tables are judged as whole arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.chain.access import ADVISED_LINKS, Policy
from redoscope_core.chain.chain import Chain
from redoscope_core.chain.family.kinship import why_unfit
from redoscope_core.chain.forest import Forest
from redoscope_core.chain.stopped import half_changed
from redoscope_core.errors import VmdkError
from redoscope_core.link.areas import State
from redoscope_core.link.plans_beside import PlansBeside
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from redoscope_core.link.link import Link
    from redoscope_core.link.table_report import TableReport

__all__ = ["ChainChecked", "Finding", "check", "check_folder"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or worth knowing, about one file of a chain."""

    code: str
    """``unreadable``, ``lost-table``, ``bad-entry``, ``shared-grain``, ``tables-differ``,
    ``leaked``, ``unclean``, ``interrupted``, ``wrong-cid``, ``capacity``, ``too-deep``,
    ``note``."""
    is_fault: bool
    """Whether bytes can be wrong or lost; otherwise it is worth knowing."""
    path: Path
    text: str
    cure: str


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
    unseen: tuple[VmdkError, ...]
    """Why something was not looked at: it may not be listed, or leads out."""


def check(path: Path, *, policy: Policy | None = None) -> Generator[Progress, None, list[Finding]]:
    """Check the disk at *path* with all its parents; return the findings.

    A content ID that does not fit is a finding, not an error; so is whatever keeps the
    chain from opening.
    """
    policy = replace(policy or Policy(), allow_cid_mismatch=True)
    try:
        chain = Chain.open(path, policy=policy)
    except VmdkError as error:
        return [_from_error(error, Path(path))]
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
        VmdkError: The folder itself can't be listed.
    """
    policy = replace(policy or Policy(), allow_cid_mismatch=True)
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
        except VmdkError as error:
            findings.append(_from_error(error, tip))
        checked.append(ChainChecked(tip, links, tuple(dict.fromkeys(findings))))
    return FolderChecked(tuple(checked), forest.unseen)


def _from_error(error: VmdkError, path: Path) -> Finding:
    cure = error.cure or "compare the file with another copy of it"
    return Finding("unreadable", True, error.path or path, error.facts, cure)


def _check_link(link: Link, here: Progress) -> Generator[Progress, None, list[Finding]]:
    """Return what is wrong with *link*; *here* is yielded while its tables are judged."""
    findings = []
    for note in link.notes:
        code = "unclean" if "uncleanShutdown" in note else "note"
        cure = "check the disk before it is written"
        findings.append(Finding(code, False, link.path, note, cure))
    for extent in link.extents:
        try:
            steps = extent.table_report()
            if steps is None or extent.file is None:
                lost = extent.areas().sectors_in(State.UNREADABLE)
                findings += _lost_sectors(link, lost, is_cut=extent.is_salvaged)
                continue
            # Each step is a few milliseconds: whoever waits may give up in the middle of a link.
            try:
                while True:
                    next(steps)
                    yield here
            except StopIteration as end:
                findings += _of_tables(extent.file.path, end.value)
        except VmdkError as error:
            findings.append(_from_error(error, link.path))
    return findings


def _lost_sectors(link: Link, lost: int, *, is_cut: bool) -> Iterator[Finding]:
    if lost:
        why = (
            "the grain directory is lost, the end of the stream may be cut off"
            if is_cut
            else "a file is too short, damaged or elsewhere"
        )
        yield Finding(
            "unreadable",
            True,
            link.path,
            f"{lost} sectors can't be read: {why}",
            "copy the file again, it may be truncated",
        )


def _of_tables(path: Path, report: TableReport) -> Iterator[Finding]:
    lost = report.lost_tables
    if len(lost):
        yield Finding(
            "lost-table",
            True,
            path,
            f"{len(lost)} entries of the grain directory lead to no table, the first is {lost[0]}",
            "the redundant tables may have them; nothing was changed",
        )
    if report.bad:
        grain, entry = report.first_bad
        yield Finding(
            "bad-entry",
            True,
            path,
            f"{report.bad} grain table entries lead into the metadata or past the end of the file,"
            f" the first is that of grain {grain}: sector {entry}",
            "copy the file again, it may be truncated",
        )
    if report.shared:
        yield Finding(
            "shared-grain",
            True,
            path,
            f"{report.shared} grains of the file belong to two entries: a write would change both",
            "copy the disk to a new one (clone), which gives each its own",
        )
    if report.leaked:
        damaged = report.bad or len(lost) or report.differing
        yield Finding(
            "leaked",
            False,
            path,
            f"{report.leaked} grains of the file belong to no entry",
            "they may be what the damaged tables led to: keep the file as it is"
            if damaged
            else "left over from a write that was stopped, or lost; a clone leaves them out",
        )
    yield from _of_copies(path, report)


def _of_copies(path: Path, report: TableReport) -> Iterator[Finding]:
    if report.half_written:
        yield Finding(
            "interrupted",
            False,
            path,
            f"a write was interrupted: {report.half_written} entries are in one copy of the tables"
            " alone",
            "harmless; the next write, or the same command again, goes on from there",
        )
    elif report.copy_error is not None:
        yield _from_error(report.copy_error, path)
    elif report.differing or report.lost_copies:
        where = f", the first for grain {report.first_differing}" if report.differing else ""
        yield Finding(
            "tables-differ",
            True,
            path,
            f"the grain tables and their redundant copy differ in {report.differing}"
            f" entries{where}; {report.lost_copies} tables of the copy can't be read",
            "nothing is written until it is known which of the two is right",
        )


def _check_chain(chain: Chain) -> Iterator[Finding]:
    yield from _check_fit(chain)
    for link, undo in half_changed(chain.links, PlansBeside()):
        yield Finding(
            "interrupted",
            False,
            link.path,
            "a call that changed its text was stopped in the middle",
            f"{undo} takes it back",
        )


def _check_fit(chain: Chain) -> Iterator[Finding]:
    for parent, child in zip(chain.links, chain.links[1:], strict=False):
        unfit = why_unfit(child.descriptor, parent.descriptor)
        if unfit is not None:
            yield Finding(
                "wrong-cid",
                True,
                child.path,
                f"{parent.path.name} is not what it was made from: at {unfit.where},"
                f" found {unfit.found}, expected {unfit.expected}",
                "put back the parent as it was when the child was made",
            )
        if parent.capacity != child.capacity:
            yield Finding(
                "capacity",
                True,
                child.path,
                f"has {child.capacity} sectors, its parent {parent.path.name} {parent.capacity}",
                "find out which descriptor is wrong before anything is written",
            )
    if len(chain.links) > ADVISED_LINKS:
        yield Finding(
            "too-deep",
            False,
            chain.path,
            f"the chain has {len(chain.links)} links, advised are at most {ADVISED_LINKS}",
            "flatten it (clone)",
        )
