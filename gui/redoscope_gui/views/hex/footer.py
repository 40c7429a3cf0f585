"""The line below the bytes: what stands at the cursor, or what is selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme

__all__ = ["HexFooter"]

_ABOVE = 3


class HexFooter(QWidget):
    """One line of words, cut with dots where it has no room; the tool tip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        plain.set_name(self, self.tr("Place in the bytes"))

    @property
    def words(self) -> str:
        """What it says."""
        return self._words

    def say(self, words: str) -> None:
        """Say something else."""
        if words != self._words:
            self._words = words
            plain.set_tip(self, words)
            plain.set_description(self, words)
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(1, QFontMetrics(theme.small_font()).height() + 2 * _ABOVE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("panel"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("line"))
        painter.setFont(theme.small_font())
        painter.setPen(theme.colour("dim"))
        box = self.rect().adjusted(theme.STEP, 0, -theme.STEP, 0)
        text = plain.elided(
            painter.fontMetrics(), self._words, Qt.TextElideMode.ElideRight, box.width()
        )
        plain.draw(painter, box, Qt.AlignmentFlag.AlignVCenter, text)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self.updateGeometry()
