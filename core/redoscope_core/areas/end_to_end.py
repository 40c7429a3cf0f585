"""Parts end to end: where a run of sectors is cut, and which part each piece is in.

parts    |---- 0 ----|-- 1 --|------ 2 ------|
run              [=================]
pieces           [==][=======][====]
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

__all__ = ["EndToEnd", "Piece", "Runs"]


class Piece(NamedTuple):
    """What of a run lies in one part; all in sectors."""

    part: int
    """Index of the part."""
    within: int
    """First sector, counted from the part's first."""
    skipped: int
    """Sectors of the run before the piece."""
    length: int


class Runs(NamedTuple):
    """What of many runs lies in one part."""

    part: int
    run: NDArray[np.intp]
    """Which runs the pieces are of."""
    within: NDArray[np.int64]
    """First sectors, counted from the part's first."""
    length: NDArray[np.int64]


class EndToEnd:
    """Parts of a disk, one behind the other."""

    def __init__(self, counts: Iterable[int]) -> None:
        """Lay parts of *counts* sectors end to end; there is at least one."""
        edges = tuple(accumulate(counts, initial=0))
        self.starts = edges[:-1]
        """First sector of each part."""
        self._ends = edges[1:]

    def at(self, sector: int) -> tuple[int, int]:
        """Return the part that holds *sector*, and the sector counted from its first."""
        part = bisect_right(self.starts, sector) - 1
        return part, sector - self.starts[part]

    def pieces(self, sector: int, count: int) -> Iterator[Piece]:
        """Cut the run of *count* sectors from *sector* on."""
        stop = sector + count
        part = max(0, bisect_right(self.starts, sector) - 1)
        for index in range(part, len(self.starts)):
            start = self.starts[index]
            if start >= stop:
                return
            low, high = max(sector, start), min(stop, self._ends[index])
            if low < high:
                yield Piece(index, low - start, low - sector, high - low)

    def runs(self, start: NDArray[np.int64], count: NDArray[np.int64]) -> Iterator[Runs]:
        """Cut many runs, for each part that any of them touches."""
        for index, (first, end) in enumerate(zip(self.starts, self._ends, strict=True)):
            low, high = np.maximum(start, first), np.minimum(start + count, end)
            run = np.flatnonzero(low < high)
            if len(run):
                yield Runs(index, run, (low - first)[run], (high - low)[run])
