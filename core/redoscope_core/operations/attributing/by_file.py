"""By file: how many of some sectors of a volume each file has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.operations.attributing.listing import path_of, shown_name
from redoscope_core.operations.attributing.ownership import Ownership

if TYPE_CHECKING:
    from redoscope_core.areas.runs import Runs
    from redoscope_core.volumes.index import VolumeIndex

__all__ = ["FileSectors", "sectors_by_file"]


class FileSectors(NamedTuple):
    """Sectors that one file has, or had."""

    path: str
    sectors: int
    raw: bytes = b""
    """The path as the file system has it."""


def sectors_by_file(runs: Runs, index: VolumeIndex) -> list[FileSectors]:
    """Return how many sectors of *runs* of a volume each file of *index* has, by path.

    A file with several names is told under each of them; one without a name not at all.
    """
    owners = Ownership.of(index)
    pieces = runs.cut_at(owners.edges)
    rows = owners.rows(pieces.start)
    owned = rows >= 0
    node = index.streams.node[owners.extents.stream[rows[owned]]]
    amounts = np.zeros(len(index.nodes), np.int64)
    np.add.at(amounts, node, (pieces.end - pieces.start)[owned])
    entries = index.entries
    named = (entries.node >= 0) & ~entries.deleted
    named[named] = amounts[entries.node[named]] > 0
    found = []
    for entry in np.flatnonzero(named).tolist():
        path = path_of(index, entry)
        found.append(FileSectors(shown_name(path), int(amounts[entries.node[entry]]), path))
    return sorted(found)
