"""The stretch of a disk that the map shows: fitting, zooming, panning."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from redoscope_gui.views.map.stretch import Stretch, address_ticks, fitted, fitted_row

capacities = st.one_of(st.integers(1, 5000), st.integers(1, 1 << 54))
grains = st.sampled_from([8, 16, 128, 256, 2048])
pixels = st.integers(40, 4000)


@st.composite
def windows(draw: st.DrawFn) -> Stretch:
    """A window anywhere on a disk, zoomed in any way."""
    whole = fitted(draw(capacities), draw(grains), draw(pixels), draw(pixels))
    sector = draw(st.integers(0, whole.capacity - 1))
    return whole.zoomed(draw(st.integers(0, 40)), whole.cells // 2, sector)


@given(capacities, grains, pixels, pixels)
def test_the_whole_disk_fits_at_first(capacity: int, grain: int, width: int, height: int) -> None:
    window = fitted(capacity, grain, width, height)
    assert window.whole
    assert window.first == 0
    assert window.per_cell >= grain
    assert window.columns & (window.columns - 1) == 0
    assert window.per_cell & (window.per_cell - 1) == 0
    # No row is wasted on a large disk, and cells stay large enough to be seen.
    assert window.cells <= max(64 * 64, width * height)


@given(capacities, grains, pixels)
def test_the_matrix_shows_the_whole_disk_in_one_row(capacity: int, grain: int, width: int) -> None:
    window = fitted_row(capacity, grain, width)
    assert window.whole
    assert window.rows == 1
    assert window.columns <= max(1, width // 2)


@given(windows(), st.integers(-60, 60), st.data())
def test_zooming_keeps_the_sector_in_its_cell_where_the_disk_allows(
    window: Stretch, steps: int, data: st.DataObject
) -> None:
    cells = min(window.cells, -(-(window.capacity - window.first) // window.per_cell))
    cell = data.draw(st.integers(0, cells - 1))
    last = min(window.sector_of(cell) + window.per_cell, window.capacity) - 1
    sector = data.draw(st.integers(window.sector_of(cell), last))
    zoomed = window.zoomed(steps, cell, sector)
    assert 1 <= zoomed.per_cell <= window.widest
    assert zoomed.first % zoomed.per_cell == 0
    assert zoomed.cell_of(sector) is not None
    end = -(-zoomed.capacity // zoomed.per_cell) * zoomed.per_cell
    if 0 < zoomed.first < end - zoomed.count:
        assert zoomed.cell_of(sector) == cell


@given(windows(), st.integers(-(10**6), 10**6))
def test_panning_stays_on_the_disk(window: Stretch, cells: int) -> None:
    moved = window.panned(cells)
    assert moved.first >= 0
    assert moved.first < moved.capacity
    if not window.whole:
        assert moved.first + moved.count < moved.capacity + moved.per_cell


@given(windows(), st.data())
def test_a_sector_that_is_to_show_does(window: Stretch, data: st.DataObject) -> None:
    sector = data.draw(st.integers(0, window.capacity - 1))
    shown = window.showing(sector)
    cell = shown.cell_of(sector)
    assert cell is not None
    start = shown.sector_of(cell)
    assert start <= sector < start + shown.per_cell
    assert shown.showing(sector) == shown


@given(windows(), pixels, pixels)
def test_another_picture_keeps_the_zoom(window: Stretch, width: int, height: int) -> None:
    other = fitted(window.capacity, 8, width, height)
    kept = window.resized(other)
    assert (kept.columns, kept.rows) == (other.columns, other.rows)
    if not window.whole:
        assert kept.per_cell == min(window.per_cell, other.widest)


def test_addresses_of_a_row_are_round_and_have_room() -> None:
    window = fitted_row(2**32, 128, 551)
    ticks = address_ticks(window, 54.0)
    assert len(ticks) > 2
    assert ticks[0][1] == "0x0"
    places = [column for column, _ in ticks]
    assert all(later - sooner >= 54 for sooner, later in pairwise(places[1:]))
    assert places[-1] <= window.columns
    starts = [int(text, 16) // 512 for _, text in ticks]
    assert len({later - sooner for sooner, later in pairwise(starts)}) == 1
