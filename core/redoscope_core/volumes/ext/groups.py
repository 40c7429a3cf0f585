"""The block groups of an ext volume: their descriptors, and which blocks each keeps for itself.

    group with a superblock   SB | descriptors of all | reserved | ... bitmaps, table, data ...
    meta_bg                   SB | descriptors of 16 to 128 groups, in the 1st, 2nd and last of them
    flex_bg                   bitmaps and tables of several groups lie together in the first

Source: fs/ext4: ext4_bg_has_super, ext4_bg_num_gdb, descriptor_loc.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redoscope_core.format.units import ceil_div
from redoscope_core.volumes.ext.superblock import (
    Compatible,
    Incompatible,
    ReadOnlyCompatible,
    Superblock,
)
from redoscope_core.volumes.source import Bytes, Numbers, Volume

__all__ = ["Groups", "read_groups"]

_LOW = np.dtype(
    {
        "names": ["block_bitmap", "inode_bitmap", "inode_table", "flags", "unused"],
        "formats": ["<u4", "<u4", "<u4", "<u2", "<u2"],
        "offsets": [0, 4, 8, 18, 28],
        "itemsize": 32,
    }
)
_HIGH = np.dtype(
    {
        "names": ["block_bitmap", "inode_bitmap", "inode_table", "unused"],
        "formats": ["<u4", "<u4", "<u4", "<u2"],
        "offsets": [32, 36, 40, 50],
        "itemsize": 64,
    }
)
_LONG = 64
_INODES_UNINIT, _BLOCKS_UNINIT = 1, 2
_POWERS = (3, 5, 7)
_FURTHEST = 2**52


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The descriptors of all groups as columns, one row a group; blocks from the volume's start."""

    shape: Superblock
    block_bitmap: Numbers
    inode_bitmap: Numbers
    inode_table: Numbers
    """First block of it."""
    table_used: Numbers
    """Inodes at the beginning of the table that were ever written."""
    blocks_unwritten: NDArray[np.bool_]
    """The block bitmap was never written: free is what no table or superblock takes."""
    inodes_unwritten: NDArray[np.bool_]
    """The inode bitmap was never written: all are free."""
    has_superblock: NDArray[np.bool_]
    descriptor_start: Numbers
    """Block of the descriptors that are kept in the group; 0 if none are."""
    descriptor_blocks: Numbers
    first_described: Numbers
    """The first group that those describe."""
    reserved_blocks: Numbers
    """Blocks behind them, kept for more."""

    @property
    def start(self) -> Numbers:
        """The first block of each group."""
        number = np.arange(self.shape.groups, dtype=np.int64)
        return self.shape.first_block + number * self.shape.group_blocks


def read_groups(volume: Volume, shape: Superblock) -> Groups:
    """Return the groups of the volume, by the first copy of their descriptors.

    Raises:
        CorruptVolume: The descriptors don't lie in the volume.
        VmdkError: They can't be read.
    """
    superblocks = _with_superblock(shape)
    start, blocks, first, reserved = _descriptors(shape, superblocks)
    raw = _read(volume, shape, start)
    low = np.ascontiguousarray(raw[:, : _LOW.itemsize]).view(_LOW)[:, 0]
    words = {name: low[name].astype(np.int64) for name in _LOW.names or ()}
    if shape.descriptor_size >= _LONG:
        high = np.ascontiguousarray(raw[:, :_LONG]).view(_HIGH)[:, 0]
        for name in _HIGH.names or ():
            shift = 16 if name == "unused" else 32
            words[name] |= high[name].astype(np.int64) << shift
    places = (
        np.clip(words[name], 0, _FURTHEST)
        for name in ("block_bitmap", "inode_bitmap", "inode_table")
    )
    block_bitmap, inode_bitmap, table = places
    marks = words["flags"] if shape.has_unused else np.zeros_like(words["flags"])
    no_inodes = (marks & _INODES_UNINIT) != 0
    unused = np.clip(words["unused"], 0, shape.group_inodes) * shape.has_unused
    used = np.where(no_inodes, 0, shape.group_inodes - unused)
    no_blocks = (marks & _BLOCKS_UNINIT) != 0
    rest = (no_blocks, no_inodes, superblocks, start, blocks, first, reserved)
    return Groups(shape, block_bitmap, inode_bitmap, table, used, *rest)


def _with_superblock(shape: Superblock) -> NDArray[np.bool_]:
    """Return which groups begin with a superblock."""
    has = np.zeros(shape.groups, np.bool_)
    if shape.compatible & Compatible.SPARSE_SUPER2:
        copies = [shape.structure.number(f"s_backup_bgs[{which}]") for which in (0, 1)]
        has[[0, *(group for group in copies if group < shape.groups)]] = True
    elif shape.read_only_compatible & ReadOnlyCompatible.SPARSE_SUPER:
        has[:2] = True
        for base in _POWERS:
            power = base
            while power < shape.groups:
                has[power] = True
                power *= base
    else:
        has[:] = True
    return has


def _descriptors(
    shape: Superblock, superblocks: NDArray[np.bool_]
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return of each group where it keeps descriptors, how many blocks, of whom, and reserved."""
    groups = np.arange(shape.groups, dtype=np.int64)
    begin = shape.first_block + groups * shape.group_blocks + superblocks
    if shape.first_block == 0 and shape.block_size == 1024:  # noqa: PLR2004
        # bigalloc: group 0 begins with block 0, its superblock is in block 1.
        begin[0] += 1
    each = shape.block_size // shape.descriptor_size
    total = ceil_div(shape.groups, each)
    meta = bool(shape.incompatible & Incompatible.META_BG)
    usual = min(shape.structure.number("s_first_meta_bg"), total) if meta else total
    near = superblocks & ((groups < usual * each) | (not meta))
    within = groups % each
    far = (groups >= usual * each) & meta & ((within < 2) | (within == each - 1))  # noqa: PLR2004
    start = np.where(near & (usual > 0) | far, begin, 0)
    blocks = np.where(near, usual, np.where(far, 1, 0))
    first = np.where(far, groups - within, 0)
    reserved = np.where(near, shape.structure.number("s_reserved_gdt_blocks"), 0)
    return start, blocks.astype(np.int64), first.astype(np.int64), reserved.astype(np.int64)


def _read(volume: Volume, shape: Superblock, start: Numbers) -> Bytes:
    """Return the descriptors, a row for each group; *start* is where groups keep some."""
    size, each = shape.block_size, shape.block_size // shape.descriptor_size
    total = ceil_div(shape.groups, each)
    meta = bool(shape.incompatible & Incompatible.META_BG)
    usual = min(shape.structure.number("s_first_meta_bg"), total) if meta else total
    base = int(start[0]) if usual else 0
    places = np.concatenate((base + np.arange(usual), start[usual * each :: each])) * size
    rows = np.empty((total, size), np.uint8)
    for batch in volume.rows_at(places.astype(np.int64), size, "a group descriptor"):
        rows[batch.which] = batch.data
    return rows.reshape(total * each, shape.descriptor_size)[: shape.groups]
