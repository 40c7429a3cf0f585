"""Two linked panes of bytes: A at the left, B at the right; one scroll, and the one cursor."""

from __future__ import annotations

from functools import lru_cache, partial

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_core import SECTOR, Chain
from redoscope_gui import plain, theme
from redoscope_gui.maps import OtherDisk
from redoscope_gui.requests import BytesRead, ReadBytes
from redoscope_gui.session import Session
from redoscope_gui.speaking import install, value_spoken

__all__ = ["HexPair"]

_WIDE, _NARROW = 16, 8
_BEFORE = 2
"""Rows that are seen above the one of the cursor."""
_NOTCH = 120
_ROWS_A_NOTCH = 3
_UNREAD = "··"
_UNREADABLE = "??"
_SIDES = ("a", "b")


class HexPair(QWidget):
    """The bytes of both generations around the cursor; what differs is marked in both."""

    spoken_role = QAccessible.Role.Chart

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        install()
        self._session = session
        self._sides: dict[str, BytesRead] = {}
        self._top = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        plain.set_name(self, self.tr("Bytes of A and B side by side"))
        session.chain_changed.connect(self._begin)
        session.comparison_changed.connect(self._begin)
        session.cursor_changed.connect(self._follow)

    # --- where things are --------------------------------------------------------------------

    @property
    def columns(self) -> int:
        """Bytes a row of each side."""
        return _WIDE if self._needed(_WIDE) <= self.width() else _NARROW

    @property
    def rows(self) -> int:
        """Rows in view."""
        return max(1, self.height() // self._line() - 1)

    def _line(self) -> int:
        return _cell(theme.zoom())[1]

    def _letter(self) -> int:
        return _cell(theme.zoom())[0]

    def _digits(self) -> int:
        chain = self._session.chain
        return max(8, len(f"{(chain.capacity if chain else 1) * SECTOR:X}"))

    def _needed(self, columns: int) -> int:
        return self._letter() * (self._digits() + 2 + 2 * (3 * columns + 2))

    def _left(self, side: int) -> int:
        """Return where the bytes of A (0) or B (1) begin."""
        return self._letter() * (self._digits() + 2 + side * (3 * self.columns + 2))

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._needed(_WIDE), self._line() * 12)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._needed(_NARROW), self._line() * 4)

    # --- following and asking ----------------------------------------------------------------

    def _begin(self) -> None:
        self._sides.clear()
        self._follow()

    def _follow(self, _cursor: object = None) -> None:
        """Bring the cursor into view; who shows the pair again does that, too."""
        if not self.isVisible():
            return
        offset, columns = max(0, self._session.cursor.offset), self.columns
        row = offset // columns
        top = self._top // columns
        if not top <= row < top + self.rows:
            top = max(0, row - _BEFORE)
        self.scroll_to(top * columns)

    def scroll_to(self, offset: int) -> None:
        """Show the bytes from the row of *offset* on, in both sides."""
        chain = self._session.chain
        last = 0 if chain is None else max(0, chain.capacity * SECTOR - self.columns)
        self._top = min(max(0, offset), last) // self.columns * self.columns
        self._ask()
        self.update()

    def _ask(self) -> None:
        session, since = self._session, self._session.generation_a
        if session.chain is None or since is None or not self.isVisible():
            return
        length = self.rows * self.columns
        if isinstance(since, OtherDisk):
            older = ReadBytes(since.chain, since.generation, self._top, length)
        else:
            older = ReadBytes(session.chain, since, self._top, length)
        newer = ReadBytes(session.chain, session.cursor.generation, self._top, length, since)
        session.ask("compare-a", older, partial(self._take, "a"))
        session.ask("compare-b", newer, partial(self._take, "b"))

    def _take(self, side: str, answer: BytesRead) -> None:
        self._sides[side] = answer
        self.update()
        value_spoken(self, self.spoken_value())

    def pair_at(self, offset: int) -> tuple[int | None, int | None, bool]:
        """Return the byte in A, the byte in B, and whether they differ; None if not read."""
        found: list[int | None] = []
        for side in _SIDES:
            read = self._sides.get(side)
            inside = read is not None and read.offset <= offset < read.end
            known = inside and read is not None and not _faulty(read, offset)
            found.append(read.data[offset - read.offset] if known and read is not None else None)
        older, newer = found
        return older, newer, None not in found and older != newer

    def is_unreadable(self, side: str, offset: int) -> bool:
        """Tell whether the byte at *offset* was asked for on *side*, and can't be read."""
        read = self._sides.get(side)
        return read is not None and read.offset <= offset < read.end and _faulty(read, offset)

    def spoken_value(self) -> str:
        """Return both bytes at the cursor in words."""
        offset = self._session.cursor.offset
        if any(self.is_unreadable(side, offset) for side in _SIDES):
            return self.tr("can't be read")
        older, newer, differs = self.pair_at(offset)
        if older is None or newer is None:
            return self.tr("being read")
        text = self.tr("offset 0x{offset:X}, A {a:02X}, B {b:02X}")
        words = text.format(offset=self._session.cursor.offset, a=older, b=newer)
        return words + (self.tr(", they differ") if differs else self.tr(", the same"))

    # --- painting ----------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("field"))
        session, since = self._session, self._session.generation_a
        if session.chain is None or since is None:
            painter.setPen(theme.colour("dim"))
            words = self.tr("Choose a generation A: A|B in the timeline, or D")
            plain.draw(painter, self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        line = self._line()
        painter.fillRect(QRect(0, 0, self.width(), line), theme.colour("panel"))
        painter.setPen(theme.colour("dim"))
        painter.setFont(theme.number_font(0.95))
        for side, title in enumerate(self.titles):
            box = QRect(self._left(side), 0, self._letter() * 3 * self.columns, line)
            fitting = plain.elided(
                painter.fontMetrics(), title, Qt.TextElideMode.ElideMiddle, box.width()
            )
            plain.draw(painter, box, Qt.AlignmentFlag.AlignVCenter, fitting)
        painter.setFont(theme.hex_font())
        for row in range(self.rows):
            self._paint_row(painter, row, line)
        self._paint_cursor(painter, line)

    @property
    def titles(self) -> tuple[str, ...]:
        """What stands above A and above B."""
        chain, since = self._session.chain, self._session.generation_a
        if chain is None or since is None:
            return ()
        shown = self._session.cursor.generation
        older = f"A  {since}" if isinstance(since, OtherDisk) else _title("A", chain, since)
        return older, _title("B", chain, shown)

    def _paint_row(self, painter: QPainter, row: int, line: int) -> None:
        chain = self._session.chain
        offset, top = self._top + row * self.columns, (row + 1) * line
        if chain is None or offset >= chain.capacity * SECTOR:
            return
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.colour("faint"))
        address = f"{offset:0{self._digits()}X}"
        plain.draw(painter, QRect(4, top, self._left(0), line), middle, address)
        for column in range(self.columns):
            older, newer, differs = self.pair_at(offset + column)
            for side, byte in enumerate((older, newer)):
                box = self._box(side, row, column)
                if differs:
                    painter.fillRect(box, theme.colour("changed"))
                usual = "text" if byte else "faint"
                painter.setPen(theme.colour("changed_text" if differs else usual))
                lost = byte is None and self.is_unreadable(_SIDES[side], offset + column)
                text = f"{byte:02X}" if byte is not None else _UNREADABLE if lost else _UNREAD
                plain.draw(painter, box, Qt.AlignmentFlag.AlignCenter, text)

    def _box(self, side: int, row: int, column: int) -> QRect:
        letter, line = self._letter(), self._line()
        return QRect(self._left(side) + 3 * column * letter, (row + 1) * line, 3 * letter, line)

    def _paint_cursor(self, painter: QPainter, line: int) -> None:
        row, column = divmod(self._session.cursor.offset - self._top, self.columns)
        if 0 <= row < self.rows:
            painter.setPen(QPen(theme.colour("cursor" if self.hasFocus() else "dim"), 1))
            for side in (0, 1):
                painter.drawRect(self._box(side, row, column).adjusted(0, 0, -1, -1))
        painter.setPen(QPen(theme.colour("line"), 1))
        x = self._left(1) - self._letter()
        painter.drawLine(x, 0, x, (self.rows + 1) * line)

    # --- mouse and keys ----------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        row = place.y() // self._line() - 1
        side = 1 if place.x() >= self._left(1) else 0
        column = (place.x() - self._left(side)) // (3 * self._letter())
        if event.button() is Qt.MouseButton.LeftButton and 0 <= row < self.rows:
            inside = min(max(0, column), self.columns - 1)
            self._session.go_to(self._top + row * self.columns + inside)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        rows = round(-event.angleDelta().y() / _NOTCH * _ROWS_A_NOTCH)
        self.scroll_to(self._top + rows * self.columns)
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, columns = Qt.Key, self.columns
        steps = {
            key.Key_Left: -1,
            key.Key_Right: 1,
            key.Key_Up: -columns,
            key.Key_Down: columns,
            key.Key_PageUp: -columns * self.rows,
            key.Key_PageDown: columns * self.rows,
        }
        step = steps.get(key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._session.go_to(self._session.cursor.offset + step, jump=False)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theme.dressed(event):
            self.updateGeometry()
            self._follow()


@lru_cache(maxsize=4)
def _cell(_zoom: float) -> tuple[int, int]:
    """Return how wide a digit is and how high a line, in pixels; every byte that is drawn asks."""
    metrics = QFontMetrics(theme.hex_font())
    return metrics.horizontalAdvance("0"), metrics.height() + 2


def _title(letter: str, chain: Chain, generation: int) -> str:
    return f"{letter}  {generation} {chain.links[generation].path.name}"


def _faulty(read: BytesRead, offset: int) -> bool:
    """Return whether the sector of *offset* could not be read."""
    sector = offset // SECTOR
    return any(fault.sector <= sector < fault.sector + fault.count for fault in read.faults)
