"""The standard streams made fit to print on: closed ones, and those that lack letters.

A program may be started with any of the three closed. The next file it opens then takes the
number of the closed one, and what is printed would go into that file: a disk, say. So each
closed one is taken first, by the null device: opened the wrong way round for input and
output, so that to use them fails as it should, and for messages so that they are lost.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import TextIOWrapper

__all__ = ["give_up_output", "make_streams_fit", "write_out"]

_INPUT, _OUTPUT, _MESSAGES = 0, 1, 2


def make_streams_fit() -> None:
    """Let printing neither end by a letter that a terminal lacks nor go to a wrong file."""
    for number, flags in (
        (_INPUT, os.O_WRONLY),
        (_OUTPUT, os.O_RDONLY),
        (_MESSAGES, os.O_WRONLY),
    ):
        _occupy(number, flags)
    if sys.stdin is None:
        sys.stdin = os.fdopen(_INPUT, encoding="utf-8", closefd=False)
    if sys.stdout is None:
        sys.stdout = os.fdopen(_OUTPUT, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(_MESSAGES, "w", encoding="utf-8", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors != "backslashreplace":
            stream.reconfigure(errors="backslashreplace")


def _occupy(number: int, flags: int) -> None:
    """Let the stream *number* be the null device if it is closed."""
    try:
        os.fstat(number)
    except OSError:
        taken = os.open(os.devnull, flags)
        if taken != number:
            os.dup2(taken, number)
            os.close(taken)


def write_out() -> None:
    """Write what is still held back to the output.

    Raises:
        OSError: Nobody takes it.
    """
    sys.stdout.flush()


def give_up_output() -> None:
    """Send what is still to be written nowhere, so that leaving does not fail over it again."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)
