"""The content of a disk: runs of sectors that are there for one thing, and whose they are.

disk      | table | ext4: inodes | file | free | file | directory |  gap  |
runs      |-------|--------------|------|------|------|-----------|-------|
numbers       -1        -1           7     -1     9         2        -1       one for each file

Both take as much time as there are runs and extents, however many sectors those are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.operations.attributing.ownership import Ownership
from redoscope_core.operations.attributing.sector_classes import cut_by_class, inner_first
from redoscope_core.operations.attributing.whose import names_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from redoscope_core.operations.attributing.indexing import Examining
    from redoscope_core.volumes.source import Numbers

__all__ = ["ContentRuns", "FileNumbers", "content_runs", "file_numbers"]

_VOLUME = 40
"""Bits of a number below those that say which volume it is of."""
_NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class ContentRuns:
    """Runs of sectors of a disk, in order and without a gap between them."""

    start: Numbers
    """Sector of the disk."""
    end: Numbers
    """The sector behind the last."""
    kind: NDArray[np.uint8]
    """Index in `SectorClass`."""


@dataclass(frozen=True, slots=True, eq=False)
class FileNumbers:
    """Which file each of some sectors belongs to; the numbers hold for one listing."""

    number: Numbers
    """Of each sector, in their order; -1 where it belongs to no file."""
    volumes: Sequence[Examining]

    def names(self, numbers: Numbers) -> list[str]:
        """Return how each of *numbers* is told: `/path`, or `2:/path` where volumes are several.

        A file that no entry leads to is told by its inode or record.
        """
        several = sum(each.index is not None for each in self.volumes) > 1
        known: dict[int, str] = {}
        for row, each in enumerate(self.volumes):
            wanted = np.unique(numbers[(numbers >> _VOLUME) == row]) & ((1 << _VOLUME) - 1)
            if each.index is None or not len(wanted):
                continue
            paths = names_of(each.index, wanted)
            of = f"{each.volume.number}:" if several and each.volume.number is not None else ""
            for node in wanted.tolist():
                unnamed = f"#{int(each.index.nodes.number[node])}"
                known[row << _VOLUME | node] = of + (paths.get(node) or [unnamed])[0]
        return [known.get(number, "") for number in numbers.tolist()]


def content_runs(
    first: int, end: int, tables: Runs, volumes: Sequence[Examining], *, by_file: bool = False
) -> ContentRuns:
    """Return what the sectors from *first* to before *end* of a disk are for, as runs.

    *tables* are the sectors of tables of partitions, *volumes* those of the disk, examined. With
    *by_file* a run ends where another file begins, too; else only where another class does.
    """
    pieces, kind = cut_by_class(Runs.joined([first], [end]), tables, volumes)
    if by_file or len(kind) <= 1:
        return ContentRuns(pieces.start, pieces.end, kind)
    opens = np.flatnonzero(np.append(True, kind[1:] != kind[:-1]))
    return ContentRuns(pieces.start[opens], np.append(pieces.start[opens[1:]], end), kind[opens])


def file_numbers(sectors: Numbers, tables: Runs, volumes: Sequence[Examining]) -> FileNumbers:
    """Return to which file each of *sectors* belongs; *tables* and *volumes* as above."""
    found = np.full(len(sectors), _NOBODY, np.int64)
    free = np.ones(len(sectors), np.bool_)
    if len(tables.start):
        row = np.searchsorted(tables.start, sectors, side="right") - 1
        free &= (row < 0) | (sectors >= tables.end[row])
    numbered = {id(each): number for number, each in enumerate(volumes)}
    for each in inner_first(volumes):
        which = numbered[id(each)]
        start, count = each.volume.start, each.volume.sectors
        places = np.flatnonzero(free & (sectors >= start) & (sectors < start + count))
        free[places] = False
        if each.index is None:
            continue
        owners = Ownership.of(each.index)
        rows = owners.rows(sectors[places] - start)
        streams = owners.extents.stream[rows[rows >= 0]]
        found[places[rows >= 0]] = which << _VOLUME | each.index.streams.node[streams]
    return FileNumbers(found, volumes)
