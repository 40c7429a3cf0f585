"""Run: all of a report that differs from one run to the next, and nothing else has."""

from __future__ import annotations

import getpass
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from redoscope_core import __version__

if TYPE_CHECKING:
    from redoscope_core.format.trail import TrailHead
    from redoscope_core.operations.reporting.evidence import Evidence

__all__ = ["ReportHead", "run_document"]

_LIBRARIES = ("jinja2", "numpy", "pytsk3")
"""Packages by which figures or forms are worked out."""


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What whoever makes a report says of it; an empty text is not told."""

    title: str = ""
    case_number: str = ""
    who: str = ""
    """Who makes it; the user who runs this if it is empty."""


def run_document(
    evidence: Evidence,
    began: datetime,
    said: ReportHead | None = None,
    head: TrailHead | None = None,
) -> dict[str, object]:
    """Return who made a report when, where and with what; *head* is that of a trail, before it."""
    now = datetime.now(UTC)
    said = said or ReportHead()
    return {
        "began": _spelled(began),
        "case_number": said.case_number or None,
        "evidence_modified": [_modified(each.path) for each in evidence.files],
        "folder": os.getcwd(),  # noqa: PTH109 - a text, as it is told
        "host": platform.node(),
        "libraries": {name: found for name in _LIBRARIES if (found := _version(name))},
        "made": _spelled(now),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "tool": {"name": "redoscope", "version": __version__},
        "title": said.title or None,
        "trail_head": None if head is None else str(head),
        "who": said.who or _user(),
        "zone": datetime.now().astimezone().strftime("%z"),
    }


def _spelled(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _modified(path: os.PathLike[str]) -> int | None:
    """Return when *path* was written to, in nanoseconds since 1970."""
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - any kind of path
    except (OSError, ValueError):
        return None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
