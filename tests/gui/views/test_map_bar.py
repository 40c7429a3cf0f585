"""The bar above the map in panes of any width: nothing on it is cut."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from redoscope_gui import theme
from redoscope_gui.maps import MapMode
from redoscope_gui.views.map.bar import MapBar


@pytest.fixture(params=[1.0, 1.5])
def bar(qtbot: QtBot, dressed: QApplication, request: pytest.FixtureRequest) -> Generator[MapBar]:
    """The bar, shown, with text of either size."""
    theme.apply_theme(dressed, theme.DARK, request.param)
    bar = MapBar()
    qtbot.addWidget(bar)
    bar.show_cell(2048 * 300)
    with qtbot.waitExposed(bar):
        bar.show()
    yield bar
    bar.hide()
    theme.apply_theme(dressed, theme.DARK)


@pytest.mark.parametrize("width", range(330, 1000, 30))
def test_what_has_no_room_is_left_out_and_nothing_is_cut(bar: MapBar, width: int) -> None:
    bar.show_mode(MapMode.OWNER)
    bar.resize(width, bar.height())
    QApplication.processEvents()
    shown = [bar.modes, bar.curve, *bar._buttons, bar.cell]
    for part in shown:
        if part.isVisible():
            assert part.width() >= part.sizeHint().width(), part.accessibleName()
            assert bar.rect().contains(part.geometry()), part.accessibleName()


def test_all_of_it_is_there_in_a_wide_pane(bar: MapBar) -> None:
    bar.resize(1200, bar.height())
    assert bar.cell.isVisible()
    assert all(button.isVisible() for button in bar._buttons)
