"""The bytes of the hex view: asks for what it shows, and paints what it holds."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_core import Chain, State
from redoscope_gui import plain, theme
from redoscope_gui.requests import BytesRead, ReadBytes
from redoscope_gui.session import Session
from redoscope_gui.views.hex.blocks import Blocks
from redoscope_gui.views.hex.columns import Columns, fitting
from redoscope_gui.views.hex.position import (
    FITTING_COLUMNS,
    SECTOR,
    AddressUnit,
    Layout,
    address_text,
)
from redoscope_gui.views.hex.rows import ByteRow, Heading, RowPainter, Selected
from redoscope_gui.views.hex.scroll import RowScroll
from redoscope_gui.views.hex.words import (
    empty_words,
    past_end_heading,
    sector_heading,
)

__all__ = ["HexSheet"]

_FEWEST_DIGITS = 8
_DRESSING = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange)


class HexSheet(RowScroll):
    """Rows of bytes of the generation at the cursor."""

    selection_changed = Signal(object)
    """Other bytes are selected; carries (first, last), or None if only the cursor stands."""
    bytes_shown = Signal()
    """Bytes came that were asked for."""
    shown_generation_changed = Signal(object)
    """The rows now show another generation; carries its index."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._blocks = Blocks()
        self._chain: Chain | None = None
        self._painter: RowPainter | None = None
        self._fault = ""
        self._told: set[tuple[Path | None, str]] = set()
        self._anchor = 0
        self._caret = 0
        self._columns = 0
        self._visible_before = 0
        self.unit = AddressUnit.BYTE
        self.generation = 0
        """The generation the rows show; follows the cursor as soon as its bytes are here."""
        self._asking = QTimer(self)
        self._asking.setSingleShot(True)
        self._asking.setInterval(0)
        self._asking.timeout.connect(self._ask)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.top_changed.connect(self._ask_soon)
        session.chain_changed.connect(self._take_chain)
        session.generation_changed.connect(self._take_generation)
        session.cursor_changed.connect(self._take_cursor)
        self._take_chain()

    # --- what is shown -----------------------------------------------------------------------

    @property
    def caret(self) -> int:
        """Offset of the cursor."""
        return self._caret

    @property
    def selection(self) -> tuple[int, int]:
        """First and last selected offset; the same if only the cursor stands."""
        return min(self._anchor, self._caret), max(self._anchor, self._caret)

    def byte_at(self, offset: int) -> int | None:
        """Return the byte shown at *offset*, or None while it is being read."""
        found = self._blocks.byte(self.generation, offset)
        return None if found is None else found[0]

    def unreadable_at(self, offset: int) -> bool:
        """Return whether the sector of *offset* is here and cannot be read."""
        shown = self._blocks.sector(self.generation, offset // SECTOR)
        return shown is not None and shown.state is State.UNREADABLE

    def heading_of(self, sector: int) -> Heading:
        """Return the words that stand above a sector."""
        grain = self._chain.grain_size if self._chain else 1
        names = [link.path.name for link in self._chain.links] if self._chain else []
        shown = self._blocks.sector(self.generation, sector)
        if sector >= self._end_of(self.generation):
            return past_end_heading(sector)
        return sector_heading(sector, grain, shown, self.generation, names)

    def show_columns(self, columns: int) -> None:
        """Show *columns* bytes a row, 0 for as many as fit."""
        self._columns = columns
        self._lay_out()

    def _fit_columns(self) -> None:
        """Take the columns that are wanted or fit; the cursor stays in sight if it was."""
        room = self.viewport().width()
        digits = self._address_digits()
        columns = self._columns or fitting(self._advance(), digits, FITTING_COLUMNS, room)
        seen = self.top <= self.rows.row_of(self._caret) < self.top + self._visible_before
        top, self._visible_before = self.top, self.visible_rows()
        if columns != self.rows.columns:
            offset = self.rows.first_offset(top)
            self._painter = None
            self.rows = Layout(self.rows.sectors, columns)
            top = self.rows.row_of(offset) - (offset % SECTOR == 0)
        if seen:
            top = self.rows.top_showing(self._caret, top, self._visible_before)
        self.scroll_to(top)

    def show_unit(self, unit: AddressUnit) -> None:
        """Count addresses in *unit*."""
        self.unit = unit
        self._lay_out()

    def _take_chain(self) -> None:
        """Show another chain from its cursor on, or nothing."""
        self._chain = self._session.chain
        self._blocks.clear()
        self._told.clear()
        self._fault = ""
        self.rows = Layout(self._chain.capacity if self._chain else 0, self.rows.columns)
        self.generation = self._session.cursor.generation
        self._caret = self._anchor = max(0, self._session.cursor.offset)
        self._lay_out()
        self.scroll_to(self.rows.top_showing(self._caret, self.top, self.visible_rows()))
        self._ask_soon()

    def _take_generation(self) -> None:
        """Show another generation as soon as its bytes are here."""
        self._fault = ""
        self._ask_soon()

    def _take_cursor(self, _cursor: object = None) -> None:
        """Follow the cursor of the session."""
        offset = max(0, self._session.cursor.offset)
        if offset != self._caret:
            self._caret = self._anchor = offset
            self.selection_changed.emit(None)
            self.viewport().update()
        self.scroll_to(self.rows.top_showing(offset, self.top, self.visible_rows()))

    def _lay_out(self) -> None:
        """Measure again: font, theme, columns, addresses or chain changed."""
        self._painter = None
        self._fit_columns()
        self.place_bars()
        self.viewport().update()

    # --- asking ------------------------------------------------------------------------------

    def _ask_soon(self, _top: object = None) -> None:
        self._asking.start()

    def _ask(self) -> None:
        """Ask for the visible bytes that are missing, and one screen each way."""
        chain = self._chain
        if chain is None or self._session.generation_chain is None:
            return
        wanted = self._session.cursor.generation
        visible = self.visible_rows() + 1
        start = self.rows.first_offset(max(0, self.top - visible))
        end = self.rows.first_offset(min(self.top + 2 * visible, self.rows.rows - 1)) + SECTOR
        missing = self._blocks.missing(wanted, start, min(end, self._end_of(wanted) * SECTOR))
        if missing is None:
            self._show_generation(wanted)
            return
        low, high = missing
        request = ReadBytes(chain, wanted, low, high - low)
        self._session.ask("hex", request, self._take, self._failed)

    def _end_of(self, generation: int) -> int:
        """Return the sectors of a generation: an older one may be smaller."""
        links = self._chain.links if self._chain else ()
        return links[generation].capacity if generation < len(links) else 0

    def _take(self, answer: BytesRead) -> None:
        """Hold the bytes that came."""
        self._blocks.add(answer)
        self._fault = ""
        self._tell_faults(answer)
        if answer.generation == self._session.cursor.generation:
            self._show_generation(answer.generation)
        self.viewport().update()
        self.bytes_shown.emit()

    def _tell_faults(self, answer: BytesRead) -> None:
        """Put what cannot be read into Problems: once for each file and kind of damage."""
        for error in (fault.error for fault in answer.faults):
            if (error.path, error.what) not in self._told:
                self._told.add((error.path, error.what))
                self._session.report(error)

    def _failed(self, error: Exception) -> None:
        """Say why there are no bytes, here and in Problems."""
        self._fault = str(error)
        self._session.report(error)
        self.viewport().update()

    def _show_generation(self, generation: int) -> None:
        if generation != self.generation:
            self.generation = generation
            self._painter = None
            self.shown_generation_changed.emit(generation)
        self.viewport().update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._painter = None
        self._fit_columns()
        super().resizeEvent(event)
        self._ask_soon()

    # --- painting ----------------------------------------------------------------------------

    @override
    def measure(self) -> None:
        super().measure()
        self._painter = None

    @override
    def content_width(self) -> int:
        return self._rows_painter().columns.width

    def _rows_painter(self) -> RowPainter:
        """Return the painter for the present font, theme and layout."""
        if self._painter is None:
            columns = Columns(self._advance(), self._address_digits(), self.rows.columns)
            width = self.viewport().width()
            self._painter = RowPainter(columns, self.row_height, width, self.generation)
        return self._painter

    def _advance(self) -> int:
        """Return the pixels of one character."""
        return QFontMetrics(theme.hex_font()).horizontalAdvance("0")

    def _address_digits(self) -> int:
        last = self._address(max(0, self.rows.capacity - 1), 1)
        return max(_FEWEST_DIGITS, len(last))

    def _address(self, offset: int, digits: int) -> str:
        grain = self._chain.grain_size if self._chain else 1
        return address_text(offset, self.unit, grain, digits)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("field"))
        if self._chain is None or self._fault:
            self._paint_words(painter)
            return
        rows = self._rows_painter()
        painter.translate(-self.horizontalScrollBar().value(), 0)
        rows.ruler(painter, 0, self._ruler_title())
        first, last = self.selection
        selected = Selected(first, last, self._caret, self.hasFocus())
        height = self.row_height
        for line in range(self.visible_rows()):  # no row is cut: what is left below stays quiet
            row = self.top + line
            y = (line + 1) * height
            if row >= self.rows.rows or y > event.rect().bottom():
                break
            sector, offset = self.rows.place(row)
            shown = self._blocks.sector(self.generation, sector)
            past_end = sector >= self._end_of(self.generation)
            if offset is None:
                rows.heading(painter, y, self.heading_of(sector), shown)
                continue
            address = self._address(offset, rows.columns.address_digits)
            rows.bytes_row(painter, ByteRow(y, address, offset, shown, past_end), selected)
            if offset <= self._caret < offset + self.rows.columns:
                rows.caret(painter, y, self._caret - offset, focused=self.hasFocus())

    def _ruler_title(self) -> str:
        words = (self.tr("offset"), self.tr("sector+"), self.tr("grain+"))
        return dict(zip(AddressUnit, words, strict=True))[self.unit]

    def _paint_words(self, painter: QPainter) -> None:
        """Say why there are no bytes."""
        painter.setFont(theme.ui_font())
        painter.setPen(theme.colour("danger" if self._fault else "dim"))
        box = self.viewport().rect().adjusted(24, 24, -24, -24)
        text = self._fault or empty_words(broken=self._session.chain_error is not None)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        plain.draw(painter, QRect(box), flags, text)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _DRESSING:
            self._lay_out()
