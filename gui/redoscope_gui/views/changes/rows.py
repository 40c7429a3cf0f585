"""The changed areas as rows: where, how much, and which links decide it now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.plain_rows import PlainRows

if TYPE_CHECKING:
    from redoscope_gui.requests import ChangesListed

__all__ = ["FILE", "ChangesRows"]

FILE = 4
"""The column of files; the table shows it before the last one."""


class ChangesRows(PlainRows):
    """One row for each changed area, in the order of the disk."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.found: ChangesListed | None = None
        self._names: Sequence[str] = ()
        self.name_of: Callable[[int], str] = lambda _offset: ""
        """Given a byte: the file that it lies in."""

    def show(self, found: ChangesListed | None, names: Sequence[str] = ()) -> None:
        """Show other areas; *names* are those of the links, base disk first."""
        self.beginResetModel()
        self.found, self._names = found, names
        self.endResetModel()

    def start(self, row: int) -> int:
        """Return the first byte of a row."""
        return 0 if self.found is None else int(self.found.runs.start[row])

    def beside(self, offset: int, *, forward: bool) -> int | None:
        """Return the next row that begins behind *offset*, or the one before; None if none does."""
        starts = np.empty(0, np.int64) if self.found is None else self.found.runs.start
        if forward:
            row = int(np.searchsorted(starts, offset, "right"))
            return row if row < len(starts) else None
        row = int(np.searchsorted(starts, offset, "left")) - 1
        return row if row >= 0 else None

    @override
    def count(self) -> int:
        return 0 if self.found is None else len(self.found.runs.start)

    @override
    def heads(self) -> Sequence[str]:
        return (
            self.tr("Address"),
            self.tr("Length"),
            self.tr("Bytes"),
            self.tr("Decided by"),
            self.tr("File"),
        )

    @override
    def cells(self, row: int) -> Sequence[str]:
        found = self.found
        if found is None:
            return ()
        length = int(found.runs.end[row] - found.runs.start[row])
        oldest, newest = int(found.oldest[row]), int(found.newest[row])
        if newest < 0:
            decided = self.tr("nobody: it is behind the end of an older link")
        elif oldest == newest:
            decided = f"{newest}  {self._name(newest)}"
        else:
            decided = self.tr("%d to %d") % (oldest, newest)
        start = self.start(row)
        amounts = theme.amount(length), theme.grouped(length)
        return f"0x{start:X}", *amounts, decided, self.name_of(start)

    def name_anew(self) -> None:
        """Ask again for the files that areas lie in."""
        if self.count():
            self.dataChanged.emit(self.index(0, FILE), self.index(self.count() - 1, FILE))

    def _name(self, link: int) -> str:
        return self._names[link] if link < len(self._names) else ""

    @override
    def font_of(self, column: int) -> QFont:
        return theme.number_font()
