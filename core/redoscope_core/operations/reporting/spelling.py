"""Spelling: names from disks as a report shows them, harmless in whatever shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from redoscope_core.errors import printable

__all__ = ["moment", "shown", "table_cell"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 10**9
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet works out; those of full width too."""
_SPELLED = str.maketrans({'"': "\\x22", ";": "\\x3b"})
"""What ends a cell: a program that separates cells otherwise would begin another one there."""


def shown(text: str) -> str:
    """Return *text* with all that turns, hides or ends text spelled behind a backslash."""
    return printable(text)


def table_cell(text: str) -> str:
    """Return *text* as a cell of a table that no spreadsheet takes for a formula."""
    told = printable(text).translate(_SPELLED)
    return f"'{told}" if told.lstrip().startswith(_FORMULA) else told


def moment(nanoseconds: object, *, local: bool = False) -> str | None:
    """Return a time as ISO 8601 has it, to the nanosecond; None if there is none or no year has it.

    It is UTC, or with *local* that of a clock whose zone nobody wrote down.
    """
    if not isinstance(nanoseconds, int):
        return None
    seconds, rest = divmod(nanoseconds, _SECOND)
    try:
        told = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None
    fraction = f".{rest:09d}" if rest else ""
    return f"{told:%Y-%m-%dT%H:%M:%S}{fraction}{'' if local else 'Z'}"
