"""Reading: the pieces of a disk one after the other, inflated by every core where need be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from redoscope_core.ahead import ahead
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.windows import WINDOW_SECTORS, window_buffer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from redoscope_core.chain.chain import Chain

__all__ = ["LONG_SECTORS", "cores", "filled", "reading_threads"]

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


def filled(
    chain: Chain,
    pieces: Iterable[tuple[int, int]],
    *,
    threads: int = 0,
    longest: int = WINDOW_SECTORS,
) -> Generator[tuple[int, memoryview], None, None]:
    """Yield (first sector, bytes) of each of *pieces*, (first sector, sectors), in order.

    A piece is at most *longest* sectors; its bytes are good until the next one is asked
    for. Pieces are read ahead by *threads*, or by all cores where the chain holds
    compressed grains: inflating takes longer than all else. Without threads each is read
    when it is asked for. Several threads that only read do best with `LONG_SECTORS`.

    Raises:
        CorruptVmdk: A sector can't be read.
    """
    if chain.stored.packed.any():
        threads = cores()
    if not threads:
        buffer = window_buffer(longest)
        for first, count in pieces:
            window = buffer[: count * SECTOR]
            chain.read_into(window, first)
            yield first, window
        return
    slots = threads + 2
    buffers = [window_buffer(longest) for _ in range(slots)]

    def fill(piece: tuple[int, int], slot: int) -> tuple[int, memoryview]:
        first, count = piece
        window = buffers[slot][: count * SECTOR]
        chain.read_into(window, first)
        return first, window

    yield from ahead(pieces, fill, threads=threads, slots=slots)
