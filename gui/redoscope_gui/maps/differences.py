"""In what two generations differ: runs, who owns them in each, and their first differing bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from redoscope_core import SECTOR, State
from redoscope_gui.maps.generations import generation_of

if TYPE_CHECKING:
    from redoscope_core import Areas, Chain, Comparison

__all__ = ["NOBODY", "SHOWN_BYTES", "Differences", "merged"]

Ints = npt.NDArray[np.int64]
NOBODY = -1
"""In place of an owner, where no link stores the sector."""
SHOWN_BYTES = 8
"""Bytes that are told of each run."""
_TOLD = 4096
"""Runs whose first differing bytes are told."""


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """The runs of sectors in which generation B differs from A."""

    a: int
    b: int
    comparison: Comparison
    owner_a: npt.NDArray[np.int16]
    """Link that owns the first sector of each run at A; NOBODY if none does."""
    owner_b: npt.NDArray[np.int16]
    first: Ints
    """Byte offset of the first differing byte, of the first runs."""
    bytes_a: npt.NDArray[np.uint8]
    """The bytes from there on, or the last ones of the sector; one row for each of these runs."""
    bytes_b: npt.NDArray[np.uint8]
    grain: int
    """Sectors."""

    @property
    def grains(self) -> int:
        """Grains that hold a differing sector."""
        start, count = self.comparison.start, self.comparison.count
        heads, tails = start // self.grain, (start + count - 1) // self.grain
        again = int((heads[1:] == tails[:-1]).sum())
        return int((tails - heads + 1).sum()) - again

    @classmethod
    def of(cls, chain: Chain, a: int, b: int, comparison: Comparison) -> Differences:
        """Return what *comparison* found between generations of *chain*, with owners and bytes."""
        older, newer = generation_of(chain, a), generation_of(chain, b)
        told = comparison.start[:_TOLD]
        inside = told[told < min(older.capacity, newer.capacity)]
        old, new = (each.read_many(inside, 1) for each in (older, newer))
        place = (old != new).argmax(axis=1) if len(inside) else np.empty(0, np.int64)
        shown = np.minimum(place, SECTOR - SHOWN_BYTES)
        columns = shown[:, np.newaxis] + np.arange(SHOWN_BYTES)
        return cls(
            a,
            b,
            comparison,
            _owners(older.stored, comparison.start),
            _owners(newer.stored, comparison.start),
            inside * SECTOR + place,
            np.take_along_axis(old, columns, axis=1),
            np.take_along_axis(new, columns, axis=1),
            chain.grain_size,
        )


def _owners(stored: Areas, sectors: Ints) -> npt.NDArray[np.int16]:
    """Return the link that owns each of *sectors*."""
    owners = np.full(len(sectors), NOBODY, np.int16)
    if len(stored):
        area = np.searchsorted(stored.start, sectors, "right") - 1
        held = (area >= 0) & (sectors < stored.end[area])
        held &= stored.state[area] != State.ABSENT
        owners[held] = stored.link[area[held]]
    return owners


def merged(comparison: Comparison, gap: int) -> tuple[Ints, Ints]:
    """Return (first run, runs) of each group of runs with at most *gap* equal sectors between."""
    if not len(comparison.start):
        return comparison.start, comparison.start
    ends = comparison.start + comparison.count
    opens = np.append(True, comparison.start[1:] - ends[:-1] > gap)
    first = np.flatnonzero(opens).astype(np.int64)
    return first, np.diff(np.append(first, len(opens)))
