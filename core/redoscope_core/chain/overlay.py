"""The algebra of areas: what one sees when links lie over each other.

All of it works on whole arrays. The disk is cut at every edge of every area; each
piece then belongs to the topmost link that has an area there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.format.units import SECTOR
from redoscope_core.link.areas import Areas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["covered", "laid_over", "overlay"]


def overlay(parts: Sequence[Areas]) -> Areas:
    """Return the areas seen from above when each of *parts* lies over those before it.

    The parts hold no ABSENT areas; where none has an area the result has none. It is
    merged: no two neighbours agree. Overlaying is associative, and an empty part
    changes nothing.
    """
    speaking = [part for part in parts if len(part)]
    if not speaking:
        return Areas.empty()
    if len(speaking) == 1:
        return speaking[0].merged()
    edges = _edges(speaking)
    owner = np.full(len(edges) - 1, -1, np.int16)
    area = np.zeros(len(edges) - 1, np.int64)
    for index in range(len(speaking) - 1, -1, -1):
        has, which = covered(speaking[index], edges)
        mine = has & (owner < 0)
        owner[mine] = index
        area[mine] = which[mine]
    return _gather(speaking, edges, owner, area)


def laid_over(lower: Areas, upper: Areas) -> Areas:
    """Return `overlay([lower, upper])`, quickly where *upper* touches few areas of *lower*.

    *lower* must be merged and hold no area of a link that *upper* holds one of: only
    then can nothing that was cut become a neighbour that agrees.
    """
    if not len(lower) or not len(upper):
        return overlay([lower, upper])
    size = len(lower) + 1
    first = np.searchsorted(lower.end, upper.start, side="right")
    last = np.searchsorted(lower.start, upper.end, side="left")
    change = np.bincount(first, minlength=size) - np.bincount(last, minlength=size)
    touched = np.cumsum(change)[:-1] > 0
    fresh = overlay([lower.take(touched), upper])
    kept = np.flatnonzero(~touched)
    place = np.searchsorted(lower.start[kept], fresh.start) + np.arange(len(fresh))
    source = np.empty(len(kept) + len(fresh), np.intp)
    untouched = np.ones(len(source), np.bool_)
    untouched[place] = False
    source[untouched] = kept
    source[place] = np.arange(len(lower), len(lower) + len(fresh))
    both = Areas.concatenate([lower, fresh])
    return both.take(source)


def _edges(parts: Sequence[Areas]) -> NDArray[np.int64]:
    """Return every start and end of *parts*, ascending, each once."""
    sides = np.concatenate([side for part in parts for side in (part.start, part.end)])
    # Each side is sorted already, which a stable sort makes use of. np.unique would
    # hash them: 80 times slower here.
    sides.sort(kind="stable")
    return sides[np.concatenate(([True], sides[1:] != sides[:-1]))]


def covered(areas: Areas, edges: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Tell for each piece between *edges* whether *areas* cover it, and by which area.

    Every start and end of the areas must be among the ascending *edges*.
    """
    first = np.searchsorted(edges, areas.start)
    last = np.searchsorted(edges, areas.end)
    begins = np.zeros(len(edges), np.int64)
    begins[first] = 1
    change = begins.copy()
    change[last] -= 1
    has = np.cumsum(change)[:-1] > 0
    which = np.cumsum(begins)[:-1] - 1
    return has, which


def _gather(
    parts: Sequence[Areas],
    edges: NDArray[np.int64],
    owner: NDArray[np.int16],
    area: NDArray[np.int64],
) -> Areas:
    kept = np.flatnonzero(owner >= 0)
    start, count = edges[kept], np.diff(edges)[kept]
    owner, area = owner[kept], area[kept]
    result = Areas.of(start, count, 0, 0, -1, -1)
    state, link = result.state.copy(), result.link.copy()
    file, offset = result.file.copy(), result.offset.copy()
    packed = result.packed.copy()
    for index, part in enumerate(parts):
        mine = np.flatnonzero(owner == index)
        source = area[mine]
        state[mine], link[mine] = part.state[source], part.link[source]
        file[mine], packed[mine] = part.file[source], part.packed[source]
        moved = np.where(part.packed[source], 0, (start[mine] - part.start[source]) * SECTOR)
        offset[mine] = np.where(part.offset[source] >= 0, part.offset[source] + moved, -1)
    return Areas(start, count, state, link, file, offset, packed).merged()
