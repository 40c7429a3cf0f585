"""The card that follows the mouse over the map: what the cell under it holds."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from redoscope_core import SECTOR, State
from redoscope_gui import plain, theme
from redoscope_gui.file_words import class_name
from redoscope_gui.maps import MapClass, MapDrawn, MapMode
from redoscope_gui.requests import BytesRead, NameStretch, ReadBytes, StretchNamed
from redoscope_gui.session import Session
from redoscope_gui.views.map.card_lines import CardLine, CardLines
from redoscope_gui.views.map.colours import colour_of, name_of
from redoscope_gui.views.map.labels import label_font, share_text

__all__ = ["HoverCard"]

_BYTES = 16
_AWAY = 18
_MOST_LINES = 8
_READ_AFTER = 80


class HoverCard(QFrame):
    """Address range, classes with amounts, first bytes."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._session = session
        self._cell: tuple[object, ...] = ()
        self._told: list[CardLine] = []
        self._stretch = 0, 0
        self._is_content = False
        self._point = QPoint()
        self._offset = 0
        self._generation = 0
        self._reading = QTimer(self, singleShot=True, interval=_READ_AFTER)
        self._reading.timeout.connect(self._read)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("card")
        self.setAutoFillBackground(True)
        self.lines = CardLines(self)
        self._bytes = plain.Label(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.STEP, theme.HALF + 2, theme.STEP, theme.HALF + 2)
        column.setSpacing(theme.HALF)
        column.addWidget(self.lines)
        column.addWidget(self._bytes)
        self.hide()

    def show_cell(
        self, drawn: MapDrawn, cell: int, row: int, names: list[str], point: QPoint
    ) -> None:
        """Tell what a cell holds, beside *point*."""
        asked = drawn.scope
        if self._cell == (drawn, cell, row) and self.isVisible():
            self._place(point)
            return
        self._cell = (drawn, cell, row)
        start = asked.first_sector + cell * asked.sectors_per_cell
        end = min(start + asked.sectors_per_cell, asked.capacity)
        counts = drawn.counts(cell, row)
        matrix = asked.mode is MapMode.MATRIX
        mode = MapMode.OWNER if asked.mode is MapMode.HEAT else asked.mode
        lines = [
            CardLine(f"0x{start * SECTOR:X} … 0x{end * SECTOR - 1:X}", strong=True),
            CardLine(self._sectors_text(start, end)),
        ]
        if matrix and row < len(names):
            lines.insert(0, CardLine(f"{row} {names[row]}", strong=True))
        if asked.since is not None and asked.since != -1:
            told = self.tr("generation {b} compared with A, {a}")
            lines.append(CardLine(told.format(b=asked.generation, a=asked.since)))
        if asked.mode is MapMode.HEAT:
            lines.append(CardLine(name_of(asked.mode, int(drawn.classes[cell]), names)))
        shown = list(counts.items())[:_MOST_LINES]
        for kind, sectors in shown:
            name = name_of(mode, kind, names, alone=asked.chain.asks_parent)
            if matrix and kind == MapClass.ABSENT and not asked.chain.asks_parent:
                name = self.tr("not stored here")
            absent = kind == MapClass.ABSENT
            tint = theme.colour("dim") if absent else colour_of(mode, kind, len(names))
            share = share_text(sectors, end - start)
            text = f"{name}  {theme.amount(sectors * SECTOR)}  {share}"
            lines.append(CardLine(text, sign="□" if absent else "■", tint=tint))
        if len(counts) > len(shown):
            more = self.tr("and {count} more").format(count=len(counts) - len(shown))
            lines.append(CardLine(more))
        self._told = lines
        self._stretch = start, end
        self._is_content = asked.mode is MapMode.CONTENT
        self.lines.show_lines(lines)
        self._dress()
        self._bytes.setText("-- " * (_BYTES - 1) + "--")
        self._offset = start * SECTOR
        self._generation = row if matrix else asked.generation
        self._reading.start()
        self._place(point)

    def _read(self) -> None:
        """Ask for the first bytes, once the mouse rests."""
        chain = self._session.chain
        if chain is not None and self.isVisible():
            request = ReadBytes(chain, self._generation, self._offset, _BYTES)
            self._session.ask("map-card", request, self._show_bytes, self._show_fault)
            listed = self._session.files.listed_at(self._generation)
            if listed is not None and not self._session.is_alone:
                named = NameStretch(listed, *self._stretch)
                take = partial(self._show_files, self._cell)
                self._session.prefetch("map-card-files", named, take)

    def _show_files(self, cell: tuple[object, ...], named: StretchNamed) -> None:
        """Tell whose the cell is, below what it holds."""
        if cell is not self._cell or not self.isVisible():
            return
        others = [(class_name(kind), count) for kind, count in named.others]
        told = [*named.files, *([] if self._is_content else others)]
        lines = [CardLine(f"{name}  {theme.amount(count * SECTOR)}") for name, count in told]
        if named.more:
            more = self.tr("and {count} files more").format(count=theme.grouped(named.more))
            lines.insert(len(named.files), CardLine(more))
        self.lines.show_lines([*self._told, *lines])
        self._place(self._point)

    def _show_bytes(self, answer: BytesRead) -> None:
        """Show the first bytes of the cell."""
        if answer.faults:
            self._bytes.setText("?? " * (_BYTES - 1) + "??")
            return
        if answer.asks_parent and answer.states[:1] == (State.ABSENT,):
            self._bytes.setText(self.tr("asks the parent"))
            return
        start = self._offset - answer.offset
        self._bytes.setText(answer.data[start : start + _BYTES].hex(" ").upper())
        self.adjustSize()

    def _show_fault(self, _error: Exception) -> None:
        self._bytes.setText("?? " * (_BYTES - 1) + "??")

    def _dress(self) -> None:
        """Take fonts and colours of the theme."""
        back, edge = theme.colour("raised").name(), theme.colour("line_strong").name()
        sheet = f"#card {{ background: {back}; border: 1px solid {edge}; border-radius: 4px; }}"
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
        # Behind the sheet, which takes fonts back.
        self.lines.setFont(label_font())
        self._bytes.setFont(theme.hex_font(0.9))

    def _sectors_text(self, start: int, end: int) -> str:
        if end - start == 1:
            return self.tr("sector {first}").format(first=theme.grouped(start))
        text = self.tr("sectors {first} … {last}  {amount}")
        amount = theme.amount((end - start) * SECTOR)
        return text.format(first=theme.grouped(start), last=theme.grouped(end - 1), amount=amount)

    def _place(self, point: QPoint) -> None:
        """Stand beside *point*, inside the parent."""
        self._point = point
        self.adjustSize()
        room = self._over.rect()
        x, y = point.x() + _AWAY, point.y() + _AWAY
        if x + self.width() > room.right():
            x = point.x() - _AWAY - self.width()
        if y + self.height() > room.bottom():
            y = point.y() - _AWAY - self.height()
        self.move(max(0, x), max(0, y))
        self.show()
        self.raise_()
