"""Damage of tables that a write would make worse: found before anything is written.

The tables are gone through in windows, as a check does: memory does not grow with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.errors import CorruptVmdk
from redoscope_core.extents.sparse.places import PlaceCounts, Reserved, overlaps
from redoscope_core.progress import finished

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.extents.sparse.grain_tables import GrainTables
    from redoscope_core.extents.sparse.table_shape import TableShape

__all__ = ["refuse_damage"]


def refuse_damage(tables: GrainTables, shape: TableShape, path: Path) -> None:
    """Refuse to write by the *tables* of the file *path* if they are damaged.

    Raises:
        CorruptVmdk: An entry leads nowhere, or two lead to one place.
    """
    counts = _counted(tables, path)
    reserved = Reserved(tables.table_places(), shape.table_sectors)
    taken = finished(overlaps(tables.places, counts, reserved, shape.grain_size))
    if any(taken) or not reserved.lie_apart:
        raise CorruptVmdk(
            "two entries lead to one grain, so that a write would change both",
            path=path,
            where="the grain tables",
            cure="repair the disk first",
        )


def _counted(tables: GrainTables, path: Path) -> PlaceCounts:
    """Return how many grains are where in the file *path*, if all entries lead somewhere."""
    counts, bad, first_bad = PlaceCounts(), 0, 0
    for first, entries in tables.windows():
        where = np.flatnonzero(entries)
        grains = (first + where).astype(np.int64)
        state = tables.judge_entries(grains, entries[where])
        counts.add(entries[where[state == State.DATA]].astype(np.int64))
        nowhere = grains[state == State.UNREADABLE]
        if len(nowhere) and not bad:
            first_bad = int(nowhere[0])
        bad += len(nowhere)
    lost = len(tables.lost_tables())
    if lost or bad:
        raise CorruptVmdk(
            "the grain tables are damaged, so nothing is written",
            path=path,
            where=f"grain {first_bad}" if bad else "the grain directory",
            found=f"{bad} entries and {lost} tables that lead nowhere",
            cure="repair the disk first, or copy the file again if it is truncated",
        )
    return counts
