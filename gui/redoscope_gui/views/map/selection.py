"""The selected stretch of the map: which cells it is, and the chip that tells and copies it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.views.map.labels import label_font
from redoscope_gui.views.map.stretch import Stretch

__all__ = ["Selection", "SelectionChip"]

_ICON = 14
_EDGE = 8


@dataclass(frozen=True, slots=True)
class Selection:
    """Whole cells, from the one where it began to the one where it ends."""

    anchor: int
    """First sector of the cell where it began."""
    caret: int
    """First sector of the cell where it ends, before or after the anchor."""
    per_cell: int
    capacity: int

    @property
    def first(self) -> int:
        """First sector."""
        return min(self.anchor, self.caret)

    @property
    def count(self) -> int:
        """Sectors."""
        return min(max(self.anchor, self.caret) + self.per_cell, self.capacity) - self.first

    def cells(self, stretch: Stretch) -> range:
        """Return the cells of *stretch* that it reaches into."""
        low = (self.first - stretch.first) // stretch.per_cell
        high = (self.first + self.count - 1 - stretch.first) // stretch.per_cell
        return range(min(max(0, low), stretch.cells), min(max(0, high + 1), stretch.cells))


class SelectionChip(QFrame):
    """Says over the map what is selected; copies it and lets it go."""

    dismissed = Signal()
    """Nothing is to be selected any more."""
    copied = Signal(str)
    """The words were copied; carries them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("chip")
        plain.set_name(self, self.tr("Selected stretch"))
        self.words = plain.Label(self)
        self._plain = ""
        self.copying = self._button("copy", self.tr("Copy the selected stretch (Ctrl+C)"))
        self.closing = self._button("x", self.tr("Select nothing (Esc)"))
        self.copying.clicked.connect(self.copy)
        self.closing.clicked.connect(self.dismissed)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.STEP, 2, 2, 2)
        line.setSpacing(2)
        line.addWidget(self.words)
        line.addSpacing(theme.HALF)
        line.addWidget(self.copying)
        line.addWidget(self.closing)
        self._dress()
        self.hide()

    def _button(self, icon: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        plain.set_name(button, name)
        plain.set_tip(button, name)
        button.setProperty("icon_name", icon)
        return button

    def show_selection(self, selection: Selection | None) -> None:
        """Tell what is selected, or hide."""
        if selection is None:
            self.hide()
            return
        first, count = selection.first, selection.count
        text = self.tr("0x{start:X} · {count} sectors · {amount}")
        amount = theme.amount(count * SECTOR)
        self.words.setText(
            text.format(start=first * SECTOR, count=theme.grouped(count), amount=amount)
        )
        words = self.tr("start 0x{start:X} (sector {sector}), {count} sectors, {length} bytes")
        self._plain = words.format(
            start=first * SECTOR, sector=first, count=count, length=count * SECTOR
        )
        plain.set_tip(self.words, self._plain)
        plain.set_description(self, self._plain)
        self.place()
        self.show()
        self.raise_()

    def copy(self) -> None:
        """Put the words on the clipboard."""
        QGuiApplication.clipboard().setText(self._plain)
        self.copied.emit(self._plain)

    def place(self) -> None:
        """Stand at the bottom of the parent, in the middle."""
        self.adjustSize()
        room = self._over.rect()
        left = max(_EDGE, (room.width() - self.width()) // 2)
        self.move(left, room.height() - self.height() - _EDGE)

    def _dress(self) -> None:
        """Take fonts and colours of the theme."""
        self.words.setFont(label_font())
        for button in (self.copying, self.closing):
            button.setIcon(theme.icon(str(button.property("icon_name"))))
        back, edge = theme.colour("raised").name(), theme.colour("accent").name()
        style = f"#chip {{ background: {back}; border: 1px solid {edge}; border-radius: 4px; }}"
        if style != self.styleSheet():  # a new style sheet changes the palette, which calls this
            self.setStyleSheet(style)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()
