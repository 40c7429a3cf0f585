"""Chains of clusters, all at once: each run finds the head of its chain by jumps that double.

    table   2: 3   3: 4   4: 9   9: LAST        runs [2..4] -> [9..9]        chain 2: 2 3 4 9

Neighbours are joined to runs first, so that a volume that is not in pieces has as many runs as
files. Each run then knows the run before it; after k jumps it knows the one 2^k before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.fat.table import Entry
from redoscope_core.volumes.source import Numbers

__all__ = ["MOST_RUNS", "ClusterRuns", "chained"]

MOST_RUNS = 2**21
"""Of files in pieces; more would take more memory than a volume is given."""
_AT_ONCE = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class ClusterRuns(Columns):
    """Runs of clusters, in order of their chain and their place in it."""

    head: Numbers
    """First cluster of the chain: that which no other leads to."""
    logical: Numbers
    """Clusters of the chain before the run."""
    cluster: Numbers
    """The first cluster of the run."""
    count: Numbers

    def of(self, heads: Numbers) -> ClusterRuns:
        """Return the runs of the chains with these *heads*, chain by chain in their order."""
        first = np.searchsorted(self.head, heads, side="left")
        count = np.searchsorted(self.head, heads, side="right") - first
        before = np.cumsum(count) - count
        return self.taking(np.repeat(first - before, count) + np.arange(int(count.sum())))


def chained(table: NDArray[np.int32]) -> tuple[ClusterRuns, Numbers]:
    """Return the chains of a *table*, and the clusters at which they are damaged.

    Damaged is a cluster that several lead to (it is counted to the first of them), one whose
    entry leads out of the volume, and one of a circle, which has no head: its lowest cluster is
    taken for it.

    Raises:
        CorruptVolume: There are more than `MOST_RUNS` runs.
    """
    used = (table > 0) | (table == Entry.LAST) | (table == Entry.ODD)
    steps = _steps(table)
    goes_on = np.zeros(len(table), np.bool_)
    goes_on[1:] = used[1:] & steps[:-1]
    pieces = int(np.count_nonzero(used & ~goes_on))
    if pieces > MOST_RUNS:
        raise CorruptVolume(
            "the table is in more pieces than are followed", found=pieces, expected=MOST_RUNS
        )
    jumps = np.flatnonzero((table > 0) & ~steps)
    target = table[jumps]
    # A jump into the middle of a run cuts it: two lead there.
    met = np.unique(np.concatenate((target[goes_on[target]], _repeated(target))))
    damage = [met.astype(np.int64), np.flatnonzero(table == Entry.ODD)]
    goes_on[target] = False
    start = np.flatnonzero(used & ~goes_on)
    stop = np.flatnonzero(used & ~np.append(goes_on[1:], False))
    count = stop - start + 1
    following = np.where(table[stop] > 0, table[stop], 0)
    before = _before(start, following, used)
    lost = (following > 0) & ~used[following]
    damage.append(stop[lost])
    root, logical, circles = _roots(start, before, count)
    damage.append(start[circles])
    runs = ClusterRuns(start[root], logical, start, count)
    ordered = runs.taking(np.lexsort((runs.logical, runs.head)))
    return ordered, np.unique(np.concatenate(damage))


def _steps(table: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which entries lead to the very next cluster, some at a time."""
    steps = np.zeros(len(table), np.bool_)
    for begin in range(0, len(table), _AT_ONCE):
        part = table[begin : begin + _AT_ONCE]
        steps[begin : begin + _AT_ONCE] = part == np.arange(begin + 1, begin + 1 + len(part))
    return steps


def _repeated(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    values, count = np.unique(numbers, return_counts=True)
    return values[count > 1]


def _before(start: Numbers, following: Numbers, used: NDArray[np.bool_]) -> Numbers:
    """Return of each run the run that leads to it, the first if several do; -1 if none does."""
    before = np.full(len(start), -1, np.int64)
    leads = np.flatnonzero((following > 0) & used[following])
    if len(leads):
        target = np.searchsorted(start, following[leads])
        # Assigned from behind, so that the first of several stays.
        before[target[::-1]] = leads[::-1]
    return before


def _roots(
    start: Numbers, before: Numbers, count: Numbers
) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """Return of each run the first run of its chain, the clusters before it, and if it circles."""
    own = np.arange(len(start))
    back = np.where(before < 0, own, before)
    behind = np.where(before < 0, 0, count[back])
    lowest = np.minimum(own, back)
    for _ in range(len(start).bit_length()):
        behind = behind + behind[back]
        lowest = np.minimum(lowest, lowest[back])
        back = back[back]
    circles = before[back] >= 0
    if circles.any():
        # All of a circle, and all that hangs on it, has its lowest run for a head: cut it there.
        cut = before.copy()
        cut[np.unique(lowest[circles])] = -1
        root, behind, _ = _roots(start, cut, count)
        return root, behind, circles
    return back, behind, circles
