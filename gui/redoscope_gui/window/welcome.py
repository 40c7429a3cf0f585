"""The page shown while nothing is open: what a redo log is, what to open, and where to begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.commands import Commands
from redoscope_gui.settings import RecentFacts
from redoscope_gui.window.recents import RecentList
from redoscope_gui.window.sample_card import SampleCard

__all__ = ["WelcomePage"]

_WIDTH = 1040
_OFFERED = ("file.open", "file.open_folder", "file.sample")


class WelcomePage(QScrollArea):
    """A sentence, buttons, a place to drop files, what was opened last, and the sample."""

    recent_chosen = Signal(object)
    """One of the recent paths; carries a Path."""
    sample_wanted = Signal(object)
    """The sample is wanted; carries the Question that it is to answer, or None."""

    def __init__(self, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = commands
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget(self)
        column = QWidget(page)
        column.setMaximumWidth(_WIDTH)
        self._title = plain.Label(self.tr("Redoscope"), column)
        self._purpose = plain.Label(
            self.tr(
                "A child disk (redo log) holds only what changed since it was made. Redoscope "
                "shows who holds what, and reads any byte of any generation."
            ),
            column,
        )
        self._purpose.setWordWrap(True)
        # In the order of Tab: buttons, what was opened last, the lessons.
        self._actions, self._check = self._buttons(column), self._check_line(column)
        self.drop = _DropArea(self.tr("Drop a .vmdk, a .vmx or a folder here"), column)
        self.recent = RecentList(column)
        self.recent.chosen.connect(self.recent_chosen)
        self.card = SampleCard(column)
        self.card.wanted.connect(self.sample_wanted)
        self._lay_out(column)
        centre = QHBoxLayout(page)
        centre.addStretch(1)
        centre.addWidget(column, 20)
        centre.addStretch(1)
        self.setWidget(page)

    def _lay_out(self, column: QWidget) -> None:
        layout = QVBoxLayout(column)
        layout.setSpacing(theme.STEP * 2)
        layout.addStretch(1)
        layout.addWidget(self._title)
        layout.addWidget(self._purpose)
        layout.addLayout(self._actions)
        halves = QHBoxLayout()
        halves.setSpacing(theme.STEP * 4)
        left = QVBoxLayout()
        left.setSpacing(theme.STEP * 2)
        left.addWidget(self.drop)
        left.addLayout(self._check)
        left.addWidget(self.recent)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.card)
        right.addStretch(1)
        halves.addLayout(left, 5)
        halves.addLayout(right, 4)
        layout.addLayout(halves)
        layout.addStretch(2)

    def show_recent(self, listed: Sequence[tuple[Path, RecentFacts | None]]) -> None:
        """List what was opened last, with what was seen of it; what is gone is greyed."""
        self.recent.show_recent(listed)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # A style sheet takes fonts back that were set before the page got its place.
        self._dress()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()

    def _dress(self) -> None:
        self._title.setFont(theme.title_font(2.4))
        self._purpose.setFont(theme.ui_font(1.2))
        palette = self._purpose.palette()
        palette.setColor(self._purpose.foregroundRole(), theme.colour("dim"))
        self._purpose.setPalette(palette)

    def _buttons(self, parent: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.STEP)
        for name in _OFFERED:
            row.addWidget(_action_button(self._commands.action(name), parent))
        row.addStretch(1)
        return row

    def _check_line(self, parent: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.STEP)
        row.addWidget(plain.Label(self.tr("Something broken?"), parent))
        row.addWidget(_action_button(self._commands.action("file.check_folder"), parent, low=True))
        row.addStretch(1)
        return row


class _DropArea(QWidget):
    """A dashed frame that says what may be dropped; the window itself takes the drop."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text
        self.hovered = False
        """Whether something that can be opened is dragged over the window."""
        plain.set_name(self, text)
        self.setMinimumHeight(80)

    def show_hover(self, *, hovered: bool) -> None:
        """Answer to what is dragged over the window, or is there no longer."""
        if hovered != self.hovered:
            self.hovered = hovered
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(_WIDTH // 2, 96)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        edge, ground, ink = ("line_strong", "panel", "dim")
        if self.hovered:
            edge, ground, ink = ("accent", "selection", "selection_text")
        style = Qt.PenStyle.SolidLine if self.hovered else Qt.PenStyle.DashLine
        painter.setPen(QPen(theme.colour(edge), 1.5, style))
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(frame, 8, 8)
        picture = theme.icon_pixmap("square-arrow-down", 24, ink, self.devicePixelRatioF())
        metrics = painter.fontMetrics()
        width = 24 + theme.STEP + metrics.horizontalAdvance(self._text)
        left = (self.width() - width) / 2
        painter.drawPixmap(int(left), self.height() // 2 - 12, picture)
        painter.setPen(theme.colour(ink))
        box = QRectF(left + 24 + theme.STEP, 0, self.width(), self.height())
        plain.draw(painter, box, Qt.AlignmentFlag.AlignVCenter, self._text)


def _action_button(action: QAction, parent: QWidget, *, low: bool = False) -> QPushButton:
    """Return a large button that does what *action* does; a *low* one is as high as others."""
    words = action.text().replace("&", "").rstrip("…")
    button = QPushButton(action.icon(), f"{theme.GAP}{words}", parent)
    if not low:
        button.setIconSize(QSize(20, 20))
        button.setMinimumHeight(40)
        button.setMinimumWidth(160)
    plain.set_tip(button, *action.toolTip().split("\n"))
    plain.set_name(button, words)
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setIcon(action.icon()))
    return button
