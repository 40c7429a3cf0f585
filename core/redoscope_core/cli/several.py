"""Several disks in one call: each is looked at by itself, and the worst exit status counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from redoscope_core.cli.printing import print_json, say
from redoscope_core.errors import VmdkError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Answered = tuple[int, object]
    """Exit status, and the JSON document; the document is None where it was not asked for."""

__all__ = ["for_each"]


def for_each(disks: Sequence[Path], one: Callable[[Path], Answered], *, json_output: bool) -> int:
    """Call *one* for each of *disks* and return the worst status.

    The document of a single disk is printed as it is; those of several as
    ``{"disks": [...]}``, in the order of the call. A disk that fails among several does not
    keep the others from being looked at: its error is told in its place.
    """
    if len(disks) == 1:
        status, document = one(disks[0])
        if json_output:
            print_json(document)
        return status
    worst = 0
    documents: list[object] = []
    for disk in disks:
        try:
            status, document = one(disk)
        except VmdkError as error:
            from redoscope_core.cli.failure import failure_of

            failure = failure_of(error, click.get_current_context().command)
            status, document = failure.status, {"disk": str(disk), **failure.document}
            say(f"redoscope: {failure.line}", err=True)
        documents.append(document)
        worst = max(worst, status)
    if json_output:
        print_json({"disks": documents})
    return worst
