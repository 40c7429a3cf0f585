"""Names and texts from anywhere as literals: of C, of a shell, of Python.

Nothing that a name holds ends a literal, begins a line of ours or is invisible: what can't be
printed is spelled out, byte by byte where the language knows bytes alone.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["c_string", "python_path", "python_text", "shell_word", "size_word", "unmistakable"]

_UNITS = ((2**40, "T"), (2**30, "G"), (2**20, "M"), (2**10, "K"))
_OCTAL = "\\{:03o}"
"""Three digits: whatever follows is no part of the number, in C and in a shell."""


def _in_octal(letter: str) -> str:
    return "".join(map(_OCTAL.format, os.fsencode(letter)))


def c_string(text: str | Path) -> str:
    """Return the bytes of *text* as a literal of C, in UTF-8 as the vendor's library has names."""
    letters = (
        f"\\{letter}"
        # Two question marks may begin a trigraph.
        if letter in '"\\?'
        else letter
        if letter.isprintable()
        else _in_octal(letter)
        for letter in str(text)
    )
    return f'"{"".join(letters)}"'


def shell_word(text: str) -> str:
    """Return *text* as one word for bash, zsh and ksh, that can be seen as a whole."""
    if text.isprintable():
        return shlex.quote(text)
    letters = (
        f"\\{letter}" if letter in "'\\" else letter if letter.isprintable() else _in_octal(letter)
        for letter in text
    )
    return f"$'{''.join(letters)}'"


def unmistakable(path: Path) -> str:
    """Return *path* as an argument that no command takes for an option or for a pipe."""
    text = str(path)
    return f"./{text}" if text.startswith("-") else text


def python_text(text: str) -> str:
    """Return *text* as a literal of Python."""
    literal = repr(text)
    if literal.startswith("'") and '"' not in literal:
        return '"' + literal[1:-1] + '"'
    return literal


def python_path(path: Path) -> str:
    """Return *path* as an expression of Python."""
    return f"Path({python_text(str(path))})"


def size_word(sectors: int) -> str:
    """Return the size of *sectors* as a command takes it: ``64M``, or bytes."""
    count = sectors * SECTOR
    for unit, letter in _UNITS:
        if count and count % unit == 0:
            return f"{count // unit}{letter}"
    return str(count)
