"""What stands beside the rows of the map: addresses or names, their font, and their room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics

from redoscope_core import SECTOR
from redoscope_gui import plain, theme
from redoscope_gui.views.map.stretch import Stretch, address_text

__all__ = [
    "address_labels",
    "address_room",
    "label_font",
    "name_labels",
    "name_room",
    "share_text",
    "total_labels",
    "total_room",
]

_SCALE = 0.9
_PERCENT = 100
_LEAST_TOLD = 0.01
"""Percent below which a share is told as less than this."""


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


def share_text(part: int, whole: int) -> str:
    """Return how much of *whole* a part is, in percent and at most two decimals."""
    percent = part / max(1, whole) * _PERCENT
    if 0 < percent < _LEAST_TOLD:
        return f"< {_LEAST_TOLD} %"
    return f"{percent:.2f}".rstrip("0").rstrip(".") + " %"


def total_labels(decided: Sequence[int], capacity: int) -> list[str]:
    """Return how much of a disk of *capacity* sectors each link decided, in sectors."""
    return [f"{theme.amount(each * SECTOR)}  {share_text(each, capacity)}" for each in decided]


def total_room() -> int:
    """Return the pixels that the total of a link gets."""
    return QFontMetrics(label_font()).horizontalAdvance("1000 MiB  < 0.01 %") + 2 * theme.HALF
