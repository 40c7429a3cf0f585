"""Stopping: Ctrl-C, SIGTERM and SIGHUP leave a command the way an error does.

What is half made is then taken away by those who made it. A terminal that closes sends its
signal twice, and whoever stops a program in a hurry often does too: a second signal is not
let into the tidying up.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

__all__ = ["SIGNALLED", "Stopped", "end_by", "left_alone", "stop_if_asked", "stoppable"]

SIGNALLED = 128
"""Exit status of a program that a signal ended, less the number of the signal."""
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_INSISTED = 3
"""Signals heard until Ctrl-C stops the tidying up as well."""

_heard: list[int] = []
"""The signals that `stoppable` has heard, first of all the one that it raised `Stopped` for."""


class Stopped(KeyboardInterrupt):
    """A signal asked the program to end."""

    def __init__(self, number: int) -> None:
        """Remember the *number* of the signal."""
        super().__init__(number)
        self.number = number


@contextmanager
def stoppable() -> Generator[None]:
    """Raise `Stopped` where the program is when a signal asks it to end.

    Signals that whoever started the program wanted ignored stay so: `nohup`, jobs behind.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _heard.clear()

    def hear(number: int, _frame: FrameType | None) -> None:
        _heard.append(number)
        if len(_heard) == 1 or (number == signal.SIGINT and len(_heard) > _INSISTED):
            raise Stopped(number)

    before = {number: signal.getsignal(number) for number in _SIGNALS}
    usual = (signal.SIG_DFL, signal.default_int_handler)
    taken = [number for number in _SIGNALS if before[number] in usual]
    for number in taken:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])
        _heard.clear()


def stop_if_asked() -> None:
    """Raise `Stopped` again if a signal was heard: long operations ask at each of their steps.

    numpy swallows what is raised while it looks an attribute up, as it does of each `State` that
    an array is compared with; before Python 3.12 an enum answers that in Python, and signals come.
    """
    if _heard:
        raise Stopped(_heard[0])


def end_by(status: int) -> None:
    """End this process by the signal that *status* stands for; return if it stands for none.

    A shell then tells 130, 143 or 129, and knows that its loop over many disks is to end too.
    """
    number = status - SIGNALLED
    if number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


@contextmanager
def left_alone() -> Generator[None]:
    """Let signals do what they do without `stoppable`, as long as something else sees to them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = {
        number: handler
        for number in _SIGNALS
        if getattr(handler := signal.getsignal(number), "__module__", "") == __name__
    }
    for number in ours:
        usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, usual)
    try:
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
