"""Where the keys move the cursor of the map."""

from __future__ import annotations

from PySide6.QtCore import Qt

from redoscope_gui.views.map.order import cell_at, place_of
from redoscope_gui.views.map.stretch import Stretch

__all__ = ["cells_moved"]

_KEY = Qt.Key


def cells_moved(key: int, sector: int, stretch: Stretch) -> int | None:
    """Return the sector that the key leads to, clipped to the disk; None if it does not move."""
    page = max(1, stretch.rows - 1) * stretch.columns
    steps = {
        _KEY.Key_Left: -1,
        _KEY.Key_Right: 1,
        _KEY.Key_Up: -stretch.columns,
        _KEY.Key_Down: stretch.columns,
        _KEY.Key_PageUp: -page,
        _KEY.Key_PageDown: page,
    }
    if key == _KEY.Key_Home:
        return 0
    if key == _KEY.Key_End:
        return stretch.capacity - 1
    step = steps.get(_KEY(key))
    if step is None:
        return None
    cell = stretch.cell_of(sector)
    if stretch.curved and cell is not None and abs(step) <= stretch.columns:
        row, column = place_of(cell, stretch)
        row += (step == stretch.columns) - (step == -stretch.columns)
        column += (step == 1) - (step == -1)
        row = min(max(0, row), stretch.rows - 1)
        column = min(max(0, column), stretch.columns - 1)
        return min(stretch.sector_of(cell_at(row, column, stretch)), stretch.capacity - 1)
    target = (sector // stretch.per_cell + step) * stretch.per_cell
    return min(max(0, target), stretch.capacity - 1)
