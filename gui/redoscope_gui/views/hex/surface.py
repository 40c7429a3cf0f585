"""The bytes on screen: the widget that has what asks for them, their rows, and the hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget
from typing_extensions import override

from redoscope_core import SECTOR
from redoscope_gui import theme
from redoscope_gui.session import Session
from redoscope_gui.views.hex.asking import HexAsking
from redoscope_gui.views.hex.bookmarks import HexBookmarks
from redoscope_gui.views.hex.fields import HexFields
from redoscope_gui.views.hex.hand import HexHand
from redoscope_gui.views.hex.position import AddressUnit, DiskRows
from redoscope_gui.views.hex.rows import Selected
from redoscope_gui.views.hex.scroll import RowScroll
from redoscope_gui.views.hex.sheet import HexSheet
from redoscope_gui.views.hex.words import (
    byte_words,
    empty_words,
    past_end_heading,
    selected_words,
)

__all__ = ["HexSurface"]


class HexSurface(QAbstractScrollArea):
    """Rows of bytes of the generation at the cursor, with a cursor and a selection."""

    spoken_role = QAccessible.Role.Document

    selection_changed = Signal(object)
    """Other bytes are selected; carries (first, last), or None if only the cursor stands."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.asking = HexAsking(session, self)
        self.scrolling = RowScroll(self, lambda: self.sheet.columns.width)
        self.fields = HexFields(session, self)
        self.bookmarks = HexBookmarks(session, self)
        told = self.fields, self.bookmarks
        self.sheet = HexSheet(self.asking, self.scrolling, *told)
        self.hand = HexHand(session, self.scrolling, self.sheet, self.viewport())
        self._asking_soon = QTimer(self, singleShot=True, interval=0)
        self._asking_soon.timeout.connect(self.ask)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.asking.changed.connect(self.viewport().update)
        for each in told:
            each.changed.connect(self.viewport().update)
        self.asking.generation_changed.connect(self.sheet.forget)
        self.scrolling.top_changed.connect(self._asking_soon.start)
        self.hand.moved.connect(self.viewport().update)
        self.hand.moved.connect(self._asking_soon.start)
        self.hand.selection_changed.connect(self.selection_changed)
        session.chain_changed.connect(self._take_chain)
        session.generation_changed.connect(self._take_generation)
        session.cursor_changed.connect(self._take_cursor)
        session.comparison_changed.connect(self._take_generation)
        self._take_chain()

    def ask(self) -> None:
        """Ask for the visible bytes that are missing, and one screen each way."""
        self.asking.want(*self.scrolling.seen())
        self.fields.look(self.hand.caret)

    def show_columns(self, columns: int) -> None:
        """Show *columns* bytes a row, 0 for as many as fit."""
        self.sheet.want_columns(columns)
        self._lay_out()

    def show_unit(self, unit: AddressUnit) -> None:
        """Count addresses in *unit*."""
        self.sheet.want_unit(unit)
        self._lay_out()

    def show_encoding(self, encoding: str) -> None:
        """Read the text column as *encoding*."""
        self.sheet.want_encoding(encoding)
        self._lay_out()

    def spoken_value(self) -> str:
        """Return the byte at the cursor in words, and how many are selected."""
        asking, caret = self.asking, self.hand.caret
        if asking.chain is None:
            return self.tr("no disk is open")
        sector = caret // SECTOR
        if asking.ends_before(sector):
            return past_end_heading(sector).what
        generation = None if asking.chain.asks_parent else asking.generation
        words = byte_words(caret, asking.sector(sector), generation, asking.since)
        more = filter(None, (self.fields.words(caret), self.bookmarks.words(caret)))
        return ", ".join((words, *more)) + selected_words(*self.hand.selection)

    # --- following the session ---------------------------------------------------------------

    def _take_chain(self) -> None:
        """Show another chain from its cursor on, or nothing."""
        self.asking.take_chain()
        self.scrolling.rows = DiskRows(self.asking.capacity, self.scrolling.rows.columns)
        self.hand.begin(max(0, self._session.cursor.offset))
        self._session.marked.mark(None)
        self._lay_out()
        self.scrolling.show_offset(self.hand.caret)
        self._asking_soon.start()

    def _take_generation(self) -> None:
        """Show another generation as soon as its bytes are here."""
        self.asking.try_again()
        self._asking_soon.start()

    def _take_cursor(self, _cursor: object = None) -> None:
        """Follow the cursor of the session."""
        offset = max(0, self._session.cursor.offset)
        self.hand.follow(offset)
        self.viewport().update()
        self._asking_soon.start()
        self.scrolling.show_offset(offset)

    def _lay_out(self) -> None:
        """Measure again: font, theme, columns, addresses or chain changed."""
        self.sheet.forget()
        self.sheet.fit(self.hand.caret)
        self.scrolling.place_bars()
        self.viewport().update()

    # --- events ------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("field"))
        if self.asking.chain is None or self.asking.fault:
            broken = self._session.chain_error is not None
            words = self.asking.fault or empty_words(broken=broken)
            self.sheet.paint_words(painter, self.viewport().rect(), words)
            return
        selected = Selected(*self.hand.selection, self.hand.caret, self.hasFocus())
        self.sheet.paint(painter, event.rect().bottom(), selected)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.sheet.forget()
        self.sheet.fit(self.hand.caret)
        super().resizeEvent(event)
        self.scrolling.scroll_to(self.scrolling.top)
        self._asking_soon.start()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self.scrolling.measure()
            self.sheet.forget()
            self.scrolling.scroll_to(self.scrolling.top)
            self._lay_out()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.scrolling.turn(event):
            event.accept()
        else:
            super().wheelEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.hand.press(event):
            super().mousePressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hand.drag(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hand.release()
        super().mouseReleaseEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.asking.chain is not None and self.hand.key(event):
            event.accept()
        else:
            super().keyPressEvent(event)
