"""Data on standard output: never on a terminal by mistake, never lost in silence."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from redoscope_core.errors import FileRefused, FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["data_output"]


@contextmanager
def data_output(*, force: bool) -> Generator[IO[bytes]]:
    """Give standard output for bytes that are an answer by themselves.

    Raises:
        FileRefused: It is a terminal, and *force* is not given.
        FileUnreadable: Whoever read it left before all was written.
    """
    if sys.stdout.isatty() and not force:
        raise FileRefused(
            "bytes are not written to a terminal",
            found="standard output is one",
            expected="a file or a pipe",
            cure="redirect it, or name a file; --force writes them all the same",
        )
    try:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise FileUnreadable(
            "the output was cut off: its reader left before all bytes were written"
        ) from None
