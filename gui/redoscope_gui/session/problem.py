"""What is wrong with what is open, each with its cure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core import ContentIdMismatch, MissingParent, VmdkError

if TYPE_CHECKING:
    from redoscope_core import Forest

__all__ = ["Problem", "Remedy", "Severity", "from_error", "from_forest", "merged"]

_KEPT = 1000
_OPTION = re.compile(r"; --allow-outside follows [a-z ]+$")
"""What the command line adds to a cure; the window has a button for it."""
_OUTSIDE = re.compile(r"^the parent '(/.*?)' can't be opened")


class Severity(IntEnum):
    """How bad it is."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


class Remedy(Enum):
    """What the window itself can do about a problem."""

    LOCATE_PARENT = "locate"
    """Look for the parent in a folder that the user names."""
    ALLOW_FOLDER = "allow"
    """Follow a name that leads out of the folder of the link."""
    OPEN_ANYWAY = "anyway"
    """Take a parent whose content ID is not the expected one."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the Problems pane."""

    severity: Severity
    path: Path | None
    text: str
    cure: str
    remedies: tuple[Remedy, ...] = ()
    folder: Path | None = None
    """The folder that ALLOW_FOLDER would allow, if it is one."""


def from_error(error: Exception, path: Path | None = None) -> Problem:
    """Return the problem that *error* tells of; *path* is used if the error names no file."""
    if not isinstance(error, VmdkError):
        return Problem(Severity.ERROR, path, f"{type(error).__name__}: {error}", "")
    code = ""
    if isinstance(error, MissingParent):
        code = "missing-parent"
    elif isinstance(error, ContentIdMismatch):
        code = "wrong-cid"
    return _error(code, str(error), error.path or path, error.cure or "")


def from_forest(forest: Forest) -> tuple[Problem, ...]:
    """Return what the links of *forest* have to complain of, base disks first."""
    found = [
        _error(fault.code, fault.text, path, fault.cure)
        for path, node in forest.nodes.items()
        for fault in node.faults
    ]
    found.extend(
        Problem(Severity.NOTE, path, "another program uses it", "close it there before writing")
        for path, node in forest.nodes.items()
        if node.in_use
    )
    return tuple(found)


def _error(code: str, text: str, path: Path | None, cure: str) -> Problem:
    bare = _bare(text, path, cure)
    outside = _OPTION.search(cure) is not None
    remedies: list[Remedy] = []
    if outside:
        remedies.append(Remedy.ALLOW_FOLDER)
    if code == "missing-parent":
        remedies.append(Remedy.LOCATE_PARENT)
    if code == "wrong-cid":
        remedies.append(Remedy.OPEN_ANYWAY)
    hinted = _OUTSIDE.search(bare) if outside else None
    folder = Path(hinted[1]).parent if hinted is not None else None
    return Problem(Severity.ERROR, path, bare, _OPTION.sub("", cure), tuple(remedies), folder)


def merged(*groups: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems of all *groups* once each, worst first, else in their order."""
    once = dict.fromkeys(problem for group in groups for problem in group)
    return tuple(sorted(once, key=lambda problem: -problem.severity)[:_KEPT])


def _bare(text: str, path: Path | None, cure: str | None) -> str:
    """Return *text* without the file at its head and the cure at its end: both have a place."""
    if cure:
        text = text.removesuffix(f"; {cure}")
    return text.removeprefix(f"{path}: ") if path is not None else text
