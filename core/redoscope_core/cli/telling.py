"""How much a command tells besides its answer: `--quiet`, `--progress`, `--no-progress`.

Every command has these options; what they say is kept with the call, not with the command.
"""

from __future__ import annotations

import os
import sys
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Shown",
    "add_telling",
    "answer_begun",
    "ask_documents",
    "bare_command_at",
    "begin_answer",
    "command_at",
    "documents_asked",
    "is_quiet",
    "shown_progress",
]

_MEMORY = "redoscope.telling"
_QUIET = f"{_MEMORY}.quiet"
_PROGRESS = f"{_MEMORY}.progress"
_JSON = f"{_MEMORY}.json"
_ANSWER = f"{_MEMORY}.answer"
_DOCUMENTS = f"{_MEMORY}.documents"
_DUMB = frozenset({"", "dumb", "unknown"})


class Shown(Enum):
    """How progress is shown."""

    NOT = "not"
    BAR = "bar"
    LINES = "lines"
    JSON = "json"


def _keep(key: str) -> Callable[[click.Context, click.Parameter, object], None]:
    """Return a callback that keeps the value of an option if it was given."""

    def keep(context: click.Context, _parameter: click.Parameter, value: object) -> None:
        if value is not None:
            context.meta[key] = value

    return keep


def command_at(home: str) -> click.Command:
    """Return the command that is at *home*, as `hashing.digest`, with what all commands have."""
    return add_telling(bare_command_at(home))


def bare_command_at(home: str) -> click.Command:
    """Return the command that is at *home* with what it has itself."""
    module, name = home.split(".")
    command: click.Command = getattr(import_module(f"redoscope_core.cli.{module}"), name)
    return command


def add_telling(command: click.Command) -> click.Command:
    """Give *command* the options of this module, once."""
    if any(parameter.name == "quiet" for parameter in command.params):
        return command
    command.params += [
        click.Option(
            ["--quiet", "-q"],
            is_flag=True,
            default=None,
            expose_value=False,
            callback=_keep(_QUIET),
            help="Say nothing but the answer and errors.",
        ),
        click.Option(
            ["--progress/--no-progress"],
            default=None,
            expose_value=False,
            callback=_keep(_PROGRESS),
            help="Show how far it is, or not.  [default: on a terminal]",
        ),
        click.Option(
            ["--progress-json"],
            is_flag=True,
            default=None,
            expose_value=False,
            callback=_keep(_DOCUMENTS),
            help="Show how far it is as JSON lines on standard error.",
        ),
    ]
    return command


def _meta() -> dict[str, object]:
    context = click.get_current_context(silent=True)
    return {} if context is None else context.meta


def is_quiet() -> bool:
    """Tell whether notes are unwanted."""
    return bool(_meta().get(_QUIET))


def ask_documents(context: click.Context, _parameter: click.Parameter, value: bool) -> bool:
    """Remember whether ``--json`` was given: the callback of that option."""
    context.meta[_JSON] = value
    return value


def documents_asked() -> bool | None:
    """Tell whether ``--json`` was given; None if the call was not understood as far as that."""
    asked = _meta().get(_JSON)
    return None if asked is None else bool(asked)


def begin_answer() -> None:
    """Remember that the answer is being written: an error of later is no document of its own."""
    _meta()[_ANSWER] = True


def answer_begun() -> bool:
    """Tell whether some of the answer was written."""
    return bool(_meta().get(_ANSWER))


def shown_progress() -> Shown:
    """Return how the progress of this call is to be shown."""
    meta = _meta()
    asked = meta.get(_PROGRESS)
    if meta.get(_DOCUMENTS) or (asked is True and documents_asked()):
        return Shown.JSON
    if asked is False or (meta.get(_QUIET) and asked is None):
        return Shown.NOT
    if sys.stderr.isatty() and os.environ.get("TERM", "").lower() not in _DUMB:
        return Shown.BAR
    return Shown.LINES if asked else Shown.NOT
