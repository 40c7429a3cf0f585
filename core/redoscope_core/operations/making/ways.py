"""Ways: which way of copying takes less time here, found by measuring while the copy goes on.

Inside the kernel a copy costs nothing where file systems share what they store, and little in
memory; where it goes page by page, few large reads and writes took a third of the time (413 us
for each grain on one ext4, 60 us on another). The name of a file system does not tell.
"""

from __future__ import annotations

import threading
from enum import Enum

__all__ = ["Way", "Ways", "ways_between"]

_TRIES = 4
"""How often each way is tried, one after the other, before the better one is taken.

Side by side they would hinder each other: each holds the file that is written, one for longer.
"""
_CLEARLY = 1.5
"""The kernel's way is left for one that is so many times faster: few tries tell no less."""


class Way(Enum):
    """How bytes get from one file to another."""

    IN_KERNEL = "in the kernel, area by area"
    BY_MEMORY = "through memory, in large pieces in the order of the target"


class Ways:
    """What was measured between two file systems. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handed = dict.fromkeys(Way, 0)
        self._best: dict[Way, float] = {}
        """The least nanoseconds that a byte took."""

    def next(self) -> Way:
        """Return the way to go next: one that was tried too seldom, or the one that was faster."""
        with self._lock:
            untried = (way for way in Way if self._handed[way] < _TRIES)
            way = next(untried, None) or min(Way, key=self._cost)
            self._handed[way] += 1
            return way

    def note(self, way: Way, copied: int, nanoseconds: int) -> None:
        """Note that *copied* bytes took so long that *way*."""
        if copied:
            with self._lock:
                cost = nanoseconds / copied
                self._best[way] = min(cost, self._best.get(way, cost))

    def _cost(self, way: Way) -> float:
        # One that is being tried just now may turn out to be the better one.
        return self._best.get(way, 0.0) * (1.0 if way is Way.IN_KERNEL else _CLEARLY)


_KNOWN: dict[tuple[int, int], Ways] = {}


def ways_between(source: int, target: int) -> Ways:
    """Return what is known of copying from the device *source* to the device *target*."""
    return _KNOWN.setdefault((source, target), Ways())
