"""How much of a stretch of the disk each class of cells has."""

from __future__ import annotations

import numpy as np

from redoscope_gui.maps.cells import Runs
from redoscope_gui.maps.classes import FIRST_OWNER, MapClass

__all__ = ["sectors_by_class"]


def sectors_by_class(runs: Runs, start: int, end: int) -> dict[int, int]:
    """Return the sectors of each class of *runs*, which lie between *start* and *end* or behind.

    What no run covers there is ABSENT.
    """
    lengths = runs.end - runs.start
    if len(runs) and int(runs.end[-1]) > end:
        lengths = np.maximum(np.minimum(runs.end, end) - runs.start, 0)
    sums = np.bincount(runs.rank, weights=lengths, minlength=FIRST_OWNER)
    sums[MapClass.ABSENT] += end - start - int(lengths.sum())
    return {int(each): int(sums[each]) for each in np.flatnonzero(sums)[::-1]}
