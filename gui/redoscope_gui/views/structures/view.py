"""The structures pane: it lists what is recognised, and leads there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_core import Recognised
from redoscope_gui import plain, theme
from redoscope_gui.requests import FindStructures, ListStructures
from redoscope_gui.rows_table import RowsTable
from redoscope_gui.session import Job, JobState, Session, shown_in
from redoscope_gui.views.structures.rows import StructureRows

__all__ = ["StructuresView"]

_WIDTHS = (190, 64, 92, 80)


class StructuresView(QWidget):
    """Lists the structures of the generation at the cursor; a row leads to its bytes."""

    bytes_wanted = Signal()
    """The bytes at the cursor are to be shown, and have the focus."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._listed: tuple[object, int] | None = None
        self._growing: list[Recognised] = []
        plain.set_name(self, self.tr("Structures"))
        self.totals = plain.Label(self)
        self.totals.setWordWrap(True)
        self.everywhere = theme.SwitchButton(self.tr("Every sector"), self.tr("Stop"), self)
        hint = self.tr("Look at every stored sector: copies, lost file systems, disks in files")
        plain.set_tip(self.everywhere, hint)
        self.everywhere.clicked.connect(self.find_or_stop)
        self.rows = StructureRows(self)
        self.table = RowsTable(self.rows, self.tr("Recognised structures"), _WIDTHS, self)
        self.table.row_chosen.connect(self._go)
        self.table.row_entered.connect(self._enter)
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)
        line = QHBoxLayout()
        line.setSpacing(theme.HALF)
        line.addWidget(self.totals, 1)
        line.addWidget(self.everywhere)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addLayout(line)
        column.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        session.job_changed.connect(self._follow)
        session.chain_changed.connect(self._forget)
        session.generation_changed.connect(self._asking.start)
        self._dress()

    @property
    def is_running(self) -> bool:
        """Whether every stored sector is being looked at."""
        return self._job is not None and not self._job.over

    # --- what is listed ----------------------------------------------------------------------

    def _forget(self) -> None:
        """Another chain: what was found is of the one before."""
        if self._job is not None and self.is_running:
            self._session.cancel(self._job)
        self._job = self._listed = None
        self.rows.show(())
        self._dress()
        self._asking.start()

    def _ask(self) -> None:
        """Ask what partitions lead to, if another generation is shown by now."""
        chain, generation = self._session.chain, self._session.cursor.generation
        if chain is None or not self.isVisible() or self._listed == (chain, generation):
            return
        request = ListStructures(chain, generation)
        self._session.ask("structures", request, partial(self._take, (chain, generation)))

    def _take(self, of: tuple[object, int], found: tuple[Recognised, ...]) -> None:
        if of != (self._session.chain, self._session.cursor.generation):
            return
        if self._job is not None and self.is_running:
            self._session.cancel(self._job)
        self._listed, self._job = of, None
        self.rows.show(found)
        self._dress()

    def find_or_stop(self) -> None:
        """Look at every stored sector, or stop that."""
        if self._job is not None and self.is_running:
            self._session.cancel(self._job)
            return
        shown = shown_in(self._session.scene)
        if shown is None:
            return
        found: list[Recognised] = []
        title = self.tr("Structures of %s, generation %d") % (shown.path.name, shown.generation)
        request = FindStructures(shown, found)
        self._job = self._session.run_job(title, request, partial(self._found, found))
        self._listed = (self._session.chain, shown.generation)
        self._growing = found
        self._follow(self._job)

    def _found(self, mine: list[Recognised], found: tuple[Recognised, ...]) -> None:
        if self._job is not None and mine is self._growing:
            self.rows.show(found)
            self._dress()

    def _follow(self, job: object) -> None:
        """Show what was found since."""
        if self._job is None or job is not self._job:
            return
        if len(self._growing) != self.rows.count():
            self.rows.show(tuple(self._growing))
        self._dress()

    def _dress(self) -> None:
        self.totals.setText(self._words())
        self.everywhere.show_running(running=self.is_running)
        self.everywhere.setEnabled(self._session.chain is not None)

    def _words(self) -> str:
        count = theme.grouped(self.rows.count())
        if self._session.chain is None:
            return self.tr("No disk is open")
        if self._job is None:
            words = self.tr("%s where partitions and file systems have them")
            nothing = self.tr("Nothing is recognised where partitions would be")
            return words % count if self.rows.count() else nothing
        words = {
            JobState.RUNNING: self.tr("Looking at every sector, %s recognised"),
            JobState.CANCELLING: self.tr("Stopping, %s recognised"),
            JobState.CANCELLED: self.tr("Stopped, %s recognised before"),
            JobState.FAILED: self.tr("%s recognised before what can't be read"),
            JobState.DONE: self.tr("%s recognised in all stored sectors"),
        }[self._job.state]
        return words % count

    # --- where rows lead ---------------------------------------------------------------------

    def _go(self, row: int) -> None:
        self._session.go_to(self.rows.found[row].structure.offset)

    def _enter(self, row: int) -> None:
        self._go(row)
        self.bytes_wanted.emit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._asking.start()
