"""Tables beside their redundant copies: where the two differ, and which of them is sound there.

Nothing here needs more memory than what differs: both are gone through in windows.

    of two entries that differ        sound is
    one leads nowhere                 the other, if that leads to a grain or says that there is none
    one leads to what others have     the other (so an entry that was copied wrongly is found)
    one is 0                          the other, if it leads to a grain that nothing else has
    all else                          not known; the first is read
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.spots import EntrySpot, Sound, Why

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.extents.sparse.grain_tables import GrainTables

__all__ = ["Beside", "Differing", "Judged", "judged", "side_by_side"]

_SOUND = (Sound.FIRST, Sound.SECOND, Sound.NEITHER, Sound.UNKNOWN)
_WHY = (Why.LEADS_NOWHERE, Why.SHARED, Why.NOT_STORED, Why.UNDECIDED)
_FIRST, _SECOND, _NEITHER, _UNKNOWN = range(4)
_LEADS_NOWHERE, _SHARED, _NOT_STORED, _UNDECIDED = range(4)


@dataclass(frozen=True, slots=True, eq=False)
class Differing:
    """Grains whose entries differ, ascending, with both."""

    grains: NDArray[np.int64]
    first: NDArray[np.uint32]
    second: NDArray[np.uint32]

    @classmethod
    def of(cls, parts: list[Differing]) -> Differing:
        """Return all of *parts*, which ascend."""
        if not parts:
            return cls(np.empty(0, np.int64), np.empty(0, np.uint32), np.empty(0, np.uint32))
        return cls(
            np.concatenate([part.grains for part in parts]),
            np.concatenate([part.first for part in parts]),
            np.concatenate([part.second for part in parts]),
        )

    def __len__(self) -> int:
        """Return how many entries differ."""
        return len(self.grains)

    def head(self, count: int) -> Differing:
        """Return the first *count* of them."""
        return Differing(self.grains[:count], self.first[:count], self.second[:count])


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What differs, and which is sound."""

    differing: Differing
    _sound: NDArray[np.uint8]
    _why: NDArray[np.uint8]

    def second_is_better(self, *, where_unknown: bool) -> NDArray[np.bool_]:
        """Tell where the redundant entry is the sound one, or *where_unknown* may be."""
        best = (_SECOND, _UNKNOWN) if where_unknown else (_SECOND,)
        return np.isin(self._sound, best)

    def spots(self, grain_size: int) -> tuple[EntrySpot, ...]:
        """Return each as a spot; sectors count from the extent's first."""
        columns = (
            self.differing.grains,
            self.differing.first,
            self.differing.second,
            self._sound,
            self._why,
        )
        return tuple(
            EntrySpot(grain, grain * grain_size, first, second, _SOUND[sound], _WHY[why])
            for grain, first, second, sound, why in zip(
                *(column.tolist() for column in columns), strict=True
            )
        )


