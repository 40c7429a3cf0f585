"""Buttons: flat ones with an icon and its key in the tool tip, and those whose words change."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from typing_extensions import override

from redoscope_gui import plain
from redoscope_gui.theme.icons import icon
from redoscope_gui.theme.style import dressed

__all__ = ["IconButton", "SwitchButton"]

_SIDE = 16


class IconButton(QToolButton):
    """Shows the icon *icon_name* in the colours of the theme, also after the theme changes."""

    def __init__(self, icon_name: str, name: str, key: str, parent: QWidget) -> None:
        """*name* is what it does, *key* the one that does the same."""
        super().__init__(parent)
        self.icon_name = icon_name
        self.setAutoRaise(True)
        self.setIcon(icon(icon_name))
        self.setIconSize(QSize(_SIDE, _SIDE))
        plain.set_name(self, name)
        plain.set_tip(self, f"{name} ({key})")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if dressed(event):
            self.setIcon(icon(self.icon_name))


class SwitchButton(QPushButton):
    """Says what it begins, and while that runs how to stop it, in the room of the longer words.

    One that took the room of the words it shows would move what is beside it, and until that has
    moved its words would be cut off.
    """

    def __init__(self, begin: str, stop: str, parent: QWidget) -> None:
        super().__init__(begin, parent)
        self._words = begin, stop

    def show_running(self, *, running: bool) -> None:
        """Say the one or the other."""
        self.setText(self._words[running])

    @override
    def sizeHint(self) -> QSize:
        hint, metrics = super().sizeHint(), self.fontMetrics()
        shown = Qt.TextFlag.TextShowMnemonic
        widths = [metrics.size(shown, words).width() for words in (self.text(), *self._words)]
        return QSize(hint.width() + max(widths) - widths[0], hint.height())
