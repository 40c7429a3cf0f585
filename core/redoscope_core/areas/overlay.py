"""The algebra of areas: what one sees when links lie over each other.

All of it works on whole arrays. The disk is cut into grains, or at every edge of every
area; each piece then belongs to the topmost link that has an area there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import Areas
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["covered", "laid_over", "overlay"]

_PLACE_BITS, _PART_BITS, _AREA_BITS = 28, 8, 26
"""How a grain is written as one number: its place on the disk, its part, its area there."""
_FEW = 64


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Runs of sectors seen from above, in order."""

    start: NDArray[np.int64]
    count: NDArray[np.int64]
    part: NDArray[np.int64]
    """Which of the parts each belongs to."""
    area: NDArray[np.int64]
    """Which of that part's areas it lies in."""


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
    return _gather(speaking, _grains(speaking) or _cuts(speaking)).merged()


def _grains(parts: Sequence[Areas]) -> _Pieces | None:
    """Return the pieces if the parts are little more than grains of one size; None if not.

    Each grain becomes one number of its place, its part and its area. To sort those takes
    a fraction of the time of cutting the disk at every edge.

        number       | place on the disk, 28 bits | part, 8 | area in it, 26 |

        part 1       ....aaaa........            a newer link, with the grain at place 1
        part 0       aaaaaaaa....bbbb            area a has two grains, at places 0 and 1
        sorted       0,0,a  1,0,a  1,1,a  3,0,b
        from above   0,0,a         1,1,a  3,0,b  of each place the last
    """
    stop = max(int(part.end[-1]) for part in parts)
    grain = _common_grain(parts, stop)
    most = 2 * sum(len(part) for part in parts) + _FEW
    lengths = [-(-part.count // grain) for part in parts] if grain else []
    if not lengths or sum(int(length.sum()) for length in lengths) > most:
        return None
    if stop // grain >= 2**_PLACE_BITS or len(parts) > 2**_PART_BITS or most > 2**_AREA_BITS:
        return None
    keys = []
    for index, (part, length) in enumerate(zip(parts, lengths, strict=True)):
        place, which = _spread(part.start // grain, length)
        keys.append((place << _PART_BITS | index) << _AREA_BITS | which)
    key = np.concatenate(keys)
    key.sort(kind="stable")  # made of sorted runs, of which that makes use
    place = key >> (_PART_BITS + _AREA_BITS)
    topmost = np.ones(len(key), np.bool_)
    topmost[:-1] = place[1:] != place[:-1]
    key = key[topmost]
    start = place[topmost] * grain
    owner = (key >> _AREA_BITS) & (2**_PART_BITS - 1)
    return _Pieces(start, np.minimum(grain, stop - start), owner, key & (2**_AREA_BITS - 1))


def _common_grain(parts: Sequence[Areas], stop: int) -> int:
    """Return the largest power of two that divides every edge but *stop*, where the disk ends."""
    bits = 0
    either: np.ufunc = np.bitwise_or  # asked for here: a look-up loads no numpy
    for part in parts:
        bits |= int(either.reduce(part.start))
        counts = part.count[:-1] if int(part.end[-1]) == stop else part.count
        bits |= int(either.reduce(counts)) if len(counts) else 0
    return bits & -bits


def _cuts(parts: Sequence[Areas]) -> _Pieces:
    """Return the pieces that the edges of all parts cut the disk into."""
    edges = _edges(parts)
    owner = np.full(len(edges) - 1, -1, np.int64)
    area = np.zeros(len(edges) - 1, np.int64)
    for index, part in enumerate(parts):
        first = np.searchsorted(edges, part.start)
        piece, which = _spread(first, np.searchsorted(edges, part.end) - first)
        # Whoever lies higher comes later and takes the piece over.
        owner[piece] = index
        area[piece] = which
    kept = np.flatnonzero(owner >= 0)
    start = edges[kept]
    return _Pieces(start, edges[kept + 1] - start, owner[kept], area[kept])


def _spread(
    first: NDArray[np.int64], length: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return first, first + 1, ... of each run of that *length*, and which run it is of."""
    which = np.arange(len(first))
    if not (length > 1).any():
        return first, which
    which = np.repeat(which, length)
    within = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length)
    return first[which] + within, which


def laid_over(lower: Areas, upper: Areas) -> Areas:
    """Return `overlay([lower, upper])`, quickly where *upper* touches few areas of *lower*.

    *lower* must be merged and hold no area of a link that *upper* holds one of: only
    then can nothing that was cut become a neighbour that agrees.
    """
    if not len(lower) or not len(upper):
        return overlay([lower, upper])
    #     lower      aaaabbbb....ccccdddd
    #     upper      ......uuuu..........      touches b
    #     fresh      ....bbuuuu..........      takes its place; a, c and d stay as they are
    change = np.zeros(len(lower) + 1, np.int32)
    np.add.at(change, np.searchsorted(lower.end, upper.start, side="right"), 1)
    np.subtract.at(change, np.searchsorted(lower.start, upper.end, side="left"), 1)
    stays = np.cumsum(change[:-1], out=change[:-1]) == 0
    fresh = overlay([lower.take(~stays), upper])
    before = np.searchsorted(lower.start[stays], fresh.start)
    total = int(np.count_nonzero(stays)) + len(fresh)
    is_kept = np.ones(total, np.bool_)
    is_kept[before + np.arange(len(fresh))] = False
    columns = []
    for own, new in zip(lower.columns, fresh.columns, strict=True):
        column = np.empty(total, own.dtype)
        column[is_kept] = own[stays]
        column[~is_kept] = new
        columns.append(column)
    return Areas(*columns)


def changed_by(areas: Areas, newer: Areas) -> Areas:
    """Return `overlay([areas, newer])`; both may hold areas of one link. *areas* are merged."""
    return laid_over(areas, newer).merged()


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


def _gather(parts: Sequence[Areas], pieces: _Pieces) -> Areas:
    first = np.cumsum([0, *(len(part) for part in parts[:-1])])
    found = Areas.concatenate(parts).take(first[pieces.part] + pieces.area)
    moved = pieces.start - found.start
    if moved.any():
        moved[(found.offset < 0) | found.packed] = 0
        offset = found.offset + moved * SECTOR
    else:
        offset = found.offset
    columns = (found.state, found.link, found.file, offset, found.packed)
    return Areas(pieces.start, pieces.count, *columns)
