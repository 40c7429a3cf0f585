"""Shapes that mark what colour alone should not tell."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

__all__ = ["diamond"]

_REACH = 1.25
"""A diamond reaches so much further than a circle that looks as large."""


def diamond(centre: QPointF, radius: float) -> QPolygonF:
    """Return a diamond that looks as large as a circle of *radius*: a link on a branch."""
    reach = radius * _REACH
    corners = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
    return QPolygonF([centre + QPointF(x, y) for x, y in corners])
