"""The box in the tool bar that opens the palette and says by which keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme

__all__ = ["PaletteButton"]

_WIDE = 340
_NARROW = 110
_ICON = 16


class PaletteButton(QPushButton):
    """Looks like a field to type in; pressing it opens one. Its words give way where needed."""

    def __init__(self, words: str, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._keys = keys
        self.setObjectName("palette_button")
        plain.set_name(self, words)
        plain.set_tip(self, f"{words} ({keys})")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(_WIDE * theme.zoom()), self.fontMetrics().height() + theme.STEP + 4)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROW, self.sizeHint().height())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self.updateGeometry()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        area = self.rect().adjusted(theme.STEP, 0, -theme.STEP, 0)
        ratio = self.devicePixelRatioF()
        picture = theme.icon_pixmap("search", _ICON, "dim", ratio)
        painter.drawPixmap(area.left(), (self.height() - _ICON) // 2, picture)
        painter.setPen(theme.colour("dim"))
        metrics = painter.fontMetrics()
        keys = metrics.horizontalAdvance(self._keys) + theme.STEP
        middle = Qt.AlignmentFlag.AlignVCenter
        left = area.left() + _ICON + theme.STEP
        room = area.right() - left
        if metrics.horizontalAdvance(self._words) + keys <= room:
            plain.draw(painter, area, middle | Qt.AlignmentFlag.AlignRight, self._keys)
            room -= keys
        words = plain.elided(metrics, self._words, Qt.TextElideMode.ElideRight, room)
        plain.draw(painter, QRect(left, 0, max(room, 0), self.height()), middle, words)
