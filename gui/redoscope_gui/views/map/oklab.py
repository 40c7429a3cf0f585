"""OKLab: a space in which the middle of two colours looks like their middle.

Source: Björn Ottosson, "A perceptual color space for image processing", 2020.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

__all__ = ["Labs", "lab_of", "mixed", "rgba_of"]

Labs = npt.NDArray[np.float32]
"""Lightness and the two opposing hues, along the last axis."""

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB = np.linalg.inv(_TO_LAB).astype(np.float32)
_FROM_CONES = np.linalg.inv(_TO_CONES).astype(np.float32)
_STEPS = 4096
"""Steps of the table that stands for the curve of sRGB: four to each of the darkest levels."""


def lab_of(colour: QColor) -> Labs:
    """Return a colour in OKLab; it may not be written to."""
    return _lab_of(colour.redF(), colour.greenF(), colour.blueF())


@lru_cache(maxsize=512)
def _lab_of(*levels: float) -> Labs:
    value = np.array(levels)
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004  sRGB
    labs = np.asarray(_TO_LAB @ np.cbrt(_TO_CONES @ linear), np.float32)
    labs.flags.writeable = False
    return labs


def rgba_of(labs: Labs) -> npt.NDArray[np.uint8]:
    """Return red, green, blue and alpha of colours in OKLab, along the last axis."""
    linear = (labs @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T
    steps = (np.clip(linear, 0, 1) * (_STEPS - 1) + 0.5).astype(np.uint16)
    rgba = np.full((*labs.shape[:-1], 4), 255, np.uint8)
    rgba[..., :3] = _curve()[steps]
    return rgba


@lru_cache(maxsize=1)
def _curve() -> npt.NDArray[np.uint8]:
    """Return the level of sRGB at each step of the linear scale."""
    linear = np.arange(_STEPS) / (_STEPS - 1)
    curved = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)  # noqa: PLR2004  sRGB
    return np.asarray(np.rint(curved * 255), np.uint8)


def mixed(below: QColor, above: QColor, share: float) -> QColor:
    """Return the colour *share* of the way from one to the other."""
    return QColor(_mixed(below.rgb(), above.rgb(), share))


@lru_cache(maxsize=2048)
def _mixed(below: int, above: int, share: float) -> int:
    """Return, as Qt numbers colours, what `mixed` says: themes mix few of them, again and again."""
    low = lab_of(QColor(below))
    colours = rgba_of(low + (lab_of(QColor(above)) - low) * np.float32(share))
    return QColor(*colours.tolist()).rgb()
