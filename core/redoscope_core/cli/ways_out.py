"""Ways out of an error that a command has: the option that makes it go on all the same.

The engine names the field of `Policy`; how an option is spelled, and whether this command has
it, is known here alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import MissingParent, VmdkError

if TYPE_CHECKING:
    import click

__all__ = ["advised", "option_named"]

_DOES = {
    "force": "replaces it",
    "allow_cid_mismatch": "opens it all the same, and the bytes may be wrong",
    "allow_outside": "follows such names",
    "allow_dirty_journal": "reads it as it stands",
    "bare_flat": "reads it alone, as a disk",
}
"""What the option of a field of `Policy` does, for whoever met the error."""
_SEARCH = "search"


def advised(cure: str | None, error: VmdkError, command: click.Command | None) -> str | None:
    """Return *cure* with the options of *command* that help with *error*."""
    ways = [] if cure is None else [cure]
    folder = option_named(_SEARCH, command)
    if isinstance(error, MissingParent) and folder is not None:
        ways.append(f"{folder} FOLDER looks for it there too")
    allowing = option_named(error.allowed_by, command)
    if error.allowed_by in _DOES and allowing is not None:
        ways.append(f"{allowing} {_DOES[error.allowed_by]}")
    return "; ".join(ways) or None


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
