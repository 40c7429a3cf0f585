"""What a command that salvages tells of the sectors that it could not look at."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.printing import say
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redoscope_core.chain.unread import Unread, UnreadArea
    from redoscope_core.errors import VmdkError

__all__ = ["stopped_document", "tell_unread", "unread_documents"]

_TOLD = 10
"""Areas that are told one by one."""


def tell_unread(unread: Unread, *, of: str = "") -> int:
    """Tell on stderr what could not be read, and return the exit status that it means.

    All is counted and the first areas are told; *of* says of which disk, if there are two.
    """
    total = unread.sectors
    if not total:
        return 0
    say(f"redoscope: {counted(total, 'sector')}{of} can't be read", err=True)
    areas = unread.areas()
    for area in islice(areas, _TOLD):
        say(f"redoscope: {_line_of(area)}", err=True)
    if next(areas, None) is not None:
        say("redoscope: and more; --json tells them all", err=True)
    return 1


def _line_of(area: UnreadArea) -> str:
    """Return the line that says of one area why it can't be read."""
    last = area.start + area.count - 1
    error = area.error
    file = "" if error.path is None else f"{error.short_path}: "
    return f"sectors {area.start} to {last}: {file}{error.facts}"


def stopped_document(error: VmdkError | None) -> dict[str, object]:
    """Return what a document says of the *error* that ended what it answers; nothing if none."""
    if error is None:
        return {}
    from redoscope_core.cli.failure import failure_of

    return failure_of(error, click.get_current_context().command).document


def unread_documents(parts: Iterable[Unread]) -> list[dict[str, object]]:
    """Return what of *parts* could not be read, as JSON says what was not looked at."""
    return [
        {
            "what": "unreadable",
            "start": area.start,
            "count": area.count,
            "cause": area.cause.value,
            "path": None if area.error.path is None else str(area.error.path),
        }
        for unread in parts
        for area in unread.areas()
    ]
