"""What the window does with a case: its mark, its pane, the cases that were open last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStatusBar

from redoscope_gui.commands import Commands
from redoscope_gui.presence import is_folder
from redoscope_gui.session import Session
from redoscope_gui.settings import Settings
from redoscope_gui.window.case_mark import CaseMark
from redoscope_gui.window.menus import RecentMenu
from redoscope_gui.window.panes import Pane, Panes

__all__ = ["CaseDesk"]


class CaseDesk(QObject):
    """Follows the case that is open, for the window."""

    def __init__(
        self,
        parts: tuple[Session, Settings, Commands, Panes],
        bar: QStatusBar,
        bring: Callable[[Pane], None],
    ) -> None:
        """Have *bring* show a pane in front."""
        super().__init__(bar)
        self._session, self._settings, self._commands, self._panes = parts
        self._bring = bring
        work = self._session.casework
        work.recent = lambda: [path for path in self._settings.recent_cases if is_folder(path)]
        self.mark = CaseMark(self._session, bar)
        self.mark.deeds.addActions(
            [self._commands.action(f"case.{n}") for n in ("copy_head", "close")]
        )
        self.mark.clicked.connect(self._commands.action("case.show").trigger)
        bar.addPermanentWidget(self.mark)
        recent = self._commands.action("case.recent")
        RecentMenu(recent, lambda: self._settings.recent_cases, work.open, bar)
        work.changed.connect(self._commands.refresh)
        work.choice_changed.connect(self._commands.refresh)
        work.opened.connect(self._note)
        work.file_wanted.connect(self._show_file)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._look_again)

    def _look_again(self, state: Qt.ApplicationState) -> None:
        """Whoever comes back may have worked on the case elsewhere, or somebody else has."""
        if state == Qt.ApplicationState.ApplicationActive:
            self._session.casework.read_again()

    def _note(self, folder: Path) -> None:
        state = self._session.casework.state
        self._settings.add_recent_case(folder)
        if state is not None and state.case.head.examiner:
            self._settings.examiner = state.case.head.examiner
        if self._session.forest is not None:
            self._bring(self._panes.guests.case)

    def _show_file(self, asked_as: str) -> None:
        self._bring(self._panes.guests.files)
        self._panes.guests.files_view.find_file(asked_as)
