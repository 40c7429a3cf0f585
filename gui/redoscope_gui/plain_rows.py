"""Rows of plain text, as a model for a table: whatever a disk holds, it is spelled out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_gui import plain

__all__ = ["Index", "PlainRows"]

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_NO_PARENT = QModelIndex()


class PlainRows(QAbstractTableModel):
    """Rows that are worked out when they are seen: a million of them cost what is on screen."""

    @abstractmethod
    def count(self) -> int:
        """Return how many rows there are."""

    @abstractmethod
    def heads(self) -> Sequence[str]:
        """Return the heads of the columns."""

    @abstractmethod
    def cells(self, row: int) -> Sequence[str]:
        """Return the texts of a row, one for each column, as they stand."""

    @abstractmethod
    def font_of(self, column: int) -> QFont:
        """Return the font of a column."""

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else self.count()

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.heads())

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _ROLE.ToolTipRole:  # a narrow column shows a part of it
            return plain.tip(self.heads()[section])
        return self.heads()[section] if role == _ROLE.DisplayRole else None

    @override
    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in {_ROLE.DisplayRole, _ROLE.AccessibleTextRole}:
            return plain.spelled(self.cells(index.row())[index.column()])
        if role == _ROLE.ToolTipRole:
            return plain.tip(self.cells(index.row())[index.column()]) or None
        if role == _ROLE.FontRole:
            return self.font_of(index.column())
        return None
