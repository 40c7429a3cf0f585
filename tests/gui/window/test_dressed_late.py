"""Panes behind others are dressed when they come forward, and then look as if they always were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QScrollBar, QWidget

from redoscope_gui import theme

if TYPE_CHECKING:
    from collections.abc import Generator

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from redoscope_gui.window import MainWindow
    from redoscope_gui.window.pane import Pane

STYLED = Qt.WidgetAttribute.WA_SetStyle
SEEN = ("search", "growth", "files", "machine")


@pytest.fixture
def usual_again(dressed: QApplication) -> Generator[QApplication]:
    """The application, which is dressed as usual afterwards."""
    yield dressed
    theme.apply_theme(dressed, theme.DARK)


def picture(window: MainWindow, pane: Pane) -> QImage:
    """Return how *pane* looks in front."""
    pane.show()
    pane.raise_()
    QCoreApplication.processEvents()
    assert pane.in_front
    window.setFocus()
    QCoreApplication.processEvents()
    return pane.grab().toImage()


def left_out(pane: Pane) -> list[QWidget]:
    return [each for each in pane.findChildren(QWidget) if each.testAttribute(STYLED)]


@pytest.mark.parametrize(("scheme", "zoom"), [(theme.LIGHT, 1.0), (theme.DARK, 1.25)])
def test_a_pane_that_was_behind_looks_as_those_do_that_were_in_front(
    explorer: MainWindow, usual_again: QApplication, scheme: str, zoom: float
) -> None:
    panes = [pane for pane in explorer.panes if pane.name in SEEN]
    for pane in panes:
        picture(explorer, pane)  # they are filled, and have been polished
    explorer.panes.hex.raise_()
    explorer.panes.chain.raise_()
    theme.apply_theme(usual_again, scheme, zoom)
    late = {pane.name: picture(explorer, pane) for pane in panes}
    for pane in panes:
        picture(explorer, pane)
        theme.apply_theme(usual_again, scheme, zoom)
        assert picture(explorer, pane) == late[pane.name], pane.name


def test_only_what_is_seen_is_dressed_at_once(
    explorer: MainWindow, usual_again: QApplication
) -> None:
    behind = next(pane for pane in explorer.panes if pane.name == "search")
    picture(explorer, behind)
    behind.close()
    front = [pane for pane in explorer.panes if pane.in_front]
    theme.apply_theme(usual_again, theme.LIGHT)
    assert left_out(behind)
    assert not any(left_out(pane) for pane in front)
    picture(explorer, behind)
    assert not left_out(behind)


def test_a_pane_that_stays_behind_for_several_changes_is_dressed_in_the_last(
    explorer: MainWindow, usual_again: QApplication
) -> None:
    pane = next(pane for pane in explorer.panes if pane.name == "files")
    usual = picture(explorer, pane)
    pane.close()
    for scheme in (theme.LIGHT, theme.DARK, theme.LIGHT, theme.DARK):
        theme.apply_theme(usual_again, scheme)
    assert picture(explorer, pane) == usual


def test_scroll_bars_of_a_pane_that_was_closed_have_the_width_of_the_sheet(
    explorer: MainWindow, usual_again: QApplication
) -> None:
    pane = next(pane for pane in explorer.panes if pane.name == "files")
    picture(explorer, pane)
    bar = pane.findChildren(QScrollBar)[0]
    usual = bar.sizeHint()
    pane.close()
    theme.apply_theme(usual_again, theme.LIGHT)
    picture(explorer, pane)
    assert bar.sizeHint() == usual
