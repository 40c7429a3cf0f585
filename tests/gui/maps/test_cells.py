"""The arithmetic of maps against its slow and obvious meaning."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Areas, State
from redoscope_gui.maps.cells import (
    Grid,
    Runs,
    change_beside,
    group_beside,
    held,
    highest,
    room_of,
    runs_inside,
)

CAPACITY = 300
LINKS = 3


@st.composite
def areas(draw: st.DrawFn) -> Areas:
    """Areas of a small disk, in any state but ABSENT, of any link."""
    edges = sorted(draw(st.sets(st.integers(0, CAPACITY), max_size=24)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    states = [draw(st.sampled_from([State.ZERO, State.DATA, State.UNREADABLE])) for _ in pairs]
    links = [draw(st.integers(0, LINKS - 1)) for _ in pairs]
    return Areas.of([a for a, _ in pairs], [b - a for a, b in pairs], states, links)


grids = st.builds(
    Grid, st.integers(0, CAPACITY), st.sampled_from([1, 2, 3, 8, 10, 64, 128]), st.integers(1, 40)
)


def table() -> npt.NDArray[np.uint16]:
    """A rank of its own for every pair of state and link."""
    return np.arange(4 * (LINKS + 1), dtype=np.uint16).reshape(4, LINKS + 1)


def ranks_by_sector(found: Areas) -> dict[int, int]:
    """The slow meaning: the rank of every sector that has one."""
    ranks = table()
    return {
        sector: int(ranks[state, link + 1])
        for start, count, state, link in zip(
            found.start.tolist(),
            found.count.tolist(),
            found.state.tolist(),
            found.link.tolist(),
            strict=True,
        )
        for sector in range(start, start + count)
    }


def cells_of(grid: Grid) -> list[range]:
    return [
        range(start, start + grid.per_cell) for start in range(grid.first, grid.end, grid.per_cell)
    ]


def inside(found: Areas, grid: Grid) -> Runs:
    return runs_inside(found, table(), grid)


@given(areas(), grids)
def test_a_cell_has_the_highest_rank_of_its_sectors(found: Areas, grid: Grid) -> None:
    ranks = ranks_by_sector(found)
    expected = [max((ranks.get(s, 0) for s in cell), default=0) for cell in cells_of(grid)]
    assert highest(inside(found, grid), grid).tolist() == expected


@given(areas(), grids)
def test_held_counts_the_sectors_of_each_rank_in_every_cell(found: Areas, grid: Grid) -> None:
    ranks = ranks_by_sector(found)
    present, sectors = held(inside(found, grid), grid)
    seen = {ranks[s] for cell in cells_of(grid) for s in cell if s in ranks}
    assert present.tolist() == sorted(seen)
    for rank, counts in zip(present.tolist(), sectors.tolist(), strict=True):
        expected = [[ranks.get(s) for s in cell].count(rank) for cell in cells_of(grid)]
        assert counts == expected


def test_the_last_cell_of_a_disk_has_less_room() -> None:
    assert room_of(Grid(0, 1024, 3), 1324).tolist() == [1024, 300, 1]


@given(areas(), st.integers(0, CAPACITY - 1), st.sampled_from([1, 3, 8, 128]), st.booleans())
def test_the_next_change_is_the_nearest_step_that_way(
    found: Areas,
    sector: int,
    step: int,
    forward: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    changed = sorted(ranks_by_sector(found))
    here = sector // step
    if forward:
        beyond = [s for s in changed if s // step > here]
        expected = beyond[0] if beyond else None
    else:
        before = [s for s in changed if s // step < here]
        expected = next((s for s in before if s // step == before[-1] // step), None)
    assert change_beside(found, sector, step, forward=forward) == expected


@given(
    st.lists(areas(), min_size=1, max_size=3),
    st.integers(0, CAPACITY - 1),
    st.sampled_from([1, 3, 8, 128]),
    st.booleans(),
)
def test_a_group_is_changed_cells_side_by_side(
    several: list[Areas],
    sector: int,
    step: int,
    forward: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    changed = sorted({s for found in several for s in ranks_by_sector(found)})
    cells = {s // step for s in changed}
    firsts = [s for s in changed if s // step - 1 not in cells]
    firsts = [
        next(f for f in firsts if f // step == cell) for cell in sorted({f // step for f in firsts})
    ]
    here = sector // step
    if forward:
        expected = next((f for f in firsts if f // step > here), None)
    else:
        expected = next((f for f in reversed(firsts) if f // step < here), None)
    assert group_beside(several, sector, step, forward=forward) == expected


def test_a_lone_grain_among_millions_decides_its_cell_at_every_zoom() -> None:
    grains = 1 << 25
    lone = 12_345_678
    found = Areas.of([lone * 128], [128], State.DATA, 1)
    for per_cell in (128 << zoom for zoom in range(0, 20, 3)):
        cells = min(1 << 16, grains * 128 // per_cell)
        first = max(0, lone * 128 // per_cell - cells // 2) * per_cell
        grid = Grid(first, per_cell, cells)
        marked = np.flatnonzero(highest(inside(found, grid), grid))
        assert marked.tolist() == [(lone * 128 - first) // per_cell]
