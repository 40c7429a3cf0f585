"""What stands beside the rows of the map: addresses or names, their font, and their room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.views.map.stretch import Stretch, address_text

__all__ = ["address_labels", "address_room", "label_font", "name_labels", "name_room"]

_SCALE = 0.9


def label_font() -> QFont:
    """Return the font of the labels: figures of one width, and an x between figures stays an x."""
    font = theme.number_font(_SCALE)
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def address_room(capacity: int) -> int:
    """Return the pixels of the last address of a disk of *capacity* sectors."""
    digits = len(f"{capacity * SECTOR:X}")
    metrics = QFontMetrics(label_font())
    return metrics.horizontalAdvance("0x" + "D" * digits) + 2 * theme.HALF


def name_room() -> int:
    """Return the pixels that the name of a link gets."""
    return QFontMetrics(label_font()).horizontalAdvance("0 generation-0001.vmdk")


def address_labels(stretch: Stretch) -> list[str]:
    """Return the first address of each row; none where the cells run along a curve."""
    if stretch.curved:
        return [""] * stretch.rows
    starts = [stretch.sector_of(row * stretch.columns) for row in range(stretch.rows)]
    return [address_text(start) if start < stretch.capacity else "" for start in starts]


def name_labels(names: list[str]) -> list[str]:
    """Return the number and the name of each link, as far as there is room."""
    metrics, room = QFontMetrics(label_font()), name_room() - theme.STEP
    middle = Qt.TextElideMode.ElideMiddle
    return [
        plain.elided(metrics, f"{index} {name}", middle, room) for index, name in enumerate(names)
    ]
