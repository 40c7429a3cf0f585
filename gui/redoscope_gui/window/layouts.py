"""How the room of the window is shared among the panes, in each of the three layouts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["FULL_ROW", "NARROW", "Layout", "Share", "layout_named", "share"]

NARROW = 1400
"""Pixels; in a narrower window bytes and inspector take turns in one place."""

FULL_ROW = 645
"""Pixels that sixteen bytes take with their address and their text, at the usual text."""
_HALF_ROW = 400
"""Pixels that eight bytes take."""
_CENTRE = 330


class Layout(Enum):
    """What has the most room."""

    OVERVIEW = "overview"
    """The map; bytes above inspector at its right."""
    BYTES = "bytes"
    """The bytes, above the inspector."""
    INSPECT = "inspect"
    """Bytes and inspector side by side."""


def layout_named(name: str) -> Layout:
    """Return the layout called *name* in the settings; the first one if there is none."""
    return next((layout for layout in Layout if layout.value == name), Layout.OVERVIEW)


@dataclass(frozen=True, slots=True)
class Share:
    """Pixels for the columns beside the map, which has what is left."""

    chain: int
    hex: int
    inspector: int
    """In one column with the bytes it is the height of the inspector that counts, not this."""
    side_by_side: bool


def share(layout: Layout, width: int, zoom: float = 1.0) -> Share:
    """Return the columns of *layout* in a window *width* pixels wide; text is *zoom* as large."""
    narrow = width < NARROW
    if layout is Layout.OVERVIEW:
        chain = _within(width * 0.21, 240, 350)
        half_row = round(_HALF_ROW * zoom)
        if width - chain - half_row < _CENTRE * zoom**0.5:
            half_row = _HALF_ROW
        right = _within(width * 0.34, half_row if narrow else FULL_ROW, 760)
        return Share(chain, right, right, side_by_side=False)
    chain = _within(width * 0.18, 220, 320)
    room = width - chain - _CENTRE
    if layout is Layout.BYTES or narrow:
        right = _within(room, _HALF_ROW, 1100)
        return Share(chain, right, right, side_by_side=False)
    right = _within(room, 800, 1400)
    inspector = _within(min(right * 0.42, right - FULL_ROW), 340, 560)
    return Share(chain, right - inspector, inspector, side_by_side=True)


def _within(pixels: float, least: int, most: int) -> int:
    return min(max(round(pixels), least), most)
