"""The table of disks and snapshots: what is hovered or has the focus lights its links."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.views.machine.rows import MachineRows

__all__ = ["MachineTable"]

_TALL = 24
_NAME = (170, 80)
_LINK = 124
_AMOUNTS = (74, 74, 110)
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class MachineTable(QTableView):
    """Shows disks x snapshots, and hands on what is looked at."""

    links_lit = Signal(object)
    """Links are looked at; carries a frozenset of Path."""
    row_chosen = Signal(int)
    """Another row is the current one."""
    link_entered = Signal(object)
    """Return or a double click: to the bytes of this link; carries its Path."""

    def __init__(self, rows: MachineRows, parent: QWidget) -> None:
        super().__init__(parent)
        self._machine_rows = rows
        self.is_source = False
        """Whether what is lit now is what is looked at here."""
        self.setModel(rows)
        plain.set_name(self, self.tr("Disks and snapshots"))
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(round(_TALL * theme.zoom()))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        self.entered.connect(self._looked_at)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.doubleClicked.connect(self._enter)

    def arrange(self) -> None:
        """Give each column its room."""
        widths = (*_NAME, *(_LINK for _node in self._machine_rows.nodes), *_AMOUNTS)
        for section, width in enumerate(widths):
            self.horizontalHeader().resizeSection(section, round(width * theme.zoom()))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._looked_at(self.currentIndex() if self.hasFocus() else QModelIndex())
        return super().viewportEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._looked_at(self.currentIndex())

    def _looked_at(self, index: QModelIndex) -> None:
        self.is_source = True
        self.links_lit.emit(self._machine_rows.links_at(index))
        self.is_source = False

    def _current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            if self.hasFocus():
                self._looked_at(index)
            self.row_chosen.emit(index.row())

    def _enter(self, index: QModelIndex) -> None:
        links = sorted(self._machine_rows.links_at(index))
        if links:
            self.link_entered.emit(Path(links[0]))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ENTER and self.currentIndex().isValid():
            self._enter(self.currentIndex())
        else:
            super().keyPressEvent(event)
