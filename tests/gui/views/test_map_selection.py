"""Selecting a stretch of the map with mouse and keys, and going through groups of changed cells."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui.views.map_hands import centre_of, colour_at, plot_of, settle

from redoscope_gui.maps import MapMode
from redoscope_gui.requests import FindGroup
from redoscope_gui.session import Session
from redoscope_gui.views.map import MapView

SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
GRAIN = 128


def shift_drag(qtbot: QtBot, view: MapView, start: QPoint, end: QPoint) -> None:
    viewport = plot_of(view).viewport()
    qtbot.mousePress(viewport, LEFT, SHIFT, start)
    where = QPointF(viewport.mapToGlobal(end))
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(end), where, none, LEFT, SHIFT)
    QApplication.sendEvent(viewport, event)
    qtbot.mouseRelease(viewport, LEFT, SHIFT, end)


def selected(view: MapView) -> tuple[int, int] | None:
    selection = view.canvas.hand.selection
    return None if selection is None else (selection.first, selection.count)


def test_shift_and_drag_select_whole_cells_either_way(qtbot: QtBot, map_view: MapView) -> None:
    window = map_view.canvas.asking.stretch
    assert window is not None
    told: list[object] = []
    map_view.canvas.hand.selection_changed.connect(told.append)
    low, high = window.columns + 3, 4 * window.columns + 1
    for ends in ((low, high), (high, low)):
        shift_drag(qtbot, map_view, centre_of(map_view, ends[0]), centre_of(map_view, ends[1]))
        assert selected(map_view) == (low * GRAIN, (high - low + 1) * GRAIN)
    assert told[-1] is map_view.canvas.hand.selection
    assert map_view.canvas.asking.stretch == window, "the map was dragged along"


def test_the_selection_is_told_and_copied(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    said: list[str] = []
    session.message.connect(said.append)
    map_view.canvas.hand.select(256, 1024)
    chip = map_view.canvas.chip
    assert chip.isVisible()
    assert chip.words.text() == "0x20000 · 896 sectors · 448 KiB"
    expected = "start 0x20000 (sector 256), 896 sectors, 458752 bytes"
    assert chip.accessibleDescription() == expected
    qtbot.keyClick(map_view.canvas, "c", Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == expected
    assert said == [f"Copied: {expected}"]
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(chip.copying, LEFT)
    assert QGuiApplication.clipboard().text() == expected
    qtbot.mouseClick(chip.closing, LEFT)
    assert selected(map_view) is None
    assert not chip.isVisible()


def test_shift_and_arrows_select_from_the_cursor_on(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    window = map_view.canvas.asking.stretch
    assert window is not None
    session.go_to(10 * GRAIN * 512 + 77)
    canvas = map_view.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Right, SHIFT)
    assert selected(map_view) == (10 * GRAIN, 2 * GRAIN)
    assert session.cursor.offset == 11 * GRAIN * 512
    qtbot.keyClick(canvas, Qt.Key.Key_Down, SHIFT)
    assert selected(map_view) == (10 * GRAIN, (window.columns + 2) * GRAIN)
    for _ in range(3):
        qtbot.keyClick(canvas, Qt.Key.Key_Up, SHIFT)
    assert selected(map_view) == (0, 11 * GRAIN)
    qtbot.keyClick(canvas, Qt.Key.Key_End, SHIFT)
    assert selected(map_view) == (10 * GRAIN, window.capacity - 10 * GRAIN)
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert selected(map_view) is None


def test_escape_a_click_and_another_chain_select_nothing(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    canvas = map_view.canvas
    canvas.hand.select(0, 512)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert selected(map_view) is None
    canvas.hand.select(0, 512)
    qtbot.mouseClick(plot_of(map_view).viewport(), LEFT, pos=centre_of(map_view, 5))
    assert selected(map_view) is None
    canvas.hand.select(0, 512)
    session.open(session.source or session.chain.links[0].path)  # type: ignore[union-attr]
    assert selected(map_view) is None


def test_a_click_with_shift_extends(qtbot: QtBot, session: Session, map_view: MapView) -> None:
    session.go_to(0)
    viewport = plot_of(map_view).viewport()
    qtbot.mouseClick(viewport, LEFT, SHIFT, centre_of(map_view, 6))
    assert selected(map_view) == (0, 7 * GRAIN)
    qtbot.mouseClick(viewport, LEFT, SHIFT, centre_of(map_view, 3))
    assert selected(map_view) == (0, 4 * GRAIN)


@pytest.mark.parametrize("curved", [False, True])
def test_the_selected_cells_are_marked_at_every_zoom(
    qtbot: QtBot, session: Session, map_view: MapView, *, curved: bool
) -> None:
    map_view.bar.curve.setChecked(curved)
    session.go_to(0)
    settle(qtbot, map_view)
    map_view.canvas.hand.select(64 * GRAIN, 95 * GRAIN)
    for _ in range(5):
        marked = plot_of(map_view)._marked
        window = map_view.canvas.asking.drawn_stretch
        assert marked is not None
        assert window is not None
        cells = range(64 * GRAIN // window.per_cell, 96 * GRAIN // window.per_cell)
        assert marked.sum() == len([cell for cell in cells if cell < window.cells])
        map_view.canvas.asking.zoom(1)
        settle(qtbot, map_view)


def test_selected_cells_look_another_way(map_view: MapView) -> None:
    before = colour_at(map_view, 40)
    map_view.canvas.hand.select(40 * GRAIN, 40 * GRAIN)
    assert colour_at(map_view, 40) != before
    map_view.canvas.hand.select_nothing()
    assert colour_at(map_view, 40) == before


def test_a_selection_in_the_matrix_marks_every_generation(qtbot: QtBot, map_view: MapView) -> None:
    map_view.show_mode(MapMode.MATRIX)
    settle(qtbot, map_view)
    map_view.canvas.hand.select(0, 0)
    marked = plot_of(map_view)._marked
    assert marked is not None
    assert marked.shape[0] == 6
    assert marked[:, 0].all()
    assert not marked[:, 1:].any()


def test_brackets_go_through_groups_of_changed_cells(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    chain = session.chain
    assert chain is not None
    changed = sorted(
        {
            sector // GRAIN
            for start, count in zip(
                chain.tip.stored.start.tolist(), chain.tip.stored.count.tolist(), strict=True
            )
            for sector in range(start, start + count, GRAIN)
        }
    )
    groups = [cell for cell in changed if cell - 1 not in changed]
    assert 1 < len(groups) < len(changed)
    session.go_to(0)
    begun = 0 in groups
    for group in groups[begun:]:
        qtbot.keyClick(map_view.canvas, "]")
        assert session.cursor.offset == group * GRAIN * 512
    said: list[str] = []
    session.message.connect(said.append)
    qtbot.keyClick(map_view.canvas, "]")
    assert said == ["No other group of changed cells that way"]
    session.go_to(session.cursor.offset + GRAIN * 512 * 10)
    for group in reversed(groups):
        qtbot.keyClick(map_view.canvas, "[")
        assert session.cursor.offset == group * GRAIN * 512


def test_groups_of_a_difference_are_those_of_all_its_links(session: Session, tip: object) -> None:
    session.open(tip)  # type: ignore[arg-type]
    chain = session.chain
    assert chain is not None
    cells = {
        sector // GRAIN
        for link in chain.links[2:5]
        for start, end in zip(link.stored.start.tolist(), link.stored.end.tolist(), strict=True)
        for sector in range(start, end)
    }
    expected = sorted(cell for cell in cells if cell - 1 not in cells)
    found = []
    here: int | None = FindGroup(chain, 1, 4, chain.capacity, GRAIN, False).run()
    while here is not None:
        found.append(here // GRAIN)
        here = FindGroup(chain, 1, 4, here, GRAIN, False).run()
    assert found == expected[::-1]
