"""The changes pane: since what, the list with its totals, and files of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_core import ALL_IN_USE, Chain
from redoscope_core.code import ChangesSince
from redoscope_gui import plain, theme
from redoscope_gui.code_button import CodeButton
from redoscope_gui.file_column import FileColumn
from redoscope_gui.file_words import owner_brief
from redoscope_gui.maps import own_generation
from redoscope_gui.requests import (
    ChangesForm,
    ChangesListed,
    ListChanges,
    RefineChanges,
    SaveChanges,
)
from redoscope_gui.requests.coded import opening_of
from redoscope_gui.rows_table import RowsTable
from redoscope_gui.session import Job, JobState, Session, from_error
from redoscope_gui.views.changes.rows import FILE, ChangesRows

__all__ = ["ChangesView"]

_WIDTHS = (120, 80, 110)
_FILE_WIDTH = 190
_LETTERS = 16
_BRIEF = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon


class ChangesView(QWidget):
    """Lists what changed in the generation at the cursor since an older one."""

    bytes_wanted = Signal()
    """The bytes at the cursor are to be shown, and have the focus."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._stale = True
        self._refused = ""
        plain.set_name(self, self.tr("Changes since"))
        self._make_form()
        self.totals = plain.Label(self)
        self.totals.setWordWrap(True)
        self.before = theme.IconButton("chevron-left", self.tr("Previous area"), "[", self)
        self.after = theme.IconButton("chevron-right", self.tr("Next area"), "]", self)
        self.before.clicked.connect(lambda: self.step(False))
        self.after.clicked.connect(lambda: self.step(True))
        self.copy = QPushButton(self.tr("Copy id"), self)
        plain.set_name(self.copy, self.tr("Copy the change id of this generation"))
        plain.set_tip(self.copy, self.tr("With it one asks next time what changed since now"))
        self.copy.clicked.connect(self._copy_identity)
        self.exports = [
            self._export("csv", self.tr("CSV"), ChangesForm.CSV, self.tr("Save the list as CSV")),
            self._export("json", self.tr("JSON"), ChangesForm.JSON, self.tr("Save it as JSON")),
            self._export(
                "cbt.json",
                self.tr("Vendor's"),
                ChangesForm.VENDORS,
                self.tr("Save it as QueryChangedDiskAreas would answer"),
            ),
        ]
        self.code_button = CodeButton(self.deeds, self)
        self.code_button.setText(self.tr("Show as code"))
        self.rows = ChangesRows(self)
        self.table = RowsTable(self.rows, self.tr("Changed areas"), _WIDTHS, self)
        self.table.place_file(FILE, FILE - 1, _FILE_WIDTH)
        self.rows.name_of = self._file_of
        FileColumn(session, self.table, FILE, self.rows.name_anew)
        self.table.row_chosen.connect(self._go)
        self.table.row_entered.connect(self._enter)
        self.table.step_wanted.connect(self.step)
        self._lay_out()
        self.setFocusProxy(self.since)
        session.chain_changed.connect(self._take_chain)
        session.generation_changed.connect(self._take_chain)
        session.machines.changed.connect(self._name_links)
        session.job_changed.connect(self._follow)
        self._take_chain()

    def _make_form(self) -> None:
        """Make what says since when, and how exactly."""
        self.since = plain.ComboBox(self)
        plain.set_name(self.since, self.tr("Since which link"))
        self.since.setSizeAdjustPolicy(_BRIEF)
        self.since.setMinimumContentsLength(_LETTERS)
        self.since.activated.connect(self._since_chosen)
        self.identity = QLineEdit(self)
        self.identity.setPlaceholderText(self.tr("or a change id"))
        self.identity.setClearButtonEnabled(True)
        plain.set_name(self.identity, self.tr("Since which change id"))
        self.identity.returnPressed.connect(self.list_again)
        self.exact = QCheckBox(self.tr("To the sector"), self)
        plain.set_name(self.exact, self.tr("To the sector"))
        hint = self.tr("Read what changed, and list only sectors whose bytes differ")
        plain.set_tip(self.exact, hint)
        plain.set_description(self.exact, hint)
        self.exact.toggled.connect(self.list_again)

    def _export(self, ending: str, text: str, form: ChangesForm, hint: str) -> QPushButton:
        button = QPushButton(text, self)
        plain.set_name(button, hint)
        plain.set_tip(button, hint)
        button.clicked.connect(partial(self._choose, ending, form))
        return button

    def _lay_out(self) -> None:
        asked, line = QHBoxLayout(), QHBoxLayout()
        for row in (asked, line):
            row.setSpacing(theme.HALF)
        label = plain.Label(self.tr("&Since"), self)
        label.setBuddy(self.since)
        asked.addWidget(label)
        asked.addWidget(self.since, 1)
        asked.addWidget(self.identity, 1)
        asked.addWidget(self.exact)
        self.totals.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for widget in (self.before, self.after, self.copy):
            line.addWidget(widget)
        line.addStretch(1)
        for button in self.exports:
            line.addWidget(button)
        line.addWidget(self.code_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addLayout(asked)
        column.addLayout(line)
        column.addWidget(self.totals)
        column.addWidget(self.table, 1)

    # --- since what --------------------------------------------------------------------------

    def _take_chain(self) -> None:
        """Another generation is shown: offer what is older than it, and list again."""
        chosen = self.since.currentData()
        self.since.clear()
        generation = self._session.generation_chain
        if generation is not None:
            plain.add_item(self.since, self.tr("all that is in use"), ALL_IN_USE)
            for index, link in enumerate(generation.links[:-1]):
                plain.add_item(self.since, f"{index}  {link.path.name}", str(index), str(link.path))
            kept = self.since.findData(chosen)
            newest = self.since.count() - 1
            before = own_generation(self._session.generation_a)
            wanted = newest if before is None else before + 1
            is_kept = kept > 0 and before is None
            self.since.setCurrentIndex(kept if is_kept else wanted)
        self._name_links()
        self.list_again()

    def _name_links(self) -> None:
        """Say of each link which snapshots froze it."""
        shown, chain = self._session.machines.shown, self._session.generation_chain
        if chain is None:
            return
        froze: dict[Path, list[str]] = {}
        for snapshot in () if shown is None else shown.machine.snapshots:
            for disk in snapshot.disks:
                if disk.link is not None:
                    froze.setdefault(disk.link, []).append(snapshot.entry.name)
        for index, link in enumerate(chain.links[: self.since.count() - 1]):
            names = ", ".join(froze.get(link.path, []))
            text = f"{index}  {link.path.name}" + (f"  ({names})" if names else "")
            self.since.setItemText(index + 1, plain.spelled(text))

    def _since_chosen(self, _index: int) -> None:
        self.identity.clear()
        self.list_again()

    @property
    def wanted(self) -> str:
        """What is asked for: a change id that was typed, else the link that was chosen."""
        return self.identity.text().strip() or str(self.since.currentData() or "")

    def deeds(self) -> list[ChangesSince]:
        """Return what is listed as it can be shown as code: to the grain, and of what is kept."""
        scene = self._session.scene
        chain = scene.generation_chain
        shown = not (scene.is_alone or scene.shows_joined or self.exact.isChecked())
        if chain is None or not shown or not self.wanted:
            return []
        return [ChangesSince(chain.path, self.wanted, opening_of(scene.policy))]

    # --- the list ----------------------------------------------------------------------------

    def list_again(self, _how: object = None) -> None:
        """Ask again what changed, once this can be seen."""
        self._stop()
        self._stale, self._refused = True, ""
        self.rows.show(None)
        if self.isVisible():
            self._ask()
        self._dress()

    def _ask(self) -> None:
        scene = self._session.scene
        chain, path = scene.generation_chain, scene.cursor.path
        if chain is None or path is None or not self.wanted or scene.is_alone:
            return
        self._stale = False
        if not self.exact.isChecked():
            request = ListChanges(chain, self.wanted)
            self._session.ask("changes-since", request, partial(self._take, chain), self._refuse)
            return
        joined = scene.joined if scene.shows_joined else None
        place = (path, scene.cursor.generation, self.wanted, scene.policy, joined)
        title = self.tr("What changed since %s, to the sector") % self.wanted
        self._job = self._session.run_job(title, RefineChanges(*place), partial(self._take, chain))
        self._follow(self._job)

    def _stop(self) -> None:
        job, self._job = self._job, None
        if job is not None and not job.over:
            self._session.cancel(job)

    def _take(self, chain: Chain, found: ChangesListed) -> None:
        if chain is self._session.generation_chain and found.exact <= self.exact.isChecked():
            self.rows.show(found, [link.path.name for link in chain.links])
            self._dress()

    def _refuse(self, error: Exception) -> None:
        problem = from_error(error)
        self._refused = f"{problem.text}; {problem.cure}"
        self._dress()

    def _follow(self, job: object) -> None:
        if job is self._job and self._job is not None:
            if self._job.error is not None:
                self._refuse(self._job.error)
            self._dress()

    def _dress(self) -> None:
        found = self.rows.found
        self.totals.setText(self._words())
        for arrow in (self.before, self.after):
            arrow.setEnabled(self.rows.count() > 0)
        for button in (self.copy, *self.exports):
            button.setEnabled(found is not None)
        self.code_button.refresh()

    def _words(self) -> str:
        """Return the totals, or what to do to have them."""
        scene, found = self._session.scene, self.rows.found
        if scene.is_alone:
            return self.tr("One link is looked at alone; look at its chain to list changes")
        if scene.generation_chain is None:
            return self.tr("No chain is open")
        if self._refused:
            return self._refused
        if found is None:
            running = self._job is not None and self._job.state is JobState.RUNNING
            return self.tr("Reading what changed…") if running else self.tr("Nothing listed yet")
        words = self.tr("{amount} in {areas} areas, {share} of the disk").format(
            amount=theme.exact_amount(found.total),
            areas=theme.grouped(self.rows.count()),
            share=f"{found.total / found.capacity:.1%}" if found.capacity else "0 %",
        )
        kind = self.tr("each sector differs") if found.exact else self.tr("exact to the grain")
        return f"{words}; {kind}"

    def _file_of(self, offset: int) -> str:
        owner = self._session.files.owner_at(offset)
        return "" if owner is None else owner_brief(owner)

    # --- going -------------------------------------------------------------------------------

    def _go(self, row: int) -> None:
        self._session.go_to(self.rows.start(row))

    def _enter(self, row: int) -> None:
        self._go(row)
        self.bytes_wanted.emit()

    def step(self, forward: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Go to the next or the previous area."""
        row = self.rows.beside(self._session.cursor.offset, forward=forward)
        if row is None:
            self._session.message.emit(self.tr("No other changed area that way"))
        else:
            self.table.walk_to(row)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._ask()
            self._dress()

    # --- files -------------------------------------------------------------------------------

    def _copy_identity(self) -> None:
        if self.rows.found is not None:
            QGuiApplication.clipboard().setText(self.rows.found.change_id)
            self._session.message.emit(self.tr("Copied %s") % self.rows.found.change_id)

    def _choose(self, ending: str, form: ChangesForm) -> None:
        """Ask for the name of a file that ends in *ending*, and save the list there."""
        title = self.tr("Save the list of changes")
        chosen, _ = QFileDialog.getSaveFileName(self, title, f"changes.{ending}")
        if chosen:
            self.save(Path(chosen), form)

    def save(self, target: Path, form: ChangesForm) -> None:
        """Save the list as *target*."""
        if self.rows.found is not None:
            request = SaveChanges(self.rows.found, target, form)
            self._session.run_job(self.tr("Save %s") % target.name, request, self._saved)

    def _saved(self, target: Path) -> None:
        self._session.message.emit(self.tr("Saved %s") % target.name)
