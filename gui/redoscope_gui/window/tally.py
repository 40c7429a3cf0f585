"""The mark in the status bar that says how many problems there are, errors in red."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget
from typing_extensions import override

from redoscope_core import Severity
from redoscope_gui import plain, theme
from redoscope_gui.session import Session, grouped, tally
from redoscope_gui.views.problems import LOOK, counted

__all__ = ["ProblemTally"]

_ICON = 14


class ProblemTally(QToolButton):
    """Always there while something is open; pressed, it brings the Problems pane."""

    errors_appeared = Signal()
    """There was no error before, and now there is one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.errors = 0
        """How many of the problems are errors."""
        self.setObjectName("tally")
        self.setAutoRaise(True)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        session.problems_changed.connect(self._follow)
        session.opening.connect(self._begin)
        session.forest_changed.connect(self._follow)
        self._follow()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._follow()

    def _begin(self, path: object) -> None:
        """Errors of another disk or folder are new ones, whatever was wrong with the last."""
        if path != self._session.source:
            self.errors = 0

    def _follow(self) -> None:
        groups = grouped(self._session.problems)
        worst = max((group.severity for group in groups), default=None)
        icon, role = ("circle-check", "good") if worst is None else LOOK[worst]
        words = counted(groups) or self.tr("No problems")
        self.setVisible(self._session.forest is not None or bool(groups))
        self.setIcon(theme.icon(icon, role))
        self.setText(f"{theme.GAP}{words}")
        self.setFont(theme.ui_font(0.95))
        self._tint(f"#tally {{ color: {theme.colour(role).name()}; }}")
        plain.set_name(self, self.tr("Problems: %s") % words)
        plain.set_tip(self, words, self.tr("Show the Problems pane"))
        before, self.errors = self.errors, tally(groups)[Severity.LOST]
        if self.errors and not before:
            self.errors_appeared.emit()

    def _tint(self, sheet: str) -> None:
        if sheet != self.styleSheet():  # a new one is told by the event that asks for it
            self.setStyleSheet(sheet)
