"""What tables say of grains behind the end of their extent: the one rule for who reads and writes.

Such entries decide no byte, so nobody compares them with their copies and nothing is refused
for them. In a sound file they are 0. Where they lead to data, the header's capacity or grain
size, or the extent line, may have been changed: that data is hidden.

    directory   | table | table | ... | last table            | (behind the last one) ... |
    last table                        | entry | entry | behind the last grain ...         |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.findings import Finding, Kind
from redoscope_core.format.units import SECTOR, ceil_div

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from redoscope_core.extents.sparse.grain_tables import GrainTables
    from redoscope_core.extents.sparse.table_shape import TableShape

__all__ = ["Behind", "behind_the_end"]

_ENTRY = 4
_MOST_TABLES = 4096
"""Tables behind the last one that are looked into: those of a disk of 128 GiB."""


class Behind(NamedTuple):
    """What stands behind the end."""

    entries: int = 0
    """Table entries other than 0."""
    stored: int = 0
    """Those of them that lead to where a grain could be."""

    def findings(self, path: Path) -> Iterator[Finding]:
        """Yield what that means, of the file *path*."""
        if self.stored:
            yield Finding.of(Kind.GRAINS_BEHIND, path, grains=self.stored)
        elif self.entries:
            yield Finding.of(Kind.ENTRIES_BEHIND, path, entries=self.entries)


def behind_the_end(
    tables: Iterable[GrainTables], shape: TableShape, file_bytes: int, sectors: int
) -> Behind:
    """Return the most that one copy of the *tables* has behind *sectors* of the extent.

    Raises:
        VmdkError: A table can't be read.
    """
    found = [_behind(copy, shape, file_bytes, sectors) for copy in tables]
    return Behind(*(max(counts) for counts in zip(*found, strict=True)))


def _behind(tables: GrainTables, shape: TableShape, file_bytes: int, sectors: int) -> Behind:
    used = ceil_div(min(sectors, shape.capacity), shape.grain_size)
    entries = stored = 0
    for found in _tables_behind(tables, shape, used):
        places = found[found != 0].astype(np.int64)
        entries += len(places)
        good = (places >= tables.first_data_sector) & ((places + 1) * SECTOR <= file_bytes)
        stored += int(np.count_nonzero(good))
    return Behind(entries, stored)


def _tables_behind(
    tables: GrainTables, shape: TableShape, used: int
) -> Iterator[NDArray[np.uint32]]:
    """Yield the entries of grain *used* and all behind it, a table at a time."""
    index, within = divmod(used, shape.gtes_per_gt)
    directory = tables.directory_and_behind()
    wanted = np.flatnonzero(tables.has_table(directory[index : index + _MOST_TABLES]))
    for number in (index + wanted).tolist():
        entries = tables.table(int(directory[number]), number)
        yield entries[within:] if number == index else entries
