"""The page shown while nothing is open: what to open, and how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.commands import Commands
from redoscope_gui.presence import is_folder, is_there

__all__ = ["WelcomePage"]

_WIDTH = 720
_OFFERED = ("file.open", "file.open_folder", "file.sample")
_TAUGHT = (
    "go.command",
    "file.open",
    "file.sample",
    "go.to",
    "go.back",
    "chain.create_child",
    "help.shortcuts",
)
_LISTED = 6


class WelcomePage(QScrollArea):
    """Buttons, a place to drop files, what was opened last, a few shortcuts."""

    recent_chosen = Signal(object)
    """One of the recent paths; carries a Path."""

    def __init__(self, commands: Commands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = commands
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget(self)
        column = QWidget(page)
        column.setMaximumWidth(_WIDTH)
        layout = QVBoxLayout(column)
        layout.setSpacing(theme.STEP * 3)
        self._title = plain.Label(self.tr("Redoscope"), column)
        self._purpose = plain.Label(
            self.tr(
                "Open a chain of virtual disks, see what every link changed, and read any byte of "
                "any generation."
            ),
            column,
        )
        self._purpose.setWordWrap(True)
        self._drop = _DropArea(self.tr("Drop a .vmdk, a .vmx or a folder here"), column)
        layout.addStretch(1)
        layout.addWidget(self._title)
        layout.addWidget(self._purpose)
        layout.addLayout(self._buttons(column))
        layout.addWidget(self._drop)
        lists = QHBoxLayout()
        lists.setSpacing(theme.STEP * 4)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(theme.HALF)
        lists.addLayout(self._recent, 3)
        lists.addLayout(self._shortcuts(column), 2)
        layout.addLayout(lists)
        layout.addStretch(2)
        centre = QHBoxLayout(page)
        centre.addStretch(1)
        centre.addWidget(column, 20)
        centre.addStretch(1)
        self.setWidget(page)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List what was opened last; what is gone is greyed."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not paths:
            return
        self._recent.addWidget(_section(self.tr("Recent"), self))
        for path in paths[:_LISTED]:
            self._recent.addWidget(self._recent_button(path))
        self._recent.addStretch(1)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # A style sheet takes fonts back that were set before the page got its place.
        self._dress()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.PaletteChange}:
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

    def _shortcuts(self, parent: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(theme.HALF)
        column.addWidget(_section(self.tr("Keys"), parent))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.STEP * 2)
        grid.setVerticalSpacing(theme.HALF)
        for row, name in enumerate(_TAUGHT):
            command = self._commands[name]
            keys = plain.Label(QKeySequence(command.shortcuts[0]).toString(), parent)
            keys.setForegroundRole(keys.palette().ColorRole.PlaceholderText)
            grid.addWidget(plain.Label(command.plain_title, parent), row, 0)
            grid.addWidget(keys, row, 1)
        grid.setColumnStretch(0, 1)
        column.addLayout(grid)
        column.addStretch(1)
        return column

    def _recent_button(self, path: Path) -> QPushButton:
        there = is_there(path)
        button = QPushButton(self)
        button.setFlat(True)
        button.setIcon(theme.icon("folder" if is_folder(path) else "hard-drive", "dim"))
        metrics = self.fontMetrics()
        short = plain.elided(metrics, str(path.parent), Qt.TextElideMode.ElideMiddle, 260)
        missing = "" if there else self.tr(" (missing)")
        button.setText(plain.caption(f"{path.name}{missing}   {short}"))
        plain.set_tip(button, str(path))
        plain.set_name(button, self.tr("Open %s") % path)
        button.setEnabled(there)
        button.setStyleSheet("text-align: left; padding: 4px;")
        button.clicked.connect(lambda: self.recent_chosen.emit(path))
        return button


class _DropArea(QWidget):
    """A dashed frame that says what may be dropped; the window itself takes the drop."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text
        plain.set_name(self, text)
        self.setMinimumHeight(96)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 128)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(theme.colour("line_strong"), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(theme.colour("panel"))
        painter.drawRoundedRect(frame, 8, 8)
        picture = theme.icon_pixmap("square-arrow-down", 24, "faint", self.devicePixelRatioF())
        metrics = painter.fontMetrics()
        width = 24 + theme.STEP + metrics.horizontalAdvance(self._text)
        left = (self.width() - width) / 2
        painter.drawPixmap(int(left), self.height() // 2 - 12, picture)
        painter.setPen(theme.colour("dim"))
        box = QRectF(left + 24 + theme.STEP, 0, self.width(), self.height())
        plain.draw(painter, box, Qt.AlignmentFlag.AlignVCenter, self._text)


def _action_button(action: QAction, parent: QWidget) -> QPushButton:
    """Return a large button that does what *action* does."""
    words = action.text().replace("&", "").rstrip("…")
    button = QPushButton(action.icon(), f"{theme.GAP}{words}", parent)
    button.setIconSize(QSize(20, 20))
    button.setMinimumHeight(40)
    button.setMinimumWidth(160)
    plain.set_tip(button, *action.toolTip().split("\n"))
    plain.set_name(button, words)
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setIcon(action.icon()))
    return button


def _section(text: str, parent: QWidget) -> plain.Label:
    label = plain.Label(text, parent)
    label.setFont(theme.title_font())
    return label
