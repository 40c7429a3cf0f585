"""Pieces: a disk taken piece by piece where something is stored, and around what can't be read.

stored      |####  ######x###  ?????  ###|     x: seen only when it is read; ?: the tables tell
pieces      |####  ######·###  ?????  ###|     one without bytes for x and for ?
"""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.ahead import ahead
from redoscope_core.areas.areas import State
from redoscope_core.chain.around import Unreadable, read_around
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.reading import cores
from redoscope_core.operations.walking.windows import WINDOW_SECTORS, spans, window_buffer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from redoscope_core.areas.areas import Areas
    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.unread import Unread
    from redoscope_core.errors import VmdkError

_WHOLE = 2**62

__all__ = ["Piece", "pieces_of", "stretches"]


class Piece(NamedTuple):
    """A run of sectors of a disk."""

    first: int
    sectors: int
    data: memoryview | None
    """Its bytes, good until the next piece is asked for; None if they can't be read."""
    error: VmdkError | None = None
    """Why they can't."""


class _Window(NamedTuple):
    """What was read of a run: its bytes, none if the tables tell that there are none."""

    first: int
    sectors: int
    data: memoryview | None
    found: list[Unreadable]


def pieces_of(
    chain: Chain,
    held: Areas,
    unread: Unread,
    *,
    bridge: int = 0,
    threads: int = 0,
    longest: int = WINDOW_SECTORS,
) -> Generator[Piece, None, None]:
    """Yield what *held*, the areas of *chain*, hold, in order; what can't be read without bytes.

    Where the chain was not opened to salvage, the first piece that can't be read is an error. What
    comes to light is added to *unread*. Gaps of *bridge* sectors at most are read along; a piece
    with bytes is at most *longest* sectors. Pieces are read ahead by *threads*, or by all cores
    where the chain holds compressed grains: inflating takes longer than all else. Without threads
    each is read when it is asked for. Several threads that only read do best with `LONG_SECTORS`.

    Raises:
        VmdkError: A sector can't be read, and the chain does not salvage.
    """
    runs = stretches(held, limit=longest, bridge=bridge)
    with closing(_windows(chain, runs, threads, longest)) as windows:
        for window in windows:
            for piece in _cut(chain, window):
                if piece.error is not None and not chain.salvages:
                    raise chain.with_way_out(piece.error)
                yield piece
            unread.add(window.found)


def stretches(
    areas: Areas, *, limit: int = WINDOW_SECTORS, bridge: int = 0
) -> Iterator[tuple[int, int, bool]]:
    """Yield (first sector, sectors, whether they can be read) of what *areas* hold, in order.

    What can be read is cut to *limit*; what the tables tell to be unreadable is never read along.
    """
    lost = areas.state == State.UNREADABLE
    if not lost.any():
        yield from (
            (first, count, True) for first, count in spans(areas, limit=limit, bridge=bridge)
        )
        return
    edges = [0, *(np.flatnonzero(lost[1:] != lost[:-1]) + 1).tolist(), len(areas)]
    for low, high in pairwise(edges):
        part = areas.take(slice(low, high))
        if lost[low]:
            yield from ((first, count, False) for first, count in spans(part, limit=_WHOLE))
        else:
            yield from (
                (first, count, True) for first, count in spans(part, limit=limit, bridge=bridge)
            )


def _windows(
    chain: Chain, runs: Iterator[tuple[int, int, bool]], threads: int, longest: int
) -> Generator[_Window, None, None]:
    """Yield what was read of each of *runs*, in order."""
    if chain.stored.packed.any():
        threads = cores()
    slots = threads + 2
    buffers = [window_buffer(longest) for _ in range(slots if threads else 1)]

    def read(run: tuple[int, int, bool], slot: int) -> _Window:
        first, count, is_readable = run
        if not is_readable:
            return _Window(first, count, None, [])
        view = buffers[slot][: count * SECTOR]
        return _Window(first, count, view, read_around(chain, view, first))

    if threads:
        yield from ahead(runs, read, threads=threads, slots=slots)
    else:
        yield from (read(run, 0) for run in runs)


def _cut(chain: Chain, window: _Window) -> Iterator[Piece]:
    """Yield the pieces of *window*, cut where something in it can't be read."""
    first, stop = window.first, window.first + window.sectors
    if window.data is None:
        link = int(chain.stored.window(first, 1).link[0])
        yield Piece(first, window.sectors, None, chain.unreadable(link, first))
        return
    low = first
    for start, count, _, error in window.found:
        if start > low:
            yield Piece(low, start - low, _part(window, low, start))
        yield Piece(start, count, None, error)
        low = start + count
    if low < stop:
        yield Piece(low, stop - low, _part(window, low, stop))


def _part(window: _Window, low: int, high: int) -> memoryview | None:
    view = window.data
    if view is None or high - low == window.sectors:
        return view
    part = view[(low - window.first) * SECTOR : (high - window.first) * SECTOR]
    # Like that of a whole window its buffer begins with its bytes.
    return memoryview(bytearray(part))
