"""A table of plain rows: one is chosen at a time, Return enters it, [ and ] walk."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.plain_rows import PlainRows

__all__ = ["RowsTable"]

_TALL = 24
_ASKED_BY_LETTERS = 2000
"""Rows of a list in which letters that are typed are looked for, at most."""
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class RowsTable(QTableView):
    """Shows *rows*, each as wide as its column has it; none of a million is measured."""

    row_chosen = Signal(int)
    """Another row is the current one."""
    row_entered = Signal(int)
    """Return or a double click on a row."""
    step_wanted = Signal(bool)
    """The next (True) or the previous row is wanted."""

    def __init__(self, rows: PlainRows, name: str, widths: Sequence[int], parent: QWidget) -> None:
        """*name* is what a screen reader calls it; the last column has the room that is left."""
        super().__init__(parent)
        self.setModel(rows)
        plain.set_name(self, name)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(round(_TALL * theme.zoom()))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        for section, width in enumerate(widths):
            header.resizeSection(section, round(width * theme.zoom()))
        # Not the current row: the first one becomes it when the focus comes.
        self.selectionModel().selectionChanged.connect(self._changed)
        self.doubleClicked.connect(lambda index: self.row_entered.emit(index.row()))

    def place_file(self, column: int, before: int, width: int) -> None:
        """Show the *column* of files before another one; it is hidden until they are listed."""
        header = self.horizontalHeader()
        header.moveSection(header.visualIndex(column), header.visualIndex(before))
        header.resizeSection(column, round(width * theme.zoom()))
        self.setColumnHidden(column, True)

    def walk_to(self, row: int) -> None:
        """Choose *row*; one that is the current row already is chosen once more."""
        if row == self.currentIndex().row():
            self.row_chosen.emit(row)
        else:
            self.selectRow(row)

    def _changed(self, _now: object, _before: object) -> None:
        for index in self.selectionModel().selectedRows()[:1]:
            self.row_chosen.emit(index.row())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in {"[", "]"}:  # else Qt would look for a row that begins so
            self.step_wanted.emit(event.text() == "]")
        elif Qt.Key(event.key()) in _ENTER and self.currentIndex().isValid():
            self.row_entered.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Go to what begins with the letters that were typed, where few enough rows are asked.

        Qt asks them one by one, in one turn: of a million hits that would take seconds.
        """
        if self.model().rowCount() <= _ASKED_BY_LETTERS:
            super().keyboardSearch(search)
