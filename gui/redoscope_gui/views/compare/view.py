"""The compare pane: what differs between A and B in full: totals, places, bytes, and files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
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
from redoscope_gui.file_column import FileColumn
from redoscope_gui.file_filter import FileFilter
from redoscope_gui.file_words import owner_brief
from redoscope_gui.maps import own_generation
from redoscope_gui.maps.content import with_metadata
from redoscope_gui.maps.differences import Differences
from redoscope_gui.requests import FileSource, FindDifference, SaveDocument, SavePatch, SortByFile
from redoscope_gui.session import Session
from redoscope_gui.views.compare.older import OlderBox
from redoscope_gui.views.compare.pair import HexPair
from redoscope_gui.views.compare.reports import as_csv, as_json
from redoscope_gui.views.compare.runs import FILE, Kind, RunsModel
from redoscope_gui.views.compare.strip import DifferenceStrip
from redoscope_gui.views.compare.table import RunsTable

__all__ = ["CompareView"]

_GAPS = (0, 8, 128, 2048)
"""Sectors between two runs that are still shown as one row."""


class CompareView(QWidget):
    """Compares the generations A and B of the session, byte by byte, once it is asked to."""

    other_wanted = Signal()
    """A disk is to be named that A is; carries nothing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._comparing = session.comparing
        self._sorted_of: Differences | None = None
        """What was found that is sorted by file, or is to be."""
        plain.set_name(self, self.tr("Compare"))
        self.totals = plain.Label(self)
        self.totals.setWordWrap(True)
        self.older = OlderBox(session, self)
        self.older.link_chosen.connect(self._comparing.with_link)
        self.older.none_chosen.connect(lambda: session.compare(None))
        self.older.other_wanted.connect(self.other_wanted)
        self.begin = QPushButton(self.tr("Compare"), self)
        plain.set_tip(self.begin, self.tr("Compare A and B byte by byte"))
        self.begin.clicked.connect(self.compare)
        self.gaps, self.kinds = self._choices()
        amount = theme.amount
        self.by_file = FileFilter(
            session, "compare-files", self._sorted, lambda n: amount(n * SECTOR), self
        )
        self.by_file.changed.connect(self._list_runs)
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
        self.strip = DifferenceStrip(session, self)
        self.strip.pressed.connect(session.go_to)
        self.runs = RunsModel(self)
        self.runs.name_of = self._file_of
        self.table = RunsTable(self.runs, self)
        FileColumn(session, self.table, FILE, self.runs.name_anew)
        self.table.row_chosen.connect(self._row_chosen)
        self.table.step_wanted.connect(self.step)
        self._lay_out()
        self.setFocusProxy(self.table)
        for changed in (
            session.chain_changed,
            session.comparison_changed,
            self._comparing.changed,
        ):
            changed.connect(self._show_runs)
        session.files.changed.connect(self._take_files)
        self._show_runs()

    @property
    def found(self) -> Differences | None:
        """What was found between the A and B that are shown; None until they were compared."""
        return self._comparing.whole

    def _choices(self) -> tuple[QComboBox, QComboBox]:
        """Return the boxes for the merge gap, and for what is listed."""
        gaps, kinds = QComboBox(self), QComboBox(self)
        plain.set_name(gaps, self.tr("Merge gap"))
        for gap in _GAPS:
            words = self.tr("each run") if not gap else self.tr("gaps to {amount}")
            plain.add_item(gaps, words.format(amount=theme.amount(gap * SECTOR)), gap)
        plain.set_tip(gaps, self.tr("Runs with at most so much the same between are one row"))
        plain.set_name(kinds, self.tr("What is listed"))
        for kind, words in (
            (Kind.ALL, self.tr("all")),
            (Kind.DATA, self.tr("data in B")),
            (Kind.ZEROED, self.tr("zeros in B")),
            (Kind.METADATA, self.tr("metadata in B")),
        ):
            plain.add_item(kinds, words, kind)
        hint = self.tr("List what B stores, what reads as zeros in it, or what file systems keep")
        plain.set_tip(kinds, hint)
        for box in (gaps, kinds):
            box.activated.connect(self._show_runs)
        return gaps, kinds

    def _export_button(
        self, ending: str, text: str, save: Callable[[Path], None], hint: str
    ) -> QPushButton:
        button = QPushButton(text, self)
        plain.set_name(button, hint)
        plain.set_tip(button, hint)
        button.clicked.connect(lambda: self.choose(ending, text, save))
        return button

    def _lay_out(self) -> None:
        above, line = QHBoxLayout(), QHBoxLayout()
        for row in (above, line):
            row.setSpacing(theme.HALF)
        above.addWidget(self.older, 1)
        tools: list[QWidget] = [self.begin, self.before, self.after]
        for widget in tools:
            above.addWidget(widget)
        for box in (self.gaps, self.kinds):
            line.addWidget(box)
        line.addStretch(1)
        for button in self.exports:
            line.addWidget(button)
        parts = QSplitter(Qt.Orientation.Vertical, self)
        parts.addWidget(self.pair)
        parts.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addLayout(above)
        column.addLayout(line)
        column.addWidget(self.by_file)
        column.addWidget(self.totals)
        column.addWidget(self.strip)
        column.addWidget(parts, 1)

    def _file_of(self, first: int, last: int) -> str:
        """Return the file of a row; where B has none in its place, the one that A had there."""
        files, since = self._session.files, own_generation(self._session.generation_a)
        owners = [files.owner_at(sector * SECTOR) for sector in (first, last)]
        if owners[0] is None or owners[1] is None:
            return ""
        if since is not None and not owners[0].paths:
            older = files.owner_at(first * SECTOR, since)
            if older is not None and older.paths:
                return self.tr("{path} in A").format(path=owner_brief(older))
        told = [owner_brief(owner) for owner in owners if owner is not None]
        return told[0] if told[0] == told[1] else self.tr("{path} and on").format(path=told[0])

    # --- comparing ---------------------------------------------------------------------------

    def compare(self) -> None:
        """Compare A and B; the job tells how far it is, and can be cancelled."""
        self._comparing.begin()

    def _sorted(self) -> SortByFile | None:
        """Return what is to be sorted by file: where B has none, by those of A."""
        found, files = self.found, self._session.files
        if found is None or not len(found.start):
            return None
        since, every = own_generation(self._session.generation_a), np.arange(len(found.start))
        older = None if since is None else files.listed_at(since)
        sources = [] if files.listed is None else [FileSource(files.listed, every)]
        if sources and older is not None:
            sources.append(FileSource(older, every, self.tr("{path} in A")))
        return SortByFile(found.start, found.start + found.count, tuple(sources))

    def _show_runs(self, _index: object = None) -> None:
        """Show what was found, or is known so far, of all files."""
        if self.found is not self._sorted_of:
            self._sorted_of = self.found
            self.by_file.forget()
            self.by_file.look()
        self._list_runs()

    def _list_runs(self) -> None:
        """List it, as the boxes say."""
        so_far, found = self._comparing.found, self.found
        row = self.table.currentIndex().row()
        how = int(self.gaps.currentData()), self.kinds.currentData()
        self.runs.show(so_far, *how, self._pieces())
        if 0 <= row < self.runs.rowCount() and self._comparing.is_running:
            self.table.setCurrentIndex(self.runs.index(row, 0))
        self.strip.show_found(so_far)
        self.totals.setText(self._total_words())
        self.begin.setEnabled(self._comparing.wanted is not None)
        for way in (self.before, self.after):
            way.setEnabled(self.runs.rowCount() > 0)
        for widget in self.exports:
            widget.setEnabled(found is not None and bool(len(found.comparison.start)))
        partial_answer = found is not None and found.comparison.is_partial
        self.exports[-1].setEnabled(self.exports[-1].isEnabled() and not partial_answer)

    def _pieces(self) -> npt.NDArray[np.int64] | None:
        """Return which pieces are listed, as far as files and metadata go; None is all."""
        of_file = None if self.found is None else self.by_file.pieces
        so_far, files = self._comparing.found, self._session.files
        if self.kinds.currentData() is not Kind.METADATA or so_far is None:
            return of_file
        if files.listed is None:
            files.begin()
        if files.listed is None or files.listed.content is None:
            return np.empty(0, np.int64)
        end = so_far.start + so_far.count
        held = np.flatnonzero(with_metadata(files.listed.content, so_far.start, end))
        return held if of_file is None else np.intersect1d(of_file, held)

    def _take_files(self) -> None:
        if self.kinds.currentData() is Kind.METADATA:
            self._list_runs()

    def _total_words(self) -> str:
        """Return what was found in one line, or what to do to find it."""
        if self._comparing.wanted is None:
            return self.tr("Choose a generation A: A|B in the timeline, or D")
        so_far = self._comparing.found
        if self._comparing.is_running:
            if so_far is None:
                return self.tr("Comparing…")
            count = theme.grouped(so_far.comparison.differing_bytes)
            return self.tr("Comparing… {bytes} bytes differ so far").format(bytes=count)
        if so_far is None:
            return self.tr("Not compared byte by byte yet")
        return self._found_words(so_far)

    def _found_words(self, found: Differences) -> str:
        comparison = found.comparison
        if comparison.stopped is not None:
            text = self.tr("{bytes} bytes differ before what can't be read: {error}")
            count = theme.grouped(comparison.differing_bytes)
            return text.format(bytes=count, error=comparison.stopped)
        if comparison.equal:
            return self.tr("A and B are the same in every byte")
        text = self.tr("{bytes} bytes differ, in {sectors} sectors, {grains} grains, {runs} runs")
        if comparison.is_partial:
            text += self.tr("; some sectors could not be read")
        if self.kinds.currentData() is not Kind.ALL or self.by_file.pieces is not None:
            listed = self.tr("; {sectors} sectors of them are listed")
            if self.kinds.currentData() is Kind.METADATA and self._session.files.listed is None:
                listed = self.tr("; what of them is metadata is told once files are listed")
            text += listed.replace("{sectors}", theme.grouped(self.runs.sectors))
        return text.format(
            bytes=theme.grouped(comparison.differing_bytes),
            sectors=theme.grouped(comparison.sectors),
            grains=theme.grouped(found.grains),
            runs=theme.grouped(len(comparison.start)),
        )

    # --- going -------------------------------------------------------------------------------

    def _row_chosen(self, row: int) -> None:
        self._session.go_to(self.runs.first_byte(row))

    def step(self, forward: bool) -> None:  # noqa: FBT001 - a slot of Signal(bool)
        """Go to the next or the previous row."""
        row = self.runs.row_beside(self._session.cursor.sector, forward=forward)
        if row is None:
            self._tell_none()
        else:
            self.table.walk_to(row)

    def _tell_none(self) -> None:
        self._session.message.emit(self.tr("No other difference that way"))

    def step_grain(self, *, forward: bool) -> None:
        """Go to the next or the previous grain that differs."""
        found = self._comparing.found
        sector = None if found is None else found.grain_beside(self._session.cursor.sector, forward)
        if sector is None:
            self._tell_none()
        else:
            self._session.go_to(sector * SECTOR)

    def step_byte(self, *, forward: bool) -> None:
        """Go to where the next or the previous bytes begin that differ."""
        session, found = self._session, self._comparing.found
        older = session.scene.disk_a
        if found is None or older is None or session.generation_chain is None:
            self._tell_none()
            return
        disks = (older, session.generation_chain)
        request = FindDifference(*disks, found, session.cursor.offset, forward)
        session.ask("compare-step", request, self._take_step)

    def _take_step(self, offset: int | None) -> None:
        if offset is None:
            self._tell_none()
        else:
            self._session.go_to(offset)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        deeds: dict[str, Callable[[], None]] = {
            "]": lambda: self.step(True),
            "[": lambda: self.step(False),
            "}": lambda: self.step_grain(forward=True),
            "{": lambda: self.step_grain(forward=False),
            ".": lambda: self.step_byte(forward=True),
            ",": lambda: self.step_byte(forward=False),
        }
        deed = deeds.get(event.text())
        if deed is None:
            super().keyPressEvent(event)
        else:
            deed()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.pair.scroll_to(self._session.cursor.offset)

    # --- files -------------------------------------------------------------------------------

    def choose(self, ending: str, kind: str, save: Callable[[Path], None]) -> None:
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
        asked, older = self._comparing.asked, self._session.scene.disk_a
        if self.found is not None and asked is not None and older is not None:
            a, b = (asked.a, older.path.name), (asked.b, asked.path.name)
            self._save(target, as_json(self.found, a, b))

    def save_patch(self, target: Path) -> None:
        """Save a patch that makes the raw image of A that of B."""
        asked = self._comparing.asked
        if self.found is not None and asked is not None:
            request = SavePatch(asked, self.found, target)
            title = self.tr("Patch %s") % target.name
            self._session.run_job(title, request, lambda _length: self._saved(target))

    def _save(self, target: Path, data: bytes) -> None:
        request = SaveDocument(target, data)
        self._session.ask("compare-save", request, lambda _path: self._saved(target))

    def _saved(self, target: Path) -> None:
        self._session.message.emit(self.tr("Saved %s") % target.name)
