"""The growth pane: chart and figures say what the engine measures; what needs reading is a job."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from redoscope_core import SECTOR, Chain, growth, identical_sectors
from redoscope_core.code import MeasureGrowth
from redoscope_core.progress import finished
from redoscope_gui import theme
from redoscope_gui.session import JobState, Session
from redoscope_gui.settings import Settings
from redoscope_gui.views.growth import GrowthView
from redoscope_gui.views.growth.rows import Measure
from redoscope_gui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pane(qtbot: QtBot, window: MainWindow, tip: Path) -> GrowthView:
    """The pane, brought to the front by its command."""
    window.open_path(tip)
    assert window.commands.run("window.growth")
    view = window.panes.guests.growth_view
    qtbot.waitUntil(view.isVisible)
    return view


def test_bars_and_figures_are_what_the_engine_measures(
    qtbot: QtBot, pane: GrowthView, tip: Path
) -> None:
    with Chain.open(tip) as chain:
        found, identical = growth(chain), finished(identical_sectors(chain))
    assert pane.chart is not None
    drawn = {m: bar.opts["height"] for m, bar in pane.chart.bars.items()}
    assert drawn == {
        Measure.STORED: [each.stored * SECTOR for each in found],
        Measure.ALONE: [each.alone * SECTOR for each in found],
        Measure.SHADOWED: [each.shadowed * SECTOR for each in found],
        Measure.ZERO: [each.zero * SECTOR for each in found],
    }
    for row, each in enumerate(found):
        assert pane.rows.cells(row)[1] == theme.amount(each.stored * SECTOR)
        assert pane.rows.cells(row)[-1] == "?", "only reading tells"
    pane.compare.setFocus()
    qtbot.keyClick(pane.compare, Qt.Key.Key_Space)
    same = [sectors * SECTOR for sectors in identical]
    assert pane.chart.bars[Measure.IDENTICAL].opts["height"] == same
    assert [pane.rows.cells(row)[-1] for row in range(len(found))] == list(map(theme.amount, same))
    assert theme.amount(sum(same)) in pane.totals.text()


def test_what_is_shown_is_shown_as_code_too(
    qtbot: QtBot, pane: GrowthView, session: Session, tip: Path
) -> None:
    pane.code_button.setFocus()
    qtbot.keyClick(pane.code_button, Qt.Key.Key_Space)
    shown = pane.code_button.window_shown
    assert shown is not None
    assert pane.deeds() == [MeasureGrowth(tip)]
    assert "redoscope growth" in shown.tabs.texts[0].toPlainText()
    qtbot.mouseClick(pane.compare, LEFT)
    assert "--identical" in shown.tabs.texts[0].toPlainText()
    session.look_alone(tip)
    assert pane.deeds() == []


def test_rows_choose_the_generation_and_follow_it(
    qtbot: QtBot, pane: GrowthView, session: Session
) -> None:
    pane.table.setFocus()
    assert pane.table.currentIndex().row() == session.cursor.generation
    qtbot.keyClick(pane.table, Qt.Key.Key_Up)
    assert session.cursor.generation == pane.table.currentIndex().row() == 4
    session.select_generation(1)
    assert pane.table.currentIndex().row() == 1


def test_another_chain_is_measured_anew_and_one_link_alone_is_not(
    window: MainWindow, pane: GrowthView, session: Session, tip: Path
) -> None:
    session.look_alone(tip)
    assert not pane.rows.rowCount()
    assert "alone" in pane.totals.text()
    assert not pane.compare.isEnabled()
    session.look_at_chain()
    assert pane.rows.rowCount() == 6
    window.panes.guests.growth.hide()
    session.select_link(tip.with_name("office.vmdk"))
    window.panes.guests.growth.show()
    assert pane.rows.rowCount() == 6


def test_comparing_with_parents_can_be_stopped(
    qtbot: QtBot, threaded_session: Session, settings: Settings, own_sample: Path
) -> None:
    window = MainWindow(threaded_session, settings)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.open_path(own_sample / "office-000005.vmdk")
    qtbot.waitUntil(lambda: threaded_session.chain is not None)
    window.commands.run("window.growth")
    view = window.panes.guests.growth_view
    qtbot.waitUntil(lambda: view.rows.rowCount() == 6)
    view.compare_or_stop()
    assert view.is_comparing
    job = threaded_session.jobs[-1]
    view.compare_or_stop()
    qtbot.waitUntil(lambda: job.over)
    assert job.state is JobState.CANCELLED
    assert view.rows.cells(1)[-1] == "?"
    assert view.compare.text() == "Compare with parents"
