"""The search pane: what is sought, where it was found, and the way through the hits."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_core import SECTOR, Hits, InvalidArgument, Matches, Needle
from redoscope_gui import plain, theme
from redoscope_gui.file_column import FileColumn
from redoscope_gui.file_filter import FileFilter
from redoscope_gui.file_words import owner_brief
from redoscope_gui.maps import own_generation
from redoscope_gui.requests import (
    FileSource,
    HitAround,
    ReadAround,
    SaveHits,
    SearchChain,
    SortByFile,
)
from redoscope_gui.session import Job, JobState, Session
from redoscope_gui.views.search.form import SearchForm
from redoscope_gui.views.search.rows import FILE, HitsModel
from redoscope_gui.views.search.table import HitsTable

__all__ = ["SearchView"]

_MOST = 1_000_000
"""Hits that are kept; a search ends there, and says so."""


class SearchView(QWidget):
    """Searches the disk as it reads at the cursor; what was found stays until another search."""

    bytes_wanted = Signal()
    """The bytes at the cursor are to be shown, and have the focus."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._matches: Matches | None = None
        self._refused = ""
        self._asked: SearchChain | None = None
        """What was asked for, if it is texts: saving them reads them again."""
        plain.set_name(self, self.tr("Search"))
        self.form = SearchForm(self)
        self.form.wanted.connect(self._begin_or_stop)
        self.totals = plain.Label(self)
        self.totals.setWordWrap(True)
        self.before = theme.IconButton("chevron-left", self.tr("Previous hit"), "Shift+F3", self)
        self.after = theme.IconButton("chevron-right", self.tr("Next hit"), "F3", self)
        self.before.clicked.connect(lambda: self.step(forward=False))
        self.after.clicked.connect(lambda: self.step(forward=True))
        self.exports = [
            self._export_button("csv", self.tr("CSV"), self.tr("Save the hits as CSV")),
            self._export_button("json", self.tr("JSON"), self.tr("Save the hits as JSON")),
        ]
        self.rows = HitsModel(self)
        self.rows.name_of = self._file_of
        self.table = HitsTable(self.rows, self)
        FileColumn(session, self.table, FILE, self.rows.name_anew)
        self.by_file = FileFilter(session, "search-files", self._sorted, theme.grouped, self)
        self.by_file.changed.connect(self._keep)
        self.table.row_chosen.connect(self._go)
        self.table.row_entered.connect(self._enter)
        self.table.view_changed.connect(self._read_around)
        self._lay_out()
        self.setFocusProxy(self.form.pattern)
        session.job_changed.connect(self._follow)
        session.chain_changed.connect(self._forget)
        session.generation_changed.connect(self._dress)
        session.comparison_changed.connect(self._dress)
        self._dress()

    def _export_button(self, ending: str, text: str, hint: str) -> QPushButton:
        button = QPushButton(text, self)
        plain.set_name(button, hint)
        plain.set_tip(button, hint)
        button.clicked.connect(partial(self._choose, ending, text))
        return button

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(theme.HALF)
        line.addWidget(self.totals, 1)
        for widget in (self.before, self.after, *self.exports):
            line.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addWidget(self.form)
        column.addLayout(line)
        column.addWidget(self.by_file)
        column.addWidget(self.table, 1)

    # --- searching ---------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether a search is under way."""
        return self._job is not None and not self._job.over

    def _begin_or_stop(self) -> None:
        if self.is_running:
            self.stop()
        else:
            self.search()

    def search(self) -> None:
        """Begin to search for what stands in the form."""
        session, scene = self._session, self._session.scene
        if scene.chain is None or scene.cursor.path is None or scene.is_alone:
            return
        self.stop()
        try:
            needle = self.form.needle()
        except InvalidArgument as error:
            self._refused = self._reason(error)
            self._dress()
            return
        generation, everywhere = scene.cursor.generation, self.form.everywhere
        changed = self.form.changed
        since = (
            own_generation(scene.generation_a)
            if changed.isEnabled() and changed.isChecked()
            else None
        )
        hits = Hits(generation + 1)
        joined = scene.joined if scene.shows_joined else None
        request = SearchChain(
            *(scene.cursor.path, generation, scene.policy, joined, needle),
            *(hits, everywhere, since, _MOST),
        )
        self._refused, self._matches, self._job = "", None, None
        self.by_file.forget()
        self.rows.show(hits, needle, texts=self.form.lists_strings)
        self._asked = request if self.form.lists_strings else None
        title = self.tr("Search for %s") % self.form.pattern.text()
        if self.form.lists_strings:
            title = self.tr("Strings of %s") % scene.cursor.path.name
        self._job = session.run_job(title, request, partial(self._take, hits))
        self._follow(self._job)  # it may have begun, and ended, before it had its name here

    def _reason(self, error: InvalidArgument) -> str:
        if not self.form.pattern.text():
            return self.tr("Type what is to be sought")
        found = f", {error.found}" if error.found else ""
        text = self.tr("This is {what}{found}; expected: {expected}")
        return text.format(what=error.what, found=found, expected=error.expected)

    def stop(self) -> None:
        """Stop the search that runs; what it found stays."""
        if self._job is not None and not self._job.over:
            self._session.cancel(self._job)

    def _follow(self, job: object) -> None:
        """Show what was found since."""
        if job is not self._job or self._job is None:
            return
        self.rows.grow()
        if self._job.over:
            self.rows.settle()
            self.by_file.look()
        self._read_around()
        self._dress()

    def _take(self, hits: Hits, matches: Matches) -> None:
        if hits is self.rows.hits:
            self._matches = matches
            self._dress()

    def _forget(self) -> None:
        """Another chain: what was found is of the one before."""
        self.stop()
        self._job = self._matches = None
        self._refused = ""
        self.by_file.forget()
        self.rows.show(Hits(), Needle(()))
        self._dress()

    def _dress(self, _what: object = None) -> None:
        session, count = self._session, self.rows.rowCount()
        self.totals.setText(self._words())
        self.form.show_running(running=self.is_running)
        self.form.show_since(own_generation(session.generation_a))
        self.form.begin.setEnabled(session.chain is not None and not session.is_alone)
        for button in (self.before, self.after):
            button.setEnabled(count > 0)
        for export in self.exports:
            export.setEnabled(count > 0 and not self.is_running)

    def _words(self) -> str:
        """Return how far it is, or what was found, or what to do."""
        if self._session.is_alone:
            return self.tr("One link is looked at alone; look at its chain to search")
        if self._refused or self._job is None:
            return self._refused or self.tr("Nothing was sought yet")
        count = len(self.rows.hits)
        words = {
            JobState.RUNNING: self.tr("Searching, {found}"),
            JobState.CANCELLING: self.tr("Stopping, {found}"),
            JobState.CANCELLED: self.tr("Stopped, {found} before"),
            JobState.FAILED: self.tr("It could not be searched: {error}"),
            JobState.DONE: self._result(count),
        }[self._job.state]
        stopped = None if self._matches is None else self._matches.stopped
        found = self.tr("%s found") % theme.grouped(len(self.rows.hits))
        if self.by_file.pieces is not None:
            kept = self.tr("{found}, {count} of them in this file")
            found = kept.format(found=found, count=theme.grouped(self.rows.rowCount()))
        return words.format(found=found, error=stopped or self._job.error)

    def _result(self, count: int) -> str:
        if self._matches is not None and self._matches.stopped is not None:
            return self.tr("{found} before what can't be read: {error}")
        if count >= _MOST:
            return self.tr("The first {found}; there may be more")
        return "{found}" if count else self.tr("Nothing was found")

    # --- the rows ----------------------------------------------------------------------------

    def _read_around(self) -> None:
        chain = self._session.chain
        if chain is None or not self.isVisible():
            return
        hits = self.rows.hits
        wanted = []
        for hit in self.rows.lacking(*self.table.rows_in_view):
            held = [each for each in hits.held_by(hit) if each < len(chain.links)]
            if held:
                wanted.append(HitAround(hit, held[-1], int(hits.offset[hit])))
        if wanted:
            request = ReadAround(chain, tuple(wanted), *self.rows.around)
            self._session.ask("search-around", request, partial(self._take_around, hits))

    def _take_around(self, hits: Hits, found: dict[int, tuple[int, bytes]]) -> None:
        if hits is self.rows.hits:
            self.rows.take_around(found)

    def _sorted(self) -> SortByFile | None:
        """Return what is to be sorted by file: each hit by the generation that `_file_of` takes."""
        hits, files, here = self.rows.hits, self._session.files, self._session.cursor.generation
        if self._job is None or self.is_running or not len(hits):
            return None
        left, sources = np.ones(len(hits), np.bool_), []
        for generation in (here, *reversed(range(hits.generations))):
            listed = files.listed_at(generation)
            if listed is not None and generation < hits.generations:
                own = left & hits.holding(generation)
                left &= ~own
                sources.append(FileSource(listed, np.flatnonzero(own)))
        sectors = hits.offset // SECTOR
        return SortByFile(sectors, sectors + 1, tuple(sources))

    def _keep(self) -> None:
        """Show the hits of the file that is chosen."""
        self.rows.keep(self.by_file.pieces)
        self._read_around()
        self._dress()

    def _file_of(self, offset: int, held: tuple[int, ...]) -> str:
        """Return the file of a hit, in the newest generation that holds it and is listed."""
        here = self._session.cursor.generation
        for generation in ([here] if here in held else []) + list(reversed(held)):
            owner = self._session.files.owner_at(offset, generation)
            if owner is not None:
                return owner_brief(owner)
        return ""

    def _go(self, row: int) -> None:
        """Go to the hit in *row*, in the generation shown if that holds it, else the newest."""
        hit, session = self.rows.hit(row), self._session
        held = self.rows.hits.held_by(hit)
        if held and session.cursor.generation not in held:
            session.select_generation(held[-1])
        session.go_to(int(self.rows.hits.offset[hit]))

    def _enter(self, row: int) -> None:
        """Go to the hit in *row*, and into its bytes."""
        self._go(row)
        self.bytes_wanted.emit()

    def step(self, *, forward: bool) -> None:
        """Go to the next hit behind the cursor, or to the one before it."""
        if not self.rows.rowCount():
            self._session.message.emit(self.tr("Nothing was found yet to walk through"))
            return
        row = self.rows.beside(self._session.cursor.offset, forward=forward)
        if row is None:
            self._session.message.emit(self.tr("No other hit that way"))
        else:
            self.table.walk_to(row)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read_around()

    # --- files -------------------------------------------------------------------------------

    def _choose(self, ending: str, kind: str) -> None:
        """Ask for the name of a file that ends in *ending*, and save the hits there."""
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save %s") % kind, f"hits.{ending}")
        if chosen:
            self.save(Path(chosen), as_json=ending == "json")

    def save(self, target: Path, *, as_json: bool) -> None:
        """Save all hits as *target*."""
        request = SaveHits(self.rows.hits, self.rows.needle, target, as_json, self._asked)
        title = self.tr("Save %s") % target.name
        self._session.run_job(title, request, self._saved)

    def _saved(self, target: Path) -> None:
        self._session.message.emit(self.tr("Saved %s") % target.name)
