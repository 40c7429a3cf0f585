"""What is wrong with what is open, each with what the window can do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core import (
    Candidate,
    Finding,
    Kind,
    Leniency,
    Reason,
    Severity,
    VmdkError,
    sentences,
)

if TYPE_CHECKING:
    from redoscope_core import Forest, Policy
    from redoscope_gui.requests import LinkCount

__all__ = [
    "Problem",
    "Remedy",
    "as_allowed",
    "from_error",
    "from_finding",
    "from_forest",
    "from_tables",
    "merged",
]

_KEPT = 1000
_OPENED_INSTEAD = {Reason.IS_NEWEST_CHILD, Reason.NAMES_IT}


class Remedy(Enum):
    """What the window itself can do about a problem."""

    ALLOW_FOLDER = "allow folder"
    """Follow names that lead into one folder outside that of the link."""
    ALLOW_OUTSIDE = "allow outside"
    """Follow names that lead anywhere."""
    LOCATE_PARENT = "locate"
    """Look for the parent in a folder that the user names."""
    LOCATE_FILES = "locate files"
    """Look for files of the disk in a folder that the user names."""
    OPEN_INSTEAD = "instead"
    """Open the disk that the file belongs to."""
    OPEN_ANYWAY = "anyway"
    """Take a parent whose content ID is not the expected one."""
    OPEN_UNREPLAYED = "unreplayed"
    """Read an SESparse link as it stands, though its journal was not replayed."""
    OPEN_READABLE = "readable"
    """Read what can be read, and show the rest as unreadable."""
    LOOK_ALONE = "alone"
    """Look at the link without its parents."""
    OPEN_FLAT = "flat"
    """Take a file that is no virtual disk as the data of a flat one."""
    USE_REDUNDANT = "redundant"
    """Read damaged tables by their redundant copies."""
    MERGE_LINKS = "merge links"
    """Merge links of a machine that no snapshot names."""
    REVERT = "revert"
    """Go back to the snapshot whose link the machine must not run on."""
    TAKE_BACK = "take back"
    """Refuse again what the user allowed."""

    @property
    def leniency(self) -> Leniency | None:
        """What it allows; None if it looks for something instead."""
        return next((allowed for allowed, remedy in _ALLOWING.items() if remedy is self), None)


_OF_PARENTS = frozenset({Kind.MISSING_PARENT, Kind.WRONG_CID, Kind.LOOP, Kind.MERGED})
"""Kinds that keep a link from being read with its parents, and not from being read alone."""
_ALLOWING = {
    Leniency.OUTSIDE: Remedy.ALLOW_OUTSIDE,
    Leniency.CID_MISMATCH: Remedy.OPEN_ANYWAY,
    Leniency.DIRTY_JOURNAL: Remedy.OPEN_UNREPLAYED,
    Leniency.BARE_FLAT: Remedy.OPEN_FLAT,
    Leniency.SALVAGE: Remedy.OPEN_READABLE,
    Leniency.REDUNDANT: Remedy.USE_REDUNDANT,
}
_LOCATING = {
    Kind.MISSING_PARENT: Remedy.LOCATE_PARENT,
    Kind.WRONG_CID: Remedy.LOCATE_PARENT,
    Kind.MISSING_DATA: Remedy.LOCATE_FILES,
}


_OF_MACHINES = {
    Kind.NEEDS_CONSOLIDATION: Remedy.MERGE_LINKS,
    Kind.STANDS_BETWEEN: Remedy.MERGE_LINKS,
    Kind.RUNS_ON_FROZEN: Remedy.REVERT,
}


_LET_IN = {
    Kind.WRONG_CID: Leniency.CID_MISMATCH,
    Kind.JOURNAL_NOT_REPLAYED: Leniency.DIRTY_JOURNAL,
    Kind.REDUNDANT_USED: Leniency.REDUNDANT,
    Kind.OPENED_ALONE: Leniency.BARE_FLAT,
    Kind.MISSING_PARENT: Leniency.SALVAGE,
    Kind.MISSING_DATA: Leniency.SALVAGE,
}
"""What was allowed where one of these is found in a chain that is open."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the Problems pane."""

    finding: Finding
    remedies: tuple[Remedy, ...] = ()
    folder: Path | None = None
    """The folder that ALLOW_FOLDER would allow."""
    link: Path | None = field(default=None, compare=False)
    """The link that it belongs to, if `path` is another file of it."""
    sector: int | None = field(default=None, compare=False)
    """The first sector of the disk that it is about."""

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.finding.severity

    @property
    def path(self) -> Path | None:
        """The file that it is in."""
        return self.finding.path

    @property
    def what(self) -> str:
        """What is wrong, in a few words; files beside its own by their names alone."""
        return sentences.headline(self.finding, near=self._folder)

    @property
    def more(self) -> str:
        """Where, what was found and what was expected."""
        return sentences.details(self.finding, near=self._folder)

    @property
    def text(self) -> str:
        """All of it but the file and the cure."""
        return sentences.text(self.finding)

    @property
    def cure(self) -> str:
        """What to do about it."""
        return sentences.cure(self.finding)

    @property
    def gist(self) -> tuple[Path | None, Kind, object]:
        """The file and what is wrong with it, without the places in it."""
        return self.path, self.finding.kind, self.finding.fact("what")

    @property
    def instead(self) -> Path | None:
        """The disk that OPEN_INSTEAD opens: the newest that the file belongs to."""
        found = self.finding.fact("candidates")
        for one in found if isinstance(found, tuple) else ():
            if isinstance(one, Candidate) and _OPENED_INSTEAD.intersection(one.reasons):
                return one.path
        return None

    @property
    def leniency(self) -> Leniency | None:
        """What the user may allow against it, or has allowed, so that it is there."""
        return self.finding.leniency or _LET_IN.get(self.finding.kind)

    @property
    def is_allowed(self) -> bool:
        """Whether it is there because the user allowed it."""
        return Remedy.TAKE_BACK in self.remedies

    @property
    def is_sought(self) -> bool:
        """Whether something is missing that may lie in a folder that the user knows."""
        return any(remedy in _LOCATING.values() for remedy in self.remedies)

    @property
    def _folder(self) -> Path | None:
        return None if self.path is None else self.path.parent


