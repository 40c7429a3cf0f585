"""Panes that no layout has are empty until they are shown, and then show what is so now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_gui.engine import EngineThread
from redoscope_gui.session import Session
from redoscope_gui.views.entropy.view import Scope
from redoscope_gui.window import MainWindow

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from redoscope_gui.settings import Settings


def test_an_opened_disk_fills_no_pane_that_is_not_shown(explorer: MainWindow) -> None:
    assert not [pane.name for pane in explorer.panes.guests if pane.is_filled and pane.isHidden()]


def test_a_pane_is_filled_by_being_shown_and_once(explorer: MainWindow) -> None:
    pane = explorer.panes.guests.growth
    assert not pane.is_filled
    explorer.commands.run("window.growth")
    filled = pane.widget()
    assert filled is explorer.panes.guests.growth_view
    explorer.commands.run("window.growth")
    explorer.commands.run("window.growth")
    assert pane.widget() is filled


def test_a_pane_that_was_shown_last_time_is_filled_when_places_are_taken_on(
    qtbot: QtBot, explorer: MainWindow, settings: Settings, own_sample: Path
) -> None:
    explorer.commands.run("window.changes")
    explorer.close()
    engine = EngineThread(inline=True)
    session = Session(engine)
    second = MainWindow(session, settings)
    qtbot.addWidget(second)
    second.show()
    second.open_path(own_sample / "office-000005.vmdk")
    assert not second.panes.guests.changes.isHidden()
    assert second.panes.guests.changes_view.rows.rowCount() > 0
    assert not second.panes.guests.growth.is_filled
    session.close()
    engine.shutdown()


def test_what_was_selected_before_the_pane_was_there_is_counted(explorer: MainWindow) -> None:
    view = explorer.panes.hex_view
    assert view is not None
    view.surface.hand.select(512, 1023)
    assert not explorer.panes.guests.entropy.is_filled
    explorer.commands.run("edit.entropy")
    entropy = explorer.panes.guests.entropy_view
    assert entropy.scope.currentData() is Scope.SELECTION
    assert "in 512 B" in entropy.totals.text()


def test_what_was_done_before_the_pane_was_there_is_shown_as_code(explorer: MainWindow) -> None:
    explorer.hash_generation()
    assert not explorer.panes.guests.done.is_filled
    explorer.commands.run("window.done")
    assert "redoscope hash" in explorer.panes.guests.done_view.tabs.texts[0].toPlainText()
