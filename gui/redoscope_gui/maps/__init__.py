"""How maps are drawn from the areas of links: arrays in, arrays out; no Qt, and no questions.

`classes` and `drawn` are the words of it and bring no numpy: the window is shown before that.
"""

from __future__ import annotations

from redoscope_gui.maps.classes import (
    COMPARING,
    FIRST_OWNER,
    LAST_OWNER,
    MapClass,
    MapMode,
    owner_class,
)
from redoscope_gui.maps.compared import Older, OtherDisk, compared_with, own_generation
from redoscope_gui.maps.drawn import MapDrawn, MapScope

__all__ = [
    "COMPARING",
    "FIRST_OWNER",
    "LAST_OWNER",
    "MapClass",
    "MapDrawn",
    "MapMode",
    "MapScope",
    "Older",
    "OtherDisk",
    "compared_with",
    "own_generation",
    "owner_class",
]
