"""Remains: how much of what a file had is still stored where it was, in space that is free now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.runs import Runs

if TYPE_CHECKING:
    from redoscope_core.operations.attributing.ownership import Ownership
    from redoscope_core.operations.attributing.side import Side
    from redoscope_core.volumes.source import Numbers

__all__ = ["Remains"]


class Remains:
    """What is gone for good: sectors that differ, and those that others have now."""

    def __init__(self, changed: Runs, owners: Ownership) -> None:
        """Judge by what of the volume *changed*, and by the newer *owners*."""
        taken = owners.extents
        self._lost = changed.plus(Runs(taken.start, taken.start + taken.sectors))
        length = self._lost.end - self._lost.start
        self._before = np.concatenate(([0], np.cumsum(length)))

    def note(self, old: Side, streams: list[int]) -> list[str]:
        """Return a note that says whether the bytes of *streams* are still there, or a part."""
        parts = [old.layout(stream) for stream in streams]
        rows = np.concatenate([np.zeros((0, 3), np.int64), *parts])
        start, count = rows[:, 0], rows[:, 1]
        total = int(count.sum())
        lost = int((self._lost_below(start + count) - self._lost_below(start)).sum())
        if lost >= total:
            return []
        return ["content_remains" if not lost else "content_remains_in_part"]

    def _lost_below(self, sectors: Numbers) -> Numbers:
        """Return how many sectors that are lost lie before each of *sectors*."""
        row = np.searchsorted(self._lost.start, sectors, side="left")
        found = self._before[row].copy()
        inside = row > 0
        over = self._lost.end[row[inside] - 1] - sectors[inside]
        found[inside] -= np.maximum(over, 0)
        return found
