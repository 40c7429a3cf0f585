"""Show as code: a button of a form or a pane, and the window beside it that follows what is chosen.

A dialog that does a deed has one, and says what it would do as deeds of the engine:

    self.code_button = CodeButton(lambda: [CreateChild(...).deed], self)
    self.buttons.addButton(self.code_button, QDialogButtonBox.ButtonRole.HelpRole)
    ...
    self.code_button.refresh()      # after each change of the form
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from redoscope_core.code import Deed
from redoscope_gui import plain, theme
from redoscope_gui.code_tabs import CodeTabs

__all__ = ["CodeButton", "CodeWindow"]

_SIZE = (680, 440)


class CodeWindow(QDialog):
    """Not modal: the form beside it can be filled in while it is looked at."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(False)
        self.setWindowModality(Qt.WindowModality.NonModal)
        plain.set_title(self, self.tr("Show as code"))
        self.tabs = CodeTabs(self.tr("Nothing yet: the form is not filled in."), self)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        margin = theme.STEP * 2
        layout.setContentsMargins(margin, margin, margin, margin)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(close)
        self.resize(*(round(side * theme.zoom()) for side in _SIZE))


class CodeButton(QPushButton):
    """Opens the window with what *deeds* says, and keeps that up to date."""

    def __init__(self, deeds: Callable[[], Sequence[Deed]], dialog: QWidget) -> None:
        """*deeds* is what *dialog*, or a pane, does now; nothing if its form is not filled in."""
        super().__init__(dialog)
        self.setText(self.tr("S&how as code"))
        self.setAutoDefault(False)
        plain.set_name(self, self.tr("Show as code"))
        hint = self.tr("The same as a command, in Python, and in the vendor's C")
        plain.set_tip(self, hint)
        plain.set_description(self, hint)
        self._deeds = deeds
        self._dialog = dialog
        self.window_shown: CodeWindow | None = None
        """The window, once it was asked for; it goes with the dialog."""
        self.clicked.connect(self._show)

    def refresh(self) -> None:
        """Show in the window what would be done now."""
        if self.window_shown is not None:
            self.window_shown.tabs.show_deeds(self._deeds())

    def _show(self) -> None:
        if self.window_shown is None:
            self.window_shown = CodeWindow(self._dialog)
        self.refresh()
        self.window_shown.show()
        self.window_shown.raise_()
        self.window_shown.activateWindow()
        self.window_shown.tabs.setFocus()
