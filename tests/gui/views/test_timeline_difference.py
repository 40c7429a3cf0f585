"""The second handle of the timeline, and the map that shows the difference."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.gui.views.map_hands import settle

from redoscope_gui.maps import MapMode, Older
from redoscope_gui.session import Session
from redoscope_gui.views.map import MapView
from redoscope_gui.views.timeline import TimelineView

SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
LINE = 14


@pytest.fixture
def timeline(qtbot: QtBot, session: Session, view: MapView, tip: Path) -> Generator[TimelineView]:
    """The timeline, wired to the map as the window does it, at the newest generation."""
    timeline = TimelineView(session)
    qtbot.addWidget(timeline)
    timeline.resize(760, 90)
    timeline.since_chosen.connect(view.show_difference)
    with qtbot.waitExposed(timeline):
        timeline.show()
    session.open(tip)
    settle(qtbot, view)
    timeline.track.setFocus()
    yield timeline
    timeline.hide()


def point_of(timeline: TimelineView, generation: int) -> QPoint:
    return QPoint(round(timeline.track.x_of(generation)), LINE)


def drag_to(timeline: TimelineView, generation: int) -> None:
    point = QPointF(point_of(timeline, generation))
    track = timeline.track
    where = QPointF(track.mapToGlobal(point.toPoint()))
    kind = QEvent.Type.MouseMove
    none = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, point, where, Qt.MouseButton.NoButton, LEFT, none)
    QApplication.sendEvent(track, event)


def shown_mode(view: MapView) -> MapMode:
    return view.mode


def a_of(timeline: TimelineView) -> int | None:
    return timeline.track.since


def compared(qtbot: QtBot, view: MapView) -> tuple[Older | None, int]:
    """What the map shows: A and B."""
    settle(qtbot, view)
    drawn = view.canvas.asking.drawn
    assert drawn is not None
    return drawn.scope.since, drawn.scope.generation


def test_the_button_compares_with_the_generation_before(
    qtbot: QtBot, timeline: TimelineView, view: MapView
) -> None:
    qtbot.mouseClick(timeline.compare, LEFT)
    assert compared(qtbot, view) == (4, 5)
    assert shown_mode(view) is MapMode.DIFFERENCE
    assert a_of(timeline) == 4
    assert timeline.count.text() == "Difference 4 to 5 of 5"
    qtbot.mouseClick(timeline.compare, LEFT)
    assert shown_mode(view) is MapMode.CHANGED
    assert a_of(timeline) is None
    assert timeline.count.text() == "Generation 5 of 5"


def test_the_mode_before_comes_back(qtbot: QtBot, timeline: TimelineView, view: MapView) -> None:
    view.show_mode(MapMode.OWNER)
    qtbot.keyClick(timeline.track, "d")
    assert shown_mode(view) is MapMode.DIFFERENCE
    qtbot.keyClick(timeline.track, "d")
    assert shown_mode(view) is MapMode.OWNER


def test_shift_and_arrows_move_a(qtbot: QtBot, timeline: TimelineView, view: MapView) -> None:
    for _ in range(3):
        qtbot.keyClick(timeline.track, Qt.Key.Key_Left, SHIFT)
    assert compared(qtbot, view) == (2, 5)
    qtbot.keyClick(timeline.track, Qt.Key.Key_Right, SHIFT)
    assert compared(qtbot, view) == (3, 5)
    qtbot.keyClick(timeline.track, Qt.Key.Key_Left)
    assert compared(qtbot, view) == (3, 4)
    assert timeline.compare.isChecked()


def test_b_stays_newer_than_a(
    qtbot: QtBot, session: Session, timeline: TimelineView, view: MapView
) -> None:
    session.select_generation(2)
    timeline.choose_since(3)
    assert compared(qtbot, view) == (3, 4)
    timeline.choose_since(99)
    assert compared(qtbot, view) == (4, 5)
    session.select_generation(1)
    assert compared(qtbot, view) == (0, 1)
    assert a_of(timeline) == 0
    session.select_generation(0)
    assert compared(qtbot, view) == (-1, 0)
    assert a_of(timeline) is None
    session.select_generation(5)
    assert compared(qtbot, view) == (4, 5)


def test_the_mouse_drags_a_and_b(
    qtbot: QtBot, session: Session, timeline: TimelineView, view: MapView
) -> None:
    qtbot.mouseClick(timeline.track, LEFT, SHIFT, point_of(timeline, 3))
    assert compared(qtbot, view) == (3, 5)
    qtbot.mousePress(timeline.track, LEFT, pos=point_of(timeline, 3))
    drag_to(timeline, 1)
    qtbot.mouseRelease(timeline.track, LEFT, pos=point_of(timeline, 1))
    assert compared(qtbot, view) == (1, 5)
    assert session.cursor.generation == 5
    qtbot.mousePress(timeline.track, LEFT, pos=point_of(timeline, 5))
    drag_to(timeline, 4)
    qtbot.mouseRelease(timeline.track, LEFT, pos=point_of(timeline, 4))
    assert compared(qtbot, view) == (1, 4)


def test_the_map_drives_the_timeline_too(
    qtbot: QtBot, timeline: TimelineView, view: MapView
) -> None:
    view.show_mode(MapMode.DIFFERENCE)
    settle(qtbot, view)
    assert a_of(timeline) == 0
    view.bar.since.setCurrentIndex(2)
    view.bar.since.activated.emit(2)
    settle(qtbot, view)
    assert a_of(timeline) == 2
    assert "compared with office-000002.vmdk" in timeline.track.accessibleDescription()
    view.show_mode(MapMode.HEAT)
    settle(qtbot, view)
    assert a_of(timeline) == 2, "there is one comparison, however the map reads"
    qtbot.mouseClick(timeline.compare, LEFT)
    assert a_of(timeline) is None
    assert shown_mode(view) is MapMode.HEAT


def test_another_chain_keeps_the_difference(
    qtbot: QtBot, session: Session, timeline: TimelineView, view: MapView, tip: Path
) -> None:
    timeline.choose_since(1)
    session.open(tip.parent / "office.vmdk")
    settle(qtbot, view)
    assert shown_mode(view) is MapMode.DIFFERENCE
    session.select_generation(3)
    assert compared(qtbot, view) == (0, 3)
    assert a_of(timeline) == 0
