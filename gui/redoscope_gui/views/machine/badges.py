"""Image < link < snapshot: three badges with how many there are, and what each is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.views.machine.words import the_ladder

__all__ = ["Badges"]

_SIDE = 14
_SHOWING = {QEvent.Type.Enter, QEvent.Type.FocusIn}


class Badges(QWidget):
    """Three badges in a row, least first; the one looked at is explained below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rungs = the_ladder()
        self.buttons: list[QToolButton] = []
        self.words = plain.Label(self)
        self.words.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(theme.HALF)
        for number, (title, icon, _words) in enumerate(self._rungs):
            button = QToolButton(self)
            button.setObjectName(icon)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(_SIDE, _SIDE))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.installEventFilter(self)
            button.clicked.connect(lambda _checked=False, number=number: self.explain(number))
            if number:
                row.addWidget(plain.Label("<", self))
            row.addWidget(button)
            self.buttons.append(button)
            plain.set_description(button, self._rungs[number][2])
            del title
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.HALF)
        column.addLayout(row)
        column.addWidget(self.words)
        self.show_counts(None, None)
        self.explain(len(self._rungs) - 1)
        self._dress()

    def show_counts(self, links: int | None, snapshots: int | None) -> None:
        """Say how many links and snapshots there are; a machine holds no image of itself."""
        for button, (title, _icon, _words), count in zip(
            self.buttons, self._rungs, (None, links, snapshots), strict=True
        ):
            text = title if count is None else f"{title} {theme.grouped(count)}"
            button.setText(plain.caption(text))
            plain.set_name(button, text)

    def explain(self, number: int) -> None:
        """Say what the badge *number* stands for."""
        title, _icon, words = self._rungs[number]
        self.words.setText(f"{title}: {words}")

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SHOWING and watched in self.buttons:
            self.explain(self.buttons.index(watched))
        return False

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()

    def _dress(self) -> None:
        for button in self.buttons:
            button.setIcon(theme.icon(button.objectName()))
        palette = self.words.palette()
        palette.setColor(self.words.foregroundRole(), theme.colour("dim"))
        self.words.setPalette(palette)
        self.words.setFont(theme.small_font())
