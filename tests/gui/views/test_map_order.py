"""Cells in rows and along the Hilbert curve."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from redoscope_gui.views.map.keys import cells_moved
from redoscope_gui.views.map.order import cell_at, place_of, spread
from redoscope_gui.views.map.stretch import Stretch, fitted_curve

SIDES = [1, 2, 4, 8, 32, 128]


def square(side: int) -> Stretch:
    return Stretch(side * side * 128, side, side, 128, 128, curved=True)


@pytest.mark.parametrize("side", SIDES)
def test_the_curve_visits_every_place_once_in_steps_of_one(side: int) -> None:
    window = square(side)
    places = [place_of(cell, window) for cell in range(window.cells)]
    assert sorted(places) == [(row, column) for row in range(side) for column in range(side)]
    for (row, column), (next_row, next_column) in pairwise(places):
        assert abs(row - next_row) + abs(column - next_column) == 1
    assert places[0] == (0, 0)
    assert places[-1] == (0, side - 1)


@given(st.sampled_from(SIDES), st.booleans(), st.data())
def test_place_and_cell_are_inverse(side: int, curved: bool, data: st.DataObject) -> None:  # noqa: FBT001
    window = Stretch(side * side * 128, side, side, 128, 128, curved=curved)
    cell = data.draw(st.integers(0, window.cells - 1))
    assert cell_at(*place_of(cell, window), window) == cell


def test_the_picture_has_each_class_at_its_place() -> None:
    window = square(8)
    classes = np.arange(64, dtype=np.uint8)
    picture = spread(classes, window)
    assert all(picture[place_of(cell, window)] == cell for cell in range(64))


@given(st.integers(1, 1 << 54), st.integers(50, 4000), st.integers(50, 4000))
def test_the_whole_disk_fits_in_the_square(capacity: int, width: int, height: int) -> None:
    window = fitted_curve(capacity, 128, width, height)
    assert window.whole
    assert window.columns == window.rows
    assert window.cells <= max(1, width * height)


def test_arrows_on_the_curve_go_to_the_neighbour_by_place() -> None:
    window = square(8)
    for key, row, column in (
        (Qt.Key.Key_Right, 0, 1),
        (Qt.Key.Key_Down, 1, 0),
        (Qt.Key.Key_Up, -1, 0),
        (Qt.Key.Key_Left, 0, -1),
    ):
        start = cell_at(3, 4, window)
        target = cells_moved(key, start * 128 + 5, window)
        assert target == cell_at(3 + row, 4 + column, window) * 128
    assert cells_moved(Qt.Key.Key_Up, 0, window) == 0
