"""What an ext volume keeps for itself, group by group: what its layout alone tells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.ext.groups import Groups
from redoscope_core.volumes.ext.superblock import Incompatible
from redoscope_core.volumes.regions import RegionKind, Regions
from redoscope_core.volumes.source import Numbers

__all__ = ["fixed_regions", "kept_blocks"]

_SUPERBLOCK = 2
"""Sectors of a superblock, and those before the first."""


def fixed_regions(groups: Groups, sectors: int) -> Regions:
    """Return what the volume of so many *sectors* keeps where its layout says, in order."""
    return Regions.laid(_layers(groups, sectors), sectors)


def kept_blocks(groups: Groups) -> tuple[Numbers, Numbers]:
    """Return first block and length of all that is kept: superblocks, tables, bitmaps."""
    one = np.ones(groups.shape.groups, np.int64)
    has = groups.has_superblock
    head = groups.descriptor_blocks + groups.reserved_blocks
    first = groups.start.copy()
    # With blocks of 1,024 bytes and bigalloc two blocks are before the descriptors of group 0.
    before = np.where(groups.descriptor_start > 0, groups.descriptor_start - first, has)
    starts = (
        (first, np.where(groups.descriptor_start > 0, before + head, before)),
        (groups.block_bitmap, one),
        (groups.inode_bitmap, one),
        (groups.inode_table, one * groups.shape.table_blocks),
    )
    start = np.concatenate([each for each, _ in starts])
    return start, np.concatenate([count for _, count in starts])


def _layers(groups: Groups, sectors: int) -> Iterator[Regions]:
    shape = groups.shape
    each = shape.block_size // SECTOR
    number = np.arange(shape.groups)
    yield Regions.of(RegionKind.BOOT, 0, _SUPERBLOCK)
    yield Regions.of(RegionKind.SUPERBLOCK, _SUPERBLOCK, _SUPERBLOCK)
    yield from _tables(groups, each)
    copies = groups.has_superblock & (number > 0)
    start = groups.start[copies] * each
    yield Regions.of(RegionKind.SUPERBLOCK_COPY, start, _SUPERBLOCK, owner=number[copies])
    holders = groups.descriptor_start > 0
    yield Regions.of(
        RegionKind.GROUP_DESCRIPTORS,
        groups.descriptor_start[holders] * each,
        groups.descriptor_blocks[holders] * each,
        owner=number[holders],
        first=groups.first_described[holders],
        unit=shape.descriptor_size * 8,
        count=shape.groups - groups.first_described[holders],
    )
    behind = np.where(holders, groups.descriptor_start + groups.descriptor_blocks, groups.start + 1)
    some = groups.reserved_blocks > 0
    yield Regions.of(
        RegionKind.RESERVED_DESCRIPTORS,
        behind[some] * each,
        groups.reserved_blocks[some] * each,
        owner=number[some],
    )
    if shape.incompatible & Incompatible.MULTIPLE_MOUNT:
        block = shape.structure.number("s_mmp_block")
        yield Regions.of(RegionKind.MULTIPLE_MOUNT, min(block, sectors) * each, each)
    # The rest of a superblock's block, and what is behind the last block.
    yield Regions.of(RegionKind.RESERVED, 0, max(each, 2 * _SUPERBLOCK))
    yield Regions.of(RegionKind.RESERVED, start, each, owner=number[copies])
    yield Regions.of(RegionKind.TAIL, shape.blocks * each, sectors)


def _tables(groups: Groups, each: int) -> Iterator[Regions]:
    """Yield bitmaps and inode tables; *each* is how many sectors a block has."""
    shape = groups.shape
    number = np.arange(shape.groups)
    clusters = shape.group_blocks // shape.cluster_blocks
    left = (shape.blocks - groups.start + shape.cluster_blocks - 1) // shape.cluster_blocks
    yield Regions.of(
        RegionKind.BLOCK_BITMAP,
        groups.block_bitmap * each,
        each,
        owner=number,
        first=(groups.start - shape.first_block) // shape.cluster_blocks,
        unit=1,
        count=np.minimum(clusters, left),
    )
    inodes = 1 + number * shape.group_inodes
    yield Regions.of(
        RegionKind.INODE_BITMAP,
        groups.inode_bitmap * each,
        each,
        owner=number,
        first=inodes,
        unit=1,
        count=shape.group_inodes,
    )
    yield Regions.of(
        RegionKind.INODE_TABLE,
        groups.inode_table * each,
        shape.table_blocks * each,
        owner=number,
        first=inodes,
        unit=shape.inode_size * 8,
        count=shape.group_inodes,
    )
