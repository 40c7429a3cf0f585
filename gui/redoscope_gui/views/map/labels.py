"""The font of the row labels: figures of one width, and an x between figures stays an x."""

from __future__ import annotations

from PySide6.QtGui import QFont

from redoscope_gui import theme

__all__ = ["label_font"]

_SCALE = 0.9


def label_font() -> QFont:
    """Return the font of addresses and names beside the rows."""
    font = theme.number_font(_SCALE)
    font.setFeature(QFont.Tag("calt"), 0)
    return font
