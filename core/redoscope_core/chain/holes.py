"""Holes: what a file system says a file does not hold need not be read.

A flat disk is often mostly holes. They read as zeros; whoever walks over a whole disk asks
for them once, per file, instead of reading them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import Areas, State
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from numpy.typing import NDArray

    from redoscope_core.link.link import Link
    from redoscope_core.progress import Progress

__all__ = ["cut_to", "without_holes"]


def without_holes(
    areas: Areas, links: Sequence[Link], step: Progress
) -> Generator[Progress, None, Areas]:
    """Return *areas* of *links* without the parts that lie in holes of their files.

    *step* is yielded after each file that was asked: a large one takes some 10 ms.
    What is left out of an area of data reads as zeros, whatever lies below in the chain.
    """
    parts = []
    rest = np.ones(len(areas), np.bool_)
    plain = (areas.state == State.DATA) & ~areas.packed
    for index, link in enumerate(links):
        for number, file in enumerate(link.disk_files):
            runs = file.held_runs()
            if runs is None:
                continue
            mine = plain & (areas.link == index) & (areas.file == number)
            start, end = np.array(runs, np.int64).reshape(-1, 2).T
            parts.append(cut_to(areas.take(mine), start, end))
            rest &= ~mine
            yield step
    if not parts:
        return areas
    both = Areas.concatenate([areas.take(rest), *parts])
    return both.take(np.argsort(both.start, kind="stable"))


def cut_to(areas: Areas, start: NDArray[np.int64], end: NDArray[np.int64]) -> Areas:
    """Return those parts of *areas*, all in one file, that lie in its bytes *start* to *end*."""
    # An area meets the runs from `first` to before `behind`; each of those cuts a piece out of it.
    # Areas may lie in the file in any order.
    #
    #     bytes held   ..00000.....11111111......2222
    #     areas        aaaaaaaaaaaaaaaa....bbbbcccccc
    #     pieces       ..aaaaa.....aaaa..........cccc
    #
    #     first, behind of a: 0, 2; of b: 2, 2, so nothing of it; of c: 2, 3
    last_byte = areas.offset + areas.count * SECTOR
    first = np.searchsorted(end, areas.offset, side="right")
    behind = np.searchsorted(start, last_byte, side="left")
    pieces = np.maximum(behind - first, 0)
    area = np.repeat(np.arange(len(areas)), pieces)
    # Counts 0, 1, 2... within each area, from the first run that it touches.
    within = np.arange(len(area)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    run = first[area] + within
    offset = areas.offset[area]
    low = np.maximum(start[run] - offset, 0) // SECTOR
    high = np.minimum(-((offset - end[run]) // SECTOR), areas.count[area])
    # Two runs may share a sector where a file system counts in less than sectors.
    low[1:] = np.where(area[1:] == area[:-1], np.maximum(low[1:], high[:-1]), low[1:])
    kept = high > low
    area, low, high = area[kept], low[kept], high[kept]
    part = areas.take(area)
    return Areas(
        part.start + low,
        high - low,
        part.state.copy(),
        part.link.copy(),
        part.file.copy(),
        part.offset + low * SECTOR,
        part.packed.copy(),
    )
