"""The table of differing runs: keys that walk by grain and byte are left to its pane."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui.plain_rows import PlainRows
from redoscope_gui.rows_table import RowsTable
from redoscope_gui.views.compare.runs import FILE

__all__ = ["RunsTable"]

_WIDTHS = (110, 72, 86, 86, 180, 180)
_OWNER, _FILE_WIDTH = 2, 190


class RunsTable(RowsTable):
    """Shows runs and hands on which one is wanted."""

    def __init__(self, rows: PlainRows, parent: QWidget) -> None:
        named = QCoreApplication.translate("RunsTable", "Differing runs")
        super().__init__(rows, named, _WIDTHS, parent)
        self.place_file(FILE, _OWNER, _FILE_WIDTH)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in {"{", "}", ".", ","}:
            event.ignore()  # else Qt would look for a row that begins so
        else:
            super().keyPressEvent(event)
