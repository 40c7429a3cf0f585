"""The map as mouse and keys move it: click, double click, wheel, drag, hover, arrows, letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui.requests import MapMode
from redoscope_gui.session import Session
from redoscope_gui.views.map.canvas import MapCanvas
from redoscope_gui.views.map.card import HoverCard
from redoscope_gui.views.map.keys import cells_moved
from redoscope_gui.views.map.marks import Frame
from redoscope_gui.views.map.order import cell_at
from redoscope_gui.views.map.window import AddressWindow

if TYPE_CHECKING:
    from redoscope_gui.views.map.plot import MapPlot, Spot

__all__ = ["MapPicture"]

_SECTOR = 512


class MapPicture(MapCanvas):
    """A grid of cells that sets the cursor and is zoomed and panned."""

    bytes_wanted = Signal(object)
    """A cell was double-clicked or Enter pressed; carries the offset of its first byte."""
    curve_wanted = Signal()
    """The other layout of the cells is wanted."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._dragged_from: AddressWindow | None = None
        super().__init__(session, parent)
        self.card = HoverCard(session, self)
        session.chain_changed.connect(self.card.hide)

    @override
    def _listen(self, plot: MapPlot) -> None:
        plot.clicked.connect(self._clicked)
        plot.double_clicked.connect(self._double_clicked)
        plot.hovered.connect(self._hovered)
        plot.wheeled.connect(self._wheeled)
        plot.dragged.connect(self._dragged)
        plot.released.connect(self._released)

    def _cell_at(self, spot: Spot) -> tuple[int, int, int] | None:
        """Return the cell, the line of cells and the sector of *spot*; None past the end."""
        window = self.window_shown
        if window is None:
            return None
        column, row = int(spot.column), int(spot.row)
        matrix = self.mode is MapMode.MATRIX
        cell = column if matrix else cell_at(row, column, window)
        inside = int((spot.column - column) * window.per_cell)
        sector = window.sector_of(cell) + inside
        return (cell, row if matrix else 0, sector) if sector < window.capacity else None

    def _clicked(self, spot: Spot) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        found = self._cell_at(spot)
        window = self.window_shown
        if found is None or window is None:
            return
        cell, line, _ = found
        if self.mode is MapMode.MATRIX:
            self._session.select_generation(line, jump=False)
        self._session.go_to(window.sector_of(cell) * _SECTOR)

    def _double_clicked(self, spot: Spot) -> None:
        if self._cell_at(spot) is not None:
            self._clicked(spot)
            self.bytes_wanted.emit(self._session.cursor.offset)

    def _hovered(self, spot: Spot | None) -> None:
        found = None if spot is None else self._cell_at(spot)
        if self.plot is None or self.drawn is None or spot is None or found is None:
            self.card.hide()
            if self.plot is not None:
                self.plot.frame_hover(None)
            return
        self.plot.frame_hover(Frame(int(spot.column), int(spot.row)))
        cell, line, _ = found
        if self.drawn.request.cells > cell:
            point = self.mapFromGlobal(self.cursor().pos())
            self.card.show_cell(self.drawn, cell, line, self.names, point)

    def _wheeled(self, spot: Spot, notches: float) -> None:
        """Zoom by one step a notch; the sector under the mouse stays there."""
        found = self._cell_at(spot)
        if self.window_shown is not None and found is not None:
            self.card.hide()
            steps = 1 if notches > 0 else -1
            self.show_window(self.window_shown.zoomed(steps, found[0], found[2]))

    def _dragged(self, columns: float, rows: float) -> None:
        """Move the stretch with the mouse."""
        if self._dragged_from is None:
            self._dragged_from = self.window_shown
            self.moving = True
        window = self._dragged_from
        if window is not None:
            down = 0 if self.mode is MapMode.MATRIX else round(rows) * window.columns
            self.show_window(window.panned(-down - round(columns)))

    def _released(self) -> None:
        self._dragged_from = None
        self.moving = False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        window = self.window_shown
        text = event.text()
        wishes: dict[str, Callable[[], None]] = {
            "+": lambda: self.zoom(1),
            "=": lambda: self.zoom(1),
            "-": lambda: self.zoom(-1),
            "0": lambda: self.zoom(0),
            "]": lambda: self.go_to_change(True),
            "[": lambda: self.go_to_change(False),
            "h": self.curve_wanted.emit,
        }
        if window is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif text in wishes:
            wishes[text]()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.bytes_wanted.emit(self._session.cursor.offset)
        elif self.mode is MapMode.MATRIX and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._session.step_generation(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            target = cells_moved(event.key(), self._sector(), window)
            if target is None:
                super().keyPressEvent(event)
            else:
                self._session.go_to(target * _SECTOR, jump=False)
