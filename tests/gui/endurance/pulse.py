"""Notes where the event loop of this thread stood still, and what the processor did meanwhile."""

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
from typing_extensions import override

__all__ = ["Hang", "Pulse", "watched"]

_BEAT = 10
_LATE = 0.25
"""Seconds after which the stacks are written down, and again after as many."""
_LOOK = 0.02
_STACKS = 3
_CALLS = 12
"""So many calls of every thread are told."""
_TASKS = Path("/proc/self/task")


@dataclass(slots=True)
class Hang:
    """The loop stood still."""

    seconds: float
    worked: float
    """Of these, seconds in which this thread had a processor."""
    waited: float
    """And seconds in which it could have run, but the machine let others run."""
    starved: float
    """Seconds in which other threads of the process could have run, and were not let either."""
    doing: str
    """What was asked for last."""
    stack: str
    """Where all threads were."""

    @property
    def own(self) -> float:
        """Seconds that are the window's own fault: at work, or asleep for a lock or a disk.

        Not those asleep while the thread that has the lock is not let run.
        """
        return self.worked + max(self.asleep - self.starved, 0.0)

    @property
    def asleep(self) -> float:
        """Seconds in which this thread could not have run."""
        return max(self.seconds - self.worked - self.waited, 0.0)

    @override
    def __str__(self) -> str:
        return (
            f"{self.seconds * 1000:.0f} ms: {self.worked * 1000:.0f} at work, "
            f"{self.waited * 1000:.0f} the machine ran others, {self.asleep * 1000:.0f} asleep "
            f"(other threads here were not let run for {self.starved * 1000:.0f}): "
            f"{self.own * 1000:.0f} its own; {self.doing}\n{self.stack}"
        )


@dataclass(slots=True)
class Pulse:
    """Beats in the GUI thread; what lasts longer than *limit* seconds is a hang."""

    limit: float
    doing: str = ""
    hangs: list[Hang] = field(default_factory=list)
    late: list[Hang] = field(default_factory=list)
    """Every time longer than a quarter of a second, whoever had the processor."""
    longest: float = 0.0
    beats: int = 0
    _beaten: float = field(default_factory=time.monotonic)
    _before: tuple[float, float, float] = (0.0, 0.0, 0.0)
    _stacks: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)

    def beat(self) -> None:
        """Note that the loop goes round; called by a timer of the GUI thread."""
        now, scheduled = time.monotonic(), _scheduled()
        worked, waited, starved = (
            after - before for after, before in zip(scheduled, self._before, strict=True)
        )
        lost = max(starved, 0.0)  # a thread that ended takes its seconds with it
        gap = Hang(now - self._beaten, worked, waited, lost, self.doing, self._stacks)
        self._beaten, self._before, self._stacks = now, scheduled, ""
        self.beats += 1
        if self.beats == 1:
            return
        self.longest = max(self.longest, gap.own)
        if gap.seconds > self._patience:
            self.late.append(gap)
        if gap.own > self.limit:
            self.hangs.append(gap)

    def watch(self) -> None:
        """Look at the beat, and while it is late write down now and then where all threads are.

        The stacks are taken without touching a frame: a frame that is held keeps what it was
        painting with. They are taken with the lock of Python: without it, as `faulthandler` does
        when it is left alone, it reads frames while they change and ends the process.
        """
        with os.fdopen(os.memfd_create("stacks"), "w+") as file:
            taken = 0
            while not self._stop.wait(_LOOK):
                late = time.monotonic() - self._beaten
                taken = taken if self._stacks else 0
                if late > self._patience * (taken + 1) and taken < _STACKS:
                    file.seek(0)
                    file.truncate()
                    faulthandler.dump_traceback(file, all_threads=True)
                    file.seek(0)
                    taken += 1
                    told = "\n".join(_shortened(file.read()))
                    self._stacks += f"after {late * 1000:.0f} ms\n{told}\n"

    def stop(self) -> None:
        """End the watching thread."""
        self._stop.set()

    @property
    def _patience(self) -> float:
        return min(_LATE, self.limit)


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


def _shortened(stacks: str) -> Iterator[str]:
    """Yield the lines of *stacks*, of every thread the innermost calls only."""
    deep = 0
    for line in stacks.splitlines():
        deep = deep + 1 if line.startswith(" ") else 0
        if deep <= _CALLS:
            yield line


def _scheduled() -> tuple[float, float, float]:
    """Return the seconds this thread ran, could have run and was not let, and others were not let.

    Nothing of them where the system does not tell.
    """
    own, worked, waited, starved = str(threading.get_native_id()), 0, 0, 0
    with suppress(OSError):
        for task in _TASKS.iterdir():
            with suppress(OSError, ValueError):  # a thread that ended just now
                ran, lost = (int(part) for part in (task / "schedstat").read_text().split()[:2])
                if task.name == own:
                    worked, waited = ran, lost
                else:
                    starved += lost
    return worked / 1e9, waited / 1e9, starved / 1e9
