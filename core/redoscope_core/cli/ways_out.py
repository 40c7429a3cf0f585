"""Ways out of an error that a command has: the option that makes it go on all the same.

The engine names the `Leniency`; how an option is spelled, and whether this command has it, is
known here alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core import sentences
from redoscope_core.findings import Finding, Kind, kind_of
from redoscope_core.leniency import Leniency
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

    from redoscope_core.errors import Readable, VmdkError

__all__ = ["advised", "advised_cure", "option_named"]

_DOES = {
    Leniency.FORCE: "replaces it",
    Leniency.CID_MISMATCH: "opens it all the same, and the bytes may be wrong",
    Leniency.OUTSIDE: "follows such names",
    Leniency.DIRTY_JOURNAL: "reads it as it stands",
    Leniency.REDUNDANT: "reads what is sound in the copy",
    Leniency.BARE_FLAT: "reads it alone, as a disk",
    Leniency.FILL: "BYTE puts that byte there",
    Leniency.BESIDE_EVIDENCE: "lets it lie there",
    Leniency.SALVAGE: "leaves out what can't be read, and reads the rest",
}
"""What the option of each leniency does, for whoever met the error."""
_SEARCH = "search"
_SOUGHT = {Kind.MISSING_PARENT, Kind.WRONG_CID, Kind.MISSING_DATA}
"""What is looked for in folders to search."""
_LOST_PARENT = (Kind.MISSING_PARENT, Kind.WRONG_CID, Kind.LOOP, Kind.MERGED)
"""Kinds of errors after which what is above the parent can be salvaged."""


def advised(error: VmdkError, command: click.Command | None) -> str | None:
    """Return what to do about *error*, the options of *command* that help among it."""
    ways = [] if error.cure is None else [error.cure]
    options = _options(kind_of(error), error.leniency, command, error.readable)
    return "; ".join((*ways, *options)) or None


def advised_cure(finding: Finding, command: click.Command | None) -> str:
    """Return what to do about *finding*, the options of *command* that help among it."""
    options = _options(finding.kind, finding.leniency, command)
    return "; ".join((sentences.cure(finding), *options))


def _options(
    kind: Kind,
    leniency: Leniency | None,
    command: click.Command | None,
    readable: Readable | None = None,
) -> Iterator[str]:
    folder = option_named(_SEARCH, command)
    if kind in _SOUGHT and folder is not None:
        yield f"{folder} FOLDER looks for it there too"
    salvaging = Leniency.SALVAGE if kind in _LOST_PARENT or readable is not None else None
    for way in dict.fromkeys((leniency, salvaging)):
        allowing = None if way is None else option_named(way.value, command)
        if way is None or allowing is None:
            continue
        left = ""
        if way is Leniency.SALVAGE and readable is not None:
            left = f": {readable.sectors} of {counted(readable.capacity, 'sector')} can be read"
        yield f"{allowing} {_DOES[way]}{left}"


def option_named(name: str | None, command: click.Command | None) -> str | None:
    """Return how *command* spells its option *name*; None if it has none."""
    if command is None or name is None:
        return None
    return next(
        (
            max(parameter.opts, key=len)
            for parameter in command.params
            if parameter.name == name and parameter.param_type_name == "option"
        ),
        None,
    )
