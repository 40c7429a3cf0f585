"""Runs of a disk as two arrays, first and behind the last: joined, and taken from each other.

Sorted and without overlap, but for what `joined` is given. No loop goes over them: a list of
changed areas may have a million.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Runs"]

_FIRST, _LAST = -(2**62), 2**62
"""Places before and behind any disk."""


class Runs(NamedTuple):
    """Where each run starts and ends, in sectors or bytes."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @classmethod
    def joined(cls, start: ArrayLike, end: ArrayLike) -> Runs:
        """Return the runs that any number of them cover, in whatever order; empty ones are none."""
        first, behind = np.array(start, np.int64, ndmin=1), np.array(end, np.int64, ndmin=1)
        kept = behind > first
        first, behind = first[kept], behind[kept]
        if not len(first):
            return cls(first, behind)
        order = np.argsort(first, kind="stable")
        first, behind = first[order], np.maximum.accumulate(behind[order])
        opens = np.concatenate(([True], first[1:] > behind[:-1]))
        last = np.append(np.flatnonzero(opens)[1:], len(first)) - 1
        return cls(first[opens], behind[last])

    @property
    def total(self) -> int:
        """How much all of them cover."""
        return int((self.end - self.start).sum())

    def times(self, factor: int) -> Runs:
        """Return the runs in a unit *factor* times smaller."""
        return Runs(self.start * factor, self.end * factor)

    def moved(self, by: int) -> Runs:
        """Return the runs *by* further."""
        return Runs(self.start + by, self.end + by)

    def cut_at(self, edges: ArrayLike) -> Runs:
        """Return the runs cut at all of *edges*, so that none goes across one.

        runs    |-----------|    |------|
        edges      |  |       |             in any order
        cut     |--|--|-----|    |------|
        """
        places = np.unique(np.array(edges, np.int64, ndmin=1))
        if not len(self.start):
            return self
        row = np.searchsorted(self.start, places, side="left") - 1
        places = places[(row >= 0) & (places < self.end[row])]
        return Runs(
            np.sort(np.concatenate((self.start, places))),
            np.sort(np.concatenate((self.end, places))),
        )

    def plus(self, other: Runs) -> Runs:
        """Return what either covers."""
        return Runs.joined(
            np.concatenate((self.start, other.start)), np.concatenate((self.end, other.end))
        )

    def minus(self, other: Runs) -> Runs:
        """Return what these cover and *other* does not."""
        if not len(other.start):
            return self
        # What other leaves out is what lies between its runs, before the first and behind the last.
        between = Runs(np.append(_FIRST, other.end), np.append(other.start, _LAST))
        return self.within(between)

    def within(self, other: Runs) -> Runs:
        """Return what both cover."""
        first = np.searchsorted(other.end, self.start, side="right")
        behind = np.searchsorted(other.start, self.end, side="left")
        count = np.maximum(behind - first, 0)
        # Each run of ours as often as runs of the other meet it, and beside it which of those.
        own = np.repeat(np.arange(len(count)), count)
        before = np.cumsum(count) - count
        which = np.arange(len(own)) - before[own] + first[own]
        return Runs(
            np.maximum(self.start[own], other.start[which]),
            np.minimum(self.end[own], other.end[which]),
        )
