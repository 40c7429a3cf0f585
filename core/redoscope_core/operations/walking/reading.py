"""Reading: by how many threads, and in pieces of what length."""

from __future__ import annotations

import os

from redoscope_core.operations.walking.windows import WINDOW_SECTORS

__all__ = ["LONG_SECTORS", "cores", "reading_threads"]

LONG_SECTORS = 2 * WINDOW_SECTORS
"""Sectors (2 MiB) of a piece that is long enough for handing it to a thread to cost little."""

_PAIR = 2
_MOST_THREADS = 8
"""Threads beyond which one that takes the results in order can't keep up."""


def cores() -> int:
    """Return how many threads have a core of their own here, within reason."""
    # Not every system tells which cores this process may use.
    allowed = getattr(os, "sched_getaffinity", None)
    return min(len(allowed(0)) if allowed else os.cpu_count() or 1, _MOST_THREADS)


def reading_threads() -> int:
    """Return how many threads should read or copy: none on one core, where that costs time.

    Two at most: such work is made of short calls, and more threads than that wait for each
    other, since Python runs one of them at a time between the calls.
    """
    return _PAIR if cores() > 1 else 0
