"""Tables that differ from their redundant copies because a writer was stopped between the two.

A write stores the redundant table before the one that is read, and a power cut may keep either:

    data of new grains -> flush -> RGT, GT -> flush -> RGD, GD (of new tables)

So behind an uncleanShutdown mark an entry may be there in one copy alone. It is taken for that
if one copy has 0 and the other leads to a place inside the file that nothing else uses, or if
one of the two has the mark of a zero grain. All else is damage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.extents.sparse.copies import Differing, side_by_side
from redoscope_core.extents.sparse.places import PlaceCounts, Reserved, overlaps
from redoscope_core.format.sparse import ZERO_GRAIN

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.extents.sparse.grain_tables import GrainTables
    from redoscope_core.extents.sparse.table_shape import TableShape

__all__ = ["HalfWritten", "half_written"]


@dataclass(frozen=True, slots=True, eq=False)
class HalfWritten:
    """What differs between the tables of an extent and their copies, all of it explained."""

    grains: NDArray[np.int64]
    """Grains whose entries differ, ascending."""
    read: NDArray[np.uint32]
    """Their entries in the tables that are read."""
    found: NDArray[np.uint32]
    """Their entries with those taken up that the redundant tables alone lead to."""
    tables: NDArray[np.int64]
    """Directory indices of the tables that one directory alone leads to."""
    entries: int
    """How many entries differ, also where they were not kept."""

    def __len__(self) -> int:
        """Return how many entries and tables differ."""
        return self.entries + len(self.tables)


def half_written(
    tables: GrainTables, copies: GrainTables, header: TableShape, *, keep: bool
) -> Generator[int, None, HalfWritten | None]:
    """Return how *tables* differ from their *copies*, by interrupted writes alone; None otherwise.

    Nothing is held but what differs, and that only if one is to *keep* it. A step is a few
    milliseconds, and yields 0.

    Raises:
        CorruptVmdk: A directory is damaged.
    """
    first, second = tables.directory(), copies.directory()
    if len(tables.lost_tables()) or len(copies.lost_tables()):
        return None
    parts, counts, entries = [Differing.of([])], PlaceCounts(), 0
    for begin, read, copied in side_by_side(tables, copies):
        where = np.flatnonzero(read != copied)
        part = _judged(tables, header, Differing(begin + where, read[where], copied[where]))
        if part is None:
            return None
        entries += len(part)
        if keep:
            parts.append(part)
        counts.add(_places(read, copied, header).astype(np.int64))
        yield 0
    places = np.unique(np.concatenate((tables.table_places(), copies.table_places())))
    reserved = Reserved(places, header.table_sectors)
    every = tables.table_places().size + copies.table_places().size

    def windows(low: int, high: int) -> Iterator[NDArray[np.uint32]]:
        for _, read, copied in side_by_side(tables, copies):
            both = _places(read, copied, header)
            yield both[(both >= low) & (both < high)]

    taken = yield from overlaps(windows, counts, reserved, header.grain_size)
    if taken.of_grains or taken.of_tables or not reserved.lie_apart or len(places) < every:
        return None
    uneven = np.flatnonzero((first == 0) != (second == 0)).astype(np.int64)
    kept = Differing.of(parts)
    return HalfWritten(kept.grains, kept.first, kept.second, uneven, entries)


def _judged(tables: GrainTables, header: TableShape, differing: Differing) -> Differing | None:
    """Return *differing* with its second entries as they should be; None if one is damage."""
    read, copied = differing.first, differing.second
    one_is_zero = header.has_zero_grains & ((read == ZERO_GRAIN) | (copied == ZERO_GRAIN))
    other = np.where(one_is_zero & (read == ZERO_GRAIN), copied, read)
    place = np.where(one_is_zero, other, np.maximum(read, copied))
    state = tables.judge_entries(differing.grains, place)
    good = ((read == 0) | (copied == 0) | one_is_zero) & (
        (state == State.DATA) | (state == State.ZERO) | (place == 0)
    )
    if not good.all():
        return None
    found = np.where((read == 0) & ~one_is_zero, copied, read)
    return Differing(differing.grains, read, found)


def _places(
    read: NDArray[np.uint32], copied: NDArray[np.uint32], header: TableShape
) -> NDArray[np.uint32]:
    """Return where both lead to, once where they agree."""
    both = np.concatenate((read, copied[copied != read]))
    return both[both > (ZERO_GRAIN if header.has_zero_grains else 0)]
