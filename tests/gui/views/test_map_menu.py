"""The menu of the map, and the one selection of map and bytes."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from tests.gui.views.map_hands import centre_of, plot_of

from redoscope_core import SECTOR, Chain, State
from redoscope_gui.maps import MapMode
from redoscope_gui.views.hex import HexView
from redoscope_gui.views.map import MapView
from redoscope_gui.window import MainWindow
from redoscope_gui.window.cell_actions import CELL_MENU

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot: QtBot, explorer: MainWindow) -> MapView:
    view = explorer.explorer.map_view
    assert view is not None
    qtbot.waitUntil(lambda: view.canvas.asking.drawn is not None)
    return view


@pytest.fixture
def bytes_view(explorer: MainWindow) -> HexView:
    assert explorer.panes.hex_view is not None
    return explorer.panes.hex_view


def right_click(view: MapView, cell: int) -> None:
    """Ask for the menu of a cell, as the window system does."""
    viewport = plot_of(view).viewport()
    place = centre_of(view, cell)
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(viewport, QContextMenuEvent(reason, place, viewport.mapToGlobal(place)))


def entry(view: MapView, name: str) -> QAction:
    return next(action for action in view.menu.actions() if action.objectName() == name)


def selected(view: MapView) -> tuple[int, int] | None:
    selection = view.canvas.hand.selection
    return None if selection is None else (selection.first, selection.count)


def step(view: MapView) -> int:
    stretch = view.canvas.asking.stretch
    assert stretch is not None
    return stretch.per_cell


def test_the_menu_of_a_cell_goes_there_and_offers_what_can_be_done(
    explorer: MainWindow, view: MapView
) -> None:
    right_click(view, 7)
    assert explorer.session.cursor.sector == 7 * step(view)
    assert view.menu.isVisible()
    assert [a.objectName() for a in view.menu.actions() if not a.isSeparator()] == [
        name for name in CELL_MENU if name
    ]
    view.menu.close()


def test_the_menu_on_what_is_selected_leaves_it_selected(view: MapView) -> None:
    view.canvas.hand.select(2 * step(view), 9 * step(view))
    chosen = view.canvas.hand.selection
    right_click(view, 5)
    assert view.canvas.hand.selection == chosen
    view.menu.close()


def test_what_is_selected_in_the_map_is_selected_in_the_bytes_and_the_other_way(
    qtbot: QtBot, explorer: MainWindow, view: MapView, bytes_view: HexView
) -> None:
    bytes_hand = bytes_view.surface.hand
    right_click(view, 4)
    entry(view, "map.select_cell").trigger()
    view.menu.close()
    cell = step(view) * SECTOR
    assert bytes_hand.selection == (4 * cell, 5 * cell - 1)
    qtbot.keyClick(bytes_view.surface, Qt.Key.Key_Right, SHIFT)
    assert bytes_hand.selection == (4 * cell, 4 * cell + 1)
    assert selected(view) == (4 * step(view), 1)
    bytes_view.surface.hand.select(3 * SECTOR, 6 * SECTOR - 1)
    assert selected(view) == (3, 3)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert selected(view) is None
    assert bytes_hand.selection == (3 * SECTOR, 3 * SECTOR)
    view.canvas.hand.select(step(view), 2 * step(view))
    explorer.session.go_to(0x800000)
    assert selected(view) is None


def test_the_range_is_copied_hashed_and_counted_by_owner(
    explorer: MainWindow, view: MapView, tip: Path
) -> None:
    view.canvas.hand.select(0, 60 * step(view))
    count = 61 * step(view)
    right_click(view, 3)
    entry(view, "map.copy_range").trigger()
    assert f"{count} sectors" in QGuiApplication.clipboard().text()
    entry(view, "edit.hash_selection").trigger()
    job = explorer.session.jobs[-1]
    with Chain.open(tip) as chain:
        data, areas = chain.read(0, count), chain.areas(0, count)
    assert hashlib.sha256(data).hexdigest() in job.result
    entry(view, "map.owners").trigger()
    view.menu.close()
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()[1:]]
    for owner, _name, stored, zeros in rows:
        own = areas.take(areas.link == int(owner))
        assert int(stored) == own.sectors_in(State.DATA)
        assert int(zeros) == own.sectors_in(State.ZERO) + own.sectors_in(State.ABSENT)
    assert sum(int(row[2]) + int(row[3]) for row in rows) == count


@pytest.mark.parametrize("mode", sorted(set(MapMode) - {MapMode.EXACT}, key=str))
def test_the_map_is_saved_as_data_that_covers_the_disk(  # noqa: PLR0917 - fixtures
    qtbot: QtBot,
    explorer: MainWindow,
    view: MapView,
    mode: MapMode,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view.show_mode(mode)
    qtbot.waitUntil(lambda: read_as(view) is mode)
    for name in ("map.csv", "map.json"):
        target = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", Mock(return_value=(str(target), "")))
        explorer.commands.run("map.export_data")
        qtbot.waitUntil(target.exists)
    drawn = view.canvas.asking.drawn
    assert drawn is not None
    lines = len(drawn.sources)
    with (tmp_path / "map.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    heads = {"start_sector", "sectors", "generation"}
    for row in rows:
        parts = sum(int(value) for key, value in row.items() if key not in heads)
        assert parts == int(row["sectors"])
    assert sum(int(row["sectors"]) for row in rows) == drawn.scope.capacity * lines
    document = json.loads((tmp_path / "map.json").read_text())
    assert document["mode"] == mode.value
    assert len(document["cells"]) == len(rows)


def read_as(view: MapView) -> MapMode | None:
    drawn = view.canvas.asking.drawn
    return None if drawn is None else drawn.scope.mode


def test_the_map_is_saved_as_a_picture(
    qtbot: QtBot,
    explorer: MainWindow,
    view: MapView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("map.png", "map.svg"):
        target = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", Mock(return_value=(str(target), "")))
        explorer.commands.run("map.export_picture")
        qtbot.waitUntil(target.exists)
    assert QImage(str(tmp_path / "map.png")).size() == view.grab().size()
    drawing = QSvgRenderer(str(tmp_path / "map.svg"))
    assert drawing.isValid()
    assert drawing.viewBox().size() == view.size()


def test_the_menu_key_opens_it_too(view: MapView) -> None:
    place, reason = QPoint(5, 5), QContextMenuEvent.Reason.Keyboard
    event = QContextMenuEvent(reason, place, view.canvas.mapToGlobal(place))
    QApplication.sendEvent(view.canvas, event)
    assert view.menu.isVisible()
    view.menu.close()
