"""Zones: the runs of a disk that are searched, and which matches they decide.

runs        |......rrrrrr....rrrr.............|   what differs
zone        |....zzzzzzzzzzzzzzzzzz...........|   runs near each other are one; matches that begin
read        |...rrrrrrrrrrrrrrrrrrrrrr........|   in it are decided anew, by the bytes around it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BRIDGE", "Zones", "touching"]

BRIDGE = 256
"""Sectors of zeros that are looked through with what is around them: that costs less than
a border more."""


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """Runs of a disk to be searched."""

    first: NDArray[np.int64]
    """First sector that is read for each."""
    behind: NDArray[np.int64]
    """Sector behind the last."""
    low: NDArray[np.int64]
    """First byte at which a match may begin that is decided."""
    high: NDArray[np.int64]
    """Byte behind the last one."""

    @classmethod
    def whole(cls, sectors: int) -> Zones:
        """Return the one zone of a whole disk."""
        edges = np.array([0]), np.array([sectors])
        return cls(*edges, edges[0] * SECTOR, edges[1] * SECTOR)

    @classmethod
    def around(
        cls,
        start: NDArray[np.int64],
        count: NDArray[np.int64],
        sectors: int,
        *,
        longest: int,
        context: int,
    ) -> Zones:
        """Return the zones of runs, ascending, of a disk of so many *sectors*.

        A match is at most *longest* bytes, and may depend on *context* bytes around it.
        """
        kept = start < sectors
        start, end = start[kept], np.minimum(start + count, sectors)[kept]
        if not len(start):
            return cls(start, end, start, end)
        lead = longest - 1 + 2 * context
        trail = longest - 1 + 3 * context
        # What is read of two zones is further apart than what is read along.
        margin = -(-(lead + trail) // SECTOR) + BRIDGE + 2
        opens = np.flatnonzero(np.concatenate(([True], start[1:] > end[:-1] + margin)))
        start, end = start[opens], end[np.append(opens[1:], len(end)) - 1]
        byte, last = start * SECTOR, end * SECTOR
        # A pattern is matched from where both disks are the same to where they are again.
        low = np.maximum(byte - (longest - 1) - context, 0)
        high = np.minimum(last + 2 * context, sectors * SECTOR)
        first = np.maximum(byte - lead, 0) // SECTOR
        behind = np.minimum(-(-(last + trail) // SECTOR), sectors)
        return cls(first, behind, low, high)

    @property
    def sectors(self) -> int:
        """Sectors that they have together."""
        return int((self.behind - self.first).sum())

    def decide(self, offset: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell of each match that begins at *offset* whether it is decided here."""
        at = np.searchsorted(self.high, offset, side="right")
        inside = at < len(self.low)
        inside[inside] = self.low[at[inside]] <= offset[inside]
        return inside


def touching(
    offset: NDArray[np.int64],
    length: NDArray[np.int64],
    start: NDArray[np.int64],
    count: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tell of each match whether it has a byte in one of the runs of sectors."""
    at = np.searchsorted((start + count) * SECTOR, offset, side="right")
    inside = at < len(start)
    inside[inside] = start[at[inside]] * SECTOR < (offset + length)[inside]
    return inside
