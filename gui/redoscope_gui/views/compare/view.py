"""The compare pane: what differs between A and B in full: totals, places, bytes, and files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.maps.differences import Differences
from redoscope_gui.requests import CompareGenerations, SaveDocument, SavePatch
from redoscope_gui.session import Job, Session
from redoscope_gui.views.compare.pair import HexPair
from redoscope_gui.views.compare.reports import as_csv, as_json
from redoscope_gui.views.compare.runs import RunsModel
from redoscope_gui.views.compare.table import RunsTable

__all__ = ["CompareView"]

_GAPS = (0, 8, 128, 2048)
"""Sectors between two runs that are still shown as one row."""


class CompareView(QWidget):
    """Compares the generations A and B of the session, byte by byte, once it is asked to."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: CompareGenerations | None = None
        self._job: Job | None = None
        self.found: Differences | None = None
        """What was found between the A and B that are shown; None until they were compared."""
        plain.set_name(self, self.tr("Compare"))
        self.totals = plain.Label(self)
        self.totals.setWordWrap(True)
        self.begin = QPushButton(self.tr("Compare"), self)
        plain.set_tip(self.begin, self.tr("Compare A and B byte by byte"))
        self.begin.clicked.connect(self.compare)
        self.gaps = QComboBox(self)
        plain.set_name(self.gaps, self.tr("Merge gap"))
        for gap in _GAPS:
            words = self.tr("each run") if not gap else self.tr("gaps to {amount}")
            plain.add_item(self.gaps, words.format(amount=theme.amount(gap * SECTOR)), gap)
        plain.set_tip(self.gaps, self.tr("Runs with at most so much the same between are one row"))
        self.gaps.activated.connect(self._show_runs)
        self.before = theme.IconButton("chevron-left", self.tr("Previous difference"), "[", self)
        self.after = theme.IconButton("chevron-right", self.tr("Next difference"), "]", self)
        self.before.clicked.connect(lambda: self.step(False))
        self.after.clicked.connect(lambda: self.step(True))
        self.exports = [
            self._export_button(
                "csv", self.tr("CSV"), self.save_csv, self.tr("Save the list as CSV")
            ),
            self._export_button(
                "json", self.tr("JSON"), self.save_json, self.tr("Save it as JSON")
            ),
            self._export_button(
                "vcdiff",
                self.tr("Patch"),
                self.save_patch,
                self.tr("Save a VCDIFF patch that makes the raw image of A that of B"),
            ),
        ]
        self.pair = HexPair(session, self)
        self.runs = RunsModel(self)
        self.table = RunsTable(self.runs, self)
        self.table.row_chosen.connect(self._row_chosen)
        self.table.step_wanted.connect(self.step)
        self._lay_out()
        self.setFocusProxy(self.table)
        session.chain_changed.connect(self._take_pair)
        session.comparison_changed.connect(self._take_pair)
        self._take_pair()

    def _export_button(
        self, ending: str, text: str, save: Callable[[Path], None], hint: str
    ) -> QPushButton:
        button = QPushButton(text, self)
        plain.set_name(button, hint)
        plain.set_tip(button, hint)
        button.clicked.connect(lambda: self._choose(ending, text, save))
        return button

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(theme.HALF)
        for widget in (self.begin, self.gaps, self.before, self.after):
            line.addWidget(widget)
        line.addStretch(1)
        for button in self.exports:
            line.addWidget(button)
        parts = QSplitter(Qt.Orientation.Vertical, self)
        parts.addWidget(self.pair)
        parts.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addLayout(line)
        column.addWidget(self.totals)
        column.addWidget(parts, 1)

    # --- comparing ---------------------------------------------------------------------------

    def _wanted(self) -> CompareGenerations | None:
        """Return what would have to be compared for what is on screen."""
        session, scene = self._session, self._session.scene
        if session.chain is None or scene.generation_a is None or scene.cursor.path is None:
            return None
        joined = scene.joined if scene.shows_joined else None
        place = (scene.cursor.path, scene.generation_a, scene.cursor.generation)
        return CompareGenerations(*place, scene.policy, joined)

    def _take_pair(self) -> None:
        """Forget what was found between others."""
        if self._asked is not None and self._asked != self._wanted():
            self._stop()
            self._asked, self.found = None, None
        self._show_runs()

    def compare(self) -> None:
        """Compare A and B; the job tells how far it is, and can be cancelled."""
        wanted = self._wanted()
        if wanted is None:
            return
        self._stop()
        self._asked, self.found = wanted, None
        title = self.tr("Compare generation %d with %d") % (wanted.a, wanted.b)
        self._job = self._session.run_job(title, wanted, partial(self._take, wanted))
        self._show_runs()

    def _stop(self) -> None:
        if self._job is not None and not self._job.over:
            self._session.cancel(self._job)
        self._job = None

    def _take(self, asked: CompareGenerations, found: Differences) -> None:
        if asked == self._asked:
            self.found = found
            self._show_runs()

    def _show_runs(self, _index: object = None) -> None:
        found = self.found
        self.runs.show(found, int(self.gaps.currentData()))
        self.totals.setText(self._total_words())
        self.begin.setEnabled(self._wanted() is not None)
        for widget in (self.before, self.after, *self.exports):
            widget.setEnabled(found is not None and bool(len(found.comparison.start)))
        partial_answer = found is not None and found.comparison.is_partial
        self.exports[-1].setEnabled(self.exports[-1].isEnabled() and not partial_answer)

    def _total_words(self) -> str:
        """Return what was found in one line, or what to do to find it."""
        if self._wanted() is None:
            return self.tr("Choose a generation A: A|B in the timeline, or D")
        if self.found is None:
            if self._job is not None and not self._job.over:
                return self.tr("Comparing…")
            return self.tr("Not compared byte by byte yet")
        comparison = self.found.comparison
        if comparison.stopped is not None:
            text = self.tr("{bytes} bytes differ before what can't be read: {error}")
            count = theme.grouped(comparison.differing_bytes)
            return text.format(bytes=count, error=comparison.stopped)
        if comparison.equal:
            return self.tr("A and B are the same in every byte")
        text = self.tr("{bytes} bytes differ, in {sectors} sectors, {grains} grains, {runs} runs")
        if comparison.is_partial:
            text += self.tr("; some sectors could not be read")
        return text.format(
            bytes=theme.grouped(comparison.differing_bytes),
            sectors=theme.grouped(comparison.sectors),
            grains=theme.grouped(self.found.grains),
            runs=theme.grouped(len(comparison.start)),
        )

    # --- going -------------------------------------------------------------------------------

    def _row_chosen(self, row: int) -> None:
        if self.found is not None:
            self._session.go_to(self._first_byte(row))

    def _first_byte(self, row: int) -> int:
        return self.runs.first_byte(row)

    def step(self, forward: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Go to the next or the previous row."""
        row = self.runs.row_beside(self._session.cursor.sector, forward=forward)
        if row is None:
            self._session.message.emit(self.tr("No other difference that way"))
        elif row == self.table.currentIndex().row():
            self._session.go_to(self._first_byte(row))
        else:
            self.table.selectRow(row)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in {"[", "]"} and self.found is not None:
            self.step(event.text() == "]")
        else:
            super().keyPressEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.pair.scroll_to(self._session.cursor.offset)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._stop()
        super().hideEvent(event)

    # --- files -------------------------------------------------------------------------------

    def _choose(self, ending: str, kind: str, save: Callable[[Path], None]) -> None:
        """Ask for the name of a file that ends in *ending*, and save it."""
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save %s") % kind, f"a-b.{ending}")
        if chosen:
            save(Path(chosen))

    def save_csv(self, target: Path) -> None:
        """Save the runs as a table."""
        if self.found is not None:
            self._save(target, as_csv(self.found))

    def save_json(self, target: Path) -> None:
        """Save runs and totals as a document."""
        chain = self._session.chain
        if self.found is not None and chain is not None:
            a, b = (chain.links[each].path.name for each in (self.found.a, self.found.b))
            self._save(target, as_json(self.found, (a, b)))

    def save_patch(self, target: Path) -> None:
        """Save a patch that makes the raw image of A that of B."""
        if self.found is not None and self._asked is not None:
            request = SavePatch(self._asked, self.found, target)
            title = self.tr("Patch %s") % target.name
            self._session.run_job(title, request, lambda _length: self._saved(target))

    def _save(self, target: Path, data: bytes) -> None:
        request = SaveDocument(target, data)
        self._session.ask("compare-save", request, lambda _path: self._saved(target))

    def _saved(self, target: Path) -> None:
        self._session.message.emit(self.tr("Saved %s") % target.name)
