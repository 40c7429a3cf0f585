"""The hand on the bytes: where mouse and keys put the cursor, and what they select."""

from __future__ import annotations

from PySide6.QtCore import QBasicTimer, QObject, QPoint, QPointF, Qt, QTimerEvent, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui.session import Session
from redoscope_gui.views.hex.keys import moved
from redoscope_gui.views.hex.scroll import RowScroll
from redoscope_gui.views.hex.sheet import HexSheet

__all__ = ["HexHand"]

_SCROLL_EVERY = 30


class HexHand(QObject):
    """The cursor and the selection, as mouse and keys move them. It paints nothing."""

    moved = Signal(object)
    """The cursor was put on another byte or the selection is another; carries the offset."""
    selection_changed = Signal(object)
    """Other bytes are selected; carries (first, last), or None if only the cursor stands."""

    def __init__(
        self, session: Session, scroll: RowScroll, sheet: HexSheet, ground: QWidget
    ) -> None:
        """Move over *ground*, the widget that *scroll* and *sheet* measure in."""
        super().__init__(ground)
        self._session = session
        self._scroll = scroll
        self._sheet = sheet
        self._ground = ground
        self._drag = QBasicTimer()
        self._anchor = 0
        self._caret = 0
        self._elsewhere: tuple[int, int] | None = None
        session.marked.changed.connect(self._follow_marked)

    @property
    def caret(self) -> int:
        """Offset of the cursor."""
        return self._caret

    @property
    def selection(self) -> tuple[int, int]:
        """First and last selected offset; the same if only the cursor stands."""
        if self._elsewhere is not None:
            return self._elsewhere
        return min(self._anchor, self._caret), max(self._anchor, self._caret)

    def _tell(self) -> None:
        """Tell which bytes are selected now."""
        first, last = self.selection
        span = None if first == last else (first, last)
        self._session.marked.mark(span)
        self.selection_changed.emit(span)

    def _follow_marked(self) -> None:
        """Select what was selected elsewhere, or nothing; the cursor stays."""
        span, (first, last) = self._session.marked.span, self.selection
        if span == (None if first == last else (first, last)):
            return
        self._elsewhere, self._anchor = span, self._caret
        self.selection_changed.emit(span)

    def begin(self, offset: int) -> None:
        """Stand at *offset* of another disk; nobody is told."""
        self._caret = self._anchor = offset
        self._elsewhere = None

    def follow(self, offset: int) -> None:
        """Stand at *offset*, where the cursor of the session went; nothing is selected."""
        if offset != self._caret:
            self.begin(offset)
            self._tell()

    def select(self, first: int, last: int) -> None:
        """Select bytes and put the cursor on the first."""
        self._anchor, self._elsewhere = last, None
        self._move_to(first, keep_anchor=True)

    def _move_to(self, offset: int, *, keep_anchor: bool) -> None:
        """Put the cursor on *offset*; the selection grows to it if the anchor stays."""
        offset = min(max(0, offset), max(0, self._scroll.rows.capacity - 1))
        if self._elsewhere is not None:
            first, last = self._elsewhere
            self._anchor = first if offset >= first else last
            self._elsewhere = None
        self._caret = offset
        if not keep_anchor:
            self._anchor = offset
        self._tell()
        self._session.go_to(offset, jump=False)
        column = self._scroll.rows.column_of(offset)
        self._scroll.show_span(*self._sheet.columns.span(column, column))
        self.moved.emit(offset)

    # --- mouse -------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> bool:
        """Begin a selection, or stretch the present one; return whether there is a byte."""
        offset = self._sheet.offset_at(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or offset is None:
            return False
        self._move_to(offset, keep_anchor=_shifted(event))
        self._drag.start(_SCROLL_EVERY, self)
        return True

    def drag(self, event: QMouseEvent) -> None:
        """Stretch the selection that was begun."""
        if event.buttons() & Qt.MouseButton.LeftButton and self._drag.isActive():
            self.drag_to(event.position())

    def release(self) -> None:
        """Leave the selection as it is."""
        self._drag.stop()

    @override
    def timerEvent(self, event: QTimerEvent) -> None:
        """Scroll while the mouse is held above or below the rows."""
        point = QPointF(self._ground.mapFromGlobal(QCursor.pos()))
        if not self._scroll.row_height <= point.y() < self._scroll.bottom():
            self.drag_to(point)

    def drag_to(self, point: QPointF) -> None:
        """Let the selection reach to *point*; above or below the rows it scrolls by one."""
        top, bottom = self._scroll.row_height, self._scroll.bottom()
        if point.y() < top:
            self._scroll.scroll_to(self._scroll.top - 1)
        elif point.y() >= bottom:
            self._scroll.scroll_to(self._scroll.top + 1)
        inside = min(max(point.y(), top), bottom - 1)
        offset = self._sheet.offset_at(QPoint(int(point.x()), int(inside)))
        if offset is not None:
            self._move_to(offset, keep_anchor=True)

    # --- keys --------------------------------------------------------------------------------

    def key(self, event: QKeyEvent) -> bool:
        """Move the cursor by a key; return whether it is one that does."""
        scroll = self._scroll
        target = moved(event, self._caret, scroll.rows, scroll.visible_rows())
        if target is None:
            return False
        self._move_to(target, keep_anchor=_shifted(event))
        return True


def _shifted(event: QMouseEvent | QKeyEvent) -> bool:
    """Return whether the selection is to be stretched."""
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
