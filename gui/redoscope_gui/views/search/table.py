"""The table of hits: its rows lead there, and those in view are asked for their bytes."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme

__all__ = ["HitsTable"]

_WIDTHS = (92, 72, 90, 140)
_TALL = 24
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class HitsTable(QTableView):
    """Shows hits and hands on which one is wanted."""

    row_chosen = Signal(int)
    """Another row is the current one."""
    row_entered = Signal(int)
    """Return or a double click: to the bytes of this row."""
    view_changed = Signal()
    """Other rows are in view."""

    def __init__(self, model: QAbstractItemModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        plain.set_name(self, self.tr("Found"))
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        # All rows are of one height: none of a million is measured.
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(round(_TALL * theme.zoom()))
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        for section, width in enumerate(_WIDTHS):
            self.horizontalHeader().resizeSection(section, round(width * theme.zoom()))
        # Not the current row: the first one becomes it when the focus comes.
        self.selectionModel().selectionChanged.connect(self._changed)
        self.doubleClicked.connect(lambda index: self.row_entered.emit(index.row()))
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.view_changed.emit())

    @property
    def rows_in_view(self) -> tuple[int, int]:
        """The first and the last row that are seen; the last may be past the end."""
        first = max(0, self.rowAt(0))
        return first, first + self.viewport().height() // max(1, self.rowHeight(0) or 20) + 1

    def _changed(self, _now: object, _before: object) -> None:
        for index in self.selectionModel().selectedRows()[:1]:
            self.row_chosen.emit(index.row())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ENTER and self.currentIndex().isValid():
            self.row_entered.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view_changed.emit()
