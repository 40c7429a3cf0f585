"""What was found, as a model of rows that grows while the search runs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QObject
from PySide6.QtGui import QFont
from typing_extensions import override

from redoscope_core import Hits, Needle
from redoscope_gui import theme
from redoscope_gui.plain_rows import PlainRows

__all__ = ["AROUND", "BEFORE", "FILE", "HitsModel"]

BEFORE, AROUND = 4, 16
"""Bytes that are shown before a hit, and in all."""
_LONG_TEXT = 256
"""Bytes that are shown of a text."""
_TEXT, _BYTES, FILE = 3, 4, 5
"""Columns; the table shows that of files before the texts."""
_PRINTABLE = range(0x20, 0x7F)


class HitsModel(PlainRows):
    """One row for each hit: as they were found, and in the order of the disk once all are."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits = Hits()
        self._needle = Needle(())
        self._count = 0
        self._order: NDArray[np.intp] | None = None
        self._row: NDArray[np.intp] | None = None
        self._kept: NDArray[np.intp] | None = None
        """The hits that are shown, by row, if not all are."""
        self._around: dict[int, tuple[int, bytes]] = {}
        self._texts = False
        self.name_of: Callable[[int, tuple[int, ...]], str] = lambda _offset, _held: ""
        """Given a byte and the generations that hold a hit there: the file that it lies in."""

    @property
    def around(self) -> tuple[int, int]:
        """Bytes to be read before a hit, and in all."""
        return (0, _LONG_TEXT) if self._texts else (BEFORE, AROUND)

    @property
    def hits(self) -> Hits:
        """What is shown, and may grow."""
        return self._hits

    @property
    def needle(self) -> Needle:
        """What was sought."""
        return self._needle

    def show(self, hits: Hits, needle: Needle, *, texts: bool = False) -> None:
        """Show other hits; if they are *texts*, each is shown as one."""
        self.beginResetModel()
        self._texts = texts
        self._hits, self._needle = hits, needle
        self._count, self._order, self._row, self._kept = len(hits), None, None, None
        self._around = {}
        self.endResetModel()

    def grow(self) -> None:
        """Show what was found since."""
        count = len(self._hits)
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()

    def keep(self, hits: NDArray[np.int64] | None) -> None:
        """Show these alone, or with None all, once no more are coming."""
        self.beginResetModel()
        if hits is None:
            self._kept = None
        else:
            order = np.arange(self._count) if self._order is None else self._order
            self._kept = order[np.isin(order, hits)]
        self.endResetModel()

    def settle(self) -> None:
        """Put the rows into the order of the disk, unless they are in it: no more are coming."""
        self.grow()
        order = self._hits.ascending()
        kept_order = np.arange(len(order)) if self._order is None else self._order
        if np.array_equal(order, kept_order):
            return
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        before = [self.hit(index.row()) for index in kept]
        self._order = order
        self._row = np.empty_like(self._order)
        self._row[self._order] = np.arange(len(self._order))
        rows = {hit: self.row_of(hit) for hit in before}
        self.changePersistentIndexList(
            kept,
            [
                self.index(rows[hit], index.column())
                for hit, index in zip(before, kept, strict=True)
            ],
        )
        self.layoutChanged.emit()

    def hit(self, row: int) -> int:
        """Return which hit stands in *row*."""
        if self._kept is not None:
            return int(self._kept[row])
        return row if self._order is None else int(self._order[row])

    def row_of(self, hit: int) -> int:
        """Return the row that *hit* stands in, which is shown."""
        if self._kept is not None:
            return int(np.flatnonzero(self._kept == hit)[0])
        return hit if self._row is None else int(self._row[hit])

    def beside(self, offset: int, *, forward: bool) -> int | None:
        """Return the row of the next hit behind byte *offset*, or of the one before; None without.

        All that was found by now are walked, in the order of the disk.
        """
        offsets = self._hits.offset[: self._count]
        kept = np.arange(self._count) if self._kept is None else self._kept
        offsets = offsets[kept]
        place = offsets > offset if forward else offsets < offset
        which = np.flatnonzero(place)
        if not len(which):
            return None
        nearest = np.argmin(offsets[which]) if forward else np.argmax(offsets[which])
        return self.row_of(int(kept[which[nearest]]))

    def lacking(self, first: int, last: int) -> list[int]:
        """Return the hits in rows *first* to *last* whose bytes were not read yet."""
        rows = range(max(0, first), min(last + 1, self.count()))
        return [hit for hit in map(self.hit, rows) if hit not in self._around]

    def take_around(self, found: dict[int, tuple[int, bytes]]) -> None:
        """Show bytes around hits."""
        if len(self._around) > 20_000:  # noqa: PLR2004  what was seen long ago is read again
            self._around = {}
        self._around |= found
        shown = found if self._kept is None else set(self._kept.tolist()) & set(found)
        rows = [self.row_of(hit) for hit in shown if hit < self._count]
        if rows:
            self.dataChanged.emit(self.index(min(rows), _TEXT), self.index(max(rows), _BYTES))

    @override
    def cells(self, row: int) -> tuple[str, ...]:
        """Return what stands in a row."""
        hit = self.hit(row)
        offset = int(self._hits.offset[hit])
        name = self._needle.spellings[int(self._hits.spelling[hit])].name
        held = self._hits.held_words(hit).replace("-", "\u2013").replace(",", ", ")
        file = self.name_of(offset, self._hits.held_by(hit))
        return (f"0x{offset:X}", name, held, *self._bytes(hit, offset), file)

    def name_anew(self) -> None:
        """Ask again for the files that hits lie in."""
        if self.count():
            self.dataChanged.emit(self.index(0, FILE), self.index(self.count() - 1, FILE))

    def _bytes(self, hit: int, offset: int) -> tuple[str, str]:
        if hit not in self._around:
            return "", ""
        low, data = self._around[hit]
        length, begin = int(self._hits.length[hit]), offset - low
        if self._texts:
            name = self._needle.spellings[int(self._hits.spelling[hit])].name
            whole = data[begin : begin + length]
            return whole.decode(name, "replace"), whole[:AROUND].hex(" ").upper()
        parts = (data[:begin], data[begin : begin + length], data[begin + length :])
        marks = (" ", " [", "] ")
        told = "".join(
            mark + part.hex(" ").upper() for mark, part in zip(marks, parts, strict=True)
        )
        text = "".join(chr(byte) if byte in _PRINTABLE else "·" for byte in data)
        return text, told.strip()

    # --- what a table asks ---------------------------------------------------------------------

    @override
    def count(self) -> int:
        return self._count if self._kept is None else len(self._kept)

    @override
    def heads(self) -> tuple[str, ...]:
        return (
            self.tr("Address"),
            self.tr("Found as"),
            self.tr("Generations"),
            self.tr("Text"),
            self.tr("Bytes around"),
            self.tr("File"),
        )

    @override
    def font_of(self, column: int) -> QFont:
        return theme.hex_font(0.9) if column in {_TEXT, _BYTES} else theme.number_font()
