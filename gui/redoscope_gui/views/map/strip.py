"""The address strip: the whole disk as bars, with the stretch that the map shows."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.maps import MapClass, MapDrawn
from redoscope_gui.views.map.inking import Held, barred
from redoscope_gui.views.map.inks import inks_of
from redoscope_gui.views.map.marks import paint_hatch

__all__ = ["AddressStrip"]

_HEIGHT = 24
_NARROWEST = 5


class AddressStrip(QWidget):
    """The whole disk, left to right; a press goes there."""

    pressed = Signal(object)
    """A place was pressed or dragged to; carries its sector."""
    resized = Signal()
    """The strip has another width, so other cells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        plain.set_name(self, self.tr("Address strip of the whole disk"))
        plain.set_tip(
            self,
            self.tr("The whole disk, bars as high as the share. The frame is what the map shows."),
        )
        self._drawn: MapDrawn | None = None
        self._hidden: frozenset[int] = frozenset()
        self._cells = b""
        self._image = QImage()
        self._capacity = 0
        self._span = 0
        self._window = (0, 0)
        self._cursor: int | None = None

    def show_map(self, drawn: MapDrawn) -> None:
        """Show the cells of the whole disk."""
        asked = drawn.scope
        self._drawn = drawn
        self._capacity = asked.chain.capacity
        self._span = asked.sectors_per_cell * asked.cells
        self._ink()

    def dress(self, hidden: frozenset[int]) -> None:
        """Take the colours of the theme; classes that are *hidden* look like what nobody stored."""
        self._hidden = hidden
        self._ink()

    def _ink(self) -> None:
        """Give every cell its bar."""
        drawn = self._drawn
        if drawn is not None:
            links = len(drawn.scope.chain.links)
            inks = inks_of(drawn.scope.mode, links, self._hidden)
            classes, shares = drawn.classes[np.newaxis], drawn.shares[:, np.newaxis]
            tall = self.height() - 2
            self._cells = barred(inks, Held(classes, drawn.kinds, shares), tall).tobytes()
            form = QImage.Format.Format_RGBA8888
            self._image = QImage(self._cells, classes.shape[1], tall, 4 * classes.shape[1], form)
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._drawn = None
        self._image = QImage()
        self._capacity = 0
        self.update()

    def mark(self, first: int, count: int, cursor: int | None) -> None:
        """Mark the sectors that the map shows, and the sector of the cursor."""
        self._window = (first, count)
        self._cursor = cursor
        self.update()

    def _x_of(self, sector: int) -> float:
        return sector / max(1, self._span) * self.width()

    def sector_at(self, x: float) -> int:
        """Return the sector under *x*."""
        sector = int(x / max(1, self.width()) * self._span)
        return min(max(0, sector), max(0, self._capacity - 1))

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("absent"))
        if self._drawn is None or self._image.isNull():
            return
        inner = QRect(0, 1, self.width(), self.height() - 2)
        painter.drawImage(inner, self._image)
        lost = self._drawn.classes == MapClass.UNREADABLE
        paint_hatch(painter, QRectF(inner), lost[np.newaxis])
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        first, count = self._window
        left, right = self._x_of(first), self._x_of(min(first + count, self._capacity))
        if count < self._capacity:
            wider = max(0.0, _NARROWEST - (right - left)) / 2
            frame = QRectF(left - wider, 1, right - left + 2 * wider, self.height() - 2)
            painter.setPen(QPen(theme.colour("window"), 4))
            painter.drawRect(frame)
            painter.setPen(QPen(theme.colour("cursor"), 2))
            painter.drawRect(frame)
        if self._cursor is not None:
            x = int(self._x_of(self._cursor))
            painter.fillRect(x - 2, 0, 5, self.height(), theme.colour("window"))
            painter.fillRect(x - 1, 0, 3, self.height(), theme.colour("cursor"))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._capacity:
            self.pressed.emit(self.sector_at(event.position().x()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._capacity:
            self.pressed.emit(self.sector_at(event.position().x()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
