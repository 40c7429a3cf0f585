"""In what two disks differ: runs, who owns them in each, and their first differing bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from redoscope_core import SECTOR, State
from redoscope_gui.maps.cells import Grid, held, room_of, runs_inside
from redoscope_gui.maps.otherwise import NOBODY, OTHER, held_at, runs_of

if TYPE_CHECKING:
    from redoscope_core import Areas, Chain, Comparison

__all__ = ["NOBODY", "SHOWN_BYTES", "Differences", "merged", "shares_of"]

Ints = npt.NDArray[np.int64]
SHOWN_BYTES = 8
"""Bytes that are told of each run."""
_TOLD = 4096
"""Runs whose first differing bytes are told."""


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """The sectors in which disk B differs from A, cut where another link owns them in either."""

    comparison: Comparison
    start: Ints
    """First sector of each piece."""
    count: Ints
    owner_a: npt.NDArray[np.int16]
    """Link of A that owns the piece; NOBODY if none does."""
    owner_b: npt.NDArray[np.int16]
    zeroed: npt.NDArray[np.bool_]
    """Whether no link of B stores data there: it reads as zeros."""
    first: Ints
    """Byte offset of the first differing byte, of the first pieces."""
    bytes_a: npt.NDArray[np.uint8]
    """The bytes from there on, or the last ones of the sector; one row for each of these pieces."""
    bytes_b: npt.NDArray[np.uint8]
    grain: int
    """Sectors."""

    @property
    def grains(self) -> int:
        """Grains that hold a differing sector."""
        start, count = self.comparison.start, self.comparison.count
        heads, tails = start // self.grain, (start + count - 1) // self.grain
        again = int((heads[1:] == tails[:-1]).sum())
        return int((tails - heads + 1).sum()) - again

    def grain_beside(self, sector: int, forward: bool) -> int | None:  # noqa: FBT001  which way
        """Return the first differing sector of the next or the previous grain that has one."""
        start, end = self.comparison.start, self.comparison.start + self.comparison.count
        if forward:
            wanted = (sector // self.grain + 1) * self.grain
            index = int(np.searchsorted(end, wanted, "right"))
            return max(int(start[index]), wanted) if index < len(start) else None
        index = int(np.searchsorted(start, sector // self.grain * self.grain, "left")) - 1
        if index < 0:
            return None
        last = min(int(end[index]), sector // self.grain * self.grain) - 1
        first = last // self.grain * self.grain
        index = int(np.searchsorted(end, first, "right"))
        return max(int(start[index]), first)

    def sector_beside(self, sector: int, forward: bool) -> int | None:  # noqa: FBT001  as above
        """Return the next differing sector after *sector*, or the last one before it."""
        start, end = self.comparison.start, self.comparison.start + self.comparison.count
        if forward:
            index = int(np.searchsorted(end, sector + 1, "right"))
            return max(int(start[index]), sector + 1) if index < len(start) else None
        index = int(np.searchsorted(start, sector, "left")) - 1
        return min(int(end[index]) - 1, sector - 1) if index >= 0 else None

    @classmethod
    def of(cls, older: Chain, newer: Chain, comparison: Comparison) -> Differences:
        """Return what *comparison* found between two disks, with owners and bytes."""
        start, count = _cut(comparison, (older.stored, newer.stored))
        _, owner_a = held_at(older.stored, start)
        state_b, owner_b = held_at(newer.stored, start)
        told = start[:_TOLD]
        old, new = (_sectors_of(each, told) for each in (older, newer))
        place = (old != new).argmax(axis=1) if len(told) else np.empty(0, np.int64)
        shown = np.minimum(place, SECTOR - SHOWN_BYTES)
        columns = shown[:, np.newaxis] + np.arange(SHOWN_BYTES)
        return cls(
            comparison,
            start,
            count,
            owner_a,
            owner_b,
            state_b != State.DATA,
            told * SECTOR + place,
            np.take_along_axis(old, columns, axis=1),
            np.take_along_axis(new, columns, axis=1),
            newer.grain_size,
        )


def _sectors_of(disk: Chain, sectors: Ints) -> npt.NDArray[np.uint8]:
    """Return the bytes of each of *sectors*; past the end of the disk they are zeros."""
    found = np.zeros((len(sectors), SECTOR), np.uint8)
    inside = sectors < disk.capacity
    if inside.any():
        found[inside] = disk.read_many(sectors[inside], 1)
    return found


def _cut(comparison: Comparison, sides: tuple[Areas, Areas]) -> tuple[Ints, Ints]:
    """Return (start, count) of the runs, cut at all ends of areas that lie in them."""
    begin, end = comparison.start, comparison.start + comparison.count
    if not len(begin):
        return begin, comparison.count
    edges = np.concatenate([side for areas in sides for side in (areas.start, areas.end)])
    run = np.searchsorted(begin, edges, "right") - 1
    inside = (run >= 0) & (edges < end[run])
    start = np.unique(np.concatenate([begin, edges[inside]]))
    run = np.searchsorted(begin, start, "right") - 1
    behind = np.minimum(np.append(start[1:], end[-1]), end[run])
    return start, behind - start


def merged(start: Ints, count: Ints, gap: int) -> tuple[Ints, Ints]:
    """Return (first piece, pieces) of each group with at most *gap* equal sectors between."""
    if not len(start):
        return start, start
    opens = np.append(True, start[1:] - (start + count)[:-1] > gap)
    first = np.flatnonzero(opens).astype(np.int64)
    return first, np.diff(np.append(first, len(opens)))


def shares_of(comparison: Comparison, capacity: int, columns: int) -> npt.NDArray[np.float64]:
    """Return how much of each of so many columns of a disk differs, 0 to 1."""
    grid = Grid(0, max(1, -(-capacity // max(1, columns))), columns)
    ranks = np.ones((len(State), OTHER + 2), np.uint16)
    runs = runs_inside(runs_of(comparison), ranks, grid)
    _, sectors = held(runs, grid)
    found: npt.NDArray[np.float64] = sectors.sum(axis=0) / room_of(grid, capacity)
    return found
