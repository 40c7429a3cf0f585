"""How large the window is at first: as the screen has room for."""

from __future__ import annotations

from PySide6.QtCore import QSize

__all__ = ["LEAST", "USUAL", "begins_maximised", "first_size"]

USUAL = QSize(1680, 940)
"""What shows all panes side by side, in pixels."""
_ROOMY = 1700
"""A screen that is less wide is filled by the window."""
LEAST = QSize(960, 600)
"""Below this some control would be cut."""


def first_size(room: QSize) -> QSize:
    """Return the size of a first window on a screen with that *room*."""
    return USUAL.boundedTo(room).expandedTo(LEAST)


def begins_maximised(room: QSize) -> bool:
    """Return whether a first window fills the screen that has that *room*."""
    return room.width() < _ROOMY or room.height() < USUAL.height()
