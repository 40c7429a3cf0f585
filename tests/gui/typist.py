"""Who works by keyboard alone: keys go where the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from redoscope_gui.window import MainWindow

__all__ = ["ALT", "CTRL", "NONE", "SHIFT", "Typist"]

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


class Typist:
    """Presses keys where the focus is, as a person does."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self._qtbot = qtbot
        self._window = window

    @property
    def focus(self) -> QWidget:
        """What has the focus, in the dialog if one is open."""
        dialog = QApplication.activeModalWidget()
        inside = dialog if dialog is not None else self._window
        focus: QWidget | None = inside.focusWidget()
        return inside if focus is None else focus

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        """Press *key*."""
        if QApplication.activeWindow() is None:  # without a screen nobody gives it back
            with self._qtbot.waitActive(self._window):
                self._window.activateWindow()
        self._qtbot.keyClick(self.focus, key, keys)

    def type(self, text: str) -> None:
        """Type *text*."""
        self._qtbot.keyClicks(self.focus, text)

    def tab_to(self, wanted: QWidget) -> None:
        """Press Tab until *wanted* has the focus."""
        for _ in range(200):
            if self.focus is wanted or wanted.isAncestorOf(self.focus):
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {wanted!r}")

    def next_pane_until(self, wanted: QWidget) -> None:
        """Press F6 until the focus is in *wanted*."""
        for _ in range(8):
            if wanted.isAncestorOf(self.focus):
                return
            self.press(Qt.Key.Key_F6)
        raise AssertionError(f"F6 never comes to {wanted!r}")
