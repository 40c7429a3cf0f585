"""The bytes as mouse and keys move over them: cursor, selection, and what they say aloud."""

from __future__ import annotations

from PySide6.QtCore import QBasicTimer, QPoint, QPointF, Qt, QTimerEvent
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui.session import Session
from redoscope_gui.views.hex.keys import moved
from redoscope_gui.views.hex.position import SECTOR
from redoscope_gui.views.hex.sheet import HexSheet
from redoscope_gui.views.hex.words import byte_words, past_end_heading, selected_words

__all__ = ["HexSurface"]

_SCROLL_EVERY = 30


class HexSurface(HexSheet):
    """Rows of bytes with a cursor and a selection."""

    spoken_role = QAccessible.Role.Document

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._drag = QBasicTimer()
        super().__init__(session, parent)

    def spoken_value(self) -> str:
        """Return the byte at the cursor in words, and how many are selected."""
        if self._chain is None:
            return self.tr("no disk is open")
        if self._caret >= self._end_of(self.generation) * SECTOR:
            return past_end_heading(self._caret // SECTOR).what
        shown = self._blocks.sector(self.generation, self._caret // SECTOR)
        words = byte_words(self._caret, shown, self.generation)
        return words + selected_words(*self.selection)

    def select(self, first: int, last: int) -> None:
        """Select bytes and put the cursor on the first."""
        self._anchor = last
        self._move_to(first, keep_anchor=True)

    # --- mouse and keys ----------------------------------------------------------------------

    def _bottom(self) -> int:
        """Return where the last whole row ends."""
        return (self.visible_rows() + 1) * self.row_height

    def offset_at(self, point: QPoint) -> int | None:
        """Return the offset under *point* of the viewport, or None outside the bytes."""
        row = self.top + point.y() // self.row_height - 1
        column = self._rows_painter().columns.column_at(
            point.x() + self.horizontalScrollBar().value()
        )
        shown = self.row_height <= point.y() < self._bottom()
        if not shown or not 0 <= row < self.rows.rows:
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
        if not self.row_height <= point.y() < self._bottom():
            self._drag_to(point)

    def _drag_to(self, point: QPointF) -> None:
        if point.y() < self.row_height:
            self.scroll_to(self.top - 1)
        elif point.y() >= self._bottom():
            self.scroll_to(self.top + 1)
        inside = min(max(point.y(), self.row_height), self._bottom() - 1)
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
