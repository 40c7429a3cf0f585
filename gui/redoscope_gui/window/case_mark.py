"""The mark in the status bar that names the case, with the head of its trail."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.session import Session

__all__ = ["CaseMark", "copy_head"]

_ICON = 14
_DIGITS = 8
"""Of the head that are seen; the tool tip has all of them."""


class CaseMark(QToolButton):
    """There while a case is open; pressed, it brings the Case pane."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = session.casework
        self.setAutoRaise(True)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.deeds = QMenu(self)
        """What the right button offers."""
        self._work.changed.connect(self._follow)
        self._follow()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._follow()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.deeds.popup(event.globalPos())

    def _follow(self) -> None:
        state = self._work.state
        self.setVisible(state is not None)
        if state is None:
            return
        self.setIcon(theme.icon("briefcase", "accent"))
        self.setFont(theme.ui_font(0.95))
        name = plain.shortened(self._work.name)
        head = "" if state.head is None else f"{state.head.number}:{state.head.sha256[:_DIGITS]}…"
        self.setText(plain.caption(f"{theme.GAP}{name}  {head}"))
        plain.set_name(self, self.tr("Case: %s") % self._work.name)
        plain.set_tip(
            self,
            self.tr("Case %s") % self._work.name,
            str(state.case.folder),
            self.tr("Head of its trail: %s") % str(state.head),
            self.tr("Kept elsewhere, it proves what the trail tells up to now"),
        )
        plain.set_description(self, self.tr("Head of its trail: %s") % str(state.head))


def copy_head(session: Session) -> None:
    """Copy the head of the trail, whole."""
    state = session.casework.state
    if state is not None and state.head is not None:
        QGuiApplication.clipboard().setText(str(state.head))
        words = session.tr("Copied %s: keep it where nobody can change it") % str(state.head)
        session.message.emit(words)
