"""Watches the event loop from another thread, and notes where it stood still."""

from __future__ import annotations

import faulthandler
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QTimer

__all__ = ["Hang", "Pulse", "watched"]

_BEAT = 10
_LOOK = 0.02
_SCHEDULED = Path("/proc/thread-self/schedstat")


@dataclass(slots=True)
class Hang:
    """The loop stood still."""

    seconds: float
    waited: float
    """Of these, seconds in which the machine gave the processor to others."""
    doing: str
    """What was asked for last."""
    stack: str
    """Where all threads were."""

    @property
    def own(self) -> float:
        """Seconds that are the window's own fault."""
        return self.seconds - self.waited


@dataclass(slots=True)
class Pulse:
    """Beats in the GUI thread; what lasts longer than *limit* seconds is noted."""

    limit: float
    doing: str = ""
    hangs: list[Hang] = field(default_factory=list)
    longest: float = 0.0
    beats: int = 0
    _beaten: float = field(default_factory=time.monotonic)
    _waited: float = 0.0
    _stack: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)

    def beat(self) -> None:
        """Note that the loop goes round; called by a timer of the GUI thread."""
        now, waited = time.monotonic(), _seconds_waited()
        gap, lost = now - self._beaten, waited - self._waited
        self._beaten, self._waited = now, waited
        self.beats += 1
        if self.beats == 1:
            return
        self.longest = max(self.longest, gap - lost)
        if gap - lost > self.limit:
            self.hangs.append(Hang(gap, lost, self.doing, self._stack))
        self._stack = ""

    def watch(self) -> None:
        """Look at the beat, and write down where all threads are when it is late.

        The stacks are taken without touching a frame: a frame that is held keeps what it was
        painting with.
        """
        with os.fdopen(os.memfd_create("stacks"), "w+") as file:
            while not self._stop.wait(_LOOK):
                if time.monotonic() - self._beaten > self.limit and not self._stack:
                    file.seek(0)
                    file.truncate()
                    faulthandler.dump_traceback(file, all_threads=True)
                    file.seek(0)
                    self._stack = file.read()

    def stop(self) -> None:
        """End the watching thread."""
        self._stop.set()


@contextmanager
def watched(limit: float) -> Iterator[Pulse]:
    """Watch the event loop of this thread while the block runs."""
    pulse = Pulse(limit)
    timer = QTimer()
    timer.timeout.connect(pulse.beat)
    timer.start(_BEAT)
    watcher = threading.Thread(target=pulse.watch, name="pulse")
    watcher.start()
    try:
        yield pulse
    finally:
        pulse.stop()
        watcher.join()
        timer.stop()


def _seconds_waited() -> float:
    """Return how long this thread could have run and was not let, as far as the system tells."""
    with suppress(OSError, ValueError, IndexError):
        return int(_SCHEDULED.read_text("ascii").split()[1]) / 1e9
    return 0.0