def from_error(
    error: Exception,
    path: Path | None = None,
    *,
    severity: Severity | None = None,
    sector: int | None = None,
) -> Problem:
    """Return the problem that *error* tells of; *path* is the link, and the file if none is named.

    *sector* is where on the disk it is met; *severity* that of its kind unless told.
    """
    if not isinstance(error, VmdkError):
        words = f"{type(error).__name__}: {error}"
        return Problem(Finding.of(Kind.UNREADABLE, path, what=words, cure=""))
    finding = Finding.of_error(error, path)
    if severity is not None:
        finding = replace(finding, severity=severity)
    return from_finding(finding, path, sector=sector)


def from_finding(
    finding: Finding, link: Path | None = None, *, sector: int | None = None
) -> Problem:
    """Return the problem that *finding*, about the link at *link*, is."""
    remedies, folder = _remedies(finding)
    other = link if link != finding.path else None
    return Problem(finding, remedies, folder, other, sector)


def as_allowed(problem: Problem, policy: Policy) -> Problem:
    """Return *problem* as it is where *policy* may have let it in: then that can be taken back."""
    kept = tuple(
        remedy
        for remedy in problem.remedies
        if remedy.leniency is None or not policy.allows(remedy.leniency)
    )
    allowed = problem.leniency
    if allowed is not None and policy.allows(allowed):
        kept = (Remedy.TAKE_BACK, *kept)
    return problem if kept == problem.remedies else replace(problem, remedies=kept)


def from_forest(forest: Forest) -> tuple[Problem, ...]:
    """Return what the links of *forest* have to complain of, base disks first."""
    nodes = forest.nodes.items()
    found = [from_finding(fault, path) for path, node in nodes for fault in node.faults]
    found.extend(
        Problem(Finding.of(Kind.IN_USE, path, user="another program"))
        for path, node in nodes
        if node.in_use
    )
    found.extend(_about_tracks(forest))
    found.extend(from_finding(finding, finding.path) for finding in forest.about_machines)
    found.extend(from_error(error, error.path) for error in forest.unseen)
    return tuple(found)


def _about_tracks(forest: Forest) -> Iterator[Problem]:
    """Yield what is to be said of change tracking files; none of them is needed to read a disk."""
    for path, node in forest.nodes.items():
        if node.track is not None and node.track.error is not None:
            yield Problem(Finding.of(Kind.TRACK_UNREADABLE, path, why=str(node.track.error)))
    for track in forest.loose_tracks:
        yield Problem(Finding.of(Kind.LOOSE_TRACK, track.path))


def from_tables(path: Path, count: LinkCount) -> tuple[Problem, ...]:
    """Return what the tables of the link at *path* were found to be like."""
    found = []
    for sector, error in count.damage:
        problem = from_error(error, path, sector=sector)
        # That the data of a disk is not here is no damage.
        if problem.finding.kind is Kind.UNSUPPORTED:
            problem = from_error(error, path, sector=sector, severity=Severity.DOUBTFUL)
        found.append(_salvageable(problem))
    if count.more:
        facts = {"areas": count.more, "sectors": count.unreadable}
        found.append(_salvageable(Problem(Finding.of(Kind.MORE_UNREADABLE, path, **facts))))
    found += [from_finding(finding, path) for finding in count.findings]
    return tuple(found)


def _salvageable(problem: Problem) -> Problem:
    """Return *problem*, of sectors that can't be read, with the way to go on around them."""
    if Remedy.OPEN_READABLE in problem.remedies:
        return problem
    finding = replace(problem.finding, leniency=problem.finding.leniency or Leniency.SALVAGE)
    return replace(problem, finding=finding, remedies=(*problem.remedies, Remedy.OPEN_READABLE))


def _remedies(finding: Finding) -> tuple[tuple[Remedy, ...], Path | None]:
    """Return what can be done, and the folder that could be allowed."""
    remedies: list[Remedy] = []
    orphan = finding.kind is Kind.MISSING_PARENT
    outside = finding.fact("outside")
    # Extents are followed everywhere or nowhere; parents are looked for folder by folder.
    folder = outside.parent if isinstance(outside, Path) and orphan else None
    if folder is not None:
        remedies.append(Remedy.ALLOW_FOLDER)
    if finding.leniency in _ALLOWING:
        remedies.append(_ALLOWING[finding.leniency])
    if finding.kind in _LOCATING:
        remedies.append(_LOCATING[finding.kind])
    if finding.kind in _OF_MACHINES:
        remedies.append(_OF_MACHINES[finding.kind])
    if Problem(finding).instead is not None:
        remedies.append(Remedy.OPEN_INSTEAD)
    if finding.kind is Kind.MISSING_PARENT:
        remedies.append(Remedy.OPEN_READABLE)
    if finding.kind in _OF_PARENTS:
        remedies.append(Remedy.LOOK_ALONE)
    return tuple(remedies), folder


def merged(*groups: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems of all *groups* once each, worst first, else in their order."""
    once = dict.fromkeys(problem for group in groups for problem in group)
    return tuple(sorted(once, key=lambda problem: -problem.severity)[:_KEPT])
