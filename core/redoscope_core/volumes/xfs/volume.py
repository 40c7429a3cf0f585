"""What the sectors of an XFS volume are for, as far as its groups tell: the others are files'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.regions import RegionKind, Regions
from redoscope_core.volumes.xfs.superblock import Superblock, read_superblock
from redoscope_core.volumes.xfs.trees import FREE, INODES, records_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["XfsVolume", "open_xfs"]

_CHUNK, _PART = 64, 4
"""Inodes of a record of the tree of inodes, and of what may be lacking of them."""
_NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class XfsVolume:
    """An XFS volume as its groups tell it."""

    shape: Superblock
    regions: Regions
    """Headers, log, inodes; and all else that is not free."""
    is_whole: bool
    """Whether the trees of all groups could be read, and the log lies in the volume."""


def open_xfs(volume: Volume) -> XfsVolume:
    """Read what the groups of the XFS volume say of its blocks.

    Raises:
        CorruptVolume: The superblock can't be believed.
        VmdkError: Something of it can't be read.
    """
    shape = read_superblock(volume)
    free, inodes, whole = [(_NOTHING, _NOTHING)], [(_NOTHING, _NOTHING)], shape.log_fits
    for group in range(shape.groups):
        first = group * shape.group_blocks
        try:
            told = records_of(volume, shape, group, FREE)
            free.append((first + told[:, 0], told[:, 1]))
            number = _kept(shape, records_of(volume, shape, group, INODES))
            inodes.append((np.full(len(number), group), number))
        except CorruptVolume:
            # Nothing is called free that is not known to be.
            whole = False
    regions = Regions.laid(_layers(shape, free, inodes, volume.sectors), volume.sectors)
    return XfsVolume(shape, regions, whole)


def _kept(shape: Superblock, records: Numbers) -> Numbers:
    """Return the first inode of each part of a chunk that is there, by *records* of the tree."""
    lacks = records[:, 1] >> 16 if shape.has_sparse else np.zeros(len(records), np.int64)
    part = np.arange(_CHUNK // _PART)
    there = (lacks[:, None] >> part & 1) == 0
    return np.asarray((records[:, :1] + part * _PART)[there], np.int64)


def _layers(
    shape: Superblock,
    free: list[tuple[Numbers, Numbers]],
    inodes: list[tuple[Numbers, Numbers]],
    sectors: int,
) -> Iterator[Regions]:
    each, header = shape.block_size // SECTOR, shape.sector_size // SECTOR
    group = np.arange(shape.groups)
    start = group * shape.group_blocks * each
    yield Regions.of(RegionKind.SUPERBLOCK, 0, header)
    yield Regions.of(RegionKind.SUPERBLOCK_COPY, start[1:], header, owner=group[1:])
    yield Regions.of(RegionKind.GROUP_DESCRIPTORS, start + header, 3 * header, owner=group)
    if shape.log_start and shape.log_fits:
        place = shape.block_of(shape.log_start) * each
        yield Regions.of(RegionKind.JOURNAL, place, shape.log_blocks * each)
    of, number = (np.concatenate([pair[at] for pair in inodes]) for at in (0, 1))
    block = of * shape.group_blocks + (number >> shape.inode_bits)
    yield Regions.of(
        RegionKind.INODE_TABLE,
        block * each + (number & (1 << shape.inode_bits) - 1) * shape.inode_size // SECTOR,
        _PART * shape.inode_size // SECTOR,
        owner=of,
        first=number | of << (shape.group_bits + shape.inode_bits),
        unit=shape.inode_size * 8,
        count=_PART,
    )
    begin, count = (np.concatenate([pair[at] for pair in free]) for at in (0, 1))
    unused = Runs.joined(begin * each, (begin + count) * each)
    used = Runs.joined([0], [min(shape.blocks * each, sectors)]).minus(unused)
    yield Regions.of(RegionKind.RESERVED, used.start, used.end - used.start)
    yield Regions.of(RegionKind.TAIL, shape.blocks * each, sectors)