class Beside:
    """The redundant tables, gone through beside those that are read."""

    def __init__(self, tables: GrainTables, copies: GrainTables) -> None:
        """Go through *copies* as somebody goes through the windows of *tables*.

        Raises:
            VmdkError: A directory can't be read.
        """
        self._lost = tables.lost_tables()
        self._lost_copies = copies.lost_tables()
        self._per_table = tables.per_table
        self._windows = copies.windows()
        self.is_uneven = bool(((tables.directory() == 0) != (copies.directory() == 0)).any())
        """Whether one directory alone has a table somewhere."""
        has, has_copy = (each.has_table(each.directory()) for each in (tables, copies))
        self.mended = int(np.count_nonzero(~has[self._lost] & has_copy[self._lost]))
        """Tables that are lost, and that the redundant directory leads to."""

    @property
    def lost(self) -> int:
        """Tables of the copy that can't be read."""
        return len(self._lost_copies)

    def next(self, first: int, entries: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return the copies of *entries*, the next window, which begins with grain *first*.

        A table that can't be read is not called different, entry by entry: in *entries* and in
        what is returned it is as the other copy has it.

        Raises:
            VmdkError: The copies can't be read.
        """
        _, other = next(self._windows)
        for index in _within(self._lost, first, len(entries), self._per_table):
            entries[index] = other[index]
        for index in _within(self._lost_copies, first, len(entries), self._per_table):
            other[index] = entries[index]
        return other


def side_by_side(
    tables: GrainTables, copies: GrainTables
) -> Iterator[tuple[int, NDArray[np.uint32], NDArray[np.uint32]]]:
    """Yield (first grain, entries, entries of the copies) of all grains, some tables at a time.

    Raises:
        VmdkError: One of the two can't be read.
    """
    beside = Beside(tables, copies)
    for first, entries in tables.windows():
        other = beside.next(first, entries)
        yield first, entries, other


def _within(lost: NDArray[np.int64], first: int, count: int, per_table: int) -> Iterator[slice]:
    """Yield where in *count* entries from grain *first* on those of the tables *lost* are."""
    if not len(lost):
        return
    low, high = np.searchsorted(lost * per_table, [first, first + count])
    for index in lost[low:high].tolist():
        begin = index * per_table - first
        yield slice(begin, begin + per_table)


def judged(
    tables: GrainTables, copies: GrainTables, differing: Differing, grain_size: int
) -> Generator[int, None, Judged]:
    """Return which entries of *differing* are sound; a step is a few milliseconds.

    Raises:
        VmdkError: The tables can't be read.
    """
    values = (differing.first, differing.second)
    states = [tables.judge_entries(differing.grains, value) for value in values]
    taken = yield from _taken(tables, copies, differing, states, grain_size)
    nowhere = [state == State.UNREADABLE for state in states]
    # A place that another grain has, too, is that one's: this entry is the wrong one.
    shared = [uses > 0 for uses in taken]
    absent = [state == State.ABSENT for state in states]
    sound = np.full(len(differing), _UNKNOWN, np.uint8)
    why = np.full(len(differing), _UNDECIDED, np.uint8)
    good = [~(nowhere[side] | shared[side]) for side in (0, 1)]
    for side in (0, 1):
        other = 1 - side
        alone = (states[side] == State.DATA) & good[side] & absent[other]
        sound[alone], why[alone] = side, _NOT_STORED
        by_shared = good[side] & shared[other]
        sound[by_shared], why[by_shared] = side, _SHARED
        by_place = good[side] & nowhere[other]
        sound[by_place], why[by_place] = side, _LEADS_NOWHERE
    neither = ~good[0] & ~good[1]
    sound[neither] = _NEITHER
    why[neither] = np.where((nowhere[0] & nowhere[1])[neither], _LEADS_NOWHERE, _SHARED)
    return Judged(differing, sound, why)


def _taken(
    tables: GrainTables,
    copies: GrainTables,
    differing: Differing,
    states: list[NDArray[np.uint8]],
    grain_size: int,
) -> Generator[int, None, list[NDArray[np.int64]]]:
    """Return of both entries how many others, of either copy, lead to the same place."""
    places = [value.astype(np.int64) for value in (differing.first, differing.second)]
    isdata = [state == State.DATA for state in states]
    wanted = np.unique(
        np.concatenate([place[data] for place, data in zip(places, isdata, strict=True)])
    )
    if not len(wanted):
        return [np.zeros(len(differing), np.int64) for _ in places]
    # One more where a use begins to be near enough, one less where it ends to be.
    steps = np.zeros(len(wanted) + 1, np.int64)
    for first, entries, other in side_by_side(tables, copies):
        for found in (entries, np.where(other != entries, other, 0)):
            where = np.flatnonzero(found)
            state = tables.judge_entries((first + where).astype(np.int64), found[where])
            used = found[where][state == State.DATA].astype(np.int64)
            low = np.searchsorted(wanted, used - grain_size, side="right")
            high = np.searchsorted(wanted, used + grain_size, side="left")
            steps += np.bincount(low, minlength=len(steps)) - np.bincount(
                high, minlength=len(steps)
            )
        yield 0
    uses = np.cumsum(steps)[:-1]
    near = (np.abs(places[0] - places[1]) < grain_size) & isdata[0] & isdata[1]
    return [
        np.where(
            data, uses[np.minimum(np.searchsorted(wanted, place), len(wanted) - 1)] - 1 - near, 0
        )
        for place, data in zip(places, isdata, strict=True)
    ]
