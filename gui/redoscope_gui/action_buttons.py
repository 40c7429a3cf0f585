"""Buttons that stand for commands beside what these are about."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from redoscope_gui import plain, theme

__all__ = ["ActionButtons"]

_ACROSS = 3
"""Buttons in a row, so that they do not widen a narrow pane."""


class ActionButtons(QWidget):
    """A few rows of buttons, each enabled as its action is."""

    def __init__(self, parent: QWidget, across: int = _ACROSS) -> None:
        """Have *across* buttons in a row."""
        super().__init__(parent)
        self._across = across
        self.buttons: list[QPushButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.HALF)
        self._grid.setColumnStretch(across, 1)

    def show_actions(self, actions: Mapping[str, QAction]) -> None:
        """Have a button for each of *actions*, with the short title that it has here."""
        for title, action in actions.items():
            button = QPushButton(plain.caption(title), self)
            plain.set_name(button, action.text().replace("&", ""))
            plain.set_tip(button, action.toolTip())
            button.clicked.connect(action.trigger)
            action.changed.connect(partial(_follow, button, action))
            _follow(button, action)
            self._grid.addWidget(button, *divmod(len(self.buttons), self._across))
            self.buttons.append(button)


def _follow(button: QPushButton, action: QAction) -> None:
    button.setEnabled(action.isEnabled())
