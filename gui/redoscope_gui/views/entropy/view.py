"""The entropy pane: what is counted, two charts of it, and the blocks as a table."""

from __future__ import annotations

import math
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from redoscope_core import SECTOR, ByteCounts
from redoscope_gui import plain, theme
from redoscope_gui.requests import CountBytes, SaveDocument
from redoscope_gui.rows_table import RowsTable
from redoscope_gui.session import Job, JobState, Session, shown_in
from redoscope_gui.views.entropy.exported import as_csv, as_json
from redoscope_gui.views.entropy.rows import BlockRows

if TYPE_CHECKING:
    from redoscope_gui.requests.selected import Shown
    from redoscope_gui.views.entropy.chart import EntropyCharts

__all__ = ["EntropyView", "Scope"]

_BLOCKS = 256
_WIDTHS = (92, 84, 64)


class Scope(Enum):
    """What is counted."""

    SELECTION = "selection"
    GRAIN = "grain"
    LINK = "link"
    GENERATION = "generation"


class EntropyView(QWidget):
    """Counts the bytes of a selection, a grain, a link or a generation, as a job."""

    bytes_wanted = Signal()
    """The bytes at the cursor are to be shown, and have the focus."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._counted: Shown | None = None
        """What the counts are of."""
        self.charts: EntropyCharts | None = None
        """Made when they are first seen: pyqtgraph imports slowly."""
        plain.set_name(self, self.tr("Entropy"))
        self.scope = QComboBox(self)
        plain.set_name(self.scope, self.tr("What is counted"))
        for words, scope in (
            (self.tr("Selection"), Scope.SELECTION),
            (self.tr("Grain at the cursor"), Scope.GRAIN),
            (self.tr("What this link stores"), Scope.LINK),
            (self.tr("This generation"), Scope.GENERATION),
        ):
            plain.add_item(self.scope, words, scope)
        self.begin = theme.SwitchButton(self.tr("Count"), self.tr("Stop"), self)
        self.begin.clicked.connect(self.count_or_stop)
        self.exports = [
            self._export_button("csv", self.tr("CSV"), self.tr("Save the blocks as CSV")),
            self._export_button("json", self.tr("JSON"), self.tr("Save it as JSON")),
        ]
        self.totals = plain.Label(self)
        self.totals.setWordWrap(True)
        self.scope.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.scope.setMinimumContentsLength(8)
        self.rows = BlockRows(self)
        self.table = RowsTable(self.rows, self.tr("Blocks"), _WIDTHS, self)
        self.table.row_chosen.connect(self._go)
        self.table.row_entered.connect(self._enter)
        line = QHBoxLayout()
        line.setSpacing(theme.HALF)
        line.addWidget(self.scope, 1)
        line.addWidget(self.begin)
        for button in self.exports:
            line.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        self._column.setSpacing(theme.HALF)
        self._column.addLayout(line)
        self._column.addWidget(self.totals)
        self._column.addWidget(self.table, 1)
        self.setFocusProxy(self.scope)
        session.job_changed.connect(self._follow)
        session.chain_changed.connect(self._forget)
        self._dress()

    def _export_button(self, ending: str, text: str, hint: str) -> QPushButton:
        button = QPushButton(text, self)
        plain.set_name(button, hint)
        plain.set_tip(button, hint)
        button.clicked.connect(lambda: self._choose(ending, text))
        return button

    @property
    def is_running(self) -> bool:
        """Whether bytes are being counted."""
        return self._job is not None and not self._job.over

    def show_scope(self, scope: Scope) -> None:
        """Choose what is counted."""
        self.scope.setCurrentIndex(self.scope.findData(scope))

    def choose_selection(self) -> None:
        """Have the selected bytes counted, once that is asked for."""
        self.show_scope(Scope.SELECTION)

    # --- counting ----------------------------------------------------------------------------

    def count_or_stop(self) -> None:
        """Count what is chosen, or stop."""
        if self._job is not None and self.is_running:
            self._session.cancel(self._job)
        else:
            self.count()

    def count(self) -> None:
        """Count what is chosen, as a job."""
        shown, chain = shown_in(self._session.scene), self._session.generation_chain
        if shown is None or chain is None:
            return
        if self._job is not None and self.is_running:
            self._session.cancel(self._job)
        scope = self.scope.currentData()
        offset, length = self._stretch(scope, chain.grain_size * SECTOR, chain.capacity * SECTOR)
        request = CountBytes(shown, offset, length, scope is Scope.LINK, _BLOCKS)
        title = self.tr("Entropy of %s, generation %d") % (shown.path.name, shown.generation)
        self._job = self._session.run_job(title, request, partial(self._take, shown))
        self._follow(self._job)

    def _stretch(self, scope: Scope, grain: int, end: int) -> tuple[int, int | None]:
        """Return offset and length of what is counted; no length means up to the end."""
        cursor = max(0, self._session.cursor.offset)
        if scope is Scope.GRAIN:
            first = cursor // grain * grain
            return first, max(0, min(grain, end - first))
        if scope is Scope.SELECTION:
            first, last = self._session.marked.span or (cursor, cursor)
            return first, last - first + 1
        return 0, None

    def _take(self, shown: Shown, counts: ByteCounts) -> None:
        self._counted = shown
        self._show(counts)

    def _show(self, counts: ByteCounts | None) -> None:
        self.rows.show(counts)
        if self.charts is not None:
            self.charts.show_counts(counts)
        self._dress()

    def _follow(self, job: object) -> None:
        if self._job is not None and job is self._job:
            self._dress()

    def _forget(self) -> None:
        """Another chain: what was counted is of the one before."""
        if self._job is not None and self.is_running:
            self._session.cancel(self._job)
        self._job = None
        self._show(None)

    def _dress(self) -> None:
        self.begin.show_running(running=self.is_running)
        self.begin.setEnabled(self._session.chain is not None)
        for button in self.exports:
            button.setEnabled(self.rows.counts is not None and not self.is_running)
        self.totals.setText(self._words())
        if self.charts is not None:
            plain.set_description(self.charts, self.totals.text())

    def _words(self) -> str:
        counts, job = self.rows.counts, self._job
        if job is not None and job.state is JobState.RUNNING:
            return self.tr("Counting")
        if job is not None and job.state is JobState.FAILED:
            return self.tr("It could not be counted: %s") % job.error
        if job is not None and job.state is JobState.CANCELLED:
            return self.tr("Stopped; nothing of it is shown")
        if counts is None:
            return self.tr("Nothing was counted yet")
        if math.isnan(counts.whole_entropy):
            return self.tr("Nothing is stored there")
        text = self.tr("{bits} bits a byte in {amount}, {values} of 256 values occur")
        return text.format(
            bits=f"{counts.whole_entropy:.3f}",
            amount=theme.amount(counts.counted),
            values=int((counts.histogram > 0).sum()),
        )

    # --- files -------------------------------------------------------------------------------

    def _choose(self, ending: str, kind: str) -> None:
        """Ask for the name of a file that ends in *ending*, and save what was counted."""
        title = self.tr("Save %s") % kind
        chosen, _ = QFileDialog.getSaveFileName(self, title, f"entropy.{ending}")
        if chosen:
            self.save(Path(chosen), as_document=ending == "json")

    def save(self, target: Path, *, as_document: bool) -> None:
        """Save what was counted as *target*: as a document, or a line for each block."""
        counts, of = self.rows.counts, self._counted
        if counts is not None and of is not None:
            data = as_json(counts, of.path.name, of.generation) if as_document else as_csv(counts)
            self._session.ask("entropy-save", SaveDocument(target, data), self._saved)

    def _saved(self, target: Path) -> None:
        self._session.message.emit(self.tr("Saved %s") % target.name)

    # --- where rows lead ---------------------------------------------------------------------

    def _go(self, row: int) -> None:
        self._session.go_to(self.rows.offset_of(row))

    def _enter(self, row: int) -> None:
        self._go(row)
        self.bytes_wanted.emit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.charts is None:
            from redoscope_gui.views.entropy.chart import EntropyCharts  # noqa: PLC0415  pyqtgraph

            self.charts = EntropyCharts(self)
            self.charts.block_wanted.connect(self.table.selectRow)
            self._column.insertWidget(2, self.charts, 1)
            self.charts.show_counts(self.rows.counts)
            self._dress()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        charts = getattr(self, "charts", None)  # none yet while it is being made
        if theme.dressed(event) and charts is not None:
            charts.draw_bars()
