"""Flat buttons of the bars above the views, each an icon with its key in the tool tip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget
from typing_extensions import override

from redoscope_gui import plain
from redoscope_gui.theme.icons import icon

__all__ = ["IconButton"]

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
        if event.type() == QEvent.Type.PaletteChange:
            self.setIcon(icon(self.icon_name))
