"""Classes of sectors: what each sector of a disk is there for, exactly one thing."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.attributing.indexing import Examined, Examining
from redoscope_core.operations.attributing.ownership import Ownership
from redoscope_core.volumes.index import StreamKind, VolumeIndex
from redoscope_core.volumes.regions import RegionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from redoscope_core.volumes.source import Numbers

__all__ = [
    "ClassedRuns",
    "SectorClass",
    "classified",
    "cut_by_class",
    "inner_first",
]


class SectorClass(Enum):
    """What a sector is for; the value is its word for programs."""

    PARTITION_TABLE = "partition-table"
    GAP = "gap"
    """In no partition."""
    ENCRYPTED = "encrypted"
    NOT_EXAMINED = "not-examined"
    """In a volume that nothing here reads, or whose parser failed."""
    FILE_DATA = "file-data"
    STREAM = "stream"
    """An alternate data stream."""
    SLACK = "slack"
    """Behind the last byte of a file, in its last cluster; or given to it and never written."""
    DIRECTORY = "directory"
    JOURNAL = "journal"
    FILE_SYSTEM = "file-system"
    """What a file system keeps for itself."""
    FREE_SPACE = "free-space"


_CLASSES = tuple(SectorClass)
_CODES = {each: code for code, each in enumerate(_CLASSES)}
_OF_STREAMS = {
    StreamKind.DATA: SectorClass.FILE_DATA,
    StreamKind.NAMED: SectorClass.STREAM,
    StreamKind.DIRECTORY: SectorClass.DIRECTORY,
    StreamKind.JOURNAL: SectorClass.JOURNAL,
    StreamKind.SYSTEM: SectorClass.FILE_SYSTEM,
}
_OF_REGIONS = {
    RegionKind.JOURNAL: SectorClass.JOURNAL,
    RegionKind.DIRECTORY: SectorClass.DIRECTORY,
    RegionKind.ROOT_DIRECTORY: SectorClass.DIRECTORY,
    RegionKind.FILE: SectorClass.FILE_DATA,
    RegionKind.STREAM: SectorClass.STREAM,
}
_HAVE_SLACK = (StreamKind.DATA, StreamKind.NAMED)


def classified(sectors: Numbers, tables: Runs, volumes: Sequence[Examining]) -> NDArray[np.uint8]:
    """Return the class of each of *sectors*, as its index in `SectorClass`.

    What a table of partitions takes is that, whatever volume it lies in; of volumes that overlap
    the first has a sector, a logical volume before that which it lies in.
    """
    found = np.full(len(sectors), _CODES[SectorClass.GAP], np.uint8)
    free = np.ones(len(sectors), np.bool_)
    if len(tables.start):
        row = np.searchsorted(tables.start, sectors, side="right") - 1
        in_table = (row >= 0) & (sectors < tables.end[row])
        found[in_table] = _CODES[SectorClass.PARTITION_TABLE]
        free &= ~in_table
    for each in inner_first(volumes):
        start, count = each.volume.start, each.volume.sectors
        inside = free & (sectors >= start) & (sectors < start + count)
        free &= ~inside
        if each.index is not None:
            found[inside] = _in_volume(sectors[inside] - start, each.index)
        else:
            encrypted = each.state is Examined.ENCRYPTED
            kind = SectorClass.ENCRYPTED if encrypted else SectorClass.NOT_EXAMINED
            found[inside] = _CODES[kind]
    return found


def inner_first(volumes: Sequence[Examining]) -> list[Examining]:
    """Return *volumes* in their order, logical ones before those that they lie in."""
    return sorted(volumes, key=lambda each: not each.volume.name)


class ClassedRuns(NamedTuple):
    """Runs of sectors, each of one class."""

    runs: Runs
    codes: NDArray[np.uint8]
    """The class of each run, as its index in `SectorClass`."""

    @property
    def counts(self) -> dict[SectorClass, int]:
        """How many sectors have each class."""
        found = np.zeros(len(_CLASSES), np.int64)
        np.add.at(found, self.codes, self.runs.end - self.runs.start)
        return dict(zip(_CLASSES, found.tolist(), strict=True))

    def of(self, kind: SectorClass) -> Runs:
        """Return the runs that have one class, joined."""
        own = self.codes == _CODES[kind]
        return Runs.joined(self.runs.start[own], self.runs.end[own])


def cut_by_class(runs: Runs, tables: Runs, volumes: Sequence[Examining]) -> ClassedRuns:
    """Return *runs*, cut where the class may change, and the classes as `classified` has them.

    It takes as much memory as there are runs and extents, however many sectors those are.
    """
    pieces = runs.cut_at(np.concatenate([tables.start, tables.end, *map(_edges, volumes)]))
    return ClassedRuns(pieces, classified(pieces.start, tables, volumes))


def _edges(each: Examining) -> Numbers:
    """Return the sectors of the disk at which a volume may be for something else than before."""
    start, index = each.volume.start, each.index
    ends = np.array([0, each.volume.sectors], np.int64)
    if index is None:
        return start + ends
    owners = Ownership.of(index)
    extents = owners.extents
    # Behind the sector that has the last byte of a stream that counts is its slack.
    edge = np.minimum(index.streams.size, index.streams.written)[extents.stream]
    left = -(-(edge - extents.offset) // SECTOR)
    slack = extents.start + np.clip(left, 0, extents.sectors)
    regions = index.regions
    found: Numbers = start + np.concatenate((ends, regions.start, regions.end, owners.edges, slack))
    return found


def _in_volume(sectors: Numbers, index: VolumeIndex) -> NDArray[np.uint8]:
    """Return the classes of *sectors* of a volume."""
    found = np.full(len(sectors), _CODES[SectorClass.FREE_SPACE], np.uint8)
    region = index.regions.rows(sectors)
    told = np.array(
        [_CODES[_OF_REGIONS.get(kind, SectorClass.FILE_SYSTEM)] for kind in RegionKind], np.uint8
    )
    found[region >= 0] = told[index.regions.kind[region[region >= 0]]]
    owners = Ownership.of(index)
    rows = owners.rows(sectors)
    owned = rows >= 0
    stream = owners.extents.stream[rows[owned]]
    kind = index.streams.kind[stream]
    by_kind = np.array([_CODES[_OF_STREAMS[each]] for each in StreamKind], np.uint8)
    classes = by_kind[kind]
    edge = np.minimum(index.streams.size[stream], index.streams.written[stream])
    behind = owners.positions(sectors[owned], rows[owned]) >= edge
    behind |= ~owners.extents.written[rows[owned]]
    classes[behind & np.isin(kind, _HAVE_SLACK)] = _CODES[SectorClass.SLACK]
    found[owned] = classes
    return found
