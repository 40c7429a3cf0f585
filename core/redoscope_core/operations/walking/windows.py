"""Windows: a disk taken piece by piece, only where something is stored.

Long operations share this way of walking: buffers of a size that stays in the
processor's cache, steps short enough to be stopped, progress in bytes of the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.areas.areas import State
from redoscope_core.chain.holes import without_holes
from redoscope_core.format.units import SECTOR
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from redoscope_core.areas.areas import Areas
    from redoscope_core.chain.chain import Chain

__all__ = ["STEP_SECTORS", "WINDOW_SECTORS", "held_areas", "spans", "window_buffer"]

WINDOW_SECTORS = 2048
"""Sectors (1 MiB) read at a time."""
STEP_SECTORS = 16 * WINDOW_SECTORS
"""Sectors after which an operation shows progress and may be stopped: about 10 ms."""

_ROWS = 4096
"""Areas turned into Python numbers at a time."""


def held_areas(chain: Chain) -> Generator[Progress, None, Areas]:
    """Return what *chain* stores, without what its file systems know to be zeros.

    It yields, at 0 of the disk's bytes, after each file that was asked.
    """
    step = Progress(0, chain.capacity * SECTOR, "asking what the files hold")
    return (yield from without_holes(chain.stored, chain.links, step))


def spans(
    areas: Areas, *, limit: int = WINDOW_SECTORS, bridge: int = 0
) -> Iterator[tuple[int, int]]:
    """Yield (first sector, sectors) of what *areas* hold as data, in order, cut to *limit*.

    Areas that touch are taken together, whichever file they are in, and with them gaps of
    *bridge* sectors at most. An unreadable area
    counts as data: reading it tells what is wrong.
    """
    stored = areas.take((areas.state == State.DATA) | (areas.state == State.UNREADABLE))
    start = end = 0
    for first, count in _rows(stored):
        if first - end > bridge or not end:
            yield from _cut(start, end, limit)
            start = first
        end = first + count
        while end - start >= limit:
            yield start, limit
            start += limit
    yield from _cut(start, end, limit)


def _rows(areas: Areas) -> Iterator[tuple[int, int]]:
    """Yield (start, count) of each area; some at a time, so that other threads go on."""
    for low in range(0, len(areas), _ROWS):
        part = slice(low, low + _ROWS)
        yield from zip(areas.start[part].tolist(), areas.count[part].tolist(), strict=True)


def _cut(start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    for first in range(start, end, limit):
        yield first, min(limit, end - first)


def window_buffer(sectors: int = WINDOW_SECTORS) -> memoryview:
    """Return a buffer of *sectors*, one window by default, to be used again and again."""
    return memoryview(bytearray(sectors * SECTOR))
