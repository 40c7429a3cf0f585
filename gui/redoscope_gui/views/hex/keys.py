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
    columns = rows.columns
    page = max(1, visible - 1) * columns
    whole = bool(event.modifiers() & _CONTROL)
    line = caret - caret % columns
    targets = {
        _KEY.Key_Left: caret - 1,
        _KEY.Key_Right: caret + 1,
        _KEY.Key_Up: caret - columns,
        _KEY.Key_Down: caret + columns,
        _KEY.Key_PageUp: caret - page,
        _KEY.Key_PageDown: caret + page,
        _KEY.Key_Home: 0 if whole else line,
        _KEY.Key_End: rows.capacity - 1 if whole else line + columns - 1,
    }
    target = targets.get(_KEY(event.key()))
    if target is None:
        return None
    if target < 0:
        return caret % columns if event.key() in (_KEY.Key_Up, _KEY.Key_PageUp) else 0
    return min(target, rows.capacity - 1)
