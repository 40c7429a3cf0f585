"""The case pane: entries, evidence and trail in three lists, the chosen row told whole below."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSplitter,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

import redoscope_core as core
from redoscope_gui import plain, theme
from redoscope_gui.action_buttons import ActionButtons
from redoscope_gui.rows_table import RowsTable
from redoscope_gui.session import Session
from redoscope_gui.views.case.rows import CaseRows, EntryRows, EvidenceRows, TrailRows
from redoscope_gui.views.case.words import trail_words, verdict_words

if TYPE_CHECKING:
    from redoscope_core import CaseEntry

__all__ = ["CaseView"]

_WIDTHS = ((150, 160, 150, 70), (190, 50, 110, 100, 120), (160, 64, 260, 50))
_ICON = 16
_TRAIL = 2
_PARTS = (600, 240)
"""How the height is shared by the list and what is told of its chosen row."""


class CaseView(QWidget):
    """Lists what the case that is open holds."""

    bytes_wanted = Signal()
    """The bytes at the cursor are to be shown, and have the focus."""
    search_wanted = Signal(object)
    """A saved search is to be made; carries the SavedSearch."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._work = session, session.casework
        self._following = False
        plain.set_name(self, self.tr("Case"))
        self.head = self._label()
        self.mark, self.judged = plain.Label(self), self._label()
        self.without, self.within = ActionButtons(self), ActionButtons(self)
        self.bar = QTabBar(self)
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        plain.set_name(self.bar, self.tr("Parts of the case"))
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.filter.setClearButtonEnabled(True)
        plain.set_name(self.filter, self.tr("Filter the list"))
        self.entries = EntryRows(self._work)
        self.evidence, self.trail = EvidenceRows(self._work), TrailRows(self._work)
        self.tables = [
            RowsTable(rows, name, widths, self)
            for rows, name, widths in zip(self._rows, self._names, _WIDTHS, strict=True)
        ]
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setFont(theme.number_font(0.95))
        plain.set_name(self.details, self.tr("The chosen row, whole"))
        self._lay_out()
        for _ in self.tables:
            self.bar.addTab("")
        self.bar.currentChanged.connect(self._turn)
        self.filter.textChanged.connect(lambda _text: self._fill())
        for table in self.tables:
            table.row_chosen.connect(self._choose)
        self.tables[0].row_entered.connect(self._enter)
        self.setFocusProxy(self.tables[0])
        self._work.changed.connect(self._show)
        self._turn(0)
        self._show()

    @property
    def _rows(self) -> tuple[CaseRows, ...]:
        return (self.entries, self.evidence, self.trail)

    @property
    def _names(self) -> tuple[str, ...]:
        return (
            self.tr("Bookmarks, notes and searches"),
            self.tr("Files of the evidence"),
            self.tr("The trail: what was done"),
        )

    def _label(self) -> plain.Label:
        label = plain.Label(self)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _lay_out(self) -> None:
        self.mark.setFixedSize(_ICON, _ICON)
        judged, line = QHBoxLayout(), QHBoxLayout()
        for row in (judged, line):
            row.setSpacing(theme.STEP)
        judged.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        judged.addWidget(self.judged, 1)
        line.addWidget(self.bar)
        line.addWidget(self.filter, 1)
        lists = QWidget(self)
        stacked = QVBoxLayout(lists)
        stacked.setContentsMargins(0, 0, 0, 0)
        for table in self.tables:
            stacked.addWidget(table)
        self.parts = QSplitter(Qt.Orientation.Vertical, self)
        self.parts.addWidget(lists)
        self.parts.addWidget(self.details)
        for number, share in enumerate(_PARTS):
            self.parts.setStretchFactor(number, share)
        self.parts.setSizes(_PARTS)
        self.parts.setChildrenCollapsible(False)
        self.rest = QWidget(self)  # where there are no lists, what is told stands at the top
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF, theme.STEP, theme.HALF)
        column.setSpacing(theme.HALF)
        column.addWidget(self.head)
        column.addLayout(judged)
        column.addWidget(self.without)
        column.addWidget(self.within)
        column.addLayout(line)
        column.addWidget(self.parts, 1)
        column.addWidget(self.rest, 1)

    def set_actions(
        self,
        without: Mapping[str, QAction],
        within: Mapping[str, QAction],
        of_entry: Mapping[str, QAction],
    ) -> None:
        """Offer as buttons what is done *without* a case and *within* one; *of_entry* in a menu."""
        self.without.show_actions(without)
        self.within.show_actions(within)
        buttons = (*self.without.buttons, *self.within.buttons)
        # First what has the focus for all: Qt passes over what comes before that.
        order = (*self.tables, self.details, self.bar, self.filter, *buttons)
        for one, other in pairwise(order):
            QWidget.setTabOrder(one, other)
        self.tables[0].addActions(list(of_entry.values()))
        self.tables[0].setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    # --- what is shown -----------------------------------------------------------------------

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self._judge()

    @property
    def table(self) -> QTableView:
        """The list in front."""
        return self.tables[self.bar.currentIndex()]

    def _turn(self, number: int) -> None:
        for at, table in enumerate(self.tables):
            table.setVisible(at == number)
        plain.set_name(self.table, self._names[number])
        state = self._work.state
        records = 0 if state is None else len(state.records)
        is_cut = state is not None and state.head is not None and state.head.number + 1 > records
        newest = self.tr("Filter the newest %d") % records
        self.filter.setPlaceholderText(newest if number == _TRAIL and is_cut else self.tr("Filter"))
        self._fill()

    def _show(self) -> None:
        """Show what is in the case now."""
        state = self._work.state
        for part in (self.within, self.bar, self.filter, self.parts, self.mark, self.judged):
            part.setVisible(state is not None)
        self.without.setVisible(state is None)
        self.rest.setVisible(state is None)
        counts: tuple[int, ...] = (0, 0, 0)
        if state is not None:
            records = 0 if state.head is None else state.head.number + 1
            files = sum(len(disk.files) for disk in state.disks)
            counts = (len(state.entries), files, records)
        titles = (self.tr("Entries %d"), self.tr("Evidence %d"), self.tr("Trail %d"))
        for number, (title, count) in enumerate(zip(titles, counts, strict=True)):
            self.bar.setTabText(number, title % count)
        words = self.tr("Choose a row to read all of it here.")
        if not counts[0]:
            words = self.tr("Nothing is kept yet. Bookmark… and Note… keep the first entry.")
        self.details.setPlaceholderText(words)
        self.head.setText(self._words())
        self._judge()
        self._fill()

    def _words(self) -> str:
        state = self._work.state
        if state is None:
            return self.tr(
                "No case is open. A case keeps bookmarks and notes on disks, the digests of the "
                "evidence, and the trail of all that is done; a disk that it knows shows them "
                "again, wherever it lies. Its folder lies apart from the evidence."
            )
        head = state.case.head
        words = [
            self._work.name,
            self.tr("exhibit %s") % head.exhibit if head.exhibit else "",
            self.tr("examiner %s") % head.examiner if head.examiner else "",
            str(state.case.folder),
        ]
        return " · ".join(filter(None, words))

    def _judge(self) -> None:
        verdict, trail = self._work.verdict, self._work.trail_verdict
        words = [trail_words(trail)]
        if verdict is not None:
            words.insert(0, verdict_words(verdict))
        bad = (trail is not None and not trail.is_sound) or (
            verdict is not None and not verdict.is_sound
        )
        known = trail is not None
        icon, role = ("circle-check", "good") if known else ("info", "dim")
        if bad:
            icon, role = "circle-x", "danger"
        pixmap = theme.icon_pixmap(icon, _ICON, role, self.devicePixelRatioF())
        self.mark.setPixmap(pixmap)
        self.judged.setText("; ".join(words))

    def _fill(self) -> None:
        """Fill the list in front, and keep its choice."""
        at = self.bar.currentIndex()
        if at < 0:
            return
        rows, table = self._rows[at], self.tables[at]
        before = table.currentIndex().row()
        self._following = True
        rows.show(self.filter.text().strip())
        row = self.entries.row_of(self._work.chosen) if at == 0 else min(before, rows.count() - 1)
        if row >= 0:
            table.selectRow(row)
        self._following = False
        self._tell(row)

    def _choose(self, row: int) -> None:
        if self._following:
            return
        if self.bar.currentIndex() == 0:
            self._work.choose(self.entries.entries[row].number)
        self._tell(row)

    def _tell(self, row: int) -> None:
        """Tell the chosen row whole."""
        rows = self._rows[self.bar.currentIndex()]
        told = rows.details(row) if 0 <= row < rows.count() else ()
        self.details.setPlainText(plain.lines(*told))

    def _enter(self, row: int) -> None:
        self.go(self.entries.entries[row])

    def go(self, entry: CaseEntry) -> None:
        """Go to the bytes that *entry* is about; make the search that it is."""
        if entry.kind is core.CaseEntryKind.SEARCH:
            self.search_wanted.emit(entry.search)
        elif entry.place is not None:
            self._work.go(entry)
            if entry.place.file is None:
                self.bytes_wanted.emit()
