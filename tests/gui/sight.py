"""How colours look: CIELAB, for normal sight and for three kinds of colour-blindness."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

__all__ = ["SIGHTS", "Floats", "apart", "lab", "linear", "mean_of"]

Floats = npt.NDArray[np.float64]

SIGHTS = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""Severe kinds, by Machado, Oliveira and Fernandes 2009; for linear red, green and blue."""


def linear(tint: QColor) -> Floats:
    value = np.array([tint.redF(), tint.greenF(), tint.blueF()], dtype=np.float64)
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(tint: QColor, sight: str) -> Floats:
    seen = np.clip(SIGHTS[sight] @ linear(tint), 0, 1)
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = to_xyz @ seen / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: QColor, other: QColor, sight: str = "normal") -> float:
    """Return the distance of two colours."""
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


def mean_of(pixels: npt.NDArray[np.uint8]) -> QColor:
    """Return the mean of many pixels, whose channels are along the last axis."""
    red, green, blue = pixels.reshape(-1, pixels.shape[-1])[:, :3].mean(axis=0) / 255
    return QColor.fromRgbF(float(red), float(green), float(blue))
