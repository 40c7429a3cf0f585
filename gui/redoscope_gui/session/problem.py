"""What is wrong with what is open, each with its cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core import VmdkError

if TYPE_CHECKING:
    from redoscope_core import Forest

__all__ = ["Problem", "Severity", "from_error", "from_forest", "merged"]

_KEPT = 1000


class Severity(IntEnum):
    """How bad it is."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the Problems pane."""

    severity: Severity
    path: Path | None
    text: str
    cure: str


def from_error(error: Exception, path: Path | None = None) -> Problem:
    """Return the problem that *error* tells of; *path* is used if the error names no file."""
    if isinstance(error, VmdkError):
        named = error.path or path
        return Problem(
            Severity.ERROR, named, _bare(str(error), named, error.cure), error.cure or ""
        )
    return Problem(Severity.ERROR, path, f"{type(error).__name__}: {error}", "")


def from_forest(forest: Forest) -> tuple[Problem, ...]:
    """Return what the links of *forest* have to complain of, base disks first."""
    found = [
        Problem(
            Severity.ERROR,
            path,
            _bare(fault.text, path, fault.cure),
            fault.cure,
        )
        for path, node in forest.nodes.items()
        for fault in node.faults
    ]
    found.extend(
        Problem(Severity.NOTE, path, "another program uses it", "close it there before writing")
        for path, node in forest.nodes.items()
        if node.in_use
    )
    return tuple(found)


def merged(*groups: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems of all *groups* once each, worst first, else in their order."""
    once = dict.fromkeys(problem for group in groups for problem in group)
    return tuple(sorted(once, key=lambda problem: -problem.severity)[:_KEPT])


def _bare(text: str, path: Path | None, cure: str | None) -> str:
    """Return *text* without the file at its head and the cure at its end: both have a place."""
    if cure:
        text = text.removesuffix(f"; {cure}")
    return text.removeprefix(f"{path}: ") if path is not None else text
