"""The main window: it wires session, views, commands and dialogs, and decides nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QResizeEvent,
)
from PySide6.QtWidgets import QMainWindow, QStackedWidget
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import plain
from redoscope_gui.commands import Commands
from redoscope_gui.dialogs.palette import Palette, command_offers
from redoscope_gui.session import Job, Problem, Remedy, Session, grouped
from redoscope_gui.settings import Settings, sample_folder
from redoscope_gui.text_cells import is_readable
from redoscope_gui.views.jobs import JobStrip
from redoscope_gui.window.actions import add_commands
from redoscope_gui.window.breadcrumb import Breadcrumb
from redoscope_gui.window.busy import BusyMark
from redoscope_gui.window.case_desk import CaseDesk
from redoscope_gui.window.cell_actions import CELL_MENU
from redoscope_gui.window.curing import cure
from redoscope_gui.window.dropping import accept_copy, dropped
from redoscope_gui.window.explorer import Explorer
from redoscope_gui.window.first_page import FirstPage
from redoscope_gui.window.fitting import LEAST, USUAL, begins_maximised, first_size
from redoscope_gui.window.layouts import layout_named
from redoscope_gui.window.looks import Looks
from redoscope_gui.window.menus import RecentMenu, ToolBar, fill_menus, fill_tool_bar
from redoscope_gui.window.panes import Pane, Panes
from redoscope_gui.window.places import other_offers, place_offers
from redoscope_gui.window.questions import Questions
from redoscope_gui.window.raising import tell_errors
from redoscope_gui.window.tally import ProblemTally
from redoscope_gui.window.title import title_of
from redoscope_gui.window.welcome import WelcomePage
from redoscope_gui.window.whereabouts import Whereabouts
from redoscope_gui.window.whose import WhoseMark

if TYPE_CHECKING:
    from redoscope_gui.views.map import MapView

__all__ = ["MainWindow"]

_MESSAGE_TIME = 8000
_LEAST_ROOM = 160
"""Pixels of the Problems pane that show a card whole."""


class MainWindow(QMainWindow):
    """Everything the user sees."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self.session = session
        self.settings = settings
        self._shown: Path | None = None
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.resize(USUAL)
        self.setMinimumSize(LEAST)
        self.commands = Commands(self)
        self.looks = Looks(settings, self.commands, self)
        self.questions = Questions(self, session, settings, self.commands)
        self.explorer = Explorer(session, self)
        self.panes = Panes(self, session, self.commands)
        self.breadcrumb = Breadcrumb(session, self)
        add_commands(self.commands, self)
        self.welcome = WelcomePage(self.commands, self)
        self.first_page = FirstPage(self.welcome, session, settings, self.panes)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self.explorer)
        self.setCentralWidget(self._pages)
        fill_menus(self.commands, self.menuBar())
        recent = self.commands.action("file.recent")
        RecentMenu(recent, lambda: settings.recent, self.open_path, self.menuBar())
        self._bar = ToolBar(self.tr("Tools"), self)
        fill_tool_bar(self.commands, self._bar, self.breadcrumb)
        self.addToolBar(self._bar)
        self.palette_box = self._make_palette()
        self.whereabouts = Whereabouts(session, self)
        self.statusBar().setSizeGripEnabled(False)
        self.busy_mark = BusyMark(session, self)
        self.tally = ProblemTally(session, self)
        self.statusBar().addWidget(WhoseMark(session, self), 1)
        parts = (session, settings, self.commands, self.panes)
        self.case_desk = CaseDesk(parts, self.statusBar(), self._bring)
        self.statusBar().addPermanentWidget(self.tally)
        self.statusBar().addPermanentWidget(self.busy_mark)
        self.statusBar().addPermanentWidget(JobStrip(session, self))
        self.statusBar().addPermanentWidget(self.whereabouts)
        self._wire()
        self.restoreGeometry(settings.geometry)
        self._show_title()
        self.commands.redraw_icons()

    def show_first(self) -> None:
        """Come on screen where the window was last time; the first time as the screen allows."""
        room = self.screen().availableGeometry().size()
        if self.settings.geometry.isEmpty():
            self.resize(first_size(room))
        if self.settings.geometry.isEmpty() and begins_maximised(room):
            self.showMaximized()
        else:
            self.show()

    # What the user asks for

    def open_path(self, path: Path, sector: int = 0) -> None:
        """Open a disk, a .vmx or a folder, and show *sector*."""
        self.session.open(path, offset=sector * SECTOR)

    def open_sample(self) -> None:
        """Make the sample chain, or find it again, and open it."""
        self.session.open_sample(sample_folder())

    def ask_command(self, needle: str = "") -> None:
        """Ask for a command, a place or a link; *needle* is typed already."""
        self.palette_box.ask(needle)

    def check_folder(self) -> None:
        """Ask for a folder, open it, and show what is wrong in it."""
        self.first_page.once_open(self._show_problems)
        self.questions.ask_folder()

    def show_keys(self) -> None:
        """List the keys, those of the pane in focus first."""
        self.questions.show_shortcuts(*self._pane_in_focus())

    def close_source(self) -> None:
        """Let go of what is open, and show the first page."""
        if self.session.forest is not None:
            self.settings.docks = self.saveState()
            self.settings.layout = self.panes.layout.value
        self.first_page.note_facts()
        self.first_page.show_recent()
        self.session.leave()
        self._shown = None
        self.panes.hide()
        self._pages.setCurrentWidget(self.welcome)

    def ask_destination(self) -> None:
        """Ask where to go, in the pane of the bytes."""
        if self.panes.hex_view is not None:
            self._bring(self.panes.hex)
            self.panes.hex_view.ask_destination()

    def hash_generation(self) -> None:
        """Hash what is shown, as a job, and show the list of jobs."""
        self.show_job(self.session.hash_generation())

    def list_unreadable(self) -> None:
        """Ask for a file, list what can't be read in it, as a job, and show the list of jobs."""
        path = self.session.cursor.path
        target = None if path is None else self.questions.name_for_list(path)
        if target is not None:
            self.show_job(self.session.making.list_unreadable(self.session.scene, target))

    def show_job(self, job: Job | None) -> None:
        """Show the list of jobs, if *job* began."""
        if job is not None:
            self._bring(self.panes.jobs)
            self.panes.share_left()

    def cure(self, remedy: Remedy, problem: Problem) -> None:
        """Do what a button of the Problems pane, of the tree or of the banner offers."""
        cure(self, remedy, problem)

    def copy_path(self) -> None:
        """Copy the path of the chosen link."""
        QGuiApplication.clipboard().setText(str(self.session.cursor.path))
        self.session.message.emit(self.tr("Copied %s") % self.session.cursor.path)

    def reveal(self) -> None:
        """Show the folder of the chosen link in the file manager of the desktop."""
        if self.session.cursor.path is not None:
            self.reveal_file(self.session.cursor.path)

    def reveal_file(self, path: Path) -> None:
        """Show the folder of the file at *path* in the file manager of the desktop."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def toggle_pane(self, pane: Pane) -> None:
        """Show *pane* in front, or hide it if it is there already."""
        if pane.in_front:
            pane.hide()
        else:
            self._bring(pane)

    def quit(self) -> None:
        """Close the window, and with it the program."""
        self.close()

    # Events

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event) is not None:
            accept_copy(event)
            self.welcome.drop.show_hover(hovered=True)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.welcome.drop.show_hover(hovered=False)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped(event)
        self.welcome.drop.show_hover(hovered=False)
        if path is not None:
            accept_copy(event)
            self.open_path(path)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.first_page.note_facts()
        self.settings.geometry = self.saveGeometry()
        if self.session.forest is not None:
            self.settings.docks = self.saveState()
            self.settings.layout = self.panes.layout.value
        self.settings.save()
        super().closeEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.session.forest is not None:
            self.panes.fit()

    # Wiring

    def _wire(self) -> None:
        session = self.session
        self.welcome.recent_chosen.connect(self.open_path)
        self.welcome.sample_wanted.connect(self.first_page.open_lesson)
        self.breadcrumb.place_wanted.connect(self.ask_destination)
        self.explorer.banner.problems_wanted.connect(self._show_problems)
        for cures in (self.panes.problems_view, self.panes.chain_view, self.explorer.banner):
            cures.cure_wanted.connect(self.cure)
        self.panes.problems_view.folder_wanted.connect(self.reveal_file)
        self.tally.clicked.connect(self._show_problems)
        self.tally.errors_appeared.connect(self._show_errors)
        self.panes.chain_view.link_activated.connect(self._focus_bytes_of)
        names = (
            *("chain.create_child", "chain.attach", "chain.look_alone", "chain.hash"),
            *("chain.copy_path", "chain.reveal", "case.note", "case.digests"),
        )
        self.panes.chain_view.set_actions([self.commands.action(name) for name in names])
        session.opening.connect(self._build)
        session.opened.connect(self._note_opened)
        session.message.connect(self._show_message)
        session.problems_changed.connect(self._show_problem_count)
        for changed in (session.forest_changed, session.chain_changed, session.problems_changed):
            changed.connect(self._refresh)
        session.deeds.changed.connect(self._refresh)
        session.asking.done_changed.connect(self._refresh)
        session.machines.changed.connect(self._refresh)
        session.backups.changed.connect(self._show_backups)
        session.cursor_changed.connect(self._refresh_for)
        session.comparison_changed.connect(self._refresh)
        for pane in self.panes:
            pane.visibilityChanged.connect(self._refresh_commands)

    def _make_palette(self) -> Palette:
        commands = command_offers(
            self.commands, self.tr("not possible now"), left_out=("go.command",)
        )
        places = place_offers(self.session, self._focus_bytes)
        return Palette(self, (places, commands, *other_offers(self)))

    def _build(self, _path: Path) -> None:
        """Make the views that the first chain needs; before it the window has none of them."""
        if self.explorer.map_view is None:
            self.panes.build()
            self._wire_bytes()
            self._wire_map(self.explorer.build())
            tell_errors("redoscope_gui", "pyqtgraph")

    def _wire_map(self, view: MapView) -> None:
        view.bytes_wanted.connect(self._focus_bytes_of)
        view.reading_changed.connect(self.commands.refresh)
        view.set_actions([self.commands.action(n) if n else None for n in CELL_MENU])

    def _wire_bytes(self) -> None:
        """Show bytes and text as last time, and keep what is chosen from now on."""
        view = self.panes.hex_view
        if view is not None:
            view.show_columns(self.settings.columns)
            view.columns_chosen.connect(lambda chosen: setattr(self.settings, "columns", chosen))
            if is_readable(self.settings.text_encoding):
                view.show_encoding(self.settings.text_encoding)
            view.encoding_chosen.connect(partial(setattr, self.settings, "text_encoding"))
            saving = self.commands.action("edit.save_selection")
            others = ("edit.hash_selection", "case.bookmark", "case.note")
            view.set_actions([saving, *map(self.commands.action, others)])
            view.copying.save_wanted.connect(saving.trigger)

    def _note_opened(self, path: Path) -> None:
        self.settings.add_recent(path)
        if self._pages.currentWidget() is not self.explorer:
            self._pages.setCurrentWidget(self.explorer)
            self._restore_layout()
            self._shown = None
        if path != self._shown:  # not where the same is read again
            self._shown = path
            if self.session.machines.is_opened:
                self._bring(self.panes.guests.machine)
                self.panes.give_room(self.panes.guests.machine)
            if self.session.problems:
                self._show_problems()
            self.panes.chain_view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.first_page.opened()

    def _restore_layout(self) -> None:
        self.panes.arrange(layout_named(self.settings.layout))
        self.panes.jobs.hide()
        if not self.settings.docks.isEmpty():
            self.panes.restore(self.settings.docks)
        if not self.session.jobs:
            self.panes.jobs.hide()

    def _show_backups(self) -> None:
        if self.session.forest is not None and not self.panes.guests.backups.in_front:
            self._bring(self.panes.guests.backups)
        self.commands.refresh()

    def _show_problems(self) -> None:
        self._bring(self.panes.problems)

    def _bring(self, pane: Pane) -> None:
        """Show *pane*, in front of those that share its place."""
        self.panes.place(pane)
        pane.show()
        pane.raise_()

    def _show_errors(self) -> None:
        if self._pages.currentWidget() is self.explorer:  # else they are shown once it is
            self._show_problems()
            if self.panes.problems.height() < _LEAST_ROOM:
                self.panes.share_left()

    def _show_problem_count(self) -> None:
        count = len(grouped(self.session.problems))
        title = self.tr("Problems (%d)") % count if count else self.tr("Problems")
        self.panes.problems.set_title(title)
        self.panes.name_tabs()
        if count and self.session.forest is None:
            self._show_problems()

    def _pane_in_focus(self) -> tuple[str, str]:
        """Return the name and the title of the pane that has the focus; empty if none has."""
        focus = self.focusWidget()
        explorer = self.explorer
        centre = (
            ("map", self.tr("Map"), explorer.map_view),
            ("timeline", self.tr("Timeline"), explorer.timeline_view),
        )
        docks = ((pane.name, pane.windowTitle(), pane) for pane in self.panes)
        for name, title, widget in (*centre, *docks):
            if widget is not None and widget.isAncestorOf(focus):
                return name, title
        return "", ""

    def _focus_bytes(self) -> None:
        if self.panes.hex_view is not None:
            self._bring(self.panes.hex)
            self.panes.hex_view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_bytes_of(self, _place: object) -> None:
        self._focus_bytes()

    def _show_message(self, text: str) -> None:
        plain.show_message(self.statusBar(), text, _MESSAGE_TIME)

    def _refresh_commands(self, _visible: object) -> None:
        self.commands.refresh()

    def _refresh_for(self, _cursor: object) -> None:
        self._refresh()

    def _refresh(self) -> None:
        self.commands.refresh()
        self._show_title()

    def _show_title(self) -> None:
        plain.set_title(self, title_of(self.session))
