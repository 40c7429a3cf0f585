"""What the random hands found once, in short."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.gui.endurance.stage import Stage

from redoscope_gui.maps import MapMode
from redoscope_gui.views.hex.position import ScrollRange
from redoscope_gui.views.map.table import Spot


@pytest.mark.parametrize("last_top", [0, 5, 1 << 40])
def test_a_row_past_the_end_stands_at_the_end_of_the_bar(last_top: int) -> None:
    """The rows of a disk of 2 TiB are scrolled to, and a small one is opened."""
    coarse = ScrollRange(last_top)
    assert coarse.value_of(1 << 62) == coarse.maximum


def test_the_mouse_over_a_picture_of_another_mode(stage: Stage, sample: Path) -> None:
    """The mode is another already, the cells are still the old ones."""
    stage.open(sample)
    view = stage.window.explorer.map_view
    assert view is not None
    before = view.canvas.asking.drawn
    view.show_mode(MapMode.MATRIX)
    assert view.canvas.asking.drawn is before
    for row in range(6):
        view.canvas.hand.hover(Spot(3.5, row + 0.5))
        view.canvas.hand.click(Spot(3.5, row + 0.5))
    view.bar.curve.setChecked(True)
    view.show_mode(MapMode.OWNER)
    for place in (0.5, 40.5, 4000.5):
        view.canvas.hand.hover(Spot(place, place))
        view.canvas.hand.click(Spot(place, place))
    stage.settle()
    assert view.canvas.asking.drawn is not before
