"""The volumes of a generation: each partition, or the whole disk, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from redoscope_core.areas.runs import Runs
from redoscope_core.errors import VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.structures.partitions import Partition
from redoscope_core.volumes.holding import Holding, held_by
from redoscope_core.volumes.lvm import LogicalVolume, logical_volumes
from redoscope_core.volumes.partitioned import Parted, parted, read_around_faults
from redoscope_core.volumes.source import Volume

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["DiskVolume", "DiskVolumes", "disk_volumes"]


@dataclass(frozen=True, slots=True)
class DiskVolume:
    """A volume; numbers are sectors of the disk."""

    number: int | None
    """As partitions are counted, logical volumes behind the last; None if it is the whole disk."""
    start: int
    sectors: int
    """As far as the disk goes."""
    holding: Holding
    name: str = ""
    """Of a logical volume, which lies within another volume: its group and its own name."""


@dataclass(frozen=True, slots=True)
class DiskVolumes:
    """How a generation is parted, and into what."""

    parted: Parted
    capacity: int
    """Sectors of the disk."""
    volumes: tuple[DiskVolume, ...]
    """In the order of the disk."""
    scattered: tuple[str, ...] = ()
    """Logical volumes that are in several pieces, or of another kind: they are not looked into."""
    lies: tuple[str, ...] = ()
    """How each of these lies, in a few words."""

    @property
    def table_runs(self) -> Runs:
        """The sectors of all that says where partitions are."""
        tables = self.parted.tables
        start = [table.offset // SECTOR for table in tables]
        return Runs.joined(start, [-(-(each.offset + each.length) // SECTOR) for each in tables])


def disk_volumes(chain: Chain) -> DiskVolumes:
    """Return the volumes of *chain*; about a MiB of each is read.

    A disk without partitions is one volume, if that holds anything.
    """
    told = parted(chain)
    found = [
        each for part in told.partitions if (each := _volume(chain, part, part.number)) is not None
    ]
    if not told.tables:
        whole = _volume(chain, Partition(0, 0, chain.capacity), None)
        found = [] if whole is None or whole.holding is Holding.ZEROS else [whole]
    inner, apart = _logical(chain, found)
    found = sorted([*found, *inner], key=lambda each: each.start)
    names = tuple(each.name for each in apart)
    lies = tuple(each.lies for each in apart)
    return DiskVolumes(told, chain.capacity, tuple(found), names, lies)


def _logical(chain: Chain, found: list[DiskVolume]) -> tuple[list[DiskVolume], list[LogicalVolume]]:
    """Return the logical volumes within those of *found* that hold some, and those in pieces.

    Of texts that can't be read or believed there are none.
    """
    inner: list[DiskVolume] = []
    apart: list[LogicalVolume] = []
    last = max((each.number or 0 for each in found), default=0)
    for outer in found:
        if outer.holding is not Holding.LVM2:
            continue
        size = outer.sectors * SECTOR
        source = Volume(partial(_read, chain, outer.start, size), size)
        try:
            told = logical_volumes(source)
        except VmdkError:
            continue
        for each in told:
            if each.start is None:
                apart.append(each)
                continue
            place = Partition(last + len(inner) + 1, outer.start + each.start, each.sectors)
            volume = _volume(chain, place, place.number)
            inner += [] if volume is None else [replace(volume, name=each.name)]
    return inner, apart


def _volume(chain: Chain, part: Partition, number: int | None) -> DiskVolume | None:
    """Return the volume in *part*; None if the disk ends before it."""
    sectors = min(part.count, chain.capacity - part.start)
    if sectors <= 0 or part.start < 0:
        return None
    read = partial(_read, chain, part.start, sectors * SECTOR)
    return DiskVolume(number, part.start, sectors, held_by(read, sectors * SECTOR))


def _read(chain: Chain, start: int, size: int, offset: int, count: int) -> bytes:
    """Return bytes of the volume of *size* bytes that begins at sector *start*."""
    count = min(count, size - offset)
    if count <= 0 or offset < 0:
        return b""
    first, behind = offset // SECTOR, -(-(offset + count) // SECTOR)
    data = read_around_faults(chain, start + first, behind - first)
    return data[offset - first * SECTOR :][:count]
