"""The growth pane: what each generation adds, as a chart and in figures, partly by reading."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPixmap, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_core.code import MeasureGrowth as GrowthDeed
from redoscope_gui import plain, theme
from redoscope_gui.code_button import CodeButton
from redoscope_gui.requests import CompareWithParents, MeasureGrowth
from redoscope_gui.requests.coded import opening_of
from redoscope_gui.rows_table import RowsTable
from redoscope_gui.session import Job, JobState, Session, from_error
from redoscope_gui.views.growth.rows import COLOURS, GrowthRows, Measure, words_of

if TYPE_CHECKING:
    from redoscope_core import Chain, Growth
    from redoscope_gui.views.growth.chart import GrowthChart

__all__ = ["GrowthView"]

_WIDTHS = (160, 80, 80, 84, 80)
_KEY = 10
"""Side of a square of the legend."""


class GrowthView(QWidget):
    """Measures the chosen chain once it is seen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._stale = True
        self._refused = ""
        self._found: Sequence[Growth] = ()
        self._identical: Sequence[int] | None = None
        plain.set_name(self, self.tr("Growth"))
        self.rows = GrowthRows(self)
        self.chart: GrowthChart | None = None
        """Made when it is first seen: pyqtgraph imports slowly."""
        self.table = RowsTable(self.rows, self.tr("What each generation adds"), _WIDTHS, self)
        self.table.row_chosen.connect(self._choose)
        self.totals = plain.Label(self)
        self.totals.setWordWrap(True)
        self.totals.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.compare = theme.SwitchButton(self.tr("Compare with parents"), self.tr("Stop"), self)
        hint = self.tr("Read what each link has, and tell how much of it changes no byte")
        plain.set_name(self.compare, self.tr("Compare each generation with its parent"))
        plain.set_tip(self.compare, hint)
        plain.set_description(self.compare, hint)
        self.compare.clicked.connect(self.compare_or_stop)
        self.code_button = CodeButton(self.deeds, self)
        self.code_button.setText(self.tr("Show as code"))
        self._keys = [(plain.Label(self), measure) for measure in Measure]
        self._lay_out()
        self.setFocusProxy(self.table)
        session.chain_changed.connect(self._take_chain)
        session.generation_changed.connect(self._follow_cursor)
        session.job_changed.connect(self._follow)
        self._dress()

    def _lay_out(self) -> None:
        legend = QHBoxLayout()
        legend.setSpacing(theme.HALF)
        for key, measure in self._keys:
            words, hint = words_of(measure)
            name = plain.Label(words, self)
            for label in (key, name):
                plain.set_tip(label, hint)
                legend.addWidget(label)
        legend.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(theme.STEP)
        line.addWidget(self.compare)
        line.addWidget(self.code_button)
        line.addStretch(1)
        self._parts = QSplitter(Qt.Orientation.Vertical, self)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addWidget(self.totals)
        column.addLayout(line)
        column.addLayout(legend)
        column.addWidget(self._parts, 1)

    def deeds(self) -> list[GrowthDeed]:
        """Return what is shown as it can be shown as code: of a chain that is kept as it is."""
        chain, scene = self._session.chain, self._session.scene
        if chain is None or scene.is_alone or scene.shows_joined:
            return []
        compared = self.is_comparing or self._identical is not None
        return [GrowthDeed(chain.path, compared, opening_of(scene.policy))]

    # --- measuring ---------------------------------------------------------------------------

    def _take_chain(self) -> None:
        self._stop()
        self._stale, self._refused = True, ""
        self._found, self._identical = (), None
        if self.isVisible():
            self._measure()
        self._show_figures()

    def _measure(self) -> None:
        chain = self._session.chain
        if chain is not None and not self._session.is_alone:
            self._stale = False
            take = partial(self._take, chain)
            self._session.ask("growth", MeasureGrowth(chain), take, self._refuse)

    def _take(self, chain: Chain, found: tuple[Growth, ...]) -> None:
        if chain is self._session.chain:
            self._found = found
            self._show_figures()

    def _refuse(self, error: Exception) -> None:
        problem = from_error(error)
        self._refused = f"{problem.text}; {problem.cure}"
        self._dress()

    @property
    def is_comparing(self) -> bool:
        """Whether the generations are being compared with their parents."""
        return self._job is not None and not self._job.over

    def compare_or_stop(self) -> None:
        """Compare each generation with its parent, as a job; or stop that."""
        chain, scene = self._session.chain, self._session.scene
        if self.is_comparing:
            self._stop()
        elif chain is not None:
            place = (chain.path, len(chain.links) - 1, scene.policy, scene.joined)
            title = self.tr("Compare each generation of %s with its parent") % chain.path.name
            take = partial(self._take_identical, chain)
            self._job = self._session.run_job(title, CompareWithParents(*place), take)
            self._follow(self._job)
        self._dress()

    def _stop(self) -> None:
        job, self._job = self._job, None
        if job is not None and not job.over:
            self._session.cancel(job)

    def _take_identical(self, chain: Chain, found: tuple[int, ...]) -> None:
        if chain is self._session.chain:
            self._identical = found
            self._show_figures()

    def _follow(self, job: object) -> None:
        if job is self._job and self._job is not None:
            if self._job.error is not None:
                self._refuse(self._job.error)
            self._dress()

    # --- showing -----------------------------------------------------------------------------

    def _show_figures(self) -> None:
        chain = self._session.chain
        names = [] if chain is None else [link.path.name for link in chain.links]
        self.rows.show(names, self._found, self._identical)
        self._draw()
        self._follow_cursor()
        self._dress()

    def _draw(self) -> None:
        if self.chart is not None:
            self.chart.draw_bars()

    def _make_chart(self) -> None:
        if self.chart is None:
            from redoscope_gui.views.growth.chart import GrowthChart  # noqa: PLC0415  pyqtgraph

            self.chart = GrowthChart(self.rows, self)
            self._parts.insertWidget(0, self.chart)

    def _follow_cursor(self) -> None:
        """Have the row of the generation at the cursor be the current one."""
        row = self._session.cursor.generation
        if 0 <= row < self.rows.count() and self.table.currentIndex().row() != row:
            self.table.selectRow(row)

    def _choose(self, row: int) -> None:
        if row != self._session.cursor.generation:
            self._session.select_generation(row)

    def _dress(self) -> None:
        self.totals.setText(self._words())
        self.compare.show_running(running=self.is_comparing)
        self.compare.setEnabled(bool(self._found))
        self.code_button.refresh()
        side = round(_KEY * theme.zoom())
        for key, measure in self._keys:
            square = QPixmap(side, side)
            square.fill(theme.colour(COLOURS[measure]))
            key.setPixmap(square)

    def _words(self) -> str:
        """Return the totals, or why there are none."""
        if self._session.is_alone:
            return self.tr("One link is looked at alone; look at its chain to see it grow")
        if self._refused:
            return self._refused
        if not self._found:
            return self.tr("No chain is open")
        stored = sum(each.stored for each in self._found) * SECTOR
        shadowed = sum(each.shadowed for each in self._found) * SECTOR
        words = self.tr(
            "{links} links store {stored}; {shadowed} is shadowed by newer ones"
        ).format(
            links=len(self._found), stored=theme.amount(stored), shadowed=theme.amount(shadowed)
        )
        if self._job is not None and self._job.state is JobState.RUNNING:
            return self.tr("%s; comparing with parents…") % words
        if self._identical is not None:
            same = theme.amount(sum(self._identical) * SECTOR)
            words = self.tr("%s; %s changes no byte") % (words, same)
        return words

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make_chart()
        if self._stale:
            self._measure()
            self._show_figures()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._draw()
            self._dress()
