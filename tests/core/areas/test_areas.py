"""Laws of areas: merging, cutting and laying over each other, sector by sector."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Areas, State
from redoscope_core.areas import areas as areas_module
from redoscope_core.areas.overlay import laid_over, overlay

SECTORS = 24


class Cell(NamedTuple):
    """What is known of one sector: state, link, file, byte offset."""

    state: int
    link: int
    file: int
    offset: int


Cells = list[Cell | None]


def per_sector(areas: Areas) -> Cells:
    """Return the areas one sector at a time, None where there is no area."""
    cells: Cells = [None] * SECTORS
    for index in range(len(areas)):
        start, count = int(areas.start[index]), int(areas.count[index])
        offset = int(areas.offset[index])
        for sector in range(start, start + count):
            assert cells[sector] is None
            cells[sector] = Cell(
                int(areas.state[index]),
                int(areas.link[index]),
                int(areas.file[index]),
                offset if offset < 0 else offset + (sector - start) * 512,
            )
    return cells


def rows(areas: Areas) -> list[tuple[int, ...]]:
    """Return the areas as plain rows, for comparison."""
    columns = (areas.start, areas.count, areas.state, areas.link, areas.file, areas.offset)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def single_sectors(cells: Cells) -> Areas:
    """Return *cells* as areas of one sector each: nothing merged."""
    there = [(sector, cell) for sector, cell in enumerate(cells) if cell is not None]
    return Areas.of(
        [sector for sector, _ in there],
        [1 for _ in there],
        [cell.state for _, cell in there],
        [cell.link for _, cell in there],
        [cell.file for _, cell in there],
        [cell.offset for _, cell in there],
    )


@st.composite
def cells_of(draw: st.DrawFn, link: int) -> Cells:
    """Draw what *link* stores: nothing, zeros, or one of two places in two files."""
    runs = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6)), max_size=SECTORS))
    kinds = [kind for kind, length in runs for _ in range(length)][:SECTORS]
    kinds += [0] * (SECTORS - len(kinds))
    made: list[Cell | None] = []
    for sector, kind in enumerate(kinds):
        if kind == 0:
            made.append(None)
        elif kind == 1:
            made.append(Cell(int(State.ZERO), link, -1, -1))
        else:
            file, base = divmod(kind - 2, 2)
            made.append(Cell(int(State.DATA), link, file, (base * 1000 + sector) * 512))
    return made


PARENT, CHILD, GRANDCHILD = cells_of(0), cells_of(1), cells_of(2)


def above(parent: Cells, child: Cells) -> Cells:
    """Lay *child* over *parent*, the obvious way."""
    return [below if over is None else over for below, over in zip(parent, child, strict=True)]


@given(PARENT, CHILD)
def test_overlay_is_the_child_where_it_speaks_and_the_parent_elsewhere(
    parent: Cells, child: Cells
) -> None:
    seen = overlay([single_sectors(parent), single_sectors(child)])
    assert per_sector(seen) == above(parent, child)


@given(PARENT, CHILD, GRANDCHILD)
def test_overlay_is_associative(parent: Cells, child: Cells, grandchild: Cells) -> None:
    a, b, c = (single_sectors(cells) for cells in (parent, child, grandchild))
    left = overlay([overlay([a, b]), c])
    right = overlay([a, overlay([b, c])])
    assert rows(left) == rows(right) == rows(overlay([a, b, c]))


@given(PARENT, CHILD, GRANDCHILD)
def test_laying_one_link_over_another_is_their_overlay(
    parent: Cells, child: Cells, grandchild: Cells
) -> None:
    a, b, c = (single_sectors(cells) for cells in (parent, child, grandchild))
    two = laid_over(laid_over(Areas.empty(), a), b)
    assert rows(two) == rows(overlay([a, b]))
    assert rows(laid_over(two, c)) == rows(overlay([a, b, c]))


@given(PARENT)
def test_overlay_with_all_absent_is_identity(parent: Cells) -> None:
    areas = single_sectors(parent).merged()
    assert rows(overlay([areas, Areas.empty()])) == rows(areas)
    assert rows(overlay([Areas.empty(), areas])) == rows(areas)
    assert rows(overlay([areas])) == rows(areas)


@given(PARENT)
def test_overlay_with_itself_is_itself(parent: Cells) -> None:
    areas = single_sectors(parent).merged()
    assert rows(overlay([areas, areas])) == rows(areas)


def test_overlay_of_nothing_is_nothing() -> None:
    assert len(overlay([])) == 0


@given(PARENT, CHILD)
def test_overlay_leaves_no_equal_neighbours(parent: Cells, child: Cells) -> None:
    seen = overlay([single_sectors(parent), single_sectors(child)])
    assert rows(seen) == rows(seen.merged())


@given(PARENT)
def test_merging_changes_no_sector(parent: Cells) -> None:
    assert per_sector(single_sectors(parent).merged()) == parent


@given(PARENT)
def test_merging_twice_is_merging_once(parent: Cells) -> None:
    once = single_sectors(parent).merged()
    assert rows(once.merged()) == rows(once)


@given(PARENT)
def test_merging_leaves_as_few_areas_as_there_can_be(parent: Cells) -> None:
    def kind(numbered: tuple[int, Cell | None]) -> object:
        sector, cell = numbered
        if cell is None:
            return None
        place = cell.offset if cell.offset < 0 else cell.offset - sector * 512
        return (cell.state, cell.link, cell.file, place)

    runs = [key for key, _ in groupby(enumerate(parent), kind) if key is not None]
    assert len(single_sectors(parent).merged()) == len(runs)


@given(PARENT, st.integers(0, SECTORS), st.integers(0, SECTORS))
def test_a_window_shows_its_sectors_and_no_others(parent: Cells, start: int, count: int) -> None:
    stop = min(start + count, SECTORS)
    for areas in (single_sectors(parent), single_sectors(parent).merged()):
        expected = [cell if start <= i < stop else None for i, cell in enumerate(parent)]
        assert per_sector(areas.window(start, stop - start)) == expected


@given(PARENT, st.integers(0, SECTORS), st.integers(0, SECTORS))
def test_complete_areas_cover_a_window_exactly_once_and_in_order(
    parent: Cells, start: int, count: int
) -> None:
    stop = min(start + count, SECTORS)
    areas = single_sectors(parent).merged().complete(start, stop - start)
    covered = [
        sector
        for first, length in zip(areas.start.tolist(), areas.count.tolist(), strict=True)
        for sector in range(first, first + length)
    ]
    assert covered == list(range(start, stop))
    absent = [cell for cell in per_sector(areas) if cell is not None and cell.state == 0]
    assert all(cell == Cell(int(State.ABSENT), -1, -1, -1) for cell in absent)
    assert len(absent) == sum(cell is None for cell in parent[start:stop])


@given(PARENT)
def test_the_sectors_of_a_state_are_counted(parent: Cells) -> None:
    areas = single_sectors(parent).merged()
    for state in State:
        expected = sum(cell is not None and cell.state == state for cell in parent)
        assert areas.sectors_in(state) == expected


@given(PARENT)
def test_the_arrays_of_areas_cannot_be_changed(parent: Cells) -> None:
    areas = single_sectors(parent).merged()
    columns = (areas.start, areas.count, areas.state, areas.link, areas.file, areas.offset)
    assert not any(column.flags.writeable for column in columns)
    assert len({len(column) for column in columns}) == 1


@given(cells_of(link=0), st.integers(1, 5))
def test_many_areas_are_merged_some_at_a_time_to_the_same(parent: Cells, at_once: int) -> None:
    apart = single_sectors(parent)
    whole = apart.merged()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(areas_module, "AT_ONCE", at_once)
        assert rows(apart.merged()) == rows(whole)


@given(cells_of(link=0), st.integers(1, 5))
def test_areas_that_are_filled_in_by_parts_are_those_parts_behind_one_another(
    parent: Cells, step: int
) -> None:
    apart = single_sectors(parent)
    parts = [apart.take(slice(low, low + step)) for low in range(0, len(apart), step)]
    assert rows(Areas.filled(len(apart), parts)) == rows(apart)
