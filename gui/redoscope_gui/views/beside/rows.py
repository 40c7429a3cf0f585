"""The rows of two states of a file side by side: lines of text, or bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.plain_rows import Index, PlainRows
from redoscope_gui.text_cells import ASCII, cells
from redoscope_gui.two_states import ACROSS, NOTHING, Beside, Look

__all__ = ["BesideRows"]

_A_NUMBER, _A, _B_NUMBER, _B = range(4)
_LONGEST = 1000
"""Letters of a line that are shown."""
_ROLE = Qt.ItemDataRole


class BesideRows(PlainRows):
    """One row for each pair of lines; a row that differs has a sign, and a colour."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.beside: Beside | None = None
        """What is shown."""

    def show(self, beside: Beside | None) -> None:
        """Show two other states."""
        self.beginResetModel()
        self.beside = beside
        self.endResetModel()

    def differing(self, row: int, *, forward: bool) -> int | None:
        """Return the first row of the next group that differs, or of the one before; or None."""
        if self.beside is None:
            return None
        differs = self.beside.differs
        opens = np.flatnonzero(differs & ~np.append(False, differs[:-1]))
        found = opens[opens > row] if forward else opens[opens < row]
        return (int(found[0]) if forward else int(found[-1])) if len(found) else None

    @property
    def groups(self) -> int:
        """How many groups of rows differ."""
        if self.beside is None:
            return 0
        differs = self.beside.differs
        return int((differs & ~np.append(False, differs[:-1])).sum())

    @override
    def count(self) -> int:
        return 0 if self.beside is None else len(self.beside.differs)

    @override
    def heads(self) -> Sequence[str]:
        by_lines = self.beside is not None and self.beside.look is Look.TEXT
        number = self.tr("Line") if by_lines else self.tr("Byte")
        return number, self.tr("Older"), number, self.tr("Newer")

    @override
    def cells(self, row: int) -> Sequence[str]:
        beside = self.beside
        if beside is None:
            return "", "", "", ""
        a, b = int(beside.a[row]), int(beside.b[row])
        older = self._told(beside.older, a), self._text(beside.older, a)
        newer = self._told(beside.newer, b), self._text(beside.newer, b)
        sign = self._sign(row)
        return (
            f"{sign} {older[0]}" if sign and older[0] and sign != "+" else older[0],
            older[1],
            f"{sign} {newer[0]}" if sign and newer[0] else newer[0],
            newer[1],
        )

    def _sign(self, row: int) -> str:
        """Return what became of a row, as a sign."""
        beside = self.beside
        if beside is None or not beside.differs[row]:
            return ""
        if beside.a[row] == NOTHING:
            return "+"
        return "\N{MINUS SIGN}" if beside.b[row] == NOTHING else "\N{NOT EQUAL TO}"

    def _told(self, of: Sequence[str] | bytes, number: int) -> str:
        """Return what stands before a line."""
        if number == NOTHING:
            return ""
        return f"{number * ACROSS:X}" if isinstance(of, bytes) else theme.grouped(number + 1)

    def _text(self, of: Sequence[str] | bytes, number: int) -> str:
        if number == NOTHING:
            return ""
        if not isinstance(of, bytes):
            return of[number][:_LONGEST].expandtabs(4).rstrip(" ")
        data = of[number * ACROSS : (number + 1) * ACROSS]
        shown = "".join(cells(data, ASCII))
        return f"{data.hex(' ').upper():<{ACROSS * 3}} {shown}"

    @override
    def font_of(self, column: int) -> QFont:
        return theme.hex_font(0.95) if column in {_A, _B} else theme.number_font(0.9)

    @override
    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid() or self.beside is None:
            return None
        differs = bool(self.beside.differs[index.row()])
        side = self.beside.a if index.column() in {_A_NUMBER, _A} else self.beside.b
        is_there = int(side[index.row()]) != NOTHING
        if role == _ROLE.BackgroundRole:
            return theme.colour("changed") if differs and is_there else None
        if role == _ROLE.ForegroundRole:
            if differs:
                return theme.colour("changed_text")
            return theme.colour("faint" if index.column() in {_A_NUMBER, _B_NUMBER} else "text")
        if role == _ROLE.TextAlignmentRole and index.column() in {_A_NUMBER, _B_NUMBER}:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return super().data(index, role)
