"""Where the keys move the cursor of the map."""

from __future__ import annotations

from PySide6.QtCore import Qt

from redoscope_gui.views.map.order import cell_at, place_of
from redoscope_gui.views.map.window import AddressWindow

__all__ = ["cells_moved"]

_KEY = Qt.Key


def cells_moved(key: int, sector: int, window: AddressWindow) -> int | None:
    """Return the sector that the key leads to, clipped to the disk; None if it does not move."""
    page = max(1, window.rows - 1) * window.columns
    steps = {
        _KEY.Key_Left: -1,
        _KEY.Key_Right: 1,
        _KEY.Key_Up: -window.columns,
        _KEY.Key_Down: window.columns,
        _KEY.Key_PageUp: -page,
        _KEY.Key_PageDown: page,
    }
    if key == _KEY.Key_Home:
        return 0
    if key == _KEY.Key_End:
        return window.capacity - 1
    step = steps.get(_KEY(key))
    if step is None:
        return None
    cell = window.cell_of(sector)
    if window.curved and cell is not None and abs(step) <= window.columns:
        row, column = place_of(cell, window)
        row += (step == window.columns) - (step == -window.columns)
        column += (step == 1) - (step == -1)
        row = min(max(0, row), window.rows - 1)
        column = min(max(0, column), window.columns - 1)
        return min(window.sector_of(cell_at(row, column, window)), window.capacity - 1)
    target = (sector // window.per_cell + step) * window.per_cell
    return min(max(0, target), window.capacity - 1)
