"""How strong the colour of a cell is, by how much of the cell has it: a wide, perceptual ramp.

The steps are chosen by eye and by measure: each tenfold share is at least 8 (CIELAB) stronger, in
both themes and for every kind of sight, 0.1 % has less than a third of the full ink, and a lone
grain of many is still seen. `tests/gui/views/test_map_amounts.py` looks at the pixels.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["FULL", "LEAST_INK", "MARKS", "ink_of", "strength_of"]

FULL = 1.0
"""Share of a cell that has the full ink, unless the scale is fitted to a picture."""
LEAST_INK = 0.065
"""Ink of a lone grain, however many the cell has."""
MARKS = (0.001, 0.01, 0.1, 1.0)
"""Shares that the scale has marks at, beside the one of a single grain."""
_INKS = {1e-5: LEAST_INK, 1e-4: 0.12, 1e-3: 0.265, 1e-2: 0.45, 1e-1: 0.7, 1.0: 1.0}
_DECADES = np.log10(list(_INKS))
_STRENGTHS = np.array(list(_INKS.values()))
_TINY = 1e-30


def ink_of(shares: npt.NDArray[np.float32], top: float = FULL) -> npt.NDArray[np.float32]:
    """Return the ink of each share: 0 for nothing, 1 from *top* on."""
    decades = np.log10(np.maximum(shares, _TINY) / top)
    return np.where(shares > 0, np.interp(decades, _DECADES, _STRENGTHS), 0).astype(np.float32)


def strength_of(share: float, top: float = FULL) -> float:
    """Return the ink of one share."""
    return float(ink_of(np.array([share], np.float32), top)[0])
