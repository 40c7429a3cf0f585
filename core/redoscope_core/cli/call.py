"""One call of a command: what it does, and what is told if it fails."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from redoscope_core.cli.front import front
from redoscope_core.cli.in_case import tell_case
from redoscope_core.cli.later import load_later
from redoscope_core.cli.printing import print_json, print_notes, say
from redoscope_core.cli.streams import give_up_output
from redoscope_core.cli.telling import answer_begun, documents_asked
from redoscope_core.cli.words import WORDS
from redoscope_core.errors import VmdkError

if TYPE_CHECKING:
    from redoscope_core.cli.failure import Failure
    from redoscope_core.cli.window import Above

__all__ = ["Call"]

_NAME = "redoscope"
_COMPLETE = "_REDOSCOPE_COMPLETE"
"""Set by a shell that asks what may come next on its command line."""


class Call:
    """One call of the program."""

    def __init__(self, arguments: list[str], above: Above) -> None:
        """Call the program with *arguments*."""
        self._arguments = arguments
        self._above = above
        self._root: click.Context | None = None

    def status(self) -> int:
        """Do what is asked and return the exit status."""
        instruction = os.environ.get(_COMPLETE)
        if instruction:
            from click.shell_completion import shell_complete

            return shell_complete(front, {}, _NAME, _COMPLETE, instruction)
        if self._arguments and self._arguments[0] in WORDS:
            load_later("numpy")
        try:
            self._root = front.make_context(_NAME, list(self._arguments), obj=self._above)
            with self._root:
                status = front.invoke(self._root)
        except click.exceptions.Exit as leaving:
            tell_case(self._root, self._arguments, None)
            return leaving.exit_code
        status = status if isinstance(status, int) else 0
        tell_case(self._root, self._arguments, status)
        return status

    def failed(self, error: BaseException) -> int:
        """Tell what went wrong, and return the exit status that says so."""
        from redoscope_core.cli.failure import failure_of

        failure = failure_of(error, self._command())
        self._tell_case(error, failure)
        if os.environ.get("REDOSCOPE_DEBUG"):
            from traceback import print_exception

            print_exception(error)
        with suppress(OSError, ValueError):
            if self._wants_document() and not isinstance(error, OSError):
                print_json(failure.document)
        say(f"{_NAME}: {failure.line}", err=True)
        give_up_output()
        return failure.status

    def _tell_case(self, error: BaseException, failure: Failure) -> None:
        """Let the trail tell of what failed, if a case was named; that it can't is a note."""
        status = None if isinstance(error, click.UsageError) else failure.status
        try:
            tell_case(self._root, self._arguments, status, failure.line)
        except VmdkError as untold:
            print_notes([f"the trail does not tell of this: {untold}"])

    def _command(self) -> click.Command | None:
        """Return the command that was being run, of a group the one that its word means."""
        if self._root is None or self._root.invoked_subcommand is None:
            return None
        command = front.get_command(self._root, self._root.invoked_subcommand)
        for word in self._arguments[1:]:
            below = None
            if isinstance(command, click.Group):
                below = command.get_command(self._root, word)
            if below is None:
                break
            command = below
        return command

    def _wants_document(self) -> bool:
        """Tell whether a document is to tell the error: asked for, and none begun before."""
        options = self._arguments
        if "--" in options:
            options = options[: options.index("--")]
        asked = "--json" in options
        if self._root is None:
            return asked
        with self._root.scope(cleanup=False):
            told = documents_asked()
            return (asked if told is None else told) and not answer_begun()
