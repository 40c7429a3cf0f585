"""Growth: what each link of a chain adds to it, and how much of that is needed still.

    link 2      |..dd....zz|      stored 2, zeros 2
    link 1      |dddd......|      stored 4, of which 2 are shadowed, and 2 are stored by it alone
    base disk   |......dddd|      stored 4, of which 2 are shadowed, and 2 are stored by it alone

What is shadowed is read by older generations only. What is identical to the parent changes no
byte: only reading tells it. What can't be read is neither; a link may have something there, so no
other one counts as alone there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.areas.runs import Runs
from redoscope_core.chain.generations import read_tables
from redoscope_core.operations.examining.changes import covering_runs
from redoscope_core.operations.examining.compare import compare
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.chain.around import Unreadable
    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.unread import Unread
    from redoscope_core.operations.examining.compare import Comparison

__all__ = ["Growth", "growth", "identical_sectors"]

_KNOWN = (State.DATA, State.ZERO)
_LOST = (State.UNREADABLE,)


@dataclass(frozen=True, slots=True)
class Growth:
    """What one link adds, in sectors of the disk as its chain shows it."""

    stored: int
    """Data that it stores."""
    zero: int
    """What it marks as zeros, without storing them."""
    alone: int
    """Of both: where no other link of the chain has anything."""
    shadowed: int
    """Of both: what newer links decide instead."""

    @property
    def decided(self) -> int:
        """Of both: what the newest generation takes from it."""
        return self.stored + self.zero - self.shadowed


def growth(chain: Chain) -> tuple[Growth, ...]:
    """Return what each link of *chain* adds, base disk first; only tables are read.

    Sectors that can't be read count neither as stored nor as zeros.

    Raises:
        VmdkError: A table can't be read.
    """
    read_tables(chain.links)
    whole = [link.stored.window(0, chain.capacity) for link in chain.links]
    areas = [_in(each, _KNOWN) for each in whole]
    alone = _alone([*areas, *(_in(each, _LOST) for each in whole)])
    overlaid = _in(chain.stored, _KNOWN)
    decided = np.zeros(len(areas), np.int64)
    np.add.at(decided, overlaid.link, overlaid.count)
    found = []
    for index, own in enumerate(areas):
        stored, zero = (int(own.count[own.state == kind].sum()) for kind in _KNOWN)
        shadowed = stored + zero - int(decided[index])
        found.append(Growth(stored, zero, int(alone[index]), shadowed))
    return tuple(found)


def identical_sectors(
    chain: Chain, unread: Unread | None = None
) -> Generator[Progress, None, tuple[int, ...]]:
    """Return of each link how many sectors it has that read as without it, base disk first.

    Behind the end of a smaller parent are zeros; a base disk is compared with nothing, so it has
    none. Each link is compared where it has something. Progress is in bytes, link by link. Of a
    chain that salvages, what can't be read of a link or below it is not among them, and what of
    that comes to light is added to *unread*.

    Raises:
        VmdkError: A sector can't be read, and the chain does not salvage.
    """
    found = [0]
    late: dict[tuple[int, int], Unreadable] = {}
    for index in range(1, len(chain.links)):
        with_it = chain.up_to(index)
        own = _in(chain.links[index].stored.window(0, with_it.capacity), _KNOWN)
        start, count = covering_runs(own)
        name = chain.links[index].path.name
        steps = compare(chain.up_to(index - 1), with_it)
        result = yield from _noted(steps, f"comparing {name} with its parent")
        if result.stopped is not None:
            raise result.stopped
        others = Runs(result.start, result.start + result.count)
        for side in result.unread:
            first, length = side.runs
            others = others.plus(Runs(first, first + length))
            late |= {(each.start, each.link): each for each in side.found}
        found.append(Runs(start, start + count).minus(others).total)
    if unread is not None:
        unread.add(late[place] for place in sorted(late))
    return tuple(found)


def _noted(
    steps: Generator[Progress, None, Comparison], note: str
) -> Generator[Progress, None, Comparison]:
    """Go through *steps*, and say of each what is being done."""
    while True:
        try:
            progress = next(steps)
        except StopIteration as end:
            result: Comparison = end.value
            return result
        yield Progress(progress.done, progress.total, note)


def _in(areas: Areas, states: Sequence[State]) -> Areas:
    """Return those of *areas* that are in one of *states*."""
    return areas.take(np.isin(areas.state, states))


def _alone(areas: Sequence[Areas]) -> NDArray[np.int64]:
    """Return of each of *areas* how many sectors no other of them covers.

    Along the disk each area adds one, and its number, where it starts, and takes both away where
    it ends. Where one is left it is alone there, and the number left is its own.

        0   |-----|
        1      |-----|
        how many   1 2 1
        numbers    0 1 1
    """
    counts = [len(each) for each in areas]
    number = np.repeat(np.arange(len(areas)), counts)
    places = np.concatenate([*(each.start for each in areas), *(each.end for each in areas)])
    order = np.argsort(places, kind="stable")
    how_many = np.cumsum(np.repeat([1, -1], len(number))[order])
    numbers = np.cumsum(np.concatenate((number, -number))[order])
    length = np.diff(places[order], append=places[order][-1:])
    found = np.zeros(len(areas), np.int64)
    is_alone = how_many == 1
    np.add.at(found, numbers[is_alone], length[is_alone])
    return found
