"""Events of something dragged over a widget, as the Qt at hand wants them made."""

from __future__ import annotations

from typing import Any

import PySide6
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent

__all__ = ["entering", "moving"]

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def entering(point: QPoint, action: Qt.DropAction, data: QMimeData) -> QDragEnterEvent:
    """Return the event of *data* that comes in at *point*, not accepted yet."""
    event = QDragEnterEvent(_place(point), action, data, LEFT, NONE)
    event.ignore()
    return event


def moving(point: QPoint, action: Qt.DropAction, data: QMimeData) -> QDragMoveEvent:
    """Return the event of *data* that hovers at *point*."""
    return QDragMoveEvent(_place(point), action, data, LEFT, NONE)


def _place(point: QPoint) -> Any:
    """Return *point* by fractions of a pixel from Qt 6.12 on, which warns of whole ones."""
    major, minor = (int(number) for number in PySide6.__version__.split(".")[:2])
    return QPointF(point) if (major, minor) >= (6, 12) else point
