"""Deeds as code: one tab for each language, and a button that copies the one in front."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from redoscope_core.code import Code, Deed, as_code
from redoscope_gui import plain, theme

__all__ = ["CodeTabs"]


class CodeTabs(QWidget):
    """Shows deeds in the vendor's C, as commands, and in Python."""

    def __init__(self, nothing: str, parent: QWidget | None = None) -> None:
        """Say *nothing* where there is no deed."""
        super().__init__(parent)
        self._nothing = nothing
        self._code: Code | None = None
        self.tabs = QTabWidget(self)
        plain.set_name(self.tabs, self.tr("Languages"))
        titles = (self.tr("Command"), self.tr("Python"), self.tr("C, of the vendor"))
        self.texts = tuple(self._text(title) for title in titles)
        """Commands, Python, C."""
        self.copy_button = QPushButton(self.tr("&Copy"), self)
        plain.set_name(self.copy_button, self.tr("Copy this code"))
        self.copy_button.clicked.connect(self.copy)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.STEP)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(below)
        self.setFocusProxy(self.tabs)
        self.show_deeds(())

    def _text(self, title: str) -> QPlainTextEdit:
        text = QPlainTextEdit(self)
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setFrameShape(QFrame.Shape.NoFrame)  # the tabs have one
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setFont(theme.number_font(0.95))
        plain.set_name(text, title)
        self.tabs.addTab(text, title)
        return text

    def show_deeds(self, deeds: Sequence[Deed]) -> None:
        """Show *deeds*, one after the other."""
        self._code = as_code(*deeds) if deeds else None
        for text, shown in zip(self.texts, self._languages(), strict=True):
            said = plain.lines(*shown.rstrip("\n").split("\n")) if shown else self._nothing
            if text.toPlainText() != said:
                text.setPlainText(said)
        self.copy_button.setEnabled(self._code is not None)

    def _languages(self) -> tuple[str, str, str]:
        code = self._code
        return ("", "", "") if code is None else (code.command, code.python, code.c)

    @property
    def in_front(self) -> str:
        """The code of the tab in front; empty if there is none."""
        return self._languages()[self.tabs.currentIndex()]

    def copy(self) -> None:
        """Put the code of the tab in front on the clipboard, all of it."""
        if self.in_front:
            QGuiApplication.clipboard().setText(self.in_front)
