"""The line that tells what happened in a generation; cut with dots where it has no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui import plain, theme

__all__ = ["CommentLabel"]


class CommentLabel(plain.Label):
    """One line of secondary text; the tool tip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour("dim"))
        room = self.width()
        text = plain.elided(self.fontMetrics(), self.text(), Qt.TextElideMode.ElideRight, room)
        plain.draw(painter, self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
