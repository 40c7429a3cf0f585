"""The map as mouse and keys move it: click, double click, wheel, drag, hover, arrows, letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from redoscope_gui import theme
from redoscope_gui.maps import MapMode
from redoscope_gui.session import Session
from redoscope_gui.speaking import value_spoken
from redoscope_gui.views.map.canvas import MapCanvas
from redoscope_gui.views.map.card import HoverCard
from redoscope_gui.views.map.keys import cells_moved
from redoscope_gui.views.map.marks import Frame
from redoscope_gui.views.map.order import cell_at, marked_places
from redoscope_gui.views.map.selection import Selection, SelectionChip
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
    selection_changed = Signal(object)
    """Another stretch is selected; carries (first sector, sectors), or None."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._dragged_from: AddressWindow | None = None
        self.selection: Selection | None = None
        """The stretch that is selected."""
        super().__init__(session, parent)
        self.card = HoverCard(session, self)
        self.chip = SelectionChip(self)
        self.chip.dismissed.connect(self.select_nothing)
        self.chip.copied.connect(lambda words: session.message.emit(self.tr("Copied: ") + words))
        self.map_shown.connect(self._mark_selection)
        session.chain_changed.connect(self.card.hide)
        session.chain_changed.connect(self.select_nothing)

    @override
    def _listen(self, plot: MapPlot) -> None:
        plot.clicked.connect(self._clicked)
        plot.double_clicked.connect(self._double_clicked)
        plot.hovered.connect(self._hovered)
        plot.wheeled.connect(self._wheeled)
        plot.dragged.connect(self._dragged)
        plot.released.connect(self._released)
        plot.selecting.connect(self._selecting)
        plot.extended.connect(self._extended)

    def _cell_at(self, spot: Spot) -> tuple[int, int, int] | None:
        """Return the cell, the line of cells and the sector of *spot*; None past the end."""
        window = self.window_shown
        if window is None:
            return None
        column, row = int(spot.column), int(spot.row)
        if column >= window.columns or (window.curved and row >= window.columns):
            return None  # the picture is still that of another window, and larger
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
        self.select_nothing()
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
        # The picture may still be that of another mode, with fewer lines and cells.
        if self.drawn.scope.cells > cell and line < len(self.drawn.sources):
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

    # --- the selected stretch ------------------------------------------------------------------

    def select(self, anchor: int, caret: int) -> None:
        """Select the cells from the one of sector *anchor* to the one of sector *caret*."""
        window = self.window_shown
        if window is not None:
            step = window.per_cell
            ends = (anchor // step * step, caret // step * step)
            self._show_selection(Selection(*ends, step, window.capacity))

    def select_nothing(self) -> None:
        """Let the selection go."""
        if self.selection is not None:
            self._show_selection(None)

    def _show_selection(self, selection: Selection | None) -> None:
        self.selection = selection
        self.chip.show_selection(selection)
        self._mark_selection()
        told = None if selection is None else (selection.first, selection.count)
        self.selection_changed.emit(told)
        value_spoken(self, self.spoken_value())

    @override
    def spoken_value(self) -> str:
        words = super().spoken_value()
        if self.selection is None:
            return words
        count = theme.grouped(self.selection.count)
        return f"{words}, " + self.tr("{count} sectors selected").format(count=count)

    def _mark_selection(self, _drawn: object = None) -> None:
        """Mark the selected cells of the stretch on screen."""
        window, plot, drawn = self.drawn_window, self.plot, self.drawn
        if plot is None or window is None or drawn is None:
            return
        if self.selection is None:
            plot.mark_cells(None)
        else:
            rows = drawn.scope.rows if self.mode is MapMode.MATRIX else window.rows
            plot.mark_cells(marked_places(self.selection.cells(window), rows, window))

    def _selecting(self, begun: Spot, now: Spot | None) -> None:
        first = self._cell_at(begun)
        last = None if now is None else self._cell_at(now)
        window = self.window_shown
        if first is not None and window is not None:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.select(first[2], window.capacity - 1 if last is None else last[2])

    def _extended(self, spot: Spot) -> None:
        found = self._cell_at(spot)
        if found is not None:
            self._extend(found[2])

    def _extend(self, sector: int) -> None:
        """Let the selection reach to *sector*, and the cursor go there."""
        window = self.window_shown
        if window is None:
            return
        anchor = self._sector() if self.selection is None else self.selection.anchor
        self._session.go_to(sector // window.per_cell * window.per_cell * _SECTOR, jump=False)
        self.select(anchor, sector)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.chip.place()

    # --- keys ----------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.selection is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.chip.copy()
            return
        if self.selection is not None and event.key() == Qt.Key.Key_Escape:
            self.select_nothing()
            return
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
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._extend(target)
            else:
                self.select_nothing()
                self._session.go_to(target * _SECTOR, jump=False)
