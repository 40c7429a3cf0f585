"""Where the keys move the cursor of the hex view."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from redoscope_gui.views.hex.position import DiskRows

__all__ = ["moved"]

_KEY = Qt.Key
_CONTROL = Qt.KeyboardModifier.ControlModifier
_OTHERS = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def moved(event: QKeyEvent, caret: int, rows: DiskRows, visible: int) -> int | None:
    """Return where the key takes the cursor, clipped to the disk; None if it does not move it."""
    if event.modifiers() & _OTHERS or not rows.capacity:
        return None
    page = max(1, visible - 1)
    whole = bool(event.modifiers() & _CONTROL)
    start = rows.row_start(caret)
    targets = {
        _KEY.Key_Left: caret - 1,
        _KEY.Key_Right: caret + 1,
        _KEY.Key_Up: rows.shifted(caret, -1),
        _KEY.Key_Down: rows.shifted(caret, 1),
        _KEY.Key_PageUp: rows.shifted(caret, -page),
        _KEY.Key_PageDown: rows.shifted(caret, page),
        _KEY.Key_Home: 0 if whole else start,
        _KEY.Key_End: rows.capacity - 1 if whole else start + rows.length(start) - 1,
    }
    target = targets.get(_KEY(event.key()))
    return None if target is None else min(max(0, target), rows.capacity - 1)
