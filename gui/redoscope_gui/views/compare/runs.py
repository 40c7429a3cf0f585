"""The list of runs in which two generations differ, as a model of rows."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import theme
from redoscope_gui.maps.differences import NOBODY, Differences, merged
from redoscope_gui.plain_rows import PlainRows

__all__ = ["FILE", "Kind", "RunsModel"]

Ints = npt.NDArray[np.int64]

_BYTES, FILE = 4, 6
"""The first of the columns of bytes; that of files, which the table shows before the owners."""


class Kind(Enum):
    """Which differences are shown."""

    ALL = "all"
    DATA = "data"
    """What B stores."""
    ZEROED = "zeroed"
    """What reads as zeros in B."""
    METADATA = "metadata"
    """What file systems and partitions keep in B; who shows them says which pieces those are."""


class RunsModel(PlainRows):
    """One row for each run, or for each group of runs that are near each other."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: Differences | None = None
        self._shown = self._first = self._runs = np.empty(0, np.int64)
        self.name_of: Callable[[int, int], str] = lambda _first, _last: ""
        """Given the first and the last sector of a row: the file that it lies in."""

    def show(
        self,
        found: Differences | None,
        gap: int,
        kind: Kind = Kind.ALL,
        pieces: Ints | None = None,
    ) -> None:
        """Show differences of one *kind*; with at most *gap* other sectors between they are a row.

        Of those only *pieces* of what was found, if some are given.

        What of the list is the same as before stays as it is: more may be found meanwhile.
        """
        self.beginResetModel()
        self._found = found
        self._shown = self._first = self._runs = np.empty(0, np.int64)
        if found is not None:
            wanted = np.ones(len(found.start), np.bool_)
            if kind in {Kind.DATA, Kind.ZEROED}:
                wanted = found.zeroed if kind is Kind.ZEROED else ~found.zeroed
            if pieces is not None:
                wanted &= np.isin(np.arange(len(wanted)), pieces)
            self._shown = np.flatnonzero(wanted)
            shown = (found.start[self._shown], found.count[self._shown])
            self._first, self._runs = merged(*shown, gap)
        self.endResetModel()

    @property
    def sectors(self) -> int:
        """Sectors that differ, of all rows."""
        return 0 if self._found is None else int(self._found.count[self._shown].sum())

    def _pieces(self, row: int) -> Ints:
        """Return the pieces that a row is made of."""
        first = int(self._first[row])
        return self._shown[first : first + int(self._runs[row])]

    def place(self, row: int) -> tuple[int, int]:
        """Return the first sector of a row, and how many sectors it spans."""
        found = self._found
        if found is None:
            return 0, 0
        pieces = self._pieces(row)
        start, last = int(found.start[pieces[0]]), int(pieces[-1])
        return start, int(found.start[last] + found.count[last]) - start

    def first_byte(self, row: int) -> int:
        """Return the offset of the first differing byte of a row, or of its sector if not known."""
        piece = int(self._pieces(row)[0])
        if self._found is not None and piece < len(self._found.first):
            return int(self._found.first[piece])
        return self.place(row)[0] * SECTOR

    def row_beside(self, sector: int, *, forward: bool) -> int | None:
        """Return the next row after *sector*, or the one before it; None if there is none."""
        if self._found is None:
            return None
        starts = self._found.start[self._shown[self._first]]
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
        pieces = self._pieces(row)
        told = [self._owners(side[pieces]) for side in (found.owner_a, found.owner_b)]
        shown = self._bytes(int(pieces[0]))
        file = self.name_of(start, start + count - 1)
        return (f"0x{start * SECTOR:X}", theme.amount(count * SECTOR), *told, *shown, file)

    def name_anew(self) -> None:
        """Ask again for the files that rows lie in."""
        if self.count():
            self.dataChanged.emit(self.index(0, FILE), self.index(self.count() - 1, FILE))

    def _owners(self, owners: npt.NDArray[np.int16]) -> str:
        """Return the links that own a part of a row."""
        several = np.unique(owners).tolist()
        told = [self.tr("nobody") if owner == NOBODY else str(owner) for owner in several]
        return ", ".join(told)

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
            self.tr("File"),
        )

    @override
    def font_of(self, column: int) -> QFont:
        return theme.hex_font(0.9) if _BYTES <= column < FILE else theme.number_font()
