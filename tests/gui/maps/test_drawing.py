"""What a cell of the map says, mode by mode, on the sample chain and on small chains."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gui.small_chain import GRAIN, small

from redoscope_core import Areas, Chain, State
from redoscope_gui.maps import (
    FIRST_OWNER,
    LAST_OWNER,
    MapClass,
    MapDrawn,
    MapMode,
    MapScope,
    drawing,
    owner_class,
)


@pytest.fixture
def chain(tip: Path) -> Generator[Chain]:
    """The main chain of the sample."""
    with Chain.open(tip) as chain:
        yield chain


def draw(chain: Chain, mode: MapMode, per_cell: int = GRAIN, **more: Any) -> MapDrawn:
    cells = -(-chain.capacity // per_cell)
    generation = more.pop("generation", len(chain.links) - 1)
    return drawing.draw(MapScope(chain, generation, mode, 0, per_cell, cells, **more))


def slow_class(chain: Chain, generation: int, since: int, grain: int) -> int:
    """The obvious meaning of a cell of one grain."""
    areas = chain.up_to(generation).areas(grain * GRAIN, GRAIN)
    found = []
    for state, link in zip(areas.state.tolist(), areas.link.tolist(), strict=True):
        if state == State.ABSENT:
            found.append(MapClass.ABSENT)
        elif link <= since:
            found.append(MapClass.INHERITED)
        else:
            found.append(MapClass.DATA if state == State.DATA else MapClass.ZERO)
    return max(found)


@pytest.mark.parametrize("generation", range(6))
def test_changed_tells_what_this_link_decided(chain: Chain, generation: int) -> None:
    drawn = draw(chain, MapMode.CHANGED, generation=generation)
    expected = [slow_class(chain, generation, generation - 1, g) for g in range(1024)]
    assert drawn.classes.tolist() == expected


def share_of(drawn: MapDrawn, kind: int, cell: int, row: int = 0) -> float:
    """The share that the map says *kind* has of a cell."""
    if kind not in drawn.kinds:
        return 0.0
    plane = drawn.shares[drawn.kinds.index(kind)]
    return float(plane[cell] if plane.ndim == 1 else plane[row, cell])


def test_a_cell_tells_how_much_of_it_is_changed() -> None:
    grains = [1, 2, 16, 255, 256]
    starts = [cell * 256 * GRAIN for cell in range(5)]
    own = Areas.of(starts, [each * GRAIN for each in grains], State.DATA)
    drawn = draw(small(6 * 256 * GRAIN, own), MapMode.CHANGED, per_cell=256 * GRAIN)
    assert drawn.classes.tolist() == [MapClass.DATA] * 5 + [MapClass.ABSENT]
    assert drawn.kinds == (MapClass.DATA,)
    assert drawn.shares[0].tolist() == [each / 256 for each in (*grains, 0)]


@pytest.mark.parametrize("mode", [mode for mode in MapMode if mode is not MapMode.HEAT])
def test_every_mode_tells_the_share_of_every_class(mode: MapMode) -> None:
    cell = 256 * GRAIN
    base = Areas.of([0, 2 * cell], [2 * cell, 16 * GRAIN], State.DATA)
    child = Areas.of([cell, 3 * cell], [GRAIN, 32 * GRAIN], [State.DATA, State.ZERO])
    drawn = draw(small(4 * cell + 7, base, child), mode, per_cell=cell, since=0)
    for row in range(drawn.scope.rows):
        for index in range(5):
            held = drawn.counts(index, row)
            room = 7 if index == 4 else cell
            for kind, sectors in held.items():
                if kind != MapClass.ABSENT:
                    told = share_of(drawn, kind, index, row)
                    assert told == pytest.approx(sectors / room), (mode, row, index)
            told_of_all = sum(share_of(drawn, kind, index, row) for kind in drawn.kinds)
            left = held.get(MapClass.ABSENT, 0)
            assert told_of_all == pytest.approx(1 - left / room), (mode, row, index)


@given(st.lists(st.sets(st.integers(0, 9)), min_size=1, max_size=5))
def test_heat_tells_how_much_was_decided_how_often(changed: list[set[int]]) -> None:
    stored = [
        Areas.of([grain * GRAIN for grain in sorted(grains)], [GRAIN] * len(grains), State.DATA)
        for grains in changed
    ]
    heat = [sum(grain in grains for grains in changed) for grain in range(10)]
    drawn = draw(small(10 * GRAIN, *stored), MapMode.HEAT, per_cell=5 * GRAIN)
    for cell in range(2):
        here = heat[cell * 5 : cell * 5 + 5]
        for times in range(1, 6):
            told = share_of(drawn, FIRST_OWNER + times - 1, cell)
            assert told == pytest.approx(here.count(times) / 5)


def test_the_matrix_tells_what_each_link_decided_of_the_whole_disk() -> None:
    base = Areas.of([0], [700], State.DATA)
    child = Areas.of([10, 900], [1, 4], [State.ZERO, State.DATA])
    drawn = drawing.draw(MapScope(small(1024, base, child), 1, MapMode.MATRIX, 0, 128, 2))
    assert drawn.decided == (700, 5)


def test_difference_tells_what_was_decided_after_generation_a(chain: Chain) -> None:
    drawn = draw(chain, MapMode.DIFFERENCE, since=2)
    assert drawn.classes.tolist() == [slow_class(chain, 5, 2, g) for g in range(1024)]


def test_owner_is_the_link_that_the_chain_names(chain: Chain) -> None:
    drawn = draw(chain, MapMode.OWNER)
    for grain in range(0, 1024, 3):
        lookup = chain.owner(grain * GRAIN)
        kind = int(drawn.classes[grain])
        if lookup.state is State.ABSENT:
            assert kind == MapClass.ABSENT
        elif lookup.state is State.ZERO:
            assert kind == MapClass.ZERO
        else:
            assert lookup.link_index is not None
            assert kind == owner_class(lookup.link_index)


def test_the_newest_owner_of_a_cell_wins() -> None:
    base = Areas.of([0], [1 << 20], State.DATA)
    child = Areas.of([4096 + 7], [1], State.DATA)
    drawn = draw(small(1 << 20, base, child), MapMode.OWNER, per_cell=1 << 10)
    expected = [owner_class(0)] * 1024
    expected[4] = owner_class(1)
    assert drawn.classes.tolist() == expected
    assert drawn.counts(4) == {owner_class(1): 1, owner_class(0): 1023}


def test_zeros_of_a_newer_link_stand_before_data_of_an_older_one() -> None:
    base = Areas.of([0], [256], State.DATA)
    child = Areas.of([0], [64], State.ZERO)
    drawn = draw(small(256, base, child), MapMode.OWNER, per_cell=128)
    assert drawn.classes.tolist() == [MapClass.ZERO, owner_class(0)]


def test_what_cannot_be_read_stands_before_everything() -> None:
    base = Areas.of([0, 100], [100, 1], [State.DATA, State.UNREADABLE])
    for mode in (MapMode.CHANGED, MapMode.OWNER, MapMode.MATRIX):
        drawn = draw(small(256, base), mode, per_cell=128)
        assert drawn.classes.ravel().tolist() == [MapClass.UNREADABLE, MapClass.ABSENT]


def test_heat_is_the_most_generations_that_decided_the_same_place() -> None:
    chain = small(
        512,
        Areas.of([0], [256], State.DATA),
        Areas.of([5, 9, 300], [1, 1, 20], State.DATA),
        Areas.of([9, 130], [1, 1], [State.ZERO, State.DATA]),
    )
    drawn = draw(chain, MapMode.HEAT, per_cell=128)
    assert drawn.classes.tolist() == [FIRST_OWNER + 2, FIRST_OWNER + 1, FIRST_OWNER, 1]
    assert dict(drawn.totals) == {8: 1, 7: 2, 6: 253 + 20, MapClass.ABSENT: 236}
    assert drawn.counts(0) == {owner_class(0): 126, owner_class(1): 1, MapClass.ZERO: 1}


@given(st.lists(st.sets(st.integers(0, 9)), min_size=1, max_size=5))
def test_heat_agrees_with_counting_grain_by_grain(changed: list[set[int]]) -> None:
    stored = [
        Areas.of([grain * GRAIN for grain in sorted(grains)], [GRAIN] * len(grains), State.DATA)
        for grains in changed
    ]
    heat = [sum(grain in grains for grains in changed) for grain in range(10)]
    for wide in (1, 2, 5):
        drawn = draw(small(10 * GRAIN, *stored), MapMode.HEAT, per_cell=wide * GRAIN)
        most = [max(heat[first : first + wide]) for first in range(0, 10, wide)]
        assert drawn.classes.tolist() == [FIRST_OWNER + n - 1 if n else 1 for n in most]


def test_what_cannot_be_read_is_no_heat() -> None:
    base = Areas.of([0], [512], State.DATA)
    child = Areas.of([130], [4], State.UNREADABLE)
    drawn = draw(small(512, base, child), MapMode.HEAT, per_cell=128)
    owner = FIRST_OWNER
    assert drawn.classes.tolist() == [owner, MapClass.UNREADABLE, owner, owner]
    assert dict(drawn.totals) == {owner: 508, MapClass.UNREADABLE: 4}


def test_the_matrix_has_a_row_for_each_link(chain: Chain) -> None:
    drawn = draw(chain, MapMode.MATRIX)
    assert drawn.classes.shape == (6, 1024)
    for generation in range(6):
        alone = draw(chain, MapMode.CHANGED, generation=generation)
        assert drawn.classes[generation].tolist() == alone.classes.tolist()


@pytest.mark.parametrize("per_cell", [1, 100, 128, 1000, 4096, 1 << 17])
def test_totals_cover_the_disk_exactly_at_any_zoom(chain: Chain, per_cell: int) -> None:
    for mode in (MapMode.CHANGED, MapMode.OWNER, MapMode.DIFFERENCE, MapMode.HEAT):
        drawn = draw(chain, mode, per_cell=per_cell, since=1)
        assert sum(count for _, count in drawn.totals) == chain.capacity
        assert dict(drawn.totals) == dict(draw(chain, mode, since=1).totals)


def test_the_counts_of_all_cells_add_up_to_the_totals(chain: Chain) -> None:
    drawn = draw(chain, MapMode.OWNER, per_cell=1000)
    summed: dict[int, int] = {}
    for cell in range(drawn.scope.cells):
        for kind, count in drawn.counts(cell).items():
            summed[kind] = summed.get(kind, 0) + count
    assert summed == dict(drawn.totals)


def test_cells_past_the_end_say_so() -> None:
    chain = small(300, Areas.of([0], [300], State.DATA))
    drawn = drawing.draw(MapScope(chain, 0, MapMode.CHANGED, 0, 128, 5))
    assert drawn.classes.tolist() == [MapClass.DATA] * 3 + [MapClass.PAST_END] * 2
    assert drawn.counts(2) == {MapClass.DATA: 44}
    assert drawn.counts(4) == {}


def test_the_classes_of_many_links_fit_in_a_byte() -> None:
    stored = [Areas.of([index], [1], State.DATA) for index in range(256)]
    drawn = draw(small(256, *stored), MapMode.OWNER, per_cell=1)
    assert drawn.classes.tolist() == [min(FIRST_OWNER + i, LAST_OWNER) for i in range(256)]


def test_the_cells_cannot_be_changed_by_who_shows_them(chain: Chain) -> None:
    drawn = draw(chain, MapMode.CHANGED)
    for plane in (drawn.classes, drawn.shares):
        with pytest.raises(ValueError, match="read-only"):
            plane[0] = 1
