"""Buttons that stand for commands beside what these are about."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme

__all__ = ["ActionButtons"]

_ACROSS = 3
"""Buttons in a row where not all have room in one, so that they do not widen a narrow pane."""


class ActionButtons(QWidget):
    """One row of buttons, or a few, each enabled as its action is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.buttons: list[QPushButton] = []
        self._across = _ACROSS
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.HALF)

    def show_actions(self, actions: Mapping[str, QAction]) -> None:
        """Have a button for each of *actions*, with the short title that it has here."""
        for title, action in actions.items():
            button = QPushButton(plain.caption(title), self)
            plain.set_name(button, action.text().replace("&", ""))
            plain.set_tip(button, action.toolTip())
            button.clicked.connect(action.trigger)
            action.changed.connect(partial(_follow, button, action))
            _follow(button, action)
            self.buttons.append(button)
        self._place()

    def _place(self) -> None:
        """Put the buttons into their places, and what room is left behind them."""
        for number, button in enumerate(self.buttons):
            self._grid.addWidget(button, *divmod(number, self._across))
        for column in range(len(self.buttons) + 1):
            self._grid.setColumnStretch(column, int(column == self._across))

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the room of a few rows, however many there are now."""
        widths = [button.minimumSizeHint().width() for button in self.buttons]
        columns = [max(widths[at::_ACROSS], default=0) for at in range(_ACROSS)]
        gaps = (len(columns) - 1) * theme.HALF
        return QSize(sum(columns) + gaps, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        widths = [button.sizeHint().width() + theme.HALF for button in self.buttons]
        across = len(widths) if sum(widths) <= self.width() else _ACROSS
        if across != self._across:
            self._across = across
            self._place()


def _follow(button: QPushButton, action: QAction) -> None:
    button.setEnabled(action.isEnabled())
