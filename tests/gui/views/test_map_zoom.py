"""The map zoomed, panned and along the curve."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from pytestqt.qtbot import QtBot
from tests.gui.sight import apart
from tests.gui.views.map_hands import GRAIN, centre_of, colour_at, drag, plot_of, settle, wheel

from redoscope_core import Access, Chain, Disk, create_child, create_disk
from redoscope_gui import theme
from redoscope_gui.maps import MapClass, MapMode
from redoscope_gui.session import Session
from redoscope_gui.views.map import MapView
from redoscope_gui.views.map.colours import colour_of
from redoscope_gui.views.map.oklab import mixed
from redoscope_gui.views.map.order import place_of
from redoscope_gui.views.map.ramp import strength_of


def test_the_wheel_zooms_at_the_pointer(qtbot: QtBot, map_view: MapView) -> None:
    cell = 530
    point = centre_of(map_view, cell)
    before = map_view.canvas.asking.stretch
    assert before is not None
    window = before
    for step in range(3):
        spot = plot_of(map_view).spot_at(QPointF(point))
        assert spot is not None
        found = map_view.canvas.hand.cell_at(spot)
        assert found is not None
        wheel(map_view, point, 1)
        settle(qtbot, map_view)
        assert map_view.canvas.asking.stretch is not None
        window = map_view.canvas.asking.stretch
        assert window.per_cell == 64 >> step
        assert window.cell_of(found[2]) == cell
    for _ in range(5):
        wheel(map_view, point, -1)
    settle(qtbot, map_view)
    assert map_view.canvas.asking.stretch == before


def test_a_drag_pans(qtbot: QtBot, session: Session, map_view: MapView) -> None:
    session.go_to(512 * GRAIN)
    map_view.canvas.asking.zoom(2)
    settle(qtbot, map_view)
    before = map_view.canvas.asking.stretch
    assert before is not None
    plot = plot_of(map_view)
    _, height = plot.cell_extent()
    start = centre_of(map_view, before.cells // 2)
    end = start - QPoint(0, round(2 * height))
    offset = session.cursor.offset
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=start)
    drag(plot, end)
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=end)
    settle(qtbot, map_view)
    after = map_view.canvas.asking.stretch
    assert after is not None
    assert after.first - before.first == 2 * before.columns * before.per_cell
    assert session.cursor.offset == offset


@pytest.mark.parametrize("size", [QSize(400, 0), QSize(1, 300)])
def test_a_drag_goes_nowhere_while_nothing_is_left_of_the_map(
    qtbot: QtBot, map_view: MapView, size: QSize
) -> None:
    map_view.canvas.asking.zoom(2)
    settle(qtbot, map_view)
    before, plot = map_view.canvas.asking.stretch, plot_of(map_view)
    start = centre_of(map_view, 0)
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=start)
    plot.setFixedSize(size)
    qtbot.waitUntil(lambda: min(plot.cell_extent()) <= 0)
    with qtbot.assertNotEmitted(plot.dragged):
        drag(plot, start + QPoint(0, 60))
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert map_view.canvas.asking.stretch == before


def test_a_zoomed_map_follows_the_cursor(qtbot: QtBot, session: Session, map_view: MapView) -> None:
    for _ in range(4):
        map_view.canvas.asking.zoom(1)
    settle(qtbot, map_view)
    session.go_to(50 << 20)
    settle(qtbot, map_view)
    window = map_view.canvas.asking.stretch
    assert window is not None
    assert window.cell_of((50 << 20) // 512) is not None


def test_a_lone_grain_of_two_tebibytes_is_seen_at_every_zoom(
    qtbot: QtBot, session: Session, view: MapView, tmp_path: Path
) -> None:
    capacity = ((1 << 41) - (1 << 30)) // 512
    base, child = tmp_path / "base.vmdk", tmp_path / "child.vmdk"
    create_disk(base, capacity)
    with Chain.open(base) as parent:
        create_child(parent, child)
    lone = 20_000_001 * 128
    with Disk.open(child, access=Access.WRITE) as disk:
        disk.write(lone, b"x" * 512)
    session.open(child)
    session.go_to(0)
    settle(qtbot, view)
    for _ in range(30):
        settle(qtbot, view)
        window = view.canvas.asking.stretch
        assert window is not None
        cell = window.cell_of(lone)
        assert cell is not None
        drawn = view.canvas.asking.drawn
        assert drawn is not None
        kind = int(drawn.classes[cell])
        assert kind == MapClass.DATA
        share = drawn.shares[drawn.kinds.index(kind), cell]
        ground, full = theme.colour("absent"), colour_of(MapMode.CHANGED, kind, 2)
        seen = colour_at(view, cell)
        assert seen == mixed(ground, full, strength_of(float(share)))
        assert apart(seen, ground) > 5
        if window.per_cell == 1:
            break
        view.canvas.asking.show_stretch(window.zoomed(1, cell, lone))
    assert view.canvas.asking.stretch is not None
    assert view.canvas.asking.stretch.per_cell == 1


def test_h_lays_the_cells_along_the_curve_and_back(
    qtbot: QtBot, session: Session, map_view: MapView
) -> None:
    session.go_to(40 << 20)
    qtbot.keyClicks(map_view.canvas, "h")
    settle(qtbot, map_view)
    window = map_view.canvas.asking.stretch
    assert window is not None
    assert window.curved
    assert map_view.bar.curve.isChecked()
    plot = plot_of(map_view)
    box, (width, height) = plot.cells_box(), plot.cell_extent()
    row, column = place_of(17, window)
    point = QPointF(box.x() + (column + 0.5) * width, box.y() + (row + 0.5) * height).toPoint()
    assert plot.grab().toImage().pixelColor(point) == theme.colour("this")
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert session.cursor.offset == 17 * GRAIN
    wheel(map_view, point, 1)
    settle(qtbot, map_view)
    assert map_view.canvas.asking.stretch is not None
    assert map_view.canvas.asking.stretch.per_cell == 32
    qtbot.keyClicks(map_view.canvas, "h")
    settle(qtbot, map_view)
    assert map_view.canvas.asking.stretch is not None
    assert not map_view.canvas.asking.stretch.curved
    assert map_view.canvas.asking.stretch.cell_of(17 * 128) is not None
