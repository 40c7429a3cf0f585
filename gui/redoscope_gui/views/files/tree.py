"""The tree of files as a widget: its columns, and what the keys lead to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)
from typing_extensions import override

from redoscope_gui import plain, theme
from redoscope_gui.views.files.rows import Column, FileRows, Index

__all__ = ["FileTreeView"]

_WIDTHS = {Column.NAME: 220, Column.SIZE: 76, Column.MODIFIED: 140}
_LEAST_STATE = 130
_LEAST_NAME = 150


class _Words(QStyledItemDelegate):
    """Cuts words at their end, where names are cut in the middle."""

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideRight


class FileTreeView(QTreeView):
    """Shows *rows* and hands on what is wanted of them; the names have what room is left."""

    row_entered = Signal(QModelIndex)
    """Return or a double click on a row that is no directory."""
    step_wanted = Signal(bool)
    """The next (True) or the previous run of the chosen file is wanted."""
    copy_wanted = Signal()
    """The path of the chosen file is to be copied."""

    def __init__(self, rows: FileRows, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(rows)
        plain.set_name(self, self.tr("Files"))
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        self.setIconSize(QSize(64, 16))  # room for several signs; other pictures are square
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setItemDelegateForColumn(Column.STATE, _Words(self))
        self.setExpandsOnDoubleClick(True)
        self.setStyleSheet("QTreeView::item { padding: 3px; }")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(Column.NAME, Qt.SortOrder.AscendingOrder)
        self.doubleClicked.connect(self._enter)
        self.arrange()

    def arrange(self) -> None:
        """Share the width among the columns: where there is little, times and names get less."""
        zoom = theme.zoom()
        widths = {column: round(width * zoom) for column, width in _WIDTHS.items()}
        room = self.viewport().width() - round(_LEAST_STATE * zoom)
        self.setColumnHidden(Column.MODIFIED, room < sum(widths.values()) - 40)
        if not self.isColumnHidden(Column.MODIFIED):
            room -= widths[Column.MODIFIED]
        left = room - widths[Column.SIZE]
        widths[Column.NAME] = max(round(_LEAST_NAME * zoom), min(left, round(left * 0.8) + 60))
        for column, width in widths.items():
            self.header().resizeSection(column, width)

    def choose(self, index: QModelIndex) -> None:
        """Make *index* the current one, and have it seen."""
        self.setCurrentIndex(index)
        if index.isValid():
            self.scrollTo(index)

    def sort_by_change(self) -> None:
        """Sort by what became of the files; once more, the other way round."""
        header, ascending = self.header(), Qt.SortOrder.AscendingOrder
        is_so = header.sortIndicatorSection() == Column.STATE
        again = is_so and header.sortIndicatorOrder() is ascending
        header.setSortIndicator(Column.STATE, Qt.SortOrder.DescendingOrder if again else ascending)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def _enter(self, index: QModelIndex) -> None:
        if index.isValid() and not self.model().hasChildren(index.siblingAtColumn(0)):
            self.row_entered.emit(index)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self.arrange()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex().siblingAtColumn(0)
        if event.text() in {"[", "]"}:  # else Qt would look for a row that begins so
            self.step_wanted.emit(event.text() == "]")
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid():
            if self.model().hasChildren(index):
                self.setExpanded(index, not self.isExpanded(index))
            else:
                self.row_entered.emit(index)
        else:
            super().keyPressEvent(event)
