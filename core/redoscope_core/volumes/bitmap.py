"""What is in use, one bit for each, eight a byte: a bitmap as file systems keep it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from redoscope_core.volumes.source import Bytes

__all__ = ["Bitmap"]


@dataclass(frozen=True, slots=True, eq=False)
class Bitmap:
    """One bit for each block, cluster or inode."""

    bits: Bytes
    """A row for each group, or one; the lowest bit of a byte is the first."""
    unknown: NDArray[np.bool_]
    """Rows that can't be known, since they do not lie in the volume; their bits are 0."""
    first: int
    """Number of the number that the first bit is of."""
    each: int
    """How many numbers a bit is of."""
    end: int
    """Behind the last number."""

    def is_used(self, numbers: ArrayLike) -> NDArray[np.bool_]:
        """Return for each number whether it is in use; False where there is none."""
        asked = np.asarray(numbers, np.int64)
        exists = (asked >= self.first) & (asked < self.end)
        bit = np.where(exists, (asked - self.first) // self.each, 0)
        found: NDArray[np.bool_] = (self.bits.reshape(-1)[bit >> 3] >> (bit & 7)) & 1 == 1
        return found & exists

    def is_known(self, numbers: ArrayLike) -> NDArray[np.bool_]:
        """Return for each number whether its row is known."""
        asked = np.asarray(numbers, np.int64)
        exists = (asked >= self.first) & (asked < self.end)
        group = np.where(exists, (asked - self.first) // self.each // (8 * self.bits.shape[1]), 0)
        return exists & ~self.unknown[group]
