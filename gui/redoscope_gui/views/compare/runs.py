"""The list of runs in which two generations differ, as a model of rows."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import theme
from redoscope_gui.maps.differences import NOBODY, Differences, merged
from redoscope_gui.plain_rows import PlainRows

__all__ = ["RunsModel"]

_BYTES = 4
"""The first of the columns of bytes."""


class RunsModel(PlainRows):
    """One row for each run, or for each group of runs that are near each other."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: Differences | None = None
        self._gap = 0
        self._first = self._runs = np.empty(0, np.int64)

    def show(self, found: Differences | None, gap: int) -> None:
        """Show other differences; runs with at most *gap* equal sectors between are one row."""
        self.beginResetModel()
        self._found, self._gap = found, gap
        self._first = self._runs = np.empty(0, np.int64)
        if found is not None:
            self._first, self._runs = merged(found.comparison, gap)
        self.endResetModel()

    def place(self, row: int) -> tuple[int, int]:
        """Return the first sector of a row, and how many sectors it spans."""
        if self._found is None:
            return 0, 0
        comparison = self._found.comparison
        first = int(self._first[row])
        last = first + int(self._runs[row]) - 1
        start = int(comparison.start[first])
        return start, int(comparison.start[last] + comparison.count[last]) - start

    def first_byte(self, row: int) -> int:
        """Return the offset of the first differing byte of a row, or of its sector if not known."""
        if self._found is not None and int(self._first[row]) < len(self._found.first):
            return int(self._found.first[int(self._first[row])])
        return self.place(row)[0] * SECTOR

    def row_beside(self, sector: int, *, forward: bool) -> int | None:
        """Return the next row after *sector*, or the one before it; None if there is none."""
        if self._found is None:
            return None
        starts = self._found.comparison.start[self._first]
        if forward:
            row = int(np.searchsorted(starts, sector, "right"))
            return row if row < len(starts) else None
        row = int(np.searchsorted(starts, sector, "left")) - 1
        return row if row >= 0 else None

    @override
    def cells(self, row: int) -> tuple[str, ...]:
        """Return what stands in a row."""
        found = self._found
        if found is None:
            return ()
        start, count = self.place(row)
        first = int(self._first[row])
        owners = (int(found.owner_a[first]), int(found.owner_b[first]))
        told = [self.tr("nobody") if owner == NOBODY else str(owner) for owner in owners]
        return (f"0x{start * SECTOR:X}", theme.amount(count * SECTOR), *told, *self._bytes(first))

    def _bytes(self, run: int) -> tuple[str, str]:
        found = self._found
        if found is None or run >= len(found.first):
            return "", ""
        one, other = found.bytes_a[run], found.bytes_b[run]
        return one.tobytes().hex(" ").upper(), other.tobytes().hex(" ").upper()

    # --- what a table asks ---------------------------------------------------------------------

    @override
    def count(self) -> int:
        return len(self._first)

    @override
    def heads(self) -> tuple[str, ...]:
        return (
            self.tr("Address"),
            self.tr("Length"),
            self.tr("Owner in A"),
            self.tr("Owner in B"),
            self.tr("First bytes in A"),
            self.tr("First bytes in B"),
        )

    @override
    def font_of(self, column: int) -> QFont:
        return theme.hex_font(0.9) if column >= _BYTES else theme.number_font()
