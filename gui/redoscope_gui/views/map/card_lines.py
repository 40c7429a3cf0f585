"""The lines of words on the card of the map, some with a sign in the colour of a class."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui import plain, theme

__all__ = ["CardLine", "CardLines"]

_WIDEST = 480


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line: a sign in *tint*, then *text*."""

    text: str
    strong: bool = False
    sign: str = ""
    tint: QColor | None = None


class CardLines(QWidget):
    """As wide as its longest line; a name that is too long gives way in its middle."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: tuple[CardLine, ...] = ()

    @property
    def words(self) -> str:
        """All that it says, a line each."""
        return plain.lines(*(f"{line.sign} {line.text}".strip() for line in self._lines))

    def show_lines(self, lines: list[CardLine]) -> None:
        """Show these instead."""
        self._lines = tuple(lines)
        plain.set_name(self, self.words)
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        wide = max((self._taken(line) for line in self._lines), default=0)
        return QSize(wide, self.fontMetrics().lineSpacing() * len(self._lines))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        high = self.fontMetrics().lineSpacing()
        for number, line in enumerate(self._lines):
            box = QRect(0, number * high, self.width(), high)
            if line.sign:
                painter.setFont(self.font())
                painter.setPen(line.tint or theme.colour("text"))
                plain.draw(painter, box, Qt.AlignmentFlag.AlignVCenter, line.sign)
                box.setLeft(self._indent(line))
            painter.setFont(self._font(line))
            painter.setPen(theme.colour("text"))
            text = self._cut(line)
            plain.draw(painter, box, Qt.AlignmentFlag.AlignVCenter, text)

    def _font(self, line: CardLine) -> QFont:
        font = QFont(self.font())
        if line.strong:
            font.setWeight(QFont.Weight.Bold)
        return font

    def _cut(self, line: CardLine) -> str:
        metrics = QFontMetrics(self._font(line))
        return plain.elided(metrics, line.text, Qt.TextElideMode.ElideMiddle, _WIDEST)

    def _indent(self, line: CardLine) -> int:
        return self.fontMetrics().horizontalAdvance(f"{line.sign} ") if line.sign else 0

    def _taken(self, line: CardLine) -> int:
        return self._indent(line) + QFontMetrics(self._font(line)).horizontalAdvance(
            self._cut(line)
        )
