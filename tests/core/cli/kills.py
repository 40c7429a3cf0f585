"""A program that is killed before any of its changes, or of which one fails."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

__all__ = ["Killed", "stopped"]

CHANGING = ("pwrite", "fdatasync", "ftruncate", "copy_file_range", "unlink", "link", "replace")


class Killed(BaseException):
    """The end of the program."""


@contextmanager
def stopped(
    before: int, error: BaseException | None = None, *, also: Sequence[tuple[type, str]] = ()
) -> Generator[list[str]]:
    """Let the change of number *before*, and all later ones, not happen: the program is killed.

    With an *error* that one alone fails, and the program lives. Methods *also* count as changes,
    each before it begins and when it is done. Yields the changes so far.
    """
    done: list[str] = []

    def spied(name: str) -> Callable[..., object]:
        call = getattr(os, name)

        def change(*arguments: object, **named: object) -> object:
            done.append(name)
            if error is not None and len(done) == before:
                raise error
            if error is None and len(done) >= before:
                raise Killed
            return call(*arguments, **named)

        return change

    def around(owner: type, name: str) -> Callable[..., object]:
        call, after = getattr(owner, name), spied("getpid")

        def change(*arguments: object, **named: object) -> object:
            after()
            answer = call(*arguments, **named)
            after()
            return answer

        return change

    with ExitStack() as patched:
        for owner, name in also:
            patched.enter_context(patch.object(owner, name, around(owner, name)))
        for name in CHANGING:
            patched.enter_context(patch.object(os, name, spied(name)))
        yield done
