"""Paints the rows of the hex view: few calls a row, each colour in one string.

What a sector is shows in more than its colour: bytes that no link stored are dots, those that
cannot be read are question marks on a hatch, zeroed ones have a dashed gutter and inherited ones a
narrow one; the heading of every sector says it in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen

from redoscope_core import State
from redoscope_gui import plain, theme
from redoscope_gui.text_cells import ASCII, cells
from redoscope_gui.views.hex.blocks import SectorShown
from redoscope_gui.views.hex.columns import GUTTER, Columns

__all__ = ["ByteRow", "Heading", "RowPainter", "Selected"]

_TINT = 26
"""Alpha of the owner's colour behind the bytes it supplies."""
_UNDERLINE = 140
"""Alpha of the line under bytes that differ from the parent generation."""
_FIELD, _FIELD_ODD = 36, 70
"""Alpha behind the fields of a recognised structure."""
_NARROW_GUTTER = 3
_BOOKMARK = 4


@dataclass(frozen=True, slots=True)
class Selected:
    """What is selected and where the cursor stands; offsets, both ends included."""

    first: int
    last: int
    caret: int
    focused: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """Words of the heading of a sector."""

    place: str
    what: str
    opens_grain: bool


@dataclass(frozen=True, slots=True)
class ByteRow:
    """One row of bytes and where it is painted."""

    y: int
    address: str
    offset: int
    length: int
    """Bytes in it: fewer than there are columns where its sector ends before."""
    shown: SectorShown | None
    """The sector it lies in; None while that is being read."""
    past_end: bool = False
    """Whether the generation ends before it."""


