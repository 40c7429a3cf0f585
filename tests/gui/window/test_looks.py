"""How the window looks: themes, the size of text, what has no room, times left."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from redoscope_gui import plain, theme
from redoscope_gui.job_words import how_fast
from redoscope_gui.session import Job
from redoscope_gui.window import MainWindow
from redoscope_gui.window.layouts import NARROW

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.settings import Settings


def test_the_theme_switches_and_is_remembered(
    explorer: MainWindow, settings: Settings, dressed: QApplication
) -> None:
    try:
        explorer.commands.run("view.light")
        assert theme.scheme() == theme.LIGHT
        assert settings.scheme == "light"
        assert dressed.palette().window().color() == theme.colour("panel")
        assert explorer.grab().toImage().pixelColor(2, 2).lightness() > 200
    finally:
        explorer.commands.run("view.dark")
        QApplication.processEvents()
    assert explorer.grab().toImage().pixelColor(2, 2).lightness() < 60


def test_text_grows_and_shrinks_and_goes_back(
    qtbot: QtBot, explorer: MainWindow, dressed: QApplication, settings: Settings
) -> None:
    usual = dressed.font().pointSizeF()
    try:
        qtbot.keyClick(explorer, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
        assert dressed.font().pointSizeF() > usual
        assert settings.zoom > 1
        larger = theme.number_font(0.95).pointSizeF()
        assert explorer.whereabouts.offset.font().pointSizeF() == pytest.approx(larger)
        title = explorer.panes.chain.titleBarWidget().findChildren(plain.Label)[0]
        assert title.font().pointSizeF() == pytest.approx(larger)
        qtbot.keyClick(explorer, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(explorer, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
        QApplication.processEvents()
        assert dressed.font().pointSizeF() < usual
    finally:
        qtbot.keyClick(explorer, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
        QApplication.processEvents()
    assert dressed.font().pointSizeF() == usual


def test_a_double_click_on_the_theme_dresses_the_window_once_a_turn(
    explorer: MainWindow, dressed: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on: list[str] = []
    real = theme.apply_theme

    def apply(app: QApplication, scheme: str, zoom: float = 1.0) -> None:
        put_on.append(scheme)
        real(app, scheme, zoom)

    monkeypatch.setattr(theme, "apply_theme", apply)
    was = theme.scheme()
    explorer.commands.run("view.toggle")
    explorer.commands.run("view.toggle")
    assert len(put_on) == 1
    assert explorer.looks.scheme == was
    dressed.processEvents()
    assert len(put_on) == 2
    assert theme.scheme() == was
    dressed.processEvents()
    for _ in range(3):
        explorer.commands.run("view.toggle")
    dressed.processEvents()
    assert len(put_on) == 3, "two of them took back each other"
    explorer.commands.run("view.toggle")
    dressed.processEvents()


@pytest.mark.parametrize("size", [(1024, 640), (1280, 800), (1680, 940), (3840, 2160)])
def test_the_window_fits_any_screen(explorer: MainWindow, size: tuple[int, int]) -> None:
    explorer.resize(*size)
    explorer.panes.reset()
    assert explorer.width() <= size[0]
    assert explorer.explorer.width() >= 300
    for pane in explorer.panes:
        hidden = {explorer.panes.jobs, *explorer.panes.guests}
        assert pane.isVisible() is (pane not in hidden)
        if pane.in_front:
            assert explorer.rect().contains(pane.geometry())
    narrow = size[0] < NARROW
    assert explorer.panes.inspector.in_front is not narrow
    assert explorer.panes.hex.in_front


def test_a_tool_bar_without_room_shows_that_by_a_mark(explorer: MainWindow) -> None:
    def mark() -> QToolButton:
        found = explorer.findChild(QToolButton, "qt_toolbar_ext_button")
        assert isinstance(found, QToolButton)
        return found

    explorer.resize(960, 640)
    explorer.looks.use_zoom(1.5)
    QApplication.processEvents()
    assert mark().isVisible()
    assert mark().accessibleName() == "More tools"
    picture = mark().icon().pixmap(16).toImage()
    inks = {picture.pixelColor(x, y).lightness() for x in range(16) for y in range(16)}
    assert max(inks) > 128, "light on the dark theme"
    explorer.looks.use_zoom(1.0)


def test_time_left_is_told_in_units() -> None:
    for left, words in ((7261, "2 h 1 min left"), (61, "1 min 01 s left"), (9, "9 s left")):
        assert (
            how_fast(cast("Job", SimpleNamespace(rate=0, seconds_left=left, progress=None)))
            == words
        )
