"""A pane at the side of the window: a dock with a quiet title of ours."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QToolButton, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme

__all__ = ["Pane"]


class Pane(QDockWidget):
    """A pane at the side, with a quiet title."""

    def __init__(self, name: str, title: str, parent: QMainWindow) -> None:
        super().__init__(title, parent)
        self.name = name
        self.setObjectName(f"pane {name}")
        plain.set_name(self, title)
        self._title = _Title(title, self)
        self.setTitleBarWidget(self._title)
        self.setAutoFillBackground(True)
        self._make: Callable[[], QWidget] | None = None

    def fill_later(self, make: Callable[[], QWidget]) -> None:
        """Have *make* give its view once it is to be shown."""
        self._make = make

    def fill(self) -> None:
        """Have its view made, if that is still to be done."""
        make, self._make = self._make, None
        if make is not None:
            self.setWidget(make())

    @property
    def is_filled(self) -> bool:
        """Whether its view is there."""
        return self.widget() is not None

    @override
    def setVisible(self, visible: bool) -> None:
        if visible:
            self.fill()
        super().setVisible(visible)

    @property
    def in_front(self) -> bool:
        """Whether it is seen: shown, and not behind another pane in the same place."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def set_title(self, title: str) -> None:
        """Show *title* instead, say with a count."""
        plain.set_title(self, title)
        self._title.show_text(title)

    def share_place(self, *, shared: bool) -> None:
        """Leave the title to the tab where panes share a place."""
        self._title.show_text("" if shared else self.windowTitle())


class _Title(QWidget):
    """The title of a pane: a small heading, and buttons to float and close it."""

    def __init__(self, title: str, pane: Pane) -> None:
        super().__init__(pane)
        self._pane = pane
        self._label = plain.Label(title, self)
        self._float = self._button("copy", self.tr("%s in a window of its own") % title)
        self._close = self._button("x", self.tr("Close %s") % title)
        self._float.clicked.connect(self._toggle_floating)
        self._close.clicked.connect(pane.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.STEP, theme.HALF, theme.HALF, theme.HALF)
        layout.setSpacing(0)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._float)
        layout.addWidget(self._close)
        self._dress()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._dress()

    def show_text(self, text: str) -> None:
        """Show *text* as the title."""
        self._label.setText(text)

    def _toggle_floating(self) -> None:
        self._pane.setFloating(not self._pane.isFloating())

    def _button(self, icon: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(icon)
        button.setAutoRaise(True)
        button.setIconSize(QSize(12, 12))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plain.set_name(button, name)
        plain.set_tip(button, name)
        return button

    def _dress(self) -> None:
        self._label.setFont(theme.title_font(0.95))
        for button in (self._float, self._close):
            button.setIcon(theme.icon(button.objectName(), "faint"))
