"""What the pixels of a map are mixed from: the colours of a mode, and which lie over which."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from redoscope_gui import theme
from redoscope_gui.maps import FIRST_OWNER, LAST_OWNER, MapClass, MapMode
from redoscope_gui.maps.content import CONTENT_LINKS
from redoscope_gui.views.map.colours import colour_of
from redoscope_gui.views.map.oklab import Labs, lab_of

__all__ = ["Inks", "inks_of"]

_SEEN = 0.05
"""Distance in OKLab at which the least ink of a class stands from the ground."""


@dataclass(frozen=True, slots=True, eq=False)
class Inks:
    """The colours of the classes of a mode, and how they lie over each other."""

    ground: Labs
    labs: Labs
    """One row for each class."""
    least: npt.NDArray[np.float32]
    """The ink that each class has at least, so that a lone grain of it is seen."""
    shown: npt.NDArray[np.float32]
    """1 for each class that is shown, 0 for those that are hidden."""
    layers: tuple[tuple[int, ...], ...]
    """Classes that are mixed by their shares; each group lies over the one before it."""
    rows: Labs | None = None
    """In the chain matrix, the colour of what each link decided."""


def inks_of(mode: MapMode, links: int, hidden: Collection[int] = ()) -> Inks:
    """Return the inks of a chain of *links*; hidden classes look as if nothing were stored."""
    return _inks(theme.scheme(), mode, links, frozenset(hidden))


@lru_cache(maxsize=64)
def _inks(_scheme: str, mode: MapMode, links: int, hidden: frozenset[int]) -> Inks:
    """Return the inks, which are the same until the theme changes."""
    ground = lab_of(theme.colour("absent"))
    links = CONTENT_LINKS if mode is MapMode.CONTENT else links
    last = min(FIRST_OWNER + links - 1, LAST_OWNER)
    labs = np.tile(ground, (LAST_OWNER + 1, 1))
    for kind in range(last + 1):
        labs[kind] = lab_of(colour_of(mode, kind, links))
    apart = np.linalg.norm(labs - ground, axis=1)
    least = np.minimum(_SEEN / np.maximum(apart, _SEEN), 1).astype(np.float32)
    shown = np.ones(LAST_OWNER + 1, np.float32)
    shown[list(hidden)] = 0
    tints = [theme.link_colour(link) for link in range(links)] if mode is MapMode.MATRIX else []
    rows = np.stack([lab_of(QColor(tint)) for tint in tints]) if tints else None
    return Inks(ground, labs, least, shown, _layers(mode, last), rows)


def _layers(mode: MapMode, last: int) -> tuple[tuple[int, ...], ...]:
    owners = tuple(range(FIRST_OWNER, last + 1))
    if mode is MapMode.CONTENT:
        parts = (*owners, int(MapClass.ZERO), int(MapClass.DATA))
        return (int(MapClass.INHERITED),), parts
    if mode is MapMode.OWNER:
        return ((*owners, int(MapClass.ZERO)),)
    if mode is MapMode.HEAT:
        return tuple((owner,) for owner in owners)
    decided = (int(MapClass.DATA), int(MapClass.ZERO))
    return (decided,) if mode is MapMode.MATRIX else ((int(MapClass.INHERITED),), decided)
