"""What is wrong with what is open, each with its cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from redoscope_core import MissingParent, UnsupportedVmdk, VmdkError

if TYPE_CHECKING:
    from redoscope_core import Forest
    from redoscope_gui.requests import LinkCount

__all__ = [
    "Problem",
    "Remedy",
    "Severity",
    "from_error",
    "from_forest",
    "from_tables",
    "merged",
]

_KEPT = 1000


def tr(text: str) -> str:
    """Translate *text*; a problem is no widget that could."""
    return QCoreApplication.translate("Problem", text)


class Severity(IntEnum):
    """How bad it is."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


class Remedy(Enum):
    """What the window itself can do about a problem."""

    ALLOW_FOLDER = "allow folder"
    """Follow names that lead into one folder outside that of the link."""
    ALLOW_OUTSIDE = "allow outside"
    """Follow names that lead anywhere."""
    LOCATE_PARENT = "locate"
    """Look for the parent in a folder that the user names."""
    OPEN_ANYWAY = "anyway"
    """Take a parent whose content ID is not the expected one."""
    OPEN_UNREPLAYED = "unreplayed"
    """Read an SESparse link as it stands, though its journal was not replayed."""
    OPEN_FLAT = "flat"
    """Take a file that is no virtual disk as the data of a flat one."""


_ALLOWING = {
    "allow_outside": Remedy.ALLOW_OUTSIDE,
    "allow_cid_mismatch": Remedy.OPEN_ANYWAY,
    "allow_dirty_journal": Remedy.OPEN_UNREPLAYED,
    "bare_flat": Remedy.OPEN_FLAT,
}
"""Remedy by the field of the engine's `Policy` that it sets."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the Problems pane."""

    severity: Severity
    path: Path | None
    text: str
    cure: str
    remedies: tuple[Remedy, ...] = ()
    folder: Path | None = None
    """The folder that ALLOW_FOLDER would allow."""
    link: Path | None = field(default=None, compare=False)
    """The link that it belongs to, if *path* is another file of it."""
    sector: int | None = field(default=None, compare=False)
    """The first sector of the disk that it is about."""

    @property
    def gist(self) -> tuple[Path | None, str]:
        """The file and what is wrong with it, without the places in it."""
        return self.path, self.text.partition(", at ")[0]


def from_error(
    error: Exception,
    path: Path | None = None,
    *,
    severity: Severity = Severity.ERROR,
    sector: int | None = None,
) -> Problem:
    """Return the problem that *error* tells of; *path* is the link, and the file if none is named.

    *sector* is where on the disk it is met.
    """
    if not isinstance(error, VmdkError):
        return Problem(severity, path, f"{type(error).__name__}: {error}", "")
    file = error.path or path
    remedies, folder = _remedies(
        error.allowed_by, error.outside, orphan=isinstance(error, MissingParent)
    )
    cure = error.cure or ""
    return Problem(
        severity,
        file,
        _bare(str(error), file, cure),
        cure,
        remedies,
        folder,
        path if path != file else None,
        sector,
    )


def from_forest(forest: Forest) -> tuple[Problem, ...]:
    """Return what the links of *forest* have to complain of, base disks first."""
    found = []
    for path, node in forest.nodes.items():
        for fault in node.faults:
            remedies, folder = _remedies(
                fault.allowed_by, fault.outside, orphan=fault.code == "missing-parent"
            )
            file, cure = fault.path or path, fault.cure
            text = _bare(fault.text, file, cure)
            # An extent alone can be read, as far as it goes.
            severity = Severity.WARNING if fault.code == "bare" else Severity.ERROR
            found.append(Problem(severity, file, text, cure, remedies, folder, path))
    found.extend(
        Problem(Severity.NOTE, path, "another program uses it", "close it there before writing")
        for path, node in forest.nodes.items()
        if node.in_use
    )
    found.extend(_about_tracks(forest))
    found.extend(from_error(error, error.path) for error in forest.unseen)
    return tuple(found)


def _about_tracks(forest: Forest) -> Iterator[Problem]:
    """Yield what is to be said of change tracking files; none of them is needed to read a disk."""
    for path, node in forest.nodes.items():
        if node.track is not None and node.track.trouble:
            text = tr("its change tracking file can't be read: %s") % node.track.trouble
            cure = tr("reset change tracking for this disk before the next incremental backup")
            yield Problem(Severity.NOTE, path, text, cure)
    for track in forest.loose_tracks:
        text = tr("a change tracking file that no link here names; it holds no byte of a disk")
        yield Problem(Severity.NOTE, track.path, text, tr("leave it, or move it away"))


def from_tables(path: Path, count: LinkCount) -> tuple[Problem, ...]:
    """Return what the tables of the link at *path* were found to be like."""
    found = []
    for sector, error in count.damage:
        # That the data of a disk is not here is no damage.
        lost = isinstance(error, UnsupportedVmdk)
        severity = Severity.WARNING if lost else Severity.ERROR
        problem = from_error(error, path, severity=severity, sector=sector)
        cure = problem.cure or tr("compare the file with another copy of it")
        found.append(replace(problem, cure=cure))
    if count.more:
        text = tr("%d areas more can't be read, of %d sectors that can't be read in all")
        text %= (count.more, count.unreadable)
        found.append(Problem(Severity.ERROR, path, text, tr("the map shows them hatched")))
    found += [Problem(Severity.NOTE, path, note, "") for note in count.oddities]
    return tuple(found)


def _remedies(
    allowed_by: str | None, outside: Path | None, *, orphan: bool
) -> tuple[tuple[Remedy, ...], Path | None]:
    """Return what can be done, and the folder that could be allowed."""
    remedies: list[Remedy] = []
    # Extents are followed everywhere or nowhere; parents are looked for folder by folder.
    folder = outside.parent if outside is not None and orphan else None
    if folder is not None:
        remedies.append(Remedy.ALLOW_FOLDER)
    if allowed_by in _ALLOWING:
        remedies.append(_ALLOWING[allowed_by])
    if orphan:
        remedies.append(Remedy.LOCATE_PARENT)
    return tuple(remedies), folder


def merged(*groups: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems of all *groups* once each, worst first, else in their order."""
    once = dict.fromkeys(problem for group in groups for problem in group)
    return tuple(sorted(once, key=lambda problem: -problem.severity)[:_KEPT])


def _bare(text: str, path: Path | None, cure: str | None) -> str:
    """Return *text* without the file at its head and the cure at its end: both have a place."""
    if cure:
        text = text.removesuffix(f"; {cure}")
    return text.removeprefix(f"{path}: ") if path is not None else text
