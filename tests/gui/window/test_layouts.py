"""Layouts, the mark of work, and the way from a cell of the map to its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from tests.gui.fakes import Held
from tests.gui.views.map_hands import centre_of, plot_of, settle

from redoscope_gui import plain, theme
from redoscope_gui.engine import EngineThread
from redoscope_gui.session import Session
from redoscope_gui.window import MainWindow
from redoscope_gui.window.busy import BusyMark
from redoscope_gui.window.layouts import Layout
from redoscope_gui.window.panes import Pane

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QFont
    from pytestqt.qtbot import QtBot

    from redoscope_gui.settings import Settings


def glyphs(font: QFont, text: str) -> list[int]:
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return [index for run in layout.glyphRuns() for index in run.glyphIndexes()]


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)


def test_a_double_click_on_the_map_leads_to_the_bytes(
    qtbot: QtBot, explorer: MainWindow, session: Session
) -> None:
    view = explorer.explorer.map_view
    assert view is not None
    assert explorer.panes.hex_view is not None
    settle(qtbot, view)
    with qtbot.waitActive(explorer):
        explorer.activateWindow()
    explorer.panes.hex.close()
    viewport = plot_of(view).viewport()
    settle(qtbot, view)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=centre_of(view, 17))
    assert explorer.panes.hex.in_front
    assert explorer.panes.hex_view.surface.hasFocus()
    assert session.cursor.offset > 0


def test_an_x_between_figures_stays_an_x(qtbot: QtBot) -> None:
    assert glyphs(theme.hex_font(), "0x")[1] == glyphs(theme.hex_font(), "x")[0]
    for font in (theme.ui_font(), theme.number_font(), theme.title_font(), theme.small_font()):
        assert glyphs(font, "0x11")[1] == glyphs(font, "x")[0]
    for widget in (QLabel("0x11"), QLineEdit("0x11"), QPushButton("0x11")):
        qtbot.addWidget(widget)
        widget.show()
        assert glyphs(widget.font(), "0x11")[1] == glyphs(widget.font(), "x")[0]


def test_quick_answers_show_no_mark_of_work_and_slow_ones_do(
    qtbot: QtBot, threaded_session: Session
) -> None:
    mark = BusyMark(threaded_session)
    qtbot.addWidget(mark)
    with qtbot.waitExposed(mark):
        mark.show()
    before = mark.size()
    quick = Held("quick")
    quick.let_go.set()
    threaded_session.ask("quick", quick, print)
    qtbot.waitUntil(lambda: not threaded_session.busy)
    assert not mark._patience.isActive()
    assert not mark.turning
    slow = Held("slow")
    threaded_session.ask("slow", slow, print)
    assert not mark.turning
    qtbot.waitUntil(lambda: mark.turning)
    assert mark.accessibleName() == "Working"
    slow.let_go.set()
    qtbot.waitUntil(lambda: not mark.turning)
    assert mark.accessibleName() == "Idle"
    assert mark.size() == before


def test_the_mark_stays_a_moment_so_that_it_does_not_flicker(
    qtbot: QtBot, threaded_session: Session
) -> None:
    mark = BusyMark(threaded_session)
    qtbot.addWidget(mark)
    with qtbot.waitExposed(mark):
        mark.show()
    slow = Held("slow")
    threaded_session.ask("slow", slow, print)
    qtbot.waitUntil(lambda: mark.turning)
    slow.let_go.set()
    qtbot.waitUntil(lambda: not threaded_session.busy)
    assert mark.turning
    qtbot.waitUntil(lambda: not mark.turning)


def test_ctrl_1_2_3_change_the_layout(qtbot: QtBot, explorer: MainWindow) -> None:
    explorer.resize(1680, 940)
    panes, centre = explorer.panes, explorer.explorer
    press(qtbot, explorer, Qt.Key.Key_1)
    wide_map, narrow_hex = centre.width(), panes.hex.width()
    assert explorer.commands.action("window.layout_overview").isChecked()
    press(qtbot, explorer, Qt.Key.Key_2)
    assert panes.layout is Layout.BYTES
    assert panes.hex.width() > narrow_hex + 150
    assert centre.width() < wide_map - 150
    assert panes.inspector.y() > panes.hex.y()
    assert not explorer.commands.action("window.layout_overview").isChecked()
    press(qtbot, explorer, Qt.Key.Key_3)
    assert panes.inspector.x() > panes.hex.x()
    assert panes.inspector.height() == panes.hex.height()
    assert centre.width() >= 320
    press(qtbot, explorer, Qt.Key.Key_1)
    assert centre.width() == pytest.approx(wide_map, abs=2)
    assert panes.inspector.y() > panes.hex.y()


def test_the_focus_stays_where_it_was(qtbot: QtBot, explorer: MainWindow) -> None:
    with qtbot.waitActive(explorer):
        explorer.activateWindow()
    assert explorer.panes.hex_view is not None
    surface = explorer.panes.hex_view.surface
    surface.setFocus()
    for key in (Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_1):
        press(qtbot, explorer, key)
        assert surface.hasFocus()


def title_above(pane: Pane) -> str:
    """What the title bar of a pane says."""
    return pane.titleBarWidget().findChildren(plain.Label)[0].text()


def test_a_tab_shows_the_title_once(explorer: MainWindow) -> None:
    explorer.resize(1100, 700)
    assert title_above(explorer.panes.hex) == ""
    assert title_above(explorer.panes.chain) == "Chain"
    explorer.resize(1600, 900)
    assert title_above(explorer.panes.hex) == "Bytes"


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("width", [1024, 1200, 1399, 1400, 1680, 2560])
def test_nothing_is_cut_in_any_layout(explorer: MainWindow, layout: Layout, width: int) -> None:
    explorer.resize(width, 640 if width < 1400 else 940)
    explorer.panes.arrange(layout)
    assert explorer.width() == width
    assert explorer.explorer.width() >= 320
    seen = [pane for pane in explorer.panes if pane.in_front]
    assert explorer.panes.hex in seen
    assert (explorer.panes.inspector in seen) is (width >= 1400)
    for pane in seen:
        assert explorer.rect().contains(pane.geometry()), pane.name
        inner = pane.widget()
        assert inner is not None
        assert inner.width() >= inner.minimumSizeHint().width(), pane.name


def in_front(window: MainWindow) -> set[str]:
    return {pane.name for pane in window.panes if pane.in_front} & {"hex", "inspector"}


def test_bytes_and_inspector_take_turns_where_it_is_narrow(explorer: MainWindow) -> None:
    panes = explorer.panes
    explorer.resize(1600, 900)
    assert in_front(explorer) == {"hex", "inspector"}
    explorer.resize(1100, 700)
    assert in_front(explorer) == {"hex"}
    assert panes.inspector in explorer.tabifiedDockWidgets(panes.hex)
    explorer.commands.run("window.inspector")
    assert in_front(explorer) == {"inspector"}
    explorer.commands.run("window.inspector")
    assert panes.inspector.isHidden()
    explorer.commands.run("window.reset")
    explorer.resize(1600, 900)
    assert in_front(explorer) == {"hex", "inspector"}
    assert panes.inspector not in explorer.tabifiedDockWidgets(panes.hex)


def test_the_layout_is_found_again(
    qtbot: QtBot, explorer: MainWindow, settings: Settings, own_sample: Path
) -> None:
    explorer.resize(1680, 940)
    explorer.commands.run("window.layout_inspect")
    explorer.commands.run("window.problems")
    widths = explorer.panes.hex.width(), explorer.panes.inspector.width()
    explorer.close()
    engine = EngineThread(inline=True)
    session = Session(engine)
    second = MainWindow(session, settings)
    qtbot.addWidget(second)
    second.resize(1680, 940)
    second.show()
    second.open_path(own_sample)
    assert second.panes.layout is Layout.INSPECT
    assert second.commands.action("window.layout_inspect").isChecked()
    assert second.panes.inspector.x() > second.panes.hex.x()
    found = second.panes.hex.width(), second.panes.inspector.width()
    assert found == pytest.approx(widths, abs=8)
    session.close()
    engine.shutdown()


@pytest.mark.parametrize(("before", "after"), [(1680, 1100), (1100, 1680)])
def test_places_saved_at_another_width_are_fitted(
    explorer: MainWindow, before: int, after: int
) -> None:
    explorer.resize(before, 800)
    saved = explorer.saveState()
    explorer.resize(after, 800)
    explorer.panes.restore(saved)
    assert in_front(explorer) == ({"hex"} if after < 1400 else {"hex", "inspector"})


@pytest.mark.parametrize("name", ["chain", "problems", "jobs", "hex", "inspector"])
def test_every_pane_floats_closes_and_is_found_again(explorer: MainWindow, name: str) -> None:
    pane = next(pane for pane in explorer.panes if pane.name == name)
    action = explorer.commands.action(f"window.{name}")
    if not pane.in_front:
        action.trigger()
    assert pane.in_front
    pane.setFloating(True)
    assert pane.isFloating()
    pane.close()
    explorer.commands.refresh()
    assert not action.isChecked()
    action.trigger()
    assert pane.isVisible()
    explorer.commands.run("window.reset")
    assert not pane.isFloating()
