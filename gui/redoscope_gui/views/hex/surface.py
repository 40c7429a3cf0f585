"""The bytes of the hex view: asks for what it shows, paints what it holds, moves the cursor."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QBasicTimer,
    QEvent,
    QPoint,
    QPointF,
    QRect,
    Qt,
    QTimer,
    QTimerEvent,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_core import Chain, State
from redoscope_gui import theme
from redoscope_gui.requests import BytesRead, ReadBytes
from redoscope_gui.session import Session
from redoscope_gui.views.hex.blocks import Blocks
from redoscope_gui.views.hex.columns import Columns
from redoscope_gui.views.hex.keys import moved
from redoscope_gui.views.hex.position import SECTOR, AddressUnit, Layout, address_text
from redoscope_gui.views.hex.rows import ByteRow, Heading, RowPainter, Selected
from redoscope_gui.views.hex.scroll import RowScroll
from redoscope_gui.views.hex.words import (
    byte_words,
    empty_words,
    past_end_heading,
    sector_heading,
    selected_words,
)

__all__ = ["HexSurface"]

_SCROLL_EVERY = 30
_FEWEST_DIGITS = 8


class HexSurface(RowScroll):
    """Rows of bytes of the generation at the cursor."""

    spoken_role = QAccessible.Role.Document

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
        self._drag = QBasicTimer()
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

    def spoken_value(self) -> str:
        """Return the byte at the cursor in words, and how many are selected."""
        if self._chain is None:
            return self.tr("no disk is open")
        if self._caret >= self._end_of(self.generation) * SECTOR:
            return past_end_heading(self._caret // SECTOR).what
        shown = self._blocks.sector(self.generation, self._caret // SECTOR)
        words = byte_words(self._caret, shown, self.generation)
        return words + selected_words(*self.selection)

    def heading_of(self, sector: int) -> Heading:
        """Return the words that stand above a sector."""
        grain = self._chain.grain_size if self._chain else 1
        names = [link.path.name for link in self._chain.links] if self._chain else []
        shown = self._blocks.sector(self.generation, sector)
        if sector >= self._end_of(self.generation):
            return past_end_heading(sector)
        return sector_heading(sector, grain, shown, self.generation, names)

    def show_columns(self, columns: int) -> None:
        """Show *columns* bytes a row; the byte at the top stays there."""
        offset = self.rows.first_offset(self.top)
        self.rows = Layout(self.rows.sectors, columns)
        self._lay_out()
        self.scroll_to(self.rows.row_of(offset) - (offset % SECTOR == 0))

    def show_unit(self, unit: AddressUnit) -> None:
        """Count addresses in *unit*."""
        self.unit = unit
        self._lay_out()

    def select(self, first: int, last: int) -> None:
        """Select bytes and put the cursor on the first."""
        self._anchor = last
        self._move_to(first, keep_anchor=True)

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
            advance = QFontMetrics(theme.hex_font()).horizontalAdvance("0")
            columns = Columns(advance, self._address_digits(), self.rows.columns)
            width = self.viewport().width()
            self._painter = RowPainter(columns, self.row_height, width, self.generation)
        return self._painter

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
        for line in range(self.viewport().height() // height + 1):
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
        painter.drawText(QRect(box), flags, text)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._lay_out()

    # --- mouse and keys ----------------------------------------------------------------------

    def offset_at(self, point: QPoint) -> int | None:
        """Return the offset under *point* of the viewport, or None outside the bytes."""
        row = self.top + point.y() // self.row_height - 1
        column = self._rows_painter().columns.column_at(
            point.x() + self.horizontalScrollBar().value()
        )
        if not 0 <= row < self.rows.rows or point.y() < self.row_height:
            return None
        sector, offset = self.rows.place(row)
        if offset is None:
            return sector * SECTOR
        return offset if column is None else offset + column

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        offset = self.offset_at(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or offset is None:
            super().mousePressEvent(event)
            return
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._move_to(offset, keep_anchor=extend)
        self._drag.start(_SCROLL_EVERY, self)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._drag.isActive():
            self._drag_to(event.position())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag.stop()
        super().mouseReleaseEvent(event)

    @override
    def timerEvent(self, event: QTimerEvent) -> None:
        """Scroll while the mouse is held above or below the rows."""
        if event.timerId() != self._drag.timerId():
            super().timerEvent(event)
            return
        point = QPointF(self.viewport().mapFromGlobal(self.cursor().pos()))
        if not self.row_height <= point.y() < self.viewport().height():
            self._drag_to(point)

    def _drag_to(self, point: QPointF) -> None:
        if point.y() < self.row_height:
            self.scroll_to(self.top - 1)
        elif point.y() >= self.viewport().height():
            self.scroll_to(self.top + 1)
        inside = min(max(point.y(), self.row_height), self.viewport().height() - 1)
        offset = self.offset_at(QPoint(int(point.x()), int(inside)))
        if offset is not None:
            self._move_to(offset, keep_anchor=True)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        target = moved(event, self._caret, self.rows, self.visible_rows())
        if target is None or self._chain is None:
            super().keyPressEvent(event)
            return
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._move_to(target, keep_anchor=extend)
        event.accept()

    def _move_to(self, offset: int, *, keep_anchor: bool) -> None:
        """Put the cursor on *offset*; the selection grows to it if the anchor stays."""
        offset = min(max(0, offset), max(0, self.rows.capacity - 1))
        self._caret = offset
        if not keep_anchor:
            self._anchor = offset
        first, last = self.selection
        self.selection_changed.emit(None if first == last else (first, last))
        self._session.go_to(offset, jump=False)
        column = offset % self.rows.columns
        self.show_span(*self._rows_painter().columns.span(column, column))
        self.viewport().update()
