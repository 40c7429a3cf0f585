"""Hands and eyes on the map: what tests of it press, turn and look at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from redoscope_gui.views.map import MapView
from redoscope_gui.views.map.picture import MapPicture

__all__ = ["GRAIN", "centre_of", "colour_at", "drag", "plot_of", "settle", "wheel"]

GRAIN = 65536


def settle(qtbot: QtBot, view: MapView) -> None:
    """Wait until map and strip show what they should."""
    canvas = view.canvas
    qtbot.waitUntil(
        lambda: not canvas._drawing.isActive() and not view._asking.isActive(), timeout=5000
    )


def plot_of(view: MapView) -> MapPicture:
    assert view.canvas.picture is not None
    return view.canvas.picture


def centre_of(view: MapView, cell: int) -> QPoint:
    """The middle of a cell in the viewport."""
    window = view.canvas.asking.stretch
    assert window is not None
    plot = plot_of(view)
    box, (width, height) = plot.cells_box(), plot.cell_extent()
    row, column = divmod(cell, window.columns)
    return QPointF(box.x() + (column + 0.5) * width, box.y() + (row + 0.5) * height).toPoint()


def colour_at(view: MapView, cell: int) -> QColor:
    picture = plot_of(view).grab().toImage()
    return QColor(picture.pixelColor(centre_of(view, cell)))


def wheel(view: MapView, point: QPoint, notches: int) -> None:
    place = QPointF(point)
    event = QWheelEvent(
        place,
        QPointF(plot_of(view).viewport().mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot_of(view).viewport(), event)


def drag(plot: MapPicture, point: QPoint) -> None:
    place = QPointF(point)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        QPointF(plot.viewport().mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(plot.viewport(), event)
