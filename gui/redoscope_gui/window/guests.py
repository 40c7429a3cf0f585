"""The panes that no layout has: they come when they are asked for, and their views with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMainWindow

from redoscope_gui.commands import Commands
from redoscope_gui.session import Session
from redoscope_gui.window.pane import Pane
from redoscope_gui.window.pane_buttons import backup_buttons, case_buttons, machine_buttons

if TYPE_CHECKING:
    from redoscope_core import SavedSearch
    from redoscope_gui.views.backups import BackupsView
    from redoscope_gui.views.beside import BesideView
    from redoscope_gui.views.case import CaseView
    from redoscope_gui.views.changes import ChangesView
    from redoscope_gui.views.compare import CompareView
    from redoscope_gui.views.done import DoneView
    from redoscope_gui.views.entropy import EntropyView
    from redoscope_gui.views.files import FilesView
    from redoscope_gui.views.growth import GrowthView
    from redoscope_gui.views.history import HistoryView
    from redoscope_gui.views.machine import MachineView
    from redoscope_gui.views.search import SearchView
    from redoscope_gui.views.structures import StructuresView

__all__ = ["Guests"]


def tr(text: str) -> str:
    """Translate the title *text* of a pane."""
    return QCoreApplication.translate("MainWindow", text)


class Guests:
    """Panes that are empty until they are first shown, or until their view is asked for.

    Thirteen views are half of all widgets of a window in which most people see two of them: each
    costs when the window opens, and again whenever its look changes.
    """

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        commands: Commands,
        show_bytes: Callable[[], None],
    ) -> None:
        """Have *show_bytes* lead from a row to its bytes."""
        self._session = session
        self._commands = commands
        self._show_bytes = show_bytes
        self.compare = Pane("compare", tr("Compare"), window)
        self.search = Pane("search", tr("Search"), window)
        self.machine = Pane("machine", tr("Machine"), window)
        self.changes = Pane("changes", tr("Changes"), window)
        self.backups = Pane("backups", tr("Backups"), window)
        self.growth = Pane("growth", tr("Growth"), window)
        self.done = Pane("done", tr("Done, as code"), window)
        self.structures = Pane("structures", tr("Structures"), window)
        self.entropy = Pane("entropy", tr("Entropy"), window)
        self.files = Pane("files", tr("Files"), window)
        self.history = Pane("history", tr("History"), window)
        self.beside = Pane("beside", tr("Side by side"), window)
        self.case = Pane("case", tr("Case"), window)
        self.compare.fill_later(lambda: self.compare_view)
        self.search.fill_later(lambda: self.search_view)
        self.machine.fill_later(lambda: self.machine_view)
        self.changes.fill_later(lambda: self.changes_view)
        self.backups.fill_later(lambda: self.backups_view)
        self.growth.fill_later(lambda: self.growth_view)
        self.done.fill_later(lambda: self.done_view)
        self.structures.fill_later(lambda: self.structures_view)
        self.entropy.fill_later(lambda: self.entropy_view)
        self.files.fill_later(lambda: self.files_view)
        self.history.fill_later(lambda: self.history_view)
        self.beside.fill_later(lambda: self.beside_view)
        self.case.fill_later(lambda: self.case_view)

    def __iter__(self) -> Iterator[Pane]:
        yield from (self.compare, self.search, self.machine, self.changes, self.backups)
        yield from (self.growth, self.done, self.structures, self.entropy, self.files)
        yield from (self.history, self.beside, self.case)

    @property
    def lists(self) -> tuple[Pane, ...]:
        """Those that take turns with the inspector: what they lead to is seen in the bytes."""
        return (self.search, self.structures, self.entropy, self.files, self.history, self.case)

    # Their views: each is made when it is first asked for. They import numpy.

    @cached_property
    def compare_view(self) -> CompareView:
        """The comparison of two generations, byte by byte."""
        from redoscope_gui.views.compare import CompareView  # noqa: PLC0415  imports numpy

        view = CompareView(self._session, self.compare)
        view.other_wanted.connect(self._commands.action("compare.other").trigger)
        return view

    @cached_property
    def search_view(self) -> SearchView:
        """The search, and its hits."""
        from redoscope_gui.views.search import SearchView  # noqa: PLC0415  as above

        view = SearchView(self._session, self.search)
        view.bytes_wanted.connect(self._show_bytes)
        return view

    @cached_property
    def machine_view(self) -> MachineView:
        """The machine, and its snapshots."""
        from redoscope_gui.views.machine import MachineView  # noqa: PLC0415  as above

        view = MachineView(self._session, self.machine)
        view.bytes_wanted.connect(self._show_bytes)
        view.set_actions(machine_buttons(self._commands))
        return view

    @cached_property
    def changes_view(self) -> ChangesView:
        """The areas that changed since an older generation."""
        from redoscope_gui.views.changes import ChangesView  # noqa: PLC0415  as above

        view = ChangesView(self._session, self.changes)
        view.bytes_wanted.connect(self._show_bytes)
        return view

    @cached_property
    def backups_view(self) -> BackupsView:
        """The points of a folder of backups."""
        from redoscope_gui.views.backups import BackupsView  # noqa: PLC0415  as above

        view = BackupsView(self._session, self.backups)
        view.set_actions(backup_buttons(self._commands))
        return view

    @cached_property
    def growth_view(self) -> GrowthView:
        """What each generation adds."""
        from redoscope_gui.views.growth import GrowthView  # noqa: PLC0415  as above

        return GrowthView(self._session, self.growth)

    @cached_property
    def done_view(self) -> DoneView:
        """What was done in this window, as code."""
        from redoscope_gui.views.done import DoneView  # noqa: PLC0415  as above

        return DoneView(self._session, self.done)

    @cached_property
    def structures_view(self) -> StructuresView:
        """The structures that are recognised."""
        from redoscope_gui.views.structures import StructuresView  # noqa: PLC0415  as above

        view = StructuresView(self._session, self.structures)
        view.bytes_wanted.connect(self._show_bytes)
        return view

    @cached_property
    def entropy_view(self) -> EntropyView:
        """How disordered bytes are."""
        from redoscope_gui.views.entropy import EntropyView  # noqa: PLC0415  as above

        view = EntropyView(self._session, self.entropy)
        view.bytes_wanted.connect(self._show_bytes)
        return view

    @cached_property
    def files_view(self) -> FilesView:
        """The files of the generation that is shown."""
        from redoscope_gui.views.files import FilesView  # noqa: PLC0415  as above

        view = FilesView(self._session, self.files)
        view.bytes_wanted.connect(self._show_bytes)
        view.history_wanted.connect(self._commands.action("go.history").trigger)
        view.mark_wanted.connect(self._commands.action("case.bookmark_file").trigger)
        return view

    @cached_property
    def history_view(self) -> HistoryView:
        """What became of a file in each generation."""
        from redoscope_gui.views.history import HistoryView  # noqa: PLC0415  as above

        view = HistoryView(self._session, self.history)
        view.bytes_wanted.connect(self._show_bytes)
        view.beside_wanted.connect(self._commands.action("go.beside").trigger)
        return view

    @cached_property
    def beside_view(self) -> BesideView:
        """A file in two generations."""
        from redoscope_gui.views.beside import BesideView  # noqa: PLC0415  as above

        return BesideView(self._session, self.beside)

    @cached_property
    def case_view(self) -> CaseView:
        """What the case that is open holds."""
        from redoscope_gui.views.case import CaseView  # noqa: PLC0415  as above

        view = CaseView(self._session, self.case)
        view.bytes_wanted.connect(self._show_bytes)
        view.search_wanted.connect(self._search)
        view.set_actions(*case_buttons(self._commands))
        return view

    def _search(self, saved: SavedSearch) -> None:
        """Bring the search pane, and search for what a case has saved."""
        self._commands.action("go.find").trigger()
        self.search_view.form.take(saved)
        self.search_view.search()
