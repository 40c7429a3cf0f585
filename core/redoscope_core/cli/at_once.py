"""Answers that no command is loaded for: the version, and the help that lists all commands.

The help is kept as a text beside this module, as `front` tells it, which a test watches over:
to put it together loads every command, and takes three times as long as to print it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from redoscope_core.cli.words import VERSION, VERSION_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HELP_COLUMNS", "HELP_OPTIONS", "HELP_TEXT", "told_at_once"]

HELP_TEXT = os.path.join(os.path.dirname(__file__), "help.txt")  # noqa: PTH118, PTH120 - 6 ms
"""File of the help: what `COLUMNS=80 redoscope help` prints."""
HELP_OPTIONS = ("-h", "--help")
HELP_COLUMNS = 80
"""Columns that the kept help needs; it is no wider where there are more."""
_OUTPUT = 1


def told_at_once(arguments: Sequence[str]) -> str | None:
    """Return the answer to *arguments*; None if a command has to be asked for it."""
    if len(arguments) != 1:
        return None
    if arguments[0] in VERSION_OPTIONS:
        return f"{VERSION}\n"
    if arguments[0] in HELP_OPTIONS and _columns() >= HELP_COLUMNS:
        try:
            with open(HELP_TEXT, encoding="utf-8") as file:  # noqa: PTH123 - see above
                return file.read()
        except OSError:
            return None
    return None


def _columns() -> int:
    """Return the columns of the terminal; `HELP_COLUMNS` where there is none."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return int(named)
    try:
        return os.get_terminal_size(_OUTPUT).columns or HELP_COLUMNS
    except OSError:
        return HELP_COLUMNS
