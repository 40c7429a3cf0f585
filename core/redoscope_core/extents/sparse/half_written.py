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
from redoscope_core.format.sparse import ZERO_GRAIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core.extents.sparse.grain_tables import GrainTables
    from redoscope_core.extents.sparse.table_shape import TableShape

__all__ = ["HalfWritten", "half_written"]


@dataclass(frozen=True, slots=True)
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

    def __len__(self) -> int:
        """Return how many entries and tables differ."""
        return len(self.grains) + len(self.tables)


def half_written(
    tables: GrainTables, copies: GrainTables, header: TableShape
) -> HalfWritten | None:
    """Return how *tables* differ from their *copies*, by interrupted writes alone; None otherwise.

    Raises:
        CorruptVmdk: A directory is damaged.
    """
    first, second = tables.directory(), copies.directory()
    if len(tables.lost_tables()) or len(copies.lost_tables()):
        return None
    grains, read, copied = _side_by_side(tables.grains(), copies.grains())
    differs = read != copied
    grains, read, copied = grains[differs], read[differs], copied[differs]
    zero = header.has_zero_grains
    one_is_zero = zero & ((read == ZERO_GRAIN) | (copied == ZERO_GRAIN))
    other = np.where(one_is_zero & (read == ZERO_GRAIN), copied, read)
    place = np.where(one_is_zero, other, np.maximum(read, copied))
    state = tables.judge_entries(grains, place)
    good = ((read == 0) | (copied == 0) | one_is_zero) & (
        (state == State.DATA) | (state == State.ZERO) | (place == 0)
    )
    if not good.all() or _overlapping(tables, copies, header):
        return None
    found = np.where((read == 0) & ~one_is_zero, copied, read)
    return HalfWritten(grains, read, found, np.flatnonzero((first == 0) != (second == 0)))


def _side_by_side(
    one: tuple[NDArray[np.int64], NDArray[np.uint32]],
    other: tuple[NDArray[np.int64], NDArray[np.uint32]],
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint32]]:
    """Return all grains of both, ascending, with their entries there: 0 where one has none."""
    grains = np.union1d(one[0], other[0])
    entries = []
    for known, values in (one, other):
        column = np.zeros(len(grains), np.uint32)
        column[np.searchsorted(grains, known)] = values
        entries.append(column)
    return grains, entries[0], entries[1]


def _overlapping(tables: GrainTables, copies: GrainTables, header: TableShape) -> bool:
    """Tell whether a place belongs to two grains, or to a grain and a table, in either copy."""
    grains, read, copied = _side_by_side(tables.grains(), copies.grains())
    del grains
    both = np.concatenate((read, copied[copied != read])).astype(np.int64)
    both = both[both > (ZERO_GRAIN if header.has_zero_grains else 0)]
    places = np.concatenate((tables.table_places(), copies.table_places()))
    start = np.concatenate((both, places))
    count = np.repeat([header.grain_size, header.table_sectors], [len(both), len(places)])
    order = np.argsort(start, kind="stable")
    return bool((start[order][:-1] + count[order][:-1] > start[order][1:]).any())
