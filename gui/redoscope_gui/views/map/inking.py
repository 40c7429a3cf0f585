"""Gives each cell its colour: that of its class, the paler the less of the cell has it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from redoscope_gui.maps import SHADES

__all__ = ["inked"]


def inked(
    inks: npt.NDArray[np.uint32],
    classes: npt.NDArray[np.uint8],
    faintness: npt.NDArray[np.uint8],
) -> npt.NDArray[np.uint8]:
    """Return red, green, blue and alpha of each cell, along one more axis.

    *inks* has SHADES + 1 colours for each class, its full one first.
    """
    which = classes.astype(np.uint16)
    which *= SHADES + 1
    which += faintness
    return inks.take(which)[..., np.newaxis].view(np.uint8)
