"""Areas laid on a grid of equal cells: array arithmetic only, no loop per area or per grain.

Every function takes areas as sorted arrays that do not overlap (start, end, rank) and a Grid. The
cost is that of the areas inside the grid plus that of its cells, so a whole disk of 2 TiB with
600,000 areas takes milliseconds, and a small window of it takes microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from redoscope_core import Areas

__all__ = [
    "Grid",
    "Runs",
    "change_beside",
    "group_beside",
    "held",
    "highest",
    "room_of",
    "runs_inside",
]

Ints = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Grid:
    """Equal cells over a stretch of a disk."""

    first: int
    """Sector at which the first cell starts."""
    per_cell: int
    """Sectors in one cell."""
    cells: int

    @property
    def end(self) -> int:
        """First sector after the last cell."""
        return self.first + self.per_cell * self.cells


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """The parts of areas that lie inside a grid, with a rank each; rank 0 is kept for "nothing"."""

    start: Ints
    end: Ints
    rank: Ranks
    head: Ints
    """First cell that each run touches."""
    tail: Ints
    """Last cell that each run touches."""

    def __len__(self) -> int:
        return len(self.start)

    def ranked(self, rank: Ranks) -> Runs:
        """Return the same runs with other ranks."""
        return replace(self, rank=rank)


def runs_inside(areas: Areas, ranks: npt.NDArray[np.uint16], grid: Grid) -> Runs:
    """Return the runs of *areas* inside *grid*, clipped to it.

    *ranks* holds the rank of each pair of state and link: ``ranks[state, link + 1]``.
    """
    low = _first_ending_after(areas, grid.first)
    high = max(int(np.searchsorted(areas.start, grid.end, "left")), low)
    inside = slice(low, high)
    start = areas.start[inside].copy()
    end = start + areas.count[inside]
    if len(start):
        start[0] = max(start[0], grid.first)
        end[-1] = min(end[-1], grid.end)
    links = ranks.shape[1]
    codes = areas.state[inside].astype(np.int32) * links
    codes += areas.link[inside]
    codes += 1
    head, tail = _cells_of(start, end, grid)
    return Runs(start, end, np.take(ranks.ravel(), codes), head, tail)


def _first_ending_after(areas: Areas, sector: int) -> int:
    """Return the first area that ends after *sector*."""
    index = int(np.searchsorted(areas.start, sector, "right"))
    if index and int(areas.start[index - 1]) + int(areas.count[index - 1]) > sector:
        return index - 1
    return index


def _cells_of(start: Ints, end: Ints, grid: Grid) -> tuple[Ints, Ints]:
    """Return the first and the last cell that each run touches."""
    head, tail = start - grid.first, end - (grid.first + 1)
    if grid.per_cell & (grid.per_cell - 1) == 0:
        shift = grid.per_cell.bit_length() - 1
        return head >> shift, tail >> shift
    return head // grid.per_cell, tail // grid.per_cell


def _between(runs: Runs) -> tuple[Ints, Ints]:
    """Return the cells strictly between each head and tail, and the run each belongs to."""
    wide = np.flatnonzero(runs.tail - runs.head > 1)
    lengths = runs.tail[wide] - runs.head[wide] - 1
    owners = np.repeat(wide, lengths)
    firsts = np.cumsum(lengths) - lengths
    steps = np.arange(len(owners)) - np.repeat(firsts, lengths)
    return runs.head[owners] + 1 + steps, owners


def highest(runs: Runs, grid: Grid) -> Ranks:
    """Return per cell the highest rank that touches it, 0 where nothing does.

    One changed grain among 33 million therefore decides its cell at every zoom.
    """
    found = np.zeros(grid.cells, np.uint16)
    if not len(runs):
        return found
    opens = np.flatnonzero(np.diff(runs.head, prepend=-1))
    found[runs.head[opens]] = np.maximum.reduceat(runs.rank, opens)
    crossing = np.flatnonzero(runs.tail > runs.head)
    np.maximum.at(found, runs.tail[crossing], runs.rank[crossing])
    cells, owners = _between(runs)
    found[cells] = runs.rank[owners]
    return found


def held(runs: Runs, grid: Grid) -> tuple[Ranks, Ints]:
    """Return the ranks that occur, ascending, and the sectors of each in every cell.

    The sectors have a row for each rank and a column for each cell.
    """
    present = np.flatnonzero(np.bincount(runs.rank)).astype(np.uint16)
    place = np.zeros(int(present[-1]) + 1 if len(present) else 1, np.int64)
    place[present] = np.arange(len(present)) * grid.cells
    size = len(present) * grid.cells
    row = place[runs.rank]
    # bincount sums in doubles: exact, because no cell holds 2**53 sectors.
    head_end = np.minimum(runs.end, grid.first + (runs.head + 1) * grid.per_cell)
    sectors = np.bincount(row + runs.head, weights=head_end - runs.start, minlength=size)
    crossing = np.flatnonzero(runs.tail > runs.head)
    if len(crossing):
        row, head, tail = row[crossing], runs.head[crossing], runs.tail[crossing]
        lengths = runs.end[crossing] - (grid.first + tail * grid.per_cell)
        sectors += np.bincount(row + tail, weights=lengths, minlength=size)
        # A run fills the cells between its head and its tail: it opens behind the one, and is
        # over at the other, and how many are open tells how full a cell is.
        opened = np.bincount(row + head + 1, minlength=size)
        over = np.bincount(row + tail, minlength=size)
        sectors += np.cumsum(opened - over) * grid.per_cell
    return present, sectors.astype(np.int64).reshape(len(present), grid.cells)


def room_of(grid: Grid, capacity: int) -> Ints:
    """Return the sectors that each cell has on a disk of *capacity*; at least 1."""
    starts = grid.first + np.arange(grid.cells, dtype=np.int64) * grid.per_cell
    return np.clip(capacity - starts, 1, grid.per_cell)


def change_beside(areas: Areas, sector: int, step: int, *, forward: bool) -> int | None:
    """Return the nearest changed step before or after the one that holds *sector*.

    A step is a grain or a cell of *step* sectors. The answer is the first changed sector in it,
    or None if nothing is changed that way.
    """
    starts = areas.start
    if forward:
        wanted = (sector // step + 1) * step
        index = _first_ending_after(areas, wanted)
        return None if index == len(starts) else max(int(starts[index]), wanted)
    wanted = sector // step * step
    index = int(np.searchsorted(starts, wanted, "left")) - 1
    if index < 0:
        return None
    last = min(int(starts[index]) + int(areas.count[index]), wanted) - 1
    step_start = last // step * step
    first = _first_ending_after(areas, step_start)
    return max(int(starts[first]), step_start)


def group_beside(several: Sequence[Areas], sector: int, step: int, *, forward: bool) -> int | None:
    """Return the first changed sector of the next or the previous group of changed cells.

    Cells hold *step* sectors; a group is changed cells side by side, whichever of *several* links
    changed them. Backwards from within a group leads to its own first cell.
    """
    starts = np.concatenate([areas.start for areas in several])
    ends = np.concatenate([areas.start + areas.count for areas in several])
    if not len(starts):
        return None
    order = np.argsort(starts, kind="stable")
    starts = starts[order]
    heads, tails = starts // step, (ends[order] - 1) // step
    reached = np.maximum.accumulate(tails)
    firsts = starts[np.flatnonzero(np.append(True, heads[1:] > reached[:-1] + 1))]
    here = sector // step
    if forward:
        index = int(np.searchsorted(firsts // step, here, "right"))
        return int(firsts[index]) if index < len(firsts) else None
    index = int(np.searchsorted(firsts // step, here, "left")) - 1
    return int(firsts[index]) if index >= 0 else None
