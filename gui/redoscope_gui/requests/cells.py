"""Areas laid on a grid of equal cells: array arithmetic only, no loop per area or per grain.

Every function takes areas as sorted arrays that do not overlap (start, end, rank) and a Grid. The
cost is that of the areas inside the grid plus that of its cells, so a whole disk of 2 TiB with
600,000 areas takes milliseconds, and a small window of it takes microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "Grid",
    "Runs",
    "change_beside",
    "group_beside",
    "highest",
    "runs_inside",
    "shades",
    "tally",
    "touched",
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


@dataclass(frozen=True, slots=True)
class Runs:
    """The parts of areas that lie inside a grid, with a rank each; rank 0 is kept for "nothing"."""

    start: Ints
    end: Ints
    rank: Ranks

    def __len__(self) -> int:
        return len(self.start)


def runs_inside(areas: Any, ranks: npt.NDArray[np.uint16], grid: Grid) -> Runs:
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
    return Runs(start, end, np.take(ranks.ravel(), codes))


def _first_ending_after(areas: Any, sector: int) -> int:
    """Return the first area that ends after *sector*."""
    index = int(np.searchsorted(areas.start, sector, "right"))
    if index and int(areas.start[index - 1]) + int(areas.count[index - 1]) > sector:
        return index - 1
    return index


def _cells_of(runs: Runs, grid: Grid) -> tuple[Ints, Ints]:
    """Return the first and the last cell that each run touches."""
    head, tail = runs.start - grid.first, runs.end - (grid.first + 1)
    if grid.per_cell & (grid.per_cell - 1) == 0:
        shift = grid.per_cell.bit_length() - 1
        return head >> shift, tail >> shift
    return head // grid.per_cell, tail // grid.per_cell


def _between(head: Ints, tail: Ints) -> tuple[Ints, Ints]:
    """Return the cells strictly between each head and tail, and the run each belongs to."""
    wide = np.flatnonzero(tail - head > 1)
    lengths = tail[wide] - head[wide] - 1
    owners = np.repeat(wide, lengths)
    firsts = np.cumsum(lengths) - lengths
    steps = np.arange(len(owners)) - np.repeat(firsts, lengths)
    return head[owners] + 1 + steps, owners


def highest(runs: Runs, grid: Grid) -> Ranks:
    """Return per cell the highest rank that touches it, 0 where nothing does.

    One changed grain among 33 million therefore decides its cell at every zoom.
    """
    found = np.zeros(grid.cells, np.uint16)
    if not len(runs):
        return found
    head, tail = _cells_of(runs, grid)
    opens = np.flatnonzero(np.diff(head, prepend=-1))
    found[head[opens]] = np.maximum.reduceat(runs.rank, opens)
    crossing = np.flatnonzero(tail > head)
    np.maximum.at(found, tail[crossing], runs.rank[crossing])
    cells, owners = _between(head, tail)
    found[cells] = runs.rank[owners]
    return found


def touched(runs: Runs, grid: Grid) -> npt.NDArray[np.bool_]:
    """Tell for each cell whether any run reaches into it."""
    head, tail = _cells_of(runs, grid)
    edges = np.bincount(head, minlength=grid.cells + 1).astype(np.int64)
    edges -= np.bincount(tail + 1, minlength=grid.cells + 1)[: grid.cells + 1]
    return np.asarray(np.cumsum(edges)[: grid.cells] > 0)


def tally(runs: Runs, ranks: int, grid: Grid) -> Ints:
    """Return the exact sectors of each rank in each cell, as an array of (ranks, cells)."""
    head, tail = _cells_of(runs, grid)
    shape = ranks * grid.cells
    rows = runs.rank.astype(np.int64) * grid.cells
    head_end = np.minimum(runs.end, grid.first + (head + 1) * grid.per_cell)
    # bincount sums in doubles: exact, because no cell holds 2**53 sectors.
    counts = np.bincount(rows + head, weights=head_end - runs.start, minlength=shape)
    crossing = np.flatnonzero(tail > head)
    tail_start = grid.first + tail[crossing] * grid.per_cell
    counts += np.bincount(
        rows[crossing] + tail[crossing], weights=runs.end[crossing] - tail_start, minlength=shape
    )
    cells, owners = _between(head, tail)
    counts[rows[owners] + cells] += grid.per_cell
    return counts.astype(np.int64).reshape(ranks, grid.cells)


def shades(runs: Runs, rank: int, grid: Grid, *, grain: int, capacity: int, steps: int) -> Ranks:
    """Return how thinly *rank* fills each cell: 0 for wholly, *steps* for a single grain.

    The scale is logarithmic, and counts from what a cell of this zoom can hold; the last cell of a
    disk of *capacity* sectors holds less. Cells without the rank are meaningless.
    """
    mine = runs.rank == rank
    alone = Runs(runs.start[mine], runs.end[mine], np.zeros(int(mine.sum()), np.uint16))
    counts = tally(alone, 1, grid)[0]
    octaves = max(1.0, np.log2(grid.per_cell / grain)) if grid.per_cell > grain else 1.0
    starts = grid.first + np.arange(grid.cells, dtype=np.int64) * grid.per_cell
    room = np.clip(capacity - starts, 1, grid.per_cell)
    with np.errstate(divide="ignore"):
        thin = -np.log2(counts / room) / octaves
    return np.asarray(np.ceil(np.clip(thin, 0.0, 1.0) * steps), np.uint16)


def change_beside(areas: Any, sector: int, step: int, *, forward: bool) -> int | None:
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


def group_beside(several: Sequence[Any], sector: int, step: int, *, forward: bool) -> int | None:
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
