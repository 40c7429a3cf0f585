"""The strip of differences: where on the disk A and B differ, as bars; a press goes there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.maps.differences import Differences, shares_of
from redoscope_gui.session import Session

__all__ = ["DifferenceStrip"]

_HEIGHT = 20
_DECADES = 5
"""Tenfold steps of a bar, from a hundred-thousandth of a column to all of it."""


class DifferenceStrip(QWidget):
    """The whole disk, left to right: bars as high as the share that differs, by tenfold steps."""

    pressed = Signal(object)
    """A place was pressed or dragged to; carries its offset."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._found: Differences | None = None
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        plain.set_name(self, self.tr("Strip of differences"))
        plain.set_tip(self, self.tr("The whole disk; bars as high as the share that differs"))
        session.cursor_changed.connect(lambda _cursor: self.update())

    def show_found(self, found: Differences | None) -> None:
        """Show where these differences are."""
        self._found = found
        self.update()

    def heights(self) -> list[float]:
        """Return the height of the bar of each column of pixels, 0 to 1."""
        if self._found is None:
            return [0.0] * self.width()
        shares = shares_of(self._found.comparison, self._capacity, self.width())
        with np.errstate(divide="ignore"):
            steps = 1 + np.log10(shares) / _DECADES
        least = 2 / _HEIGHT
        return [float(h) for h in np.where(shares > 0, np.clip(steps, least, 1), 0)]

    @property
    def _capacity(self) -> int:
        chain = self._session.generation_chain
        return 1 if chain is None else max(1, chain.capacity)

    @property
    def _each(self) -> int:
        """Sectors of a column."""
        return max(1, -(-self._capacity // max(1, self.width())))

    def sector_at(self, x: float) -> int:
        """Return the first sector of the column at *x*."""
        return min(max(0, int(x) * self._each), self._capacity - 1)

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("absent"))
        tint = theme.colour("this")
        for x, height in enumerate(self.heights()):
            if height:
                tall = round(height * (self.height() - 2))
                painter.fillRect(x, self.height() - 1 - tall, 1, tall, tint)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        x = self._session.cursor.sector // self._each
        painter.fillRect(x - 2, 0, 5, self.height(), theme.colour("window"))
        painter.fillRect(x - 1, 0, 3, self.height(), theme.colour("cursor"))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._press(event)

    def _press(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._session.chain is not None:
            self.pressed.emit(self.sector_at(event.position().x()) * SECTOR)
