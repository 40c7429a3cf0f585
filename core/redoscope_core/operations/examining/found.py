"""Found: the matches that one generation holds, as arrays in the order of the disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NOT_SHOWN", "Found"]

NOT_SHOWN = -1
"""Instead of its row, of a match that does not count, and only tells where the next may begin."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Matches that one generation holds, with their rows in the hits; -1 if they don't count."""

    offset: NDArray[np.int64]
    length: NDArray[np.int64]
    rows: NDArray[np.int64]

    @classmethod
    def nothing(cls) -> Found:
        """Return no matches."""
        return cls(*(np.empty(0, np.int64) for _ in range(3)))

    @classmethod
    def joined(cls, parts: list[Found]) -> Found:
        """Return the matches of all *parts*, one behind the other."""
        parts = parts or [cls.nothing()]
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.concatenate([each.offset for each in parts]),
            np.concatenate([each.length for each in parts]),
            np.concatenate([each.rows for each in parts]),
        )

    @property
    def last(self) -> int:
        """The last byte at which one begins; -1 without any."""
        return int(self.offset[-1]) if len(self.offset) else -1

    @property
    def shown(self) -> Found:
        """Those that count."""
        counts = self.rows != NOT_SHOWN
        return self if counts.all() else self.take(counts)

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Found:
        """Return those that *which* selects."""
        return Found(self.offset[which], self.length[which], self.rows[which])

    def ascending(self) -> Found:
        """Return the same in the order of the disk."""
        return self.take(np.argsort(self.offset, kind="stable"))

    def ends(self, byte: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where the last match ends that begins before each *byte*; 0 without one."""
        if not len(self.offset):
            return np.zeros(len(byte), np.int64)
        at = np.searchsorted(self.offset, byte, side="left") - 1
        end = (self.offset + self.length)[np.maximum(at, 0)]
        return np.where(at >= 0, end, 0)
