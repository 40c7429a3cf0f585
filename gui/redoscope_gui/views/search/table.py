"""The table of hits: it tells which rows are in view, since only their bytes are read."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from redoscope_gui.plain_rows import PlainRows
from redoscope_gui.rows_table import RowsTable
from redoscope_gui.views.search.rows import FILE

__all__ = ["HitsTable"]

_WIDTHS = (92, 72, 90, 140, 200)
_TEXT, _FILE_WIDTH = 3, 150


class HitsTable(RowsTable):
    """Shows hits and hands on which one is wanted."""

    view_changed = Signal()
    """Other rows are in view."""

    def __init__(self, rows: PlainRows, parent: QWidget) -> None:
        super().__init__(rows, QCoreApplication.translate("HitsTable", "Found"), _WIDTHS, parent)
        self.place_file(FILE, _TEXT, _FILE_WIDTH)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.view_changed.emit())

    @property
    def rows_in_view(self) -> tuple[int, int]:
        """The first and the last row that are seen; the last may be past the end."""
        first = max(0, self.rowAt(0))
        return first, first + self.viewport().height() // max(1, self.rowHeight(0) or 20) + 1

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view_changed.emit()
