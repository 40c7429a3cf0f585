"""How maps are drawn from the areas of links: arrays in, arrays out; no Qt, and no questions.

`classes` and `drawn` are the words of it and bring no numpy: the window is shown before that.
"""

from __future__ import annotations

from redoscope_gui.maps.classes import (
    FIRST_OWNER,
    LAST_OWNER,
    MapClass,
    MapMode,
    owner_class,
)
from redoscope_gui.maps.compared import compared_with
from redoscope_gui.maps.drawn import MapDrawn, MapScope

__all__ = [
    "FIRST_OWNER",
    "LAST_OWNER",
    "MapClass",
    "MapDrawn",
    "MapMode",
    "MapScope",
    "compared_with",
    "owner_class",
]
