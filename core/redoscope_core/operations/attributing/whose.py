"""Whose: what a sector of a disk is for, and which file has it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.operations.attributing.listing import path_of, shown_name
from redoscope_core.operations.attributing.ownership import Ownership
from redoscope_core.operations.attributing.sector_classes import (
    SectorClass,
    classified,
    inner_first,
)

if TYPE_CHECKING:
    from redoscope_core.areas.runs import Runs
    from redoscope_core.operations.attributing.indexing import Examining
    from redoscope_core.volumes.index import VolumeIndex
    from redoscope_core.volumes.source import Numbers

__all__ = ["SectorOwner", "names_of", "whose"]

_CLASSES = tuple(SectorClass)


@dataclass(frozen=True, slots=True)
class SectorOwner:
    """What one sector is for."""

    sector: int
    kind: SectorClass
    volume: Examining | None
    """None where it is in no volume."""
    paths: tuple[str, ...] = ()
    """All names of the file that has it."""
    number: int | None = None
    """Its inode or file record; that of what owns a structure where no file is named."""
    stream: str = ""
    """Name of the alternate stream."""
    offset: int | None = None
    """Byte of the file at which the sector begins."""
    size: int | None = None
    """Bytes of the file: what is behind is slack."""
    region: str | None = None
    """What our own parsers call the place."""
    units: tuple[int, int] | None = None
    """First and last inode, record, entry or cluster that the sector of a structure tells of."""


def whose(sectors: Numbers, tables: Runs, volumes: tuple[Examining, ...]) -> list[SectorOwner]:
    """Return what each of *sectors* is for, in their order.

    *tables* are the sectors of tables of partitions, *volumes* those of the disk, examined.
    """
    kinds = classified(sectors, tables, volumes).tolist()
    found = [
        SectorOwner(sector, _CLASSES[kind], None)
        for sector, kind in zip(sectors.tolist(), kinds, strict=True)
    ]
    free = np.array([each.kind is not SectorClass.PARTITION_TABLE for each in found], np.bool_)
    for each in inner_first(volumes):
        start, count = each.volume.start, each.volume.sectors
        inside = free & (sectors >= start) & (sectors < start + count)
        free &= ~inside
        for position in _told(each, sectors[inside] - start, found, np.flatnonzero(inside)):
            found[position[0]] = position[1]
    return found


def _told(
    each: Examining, sectors: Numbers, found: list[SectorOwner], places: Numbers
) -> list[tuple[int, SectorOwner]]:
    """Return the owners of *sectors* of a volume, with their *places* in what was found."""
    index = each.index
    if index is None:
        return [
            (place, SectorOwner(found[place].sector, found[place].kind, each))
            for place in places.tolist()
        ]
    owners = Ownership.of(index)
    rows = owners.rows(sectors)
    names = names_of(index, np.unique(index.streams.node[owners.extents.stream[rows[rows >= 0]]]))
    told = []
    for place, sector, row in zip(places.tolist(), sectors.tolist(), rows.tolist(), strict=True):
        base = found[place]
        region = index.regions.at(sector)
        number = None if region is None else region.owner
        paths: tuple[str, ...] = ()
        stream, offset, size = "", None, None
        if row >= 0:
            which = int(owners.extents.stream[row])
            node = int(index.streams.node[which])
            number, paths = int(index.nodes.number[node]), tuple(names.get(node, ()))
            stream = shown_name(index.stream_name(which))
            here = np.array([sector], np.int64), np.array([row], np.int64)
            offset, size = int(owners.positions(*here)[0]), int(index.streams.size[which])
        units = None
        if region is not None and region.first is not None and region.last is not None:
            units = region.first, region.last
        kind = None if region is None else region.kind.value
        owner = SectorOwner(
            base.sector, base.kind, each, paths, number, stream, offset, size, kind, units
        )
        told.append((place, owner))
    return told


def names_of(index: VolumeIndex, nodes: Numbers) -> dict[int, list[str]]:
    """Return the paths of each of *nodes*: of one sector only those of its file."""
    found: dict[int, list[str]] = defaultdict(list)
    entries = index.entries
    for entry in np.flatnonzero(np.isin(entries.node, nodes) & ~entries.deleted).tolist():
        found[int(entries.node[entry])].append(shown_name(path_of(index, entry)))
    return found
