"""The hand on the map: click, double click, wheel, drag, hover, arrows, letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from redoscope_core import SECTOR
from redoscope_gui.maps import MapMode
from redoscope_gui.session import Session
from redoscope_gui.views.map.asking import MapAsking
from redoscope_gui.views.map.keys import cells_moved
from redoscope_gui.views.map.marks import Frame
from redoscope_gui.views.map.order import cell_at
from redoscope_gui.views.map.selection import Selection
from redoscope_gui.views.map.stretch import Stretch
from redoscope_gui.views.map.table import Spot

if TYPE_CHECKING:
    from redoscope_gui.views.map.picture import MapPicture

__all__ = ["Hover", "MapHand"]

_KEY = Qt.Key
_LINES = {_KEY.Key_Up: -1, _KEY.Key_Down: 1}
"""Links that the arrows go up the chain, in the chain matrix."""


@dataclass(frozen=True, slots=True)
class Hover:
    """The cell under the mouse."""

    frame: Frame
    """Its place in the picture."""
    cell: int
    line: int
    """Its line of cells: the link, in the chain matrix."""


class MapHand(QObject):
    """What mouse and keys do to cursor, stretch and selection. It paints nothing."""

    bytes_wanted = Signal(object)
    """A cell was double-clicked or Enter pressed; carries the offset of its first byte."""
    curve_wanted = Signal()
    """The other layout of the cells is wanted."""
    focus_wanted = Signal()
    """The mouse was used: the keys are to go where it was."""
    copy_wanted = Signal()
    """The selected stretch is to be copied."""
    hovered = Signal(object)
    """The mouse is over another cell; carries the Hover, None where there is no cell."""
    selection_changed = Signal(object)
    """Another stretch is selected; carries the Selection, or None."""

    def __init__(self, session: Session, asking: MapAsking, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._asking = asking
        self._dragged_from: Stretch | None = None
        self.selection: Selection | None = None
        """The stretch that is selected."""
        session.marked.changed.connect(self._follow_marked)

    def listen(self, picture: MapPicture) -> None:
        """Follow the mouse over *picture*."""
        picture.clicked.connect(self.click)
        picture.double_clicked.connect(self._double_clicked)
        picture.hovered.connect(self.hover)
        picture.wheeled.connect(self._wheeled)
        picture.dragged.connect(self._dragged)
        picture.released.connect(self._released)
        picture.selecting.connect(self._selecting)
        picture.extended.connect(self._extended)

    def cell_at(self, spot: Spot) -> tuple[int, int, int] | None:
        """Return the cell, the line of cells and the sector of *spot*; None past the end."""
        stretch = self._asking.stretch
        if stretch is None:
            return None
        column, row = int(spot.column), int(spot.row)
        if column >= stretch.columns or (stretch.curved and row >= stretch.columns):
            return None  # the picture is still that of another stretch, and larger
        matrix = self._asking.mode is MapMode.MATRIX
        cell = column if matrix else cell_at(row, column, stretch)
        inside = int((spot.column - column) * stretch.per_cell)
        sector = stretch.sector_of(cell) + inside
        return (cell, row if matrix else 0, sector) if sector < stretch.capacity else None

    # --- mouse -------------------------------------------------------------------------------

    def click(self, spot: Spot) -> None:
        """Put the cursor on the cell at *spot*."""
        self.focus_wanted.emit()
        found, stretch = self.cell_at(spot), self._asking.stretch
        if found is None or stretch is None:
            return
        cell, line, _ = found
        self.select_nothing()
        if self._asking.mode is MapMode.MATRIX:
            self._session.select_generation(line, jump=False)
        self._session.go_to(stretch.sector_of(cell) * SECTOR)

    def _double_clicked(self, spot: Spot) -> None:
        if self.cell_at(spot) is not None:
            self.click(spot)
            self.bytes_wanted.emit(self._session.cursor.offset)

    def hover(self, spot: Spot | None) -> None:
        """Tell which cell *spot* lies in."""
        found = None if spot is None else self.cell_at(spot)
        if spot is None or found is None or self._asking.drawn is None:
            self.hovered.emit(None)
            return
        cell, line, _ = found
        self.hovered.emit(Hover(Frame(int(spot.column), int(spot.row)), cell, line))

    def _wheeled(self, spot: Spot, notches: float) -> None:
        """Zoom by one step a notch; the sector under the mouse stays there."""
        found, stretch = self.cell_at(spot), self._asking.stretch
        if stretch is not None and found is not None:
            steps = 1 if notches > 0 else -1
            self._asking.show_stretch(stretch.zoomed(steps, found[0], found[2]))

    def _dragged(self, columns: float, rows: float) -> None:
        """Move the stretch with the mouse."""
        if self._dragged_from is None:
            self._dragged_from = self._asking.stretch
            self._asking.held = True
        stretch = self._dragged_from
        if stretch is not None:
            matrix = self._asking.mode is MapMode.MATRIX
            down = 0 if matrix else round(rows) * stretch.columns
            self._asking.show_stretch(stretch.panned(-down - round(columns)))

    def _released(self) -> None:
        self._dragged_from = None
        self._asking.held = False

    # --- the selected stretch ------------------------------------------------------------------

    def select(self, anchor: int, caret: int) -> None:
        """Select the cells from the one of sector *anchor* to the one of sector *caret*."""
        stretch = self._asking.stretch
        if stretch is not None:
            step = stretch.per_cell
            ends = (anchor // step * step, caret // step * step)
            self._become(Selection(*ends, step, stretch.capacity))

    def select_nothing(self) -> None:
        """Let the selection go."""
        if self.selection is not None:
            self._become(None)

    def select_cell(self) -> None:
        """Select the cell that the cursor is in."""
        self.select(self._asking.sector, self._asking.sector)

    def range_here(self) -> tuple[int, int]:
        """Return the first sector and the sectors of what is selected, or of the cell."""
        chosen, stretch = self.selection, self._asking.stretch
        if chosen is not None:
            return chosen.first, chosen.count
        step = 1 if stretch is None else stretch.per_cell
        first = self._asking.sector // step * step
        capacity = first + 1 if stretch is None else stretch.capacity
        return first, min(step, capacity - first)

    def point_at(self, spot: Spot) -> None:
        """Put the cursor on the cell at *spot*, unless that is selected."""
        found = self.cell_at(spot)
        chosen = self.selection
        if found is None or chosen is None or not 0 <= found[2] - chosen.first < chosen.count:
            self.click(spot)

    def _become(self, selection: Selection | None) -> None:
        self.selection = selection
        self._session.marked.mark(None if selection is None else _bytes_of(selection))
        self.selection_changed.emit(selection)

    def _follow_marked(self) -> None:
        """Select what was selected elsewhere, or nothing."""
        span, stretch = self._session.marked.span, self._asking.stretch
        known = None if self.selection is None else _bytes_of(self.selection)
        if span == known:
            return
        self.selection = None
        if span is not None and stretch is not None:
            ends = (span[0] // SECTOR, span[1] // SECTOR)
            self.selection = Selection(*ends, 1, stretch.capacity)
        self.selection_changed.emit(self.selection)

    def _selecting(self, begun: Spot, now: Spot | None) -> None:
        first = self.cell_at(begun)
        last = None if now is None else self.cell_at(now)
        stretch = self._asking.stretch
        if first is not None and stretch is not None:
            self.focus_wanted.emit()
            self.select(first[2], stretch.capacity - 1 if last is None else last[2])

    def _extended(self, spot: Spot) -> None:
        found = self.cell_at(spot)
        if found is not None:
            self._extend(found[2])

    def _extend(self, sector: int) -> None:
        """Let the selection reach to *sector*, and the cursor go there."""
        stretch = self._asking.stretch
        if stretch is None:
            return
        anchor = self._asking.sector if self.selection is None else self.selection.anchor
        self._session.go_to(sector // stretch.per_cell * stretch.per_cell * SECTOR, jump=False)
        self.select(anchor, sector)

    # --- keys ----------------------------------------------------------------------------------

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key of *event* is for; return whether it is for anything here."""
        if self.selection is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
            return True
        if self.selection is not None and event.key() == Qt.Key.Key_Escape:
            self.select_nothing()
            return True
        stretch = self._asking.stretch
        if stretch is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        wish = self._wishes().get(event.text())
        if wish is not None:
            wish()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.bytes_wanted.emit(self._session.cursor.offset)
        elif self._asking.mode is MapMode.MATRIX and event.key() in (
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
        ):
            self._session.step_generation(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            return self._move(event, stretch)
        return True

    def _wishes(self) -> dict[str, Callable[[], None]]:
        """Return what each letter is for."""
        asking = self._asking
        return {
            "+": lambda: asking.zoom(1),
            "=": lambda: asking.zoom(1),
            "-": lambda: asking.zoom(-1),
            "0": lambda: asking.zoom(0),
            "]": lambda: asking.go_to_change(True),
            "[": lambda: asking.go_to_change(False),
            "h": self.curve_wanted.emit,
        }

    def _move(self, event: QKeyEvent, stretch: Stretch) -> bool:
        target = cells_moved(event.key(), self._asking.sector, stretch)
        if target is None:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._extend(target)
        else:
            self.select_nothing()
            self._session.go_to(target * SECTOR, jump=False)
        return True


def _bytes_of(selection: Selection) -> tuple[int, int]:
    """Return the first and the last offset of what is selected."""
    end = selection.first + selection.count
    return selection.first * SECTOR, end * SECTOR - 1
