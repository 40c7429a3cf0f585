"""Places of a file that belong to one grain each: which belong to two, in memory that is bounded.

Whether one belongs to two is seen when the places are sorted; there may be 33 million, so they
are sorted a part of the file at a time:

    places in the file   |..:.:.|....:.|:.:....|.:....:|    counted in the first pass
    parts                [   at most _AT_ONCE  ][  ...  ]    each gathered in a pass of its own
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from numpy.typing import NDArray

__all__ = ["Overlaps", "PlaceCounts", "Reserved", "overlaps"]

_AT_ONCE = 2**22
"""Places that are sorted together: 16 MiB."""
_SLICE = 2**18
"""Places that are compared together."""
_BUCKET = 16
"""Places are counted by their upper bits: in 65,536 buckets of so many lower bits."""


class PlaceCounts:
    """How many places are in which part of the file."""

    def __init__(self) -> None:
        """Count none yet."""
        self._counts = np.zeros(2 ** (32 - _BUCKET), np.int64)
        self._total = 0
        self._all: list[NDArray[np.uint32]] = []

    def add(self, places: NDArray[np.int64]) -> None:
        """Count *places*, sectors of the file."""
        if not len(places):
            return
        buckets = places >> _BUCKET
        first, last = int(buckets.min()), int(buckets.max())
        self._counts[first : last + 1] += np.bincount(buckets - first)
        self._total += len(places)
        if self._total > _AT_ONCE:
            self._all.clear()
        else:
            self._all.append(places.astype(np.uint32))

    @property
    def places(self) -> list[NDArray[np.uint32]] | None:
        """All that were counted, if they are few enough to be one of the `parts`."""
        return self._all if self._total <= _AT_ONCE else None

    def parts(self) -> Iterator[tuple[int, int]]:
        """Yield (first, behind) of parts with places, at most `_AT_ONCE` or one bucket each."""
        first = total = 0
        for bucket in np.flatnonzero(self._counts).tolist():
            own = int(self._counts[bucket])
            if total and total + own > _AT_ONCE:
                yield first << _BUCKET, bucket << _BUCKET
                first, total = bucket, 0
            total += own
        if total:
            yield first << _BUCKET, len(self._counts) << _BUCKET


class Reserved:
    """Runs of equal length in the file where no grain may be: its tables."""

    def __init__(self, places: NDArray[np.int64], length: int) -> None:
        """Reserve *length* sectors from each of *places* on."""
        self._start = np.sort(places)
        self._end = self._start + length

    @property
    def lie_apart(self) -> bool:
        """Whether none of them lies over another one."""
        return bool((self._end[:-1] <= self._start[1:]).all())

    def touched_by(self, places: NDArray[np.int64], length: int) -> int:
        """Return how many of the runs of *length* sectors from *places* on lie over one."""
        before = np.searchsorted(self._start, places + length, side="left")
        passed = np.searchsorted(self._end, places, side="right")
        return int(np.count_nonzero(before > passed))


class Overlaps(NamedTuple):
    """How many places are taken twice."""

    of_grains: int
    """Places that overlap the one before."""
    of_tables: int
    """Places that overlap what is reserved."""


def overlaps(
    windows: Callable[[int, int], Iterator[NDArray[np.uint32]]],
    counts: PlaceCounts,
    reserved: Reserved,
    length: int,
) -> Generator[int, None, Overlaps]:
    """Return which runs of *length* sectors overlap; a step is a few milliseconds.

    It yields 0: no byte is looked at for the first time. *windows* gives the places from one sector
    on and before another one, some at a time, and *counts* has counted them: of few it knows them.
    """
    shared = over = 0
    last = -length
    for low, high in counts.parts():
        room = _Places()
        # To go through the tables once more takes as long as the first time.
        for places in windows(low, high) if counts.places is None else counts.places:
            room.add(places)
            yield 0
        ascending = room.sorted()
        shared += room.repeated
        for first in range(0, len(ascending), _SLICE):
            some = ascending[first : first + _SLICE].astype(np.int64)
            shared += int(np.count_nonzero(np.diff(some, prepend=last) < length))
            over += reserved.touched_by(some, length)
            last = int(some[-1])
            yield 0
    return Overlaps(shared, over)


class _Places:
    """Places of one part of the file, in bounded memory; those that repeat are only counted."""

    def __init__(self) -> None:
        self._room = np.empty(_AT_ONCE + 2**_BUCKET, np.uint32)
        self._used = 0
        self.repeated = 0

    def add(self, places: NDArray[np.uint32]) -> None:
        while len(places):
            if self._used == len(self._room):
                self._pack()
            taken = places[: len(self._room) - self._used]
            self._room[self._used : self._used + len(taken)] = taken
            self._used += len(taken)
            places = places[len(taken) :]

    def sorted(self) -> NDArray[np.uint32]:
        self._pack()
        return self._room[: self._used]

    def _pack(self) -> None:
        used = self._room[: self._used]
        used.sort()
        kept = used[np.concatenate(([True], used[1:] != used[:-1]))]
        self.repeated += len(used) - len(kept)
        self._used = len(kept)
        self._room[: self._used] = kept
