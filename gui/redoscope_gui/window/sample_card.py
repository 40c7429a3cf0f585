"""The card of the first page that teaches: a picture of the sample chain, and three questions."""

from __future__ import annotations

from enum import Enum
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.requests.sampling import SampleDescribed, SampleRow

__all__ = ["Question", "SampleCard"]

_NODE = 5.0
_RAIL = 18
_NAME = 172
_LEAST = 340
_ROWS = 7
"""Links that the sample has, for the room while it is not drawn yet."""


class Question(Enum):
    """What a visitor of the sample may want to know first."""

    WHERE = "where"
    """Where does a byte come from?"""
    BRANCH = "branch"
    """What is a branch?"""
    DELETED = "deleted"
    """Who deleted a file?"""


class SampleCard(QFrame):
    """A picture that opens the sample, and questions that open it at their answers."""

    wanted = Signal(object)
    """The sample is wanted; carries the Question, or None for its beginning."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sample_card")
        self._title = plain.Label(self.tr("Learn: the sample chain"), self)
        self._title.setFont(theme.title_font(1.1))
        self.picture = _Picture(self)
        self.picture.clicked.connect(lambda: self.wanted.emit(None))
        self.buttons = [
            self._question(question, words)
            for question, words in (
                (Question.WHERE, self.tr("Where does a byte come from?")),
                (Question.BRANCH, self.tr("What is a branch?")),
                (Question.DELETED, self.tr("Who deleted SALARIES.TXT?")),
            )
        ]
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.STEP * 2,) * 4)
        column.setSpacing(theme.HALF)
        column.addWidget(self._title)
        column.addWidget(self.picture)
        for button in self.buttons:
            column.addWidget(button)
        self._dress()

    def show_sample(self, answer: SampleDescribed) -> None:
        """Draw the links of the sample."""
        self.picture.show_rows(answer.rows)

    def _question(self, question: Question, words: str) -> QPushButton:
        button = QPushButton(theme.icon("chevron-right", "accent"), f"{theme.GAP}{words}", self)
        button.setFlat(True)
        button.setStyleSheet("text-align: left; padding: 3px;")
        plain.set_name(button, words)
        plain.set_tip(button, self.tr("Open the sample chain at the answer"))
        button.clicked.connect(partial(self._ask, question))
        return button

    def _ask(self, question: Question, _checked: bool = False) -> None:  # noqa: FBT001, FBT002  of Qt
        self.wanted.emit(question)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()

    def _dress(self) -> None:
        self._title.setFont(theme.title_font(1.1))
        for button in self.buttons:
            button.setIcon(theme.icon("chevron-right", "accent"))
        sheet = (
            f"#sample_card {{ background: {theme.colour('panel').name()}; border: 1px solid"
            f" {theme.colour('line').name()}; border-radius: 8px; }}"
        )
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)


class _Picture(QWidget):
    """A row for each link: its place in the chain, its name, and where it changed the disk."""

    clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[SampleRow, ...] = ()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        plain.set_tip(self, self.tr("Open the sample chain"))
        plain.set_name(self, self.tr("A picture of the sample chain"))

    def show_rows(self, rows: tuple[SampleRow, ...]) -> None:
        """Draw *rows*."""
        self._rows = rows
        told = [f"{row.name}: {row.comment}" for row in rows]
        plain.set_description(self, ". ".join(told))
        self.update()

    @property
    def rows(self) -> tuple[SampleRow, ...]:
        """What is drawn."""
        return self._rows

    @override
    def sizeHint(self) -> QSize:
        return QSize(_LEAST, _ROWS * self._height() + theme.STEP)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.clicked.emit()

    def _height(self) -> int:
        return QFontMetrics(theme.ui_font()).height() + theme.STEP

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows:
            painter.setPen(theme.colour("dim"))
            words = self.tr("Seven links of a small disk that tell a story.")
            plain.draw(painter, self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        self._paint_lines(painter)
        for number, row in enumerate(self._rows):
            self._paint_row(painter, number, row)

    def _node(self, number: int) -> QPointF:
        height = self._height()
        rail = 1 if self._rows[number].branch else 0
        return QPointF(theme.STEP + _RAIL / 2 + rail * _RAIL, number * height + height / 2)

    def _paint_lines(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.colour("line_strong"), 2))
        main = [self._node(n) for n, row in enumerate(self._rows) if not row.branch]
        if main:
            painter.drawLine(main[0], main[-1])
        for number, row in enumerate(self._rows):
            if row.branch and number:
                painter.drawLine(self._parent_of(number), self._node(number))

    def _parent_of(self, number: int) -> QPointF:
        """Return the node that the branch in row *number* leaves."""
        wanted = self._rows[number].generation - 1
        found = [n for n, r in enumerate(self._rows) if r.generation == wanted and not r.branch]
        return self._node(found[0] if found else 0)

    def _paint_row(self, painter: QPainter, number: int, row: SampleRow) -> None:
        tint = theme.link_colour(row.generation, int(row.branch))
        centre, height = self._node(number), self._height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawEllipse(centre, _NODE, _NODE)
        left = theme.STEP + _RAIL * 2 + theme.HALF
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.small_font())
        room = round(_NAME * theme.zoom())
        name = plain.elided(
            painter.fontMetrics(), row.name, Qt.TextElideMode.ElideMiddle, room - theme.STEP
        )
        box = QRectF(left, number * height, room, height)
        plain.draw(painter, box, Qt.AlignmentFlag.AlignVCenter, name)
        strip = QRectF(left + room, box.center().y() - 5, self.width() - left - room - 8, 10)
        painter.fillRect(strip, theme.colour("line"))
        step = strip.width() / max(len(row.decided), 1)
        for part, decided in enumerate(row.decided):
            if decided:
                cell = QRectF(strip.left() + part * step, strip.top(), max(step, 1), 10)
                painter.fillRect(cell, tint)