class RowPainter:
    """Paints single rows at a y coordinate; made anew when font, theme or layout change."""

    def __init__(
        self,
        columns: Columns,
        row_height: int,
        width: int,
        newest: int,
        encoding: str = ASCII,
    ) -> None:
        """Paint rows of *columns*, *width* pixels wide; texts are read as *encoding*."""
        self.columns = columns
        self._encoding = encoding
        self.newest = newest
        """The generation that is shown: its own bytes stand out from the inherited ones."""
        self.row_height = row_height
        self.width = max(width, columns.width)
        self.font: QFont = theme.hex_font()
        self.small: QFont = theme.small_font()
        self._ascent = QFontMetrics(self.font).ascent()
        self._drop = (row_height - QFontMetrics(self.font).height()) // 2
        self._colours = {role: theme.colour(role) for role in theme.ROLES}

    def ruler(self, painter: QPainter, y: int, title: str) -> None:
        """Paint the column numbers above the bytes."""
        painter.fillRect(QRect(0, y, self.width, self.row_height), self._colours["panel"])
        painter.setFont(self.font)
        painter.setPen(self._colours["dim"])
        numbers = self._spread([f"{column:02X}" for column in range(self.columns.columns)])
        base = self._base(y)
        plain.draw_at(painter, self.columns.address_x, base, title)
        plain.draw_at(painter, self.columns.bytes_x, base, numbers)
        plain.draw_at(painter, self.columns.text_x, base, self._encoding[: self.columns.columns])
        painter.setPen(self._colours["line"])
        painter.drawLine(0, y + self.row_height - 1, self.width, y + self.row_height - 1)

    def heading(self, painter: QPainter, y: int, words: Heading, shown: SectorShown | None) -> None:
        """Paint the heading of a sector; the one that opens a grain stands under a thicker line."""
        painter.fillRect(QRect(GUTTER, y, self.width, self.row_height), self._colours["panel"])
        line = self._colours["line_strong" if words.opens_grain else "line"]
        painter.fillRect(QRect(0, y, self.width, 2 if words.opens_grain else 1), line)
        self._gutter(painter, y, shown)
        painter.setFont(self.small)
        painter.setPen(self._colours["text" if words.opens_grain else "dim"])
        height = self.row_height
        middle = Qt.AlignmentFlag.AlignVCenter
        left = self.columns.address_x
        box = QRect(left, y, self.width - left, height)
        plain.draw(painter, box, middle, words.place)
        start = max(
            self.columns.bytes_x,
            left + painter.fontMetrics().horizontalAdvance(words.place) + 2 * self.columns.advance,
        )
        painter.setPen(self._colours["dim"])
        room = self.width - start - self.columns.advance
        text = plain.elided(painter.fontMetrics(), words.what, Qt.TextElideMode.ElideRight, room)
        plain.draw(painter, QRect(start, y, room, height), middle, text)

    def fields(
        self, painter: QPainter, y: int, offset: int, spans: list[tuple[int, int, bool]]
    ) -> None:
        """Paint which bytes of the row at *offset* are a field: neighbours differ in strength."""
        for first, last, odd in spans:
            fill = QColor(self._colours["accent"])
            fill.setAlpha(_FIELD_ODD if odd else _FIELD)
            columns = first - offset, last - offset
            for left, width in (self.columns.span(*columns), self.columns.text_span(*columns)):
                painter.fillRect(QRect(left, y, width, self.row_height), fill)
            left, width = self.columns.span(*columns)
            painter.fillRect(QRect(left, y + self.row_height - 2, width - 2, 2), fill)

    def bytes_row(self, painter: QPainter, row: ByteRow, selected: Selected) -> None:
        """Paint the address and the bytes of a row."""
        columns = self.columns
        shown = row.shown
        base = self._base(row.y)
        painter.setFont(self.font)
        painter.setPen(self._colours["faint"])
        plain.draw_at(painter, columns.address_x, base, row.address)
        if shown is None:
            self._selection(painter, row, selected)
            if not row.past_end:
                self._waiting(painter, base, row.length)
            return
        within = row.offset % len(shown.data)
        changed = shown.changed[within : within + row.length]
        self._gutter(painter, row.y, shown)
        self._tints(painter, row.y, shown, changed)
        self._selection(painter, row, selected)
        if shown.state is State.UNREADABLE:
            self._hatched(painter, row.y, base, row.length)
        elif shown.state is State.ABSENT:
            painter.setPen(self._colours["faint"])
            plain.draw_at(painter, columns.bytes_x, base, self._spread(["··"] * row.length))
            plain.draw_at(painter, columns.text_x, base, "·" * row.length)
        else:
            self._texts(painter, base, shown, range(within, within + row.length))

    def _selection(self, painter: QPainter, row: ByteRow, selected: Selected) -> None:
        """Paint the selection behind a row."""
        first = max(selected.first, row.offset) - row.offset
        last = min(selected.last, row.offset + row.length - 1) - row.offset
        if first > last or selected.first == selected.last:
            return
        fill = self._colours["selection" if selected.focused else "selection_idle"]
        for left, width in (self.columns.span(first, last), self.columns.text_span(first, last)):
            painter.fillRect(QRect(left, row.y, width, self.row_height), fill)

    def caret(self, painter: QPainter, y: int, column: int, *, focused: bool) -> None:
        """Paint the frame of the cursor round a byte and its character."""
        pen = QPen(self._colours["cursor"], 2 if focused else 1)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        left, width = self.columns.span(column, column)
        painter.drawRect(QRect(left + 1, y + 1, width - 2, self.row_height - 2))
        left, width = self.columns.text_span(column, column)
        painter.setPen(QPen(self._colours["cursor"], 1))
        painter.drawRect(QRect(left - 1, y, width + 1, self.row_height - 1))

    def bookmark(self, painter: QPainter, y: int, role: str) -> None:
        """Paint the strip of a bookmark between owner and address."""
        painter.fillRect(QRect(GUTTER + 1, y, _BOOKMARK, self.row_height), theme.colour(role))

    def _base(self, y: int) -> int:
        return y + self._drop + self._ascent

    def _spread(self, cells: list[str]) -> str:
        """Join two-character cells with the gaps of the layout."""
        groups = [" ".join(cells[start : start + 8]) for start in range(0, len(cells), 8)]
        return "  ".join(groups)

    def _waiting(self, painter: QPainter, base: int, length: int) -> None:
        """Paint the bytes that are asked for and not here yet."""
        painter.setPen(self._colours["line_strong"])
        plain.draw_at(painter, self.columns.bytes_x, base, self._spread(["--"] * length))

    def _gutter(self, painter: QPainter, y: int, shown: SectorShown | None) -> None:
        """Paint the strip of the owner: full if stored here, narrow if not, dashed if zero."""
        if shown is None or shown.state is State.ABSENT:
            return
        own = shown.owner == self.newest
        box = QRect(0, y, GUTTER if own else _NARROW_GUTTER, self.row_height)
        if shown.state is State.UNREADABLE:
            painter.fillRect(box, self._colours["bad"])
        elif shown.state is State.ZERO:
            brush = QBrush(theme.link_colour(shown.owner), Qt.BrushStyle.HorPattern)
            painter.fillRect(box, brush)
        else:
            painter.fillRect(box, theme.link_colour(shown.owner))

    def _hatched(self, painter: QPainter, y: int, base: int, length: int) -> None:
        """Paint bytes that cannot be read: question marks on a hatch."""
        columns = self.columns
        brush = QBrush(self._colours["bad"], Qt.BrushStyle.BDiagPattern)
        for left, width in (columns.span(0, length - 1), columns.text_span(0, length - 1)):
            painter.fillRect(QRect(left, y, width, self.row_height), brush)
        painter.setPen(self._colours["danger"])
        plain.draw_at(painter, columns.bytes_x, base, self._spread(["??"] * length))
        plain.draw_at(painter, columns.text_x, base, "?" * length)

    def _tints(self, painter: QPainter, y: int, shown: SectorShown, changed: bytes) -> None:
        """Paint the backgrounds: the owner's tint behind all, then the runs that changed."""
        columns = self.columns
        if shown.owner > 0:
            tint = theme.link_colour(shown.owner)
            tint.setAlpha(_TINT)
            last = len(changed) - 1
            for left, width in (columns.span(0, last), columns.text_span(0, last)):
                painter.fillRect(QRect(left, y, width, self.row_height), tint)
        mark = QColor(self._colours["this"])
        mark.setAlpha(_UNDERLINE)
        for first, last in _runs(changed):
            for left, width in (columns.span(first, last), columns.text_span(first, last)):
                painter.fillRect(QRect(left, y, width, self.row_height), self._colours["changed"])
                painter.fillRect(QRect(left, y + self.row_height - 1, width, 1), mark)

    def _texts(self, painter: QPainter, base: int, shown: SectorShown, within: range) -> None:
        """Paint the bytes and their characters, one string for each colour."""
        columns = self.columns
        data = shown.data[within.start : within.stop]
        changed = shown.changed[within.start : within.stop]
        usual = "text" if shown.owner == self.newest else "dim"
        pairs = [f"{byte:02X}" for byte in data]
        characters = cells(shown.data, self._encoding)[within.start : within.stop]
        roles = [
            "changed_text" if mark else usual if byte else "faint"
            for byte, mark in zip(data, changed, strict=True)
        ]
        for role in dict.fromkeys(roles):
            mine = [each == role for each in roles]
            chosen = [pair if yes else "  " for pair, yes in zip(pairs, mine, strict=True)]
            painter.setPen(self._colours[role])
            plain.draw_at(painter, columns.bytes_x, base, self._spread(chosen))
            self._characters(painter, base, characters, mine)

    def _characters(
        self, painter: QPainter, base: int, characters: Sequence[str], mine: list[bool]
    ) -> None:
        """Paint those of *characters* that are *mine*.

        What the font may not have is of another width: each such character has a call of its own.
        """
        columns = self.columns
        pairs = list(zip(characters, mine, strict=True))
        text = "".join(each if yes and each.isascii() and each else " " for each, yes in pairs)
        plain.draw_at(painter, columns.text_x, base, text)
        for column, (character, yes) in enumerate(pairs):
            if yes and not character.isascii():
                plain.draw_at(painter, columns.text_span(column, column)[0], base, character)


def _runs(marks: bytes) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of each run of ones."""
    start = marks.find(1)
    while start >= 0:
        end = marks.find(0, start)
        end = len(marks) if end < 0 else end
        yield start, end - 1
        start = marks.find(1, end)
