"""The rows of the hex view as they are laid out and painted; it asks for nothing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.text_cells import ASCII
from redoscope_gui.views.hex.asking import HexAsking
from redoscope_gui.views.hex.bookmarks import HexBookmarks
from redoscope_gui.views.hex.columns import Columns, fitting
from redoscope_gui.views.hex.fields import HexFields
from redoscope_gui.views.hex.position import (
    FITTING_COLUMNS,
    AddressUnit,
    DiskRows,
    address_text,
)
from redoscope_gui.views.hex.rows import ByteRow, Heading, RowPainter, Selected
from redoscope_gui.views.hex.scroll import RowScroll
from redoscope_gui.views.hex.words import past_end_heading, ruler_title, sector_heading

__all__ = ["HexSheet"]

_FEWEST_DIGITS = 8
_MARGIN = 24


class HexSheet:
    """How wide rows are, what stands in them, and which byte is under a point."""

    def __init__(
        self, asking: HexAsking, scroll: RowScroll, fields: HexFields, bookmarks: HexBookmarks
    ) -> None:
        self._asking = asking
        self._bookmarks = bookmarks
        self._scroll = scroll
        self._fields = fields
        self._painter: RowPainter | None = None
        self._wanted = 0
        self._visible_before = 0
        self._unit = AddressUnit.BYTE
        self._encoding = ASCII

    # --- layout ------------------------------------------------------------------------------

    @property
    def columns(self) -> Columns:
        """Where the parts of a row stand."""
        return self._rows_painter().columns

    def want_columns(self, columns: int) -> None:
        """Have *columns* bytes a row from the next `fit` on, 0 for as many as fit."""
        self._wanted = columns

    def want_unit(self, unit: AddressUnit) -> None:
        """Count addresses in *unit*."""
        self._unit = unit

    def want_encoding(self, encoding: str) -> None:
        """Read the text column as *encoding*."""
        self._encoding = encoding

    def forget(self) -> None:
        """Measure again: font, theme, addresses, generation or room are others."""
        self._painter = None

    def fit(self, caret: int) -> None:
        """Take the columns that are wanted or fit; the cursor at *caret* stays in sight if it was.

        What is in view stays in view: the byte at the top is at the top with other columns too.
        """
        scroll = self._scroll
        advance, digits = self._advance(), self._address_digits()
        columns = self._wanted or fitting(advance, digits, FITTING_COLUMNS, scroll.room)
        seen = scroll.top <= scroll.rows.row_of(caret) < scroll.top + self._visible_before
        top, self._visible_before = scroll.top, scroll.visible_rows()
        if columns != scroll.rows.columns:
            offset = scroll.rows.first_offset(top)
            self.forget()
            scroll.rows = DiskRows(scroll.rows.sectors, columns)
            top = scroll.rows.row_of(offset) - (offset % SECTOR == 0)
        if seen:
            top = scroll.rows.top_showing(caret, top, self._visible_before)
        scroll.scroll_to(top)

    def _rows_painter(self) -> RowPainter:
        """Return the painter for the present font, theme and layout."""
        if self._painter is None:
            scroll = self._scroll
            columns = Columns(self._advance(), self._address_digits(), scroll.rows.columns)
            generation = self._asking.generation
            self._painter = RowPainter(
                columns, scroll.row_height, scroll.room, generation, self._encoding
            )
        return self._painter

    def _advance(self) -> int:
        """Return the pixels of one character."""
        return QFontMetrics(theme.hex_font()).horizontalAdvance("0")

    def _address_digits(self) -> int:
        last = self._address(max(0, self._scroll.rows.capacity - 1), 1)
        return max(_FEWEST_DIGITS, len(last))

    def _address(self, offset: int, digits: int) -> str:
        return address_text(offset, self._unit, self._asking.grain_size, digits)

    # --- what stands where -------------------------------------------------------------------

    def heading_of(self, sector: int) -> Heading:
        """Return the words that stand above a sector."""
        asking = self._asking
        if asking.ends_before(sector):
            return past_end_heading(sector)
        shown = asking.sector(sector)
        place = (sector, asking.grain_size)
        return sector_heading(place, shown, asking.generation, asking.since, asking.names)

    def offset_at(self, point: QPoint) -> int | None:
        """Return the offset under *point* of the viewport, or None outside the bytes."""
        scroll = self._scroll
        row = scroll.top + point.y() // scroll.row_height - 1
        column = self.columns.column_at(point.x() + scroll.left)
        shown = scroll.row_height <= point.y() < scroll.bottom()
        if not shown or not 0 <= row < scroll.rows.rows:
            return None
        sector, offset = scroll.rows.place(row)
        if offset is None:
            return sector * SECTOR
        return offset if column is None else offset + min(column, scroll.rows.length(offset) - 1)

    # --- painting ----------------------------------------------------------------------------

    def paint(self, painter: QPainter, bottom: int, selected: Selected) -> None:
        """Paint the ruler and the rows in view that begin above *bottom*."""
        scroll, asking, rows = self._scroll, self._asking, self._rows_painter()
        painter.translate(-scroll.left, 0)
        rows.ruler(painter, 0, ruler_title(self._unit))
        for line in range(scroll.visible_rows()):  # no row is cut: what is left stays quiet
            row = scroll.top + line
            y = (line + 1) * scroll.row_height
            if row >= scroll.rows.rows or y > bottom:
                break
            sector, offset = scroll.rows.place(row)
            shown = asking.sector(sector)
            if offset is None:
                rows.heading(painter, y, self.heading_of(sector), shown)
                continue
            address = self._address(offset, rows.columns.address_digits)
            past_end = asking.ends_before(sector)
            length = scroll.rows.length(offset)
            spans = self._fields.spans(offset, offset + length - 1)
            rows.fields(painter, y, offset, spans)
            rows.bytes_row(painter, ByteRow(y, address, offset, length, shown, past_end), selected)
            role = self._bookmarks.role(offset, offset + length - 1)
            if role:
                rows.bookmark(painter, y, role)
            if offset <= selected.caret < offset + length:
                rows.caret(painter, y, selected.caret - offset, focused=selected.focused)

    def paint_words(self, painter: QPainter, box: QRect, text: str) -> None:
        """Say in *box* why there are no bytes."""
        painter.setFont(theme.ui_font())
        painter.setPen(theme.colour("danger" if self._asking.fault else "dim"))
        inside = box.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        plain.draw(painter, inside, flags, text)
