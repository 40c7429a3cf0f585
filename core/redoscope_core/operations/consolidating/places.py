"""What a merging writes into its target: what it replaces there, and what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.format.units import SECTOR, ceil_div

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.extents.contract import Extent
    from redoscope_core.link.link import Link

__all__ = ["Places", "count_places"]


class Places(NamedTuple):
    """Amounts of what is written."""

    overwritten: int
    """Sectors of data that replace stored ones."""
    zeroed: int
    """Sectors of zeros that are written over stored ones, since no table can tell them."""
    appended: int
    """Bytes of new grains."""
    beside: int
    """Bytes by which files become longer beside that: to where a grain may begin, and by tables
    that they lack."""

    @property
    def written_bytes(self) -> int:
        """Bytes of the files' data that change or are new."""
        return (self.overwritten + self.zeroed) * SECTOR + self.appended


def count_places(target: Link, newer: Areas) -> Places:
    """Return what putting *newer* into *target* writes."""
    data = newer.take(newer.state == State.DATA)
    own = target.stored.take(target.stored.state == State.DATA)
    overwritten = int(_stored_in(own, data.start, data.end).sum())
    appended = beside = zeroed = 0
    for start, extent in zip(target.starts, target.extents, strict=True):
        size, sectors = extent.grain_size, extent.line.sectors
        part = newer.window(start, sectors).moved(sectors=-start)
        low, high = _zeros_in_place(extent, part.take(part.state == State.ZERO))
        zeroed += int(_stored_in(own, low + start, high + start).sum())
        if size is None:
            continue
        low, high = _touched(target, extent, size, start, part)
        ends = np.minimum(high * size, sectors)
        stored = int(_stored_in(own, low * size + start, ends + start).sum())
        new = (int((high - low).sum()) - ceil_div(stored, size)) * size * SECTOR
        appended += new
        beside += extent.grown_beside(low, high) if new else 0
    return Places(overwritten, zeroed, appended, beside)


def _zeros_in_place(extent: Extent, zeros: Areas) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the runs of *zeros*, from the first sector of *extent* on, that no table tells.

    Where the tables can tell zeros, these are the two ends that cover a part of a grain:

        grains  |-------|-------|-------|-------|
        zeros       zzzzzzzzzzzzzzzzzzzzzzz
        runs        ^^^^                ^^^
    """
    size = extent.grain_size
    if size is None or not extent.tells_zeros:
        return zeros.start, zeros.end
    whole = -(-zeros.start // size) * size
    last = np.where(zeros.end >= extent.line.sectors, zeros.end, zeros.end // size * size)
    inside = whole < last
    head = np.where(inside, whole, zeros.end)
    tail = np.where(inside, last, zeros.end)
    return np.concatenate((zeros.start, tail)), np.concatenate((head, zeros.end))


def _touched(
    target: Link, extent: Extent, size: int, place: int, newer: Areas
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (first, behind the last) grain of the runs of grains that *newer* makes stored.

    *extent*, in grains of *size*, begins at sector *place* of the disk; *newer* counts from there.
    """
    #     grains     |---0---|---1---|---2---
    #     newer      ..aaaaaaaa..bb........cc
    #     runs       a: 0 to 2, b: 2 to 2 since a has its grain, c: 2 to 3
    #
    # Where zeros can't be told, they are stored like data.
    told = extent.tells_zeros or not target.is_child
    part = newer.take(newer.state == State.DATA) if told else newer
    low, high = part.start // size, -(-part.end // size)
    if told:
        first = _partly_zeroed(target, extent, size, place, newer.take(newer.state == State.ZERO))
        order = np.argsort(np.concatenate((low, first)), kind="stable")
        low, high = np.concatenate((low, first))[order], np.concatenate((high, first + 1))[order]
    # Neighbours may share a grain: it is new only once.
    low = np.maximum(low, np.concatenate(([0], np.maximum.accumulate(high)[:-1])))
    return low, np.maximum(low, high)


def _partly_zeroed(
    target: Link, extent: Extent, size: int, place: int, zeros: Areas
) -> NDArray[np.int64]:
    """Return the grains that are stored because *zeros* cover a part of them."""
    cut = zeros.end[(zeros.end % size > 0) & (zeros.end < extent.line.sectors)]
    grains = np.unique(np.concatenate((zeros.start[zeros.start % size > 0], cut)) // size)
    if target.is_child:
        return grains
    # In a base disk what was never stored reads as zeros already.
    known = target.stored.take(target.stored.state == State.ZERO)
    first = grains * size + place
    return grains[_stored_in(known, first, first + size) > 0]


def _stored_in(own: Areas, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each run how many of its sectors *own* has."""
    if not len(own):
        return np.zeros(len(start), np.int64)
    before = np.cumsum(own.count) - own.count

    def below(sector: NDArray[np.int64]) -> NDArray[np.int64]:
        at = np.searchsorted(own.start, sector, side="right") - 1
        inside = np.clip(sector - own.start[at], 0, own.count[at])
        return np.where(at < 0, 0, before[at] + inside)

    return below(np.maximum(start, end)) - below(start)
