"""The table of differing runs: its rows lead there, and [ and ] walk them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme

__all__ = ["RunsTable"]

_WIDTHS = (110, 72, 86, 86, 180)


class RunsTable(QTableView):
    """Shows runs and hands on which one is wanted."""

    row_chosen = Signal(int)
    """Another row is the current one."""
    step_wanted = Signal(bool)
    """The next (True) or the previous difference is wanted."""

    def __init__(self, model: QAbstractItemModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        plain.set_name(self, self.tr("Differing runs"))
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        for section, width in enumerate(_WIDTHS):
            self.horizontalHeader().resizeSection(section, round(width * theme.zoom()))
        # Not the current row: the first one becomes it when the focus comes.
        self.selectionModel().selectionChanged.connect(self._changed)

    def _changed(self, _now: object, _before: object) -> None:
        for index in self.selectionModel().selectedRows()[:1]:
            self.row_chosen.emit(index.row())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in {"[", "]"}:
            self.step_wanted.emit(event.text() == "]")
        elif event.text() in {"{", "}", ".", ","}:
            event.ignore()  # the pane does it; Qt would look for a row that begins so
        else:
            super().keyPressEvent(event)
