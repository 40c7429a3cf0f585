"""`--case FOLDER`: the trail of a case tells what a command was asked, and what came of it.

It is an option of each command that reads. What the command prints goes by here, so that the
record has its digest, and a short answer as it is: no command has to tell it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO, cast

import click

from redoscope_core.cli.parameters import DISK
from redoscope_core.cli.words import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core.cli.heard import Heard
    from redoscope_core.operations.casework.case import Case

__all__ = ["READING", "add_case", "tell_case"]

READING = frozenset({*GROUPS["Look"], *GROUPS["Examine"], "read", "verify"}) - {
    *("vm", "trail", "case")
}
"""The commands that have the option: those that read, and have no trail of their own."""
_MEMORY = "redoscope.case"
_NAME = "tell_case"


def add_case(command: click.Command) -> click.Command:
    """Give *command* the option, once."""
    if any(parameter.name == _NAME for parameter in command.params):
        return command
    option = click.Option(
        ["--case", _NAME],
        type=DISK,
        metavar="FOLDER",
        expose_value=False,
        callback=_begin,
        help="Have the trail of the case in FOLDER tell of this call and its answer.",
    )
    command.params.append(option)
    return command


def _begin(context: click.Context, _parameter: click.Parameter, folder: Path | None) -> None:
    """Open the case, before anything is done, and hear what is printed from now on."""
    if folder is None or context.resilient_parsing:
        return
    from redoscope_core.cli.heard import Heard
    from redoscope_core.operations.casework.case import Case

    case = Case.open(folder)
    # What can't tell of it is told before the work, which may take hours, and not after it.
    case.require_trail()
    heard = Heard(sys.stdout)
    context.meta[_MEMORY] = (case, heard)
    sys.stdout = cast("TextIO", heard)


def tell_case(
    context: click.Context | None, words: Sequence[str], status: int | None, error: str = ""
) -> None:
    """Let the trail tell that the call of *words* ended with *status*, if a case was named.

    None is a call that did nothing: it was understood wrongly, or asked for help.

    Raises:
        VmdkError: The trail can't tell of it.
    """
    found: tuple[Case, Heard] | None = None
    if context is not None:
        found = context.meta.pop(_MEMORY, None)
    if found is None:
        return
    case, heard = found
    sys.stdout = heard.stream
    if status is None:
        return
    from redoscope_core.cli.heard import told_call
    from redoscope_core.format.trail import told_text

    result: dict[str, object] = {"status": status, "printed": heard.told()}
    if error:
        result["error"] = told_text(error)
    case.record(words[0], told_call(words), result)
