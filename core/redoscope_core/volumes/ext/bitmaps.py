"""Which blocks and inodes of an ext volume are in use, by its bitmaps, eight a byte."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from redoscope_core.areas.runs import Runs
from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.bitmap import Bitmap
from redoscope_core.volumes.ext.groups import Groups
from redoscope_core.volumes.ext.layout import kept_blocks
from redoscope_core.volumes.source import Bytes, Numbers, Volume

__all__ = ["read_block_bitmap", "read_inode_bitmap"]

_MOST_BYTES = 2**28
_AT_ONCE = 2**20


def read_block_bitmap(volume: Volume, groups: Groups) -> Bitmap:
    """Return which blocks are in use; of a bitmap that was never written, what its group keeps.

    Raises:
        CorruptVolume: There is more of it than is held at once.
        VmdkError: It can't be read.
    """
    shape = groups.shape
    clusters = shape.group_blocks // shape.cluster_blocks
    bits, unknown = _read(volume, groups, groups.block_bitmap, clusters, groups.blocks_unwritten)
    first, each = shape.first_block, shape.cluster_blocks
    if groups.blocks_unwritten.any():
        _mark(bits, _kept(groups), first, each)
    return Bitmap(bits, unknown, first, each, shape.blocks)


def read_inode_bitmap(volume: Volume, groups: Groups) -> Bitmap:
    """Return which inodes are in use.

    Raises:
        CorruptVolume: There is more of it than is held at once.
        VmdkError: It can't be read.
    """
    shape = groups.shape
    where, unwritten = groups.inode_bitmap, groups.inodes_unwritten
    bits, unknown = _read(volume, groups, where, shape.group_inodes, unwritten)
    return Bitmap(bits, unknown, 1, 1, shape.inodes + 1)


def _read(
    volume: Volume,
    groups: Groups,
    blocks: Numbers,
    each: int,
    unwritten: NDArray[np.bool_],
) -> tuple[Bytes, NDArray[np.bool_]]:
    """Return *each* bits of every group, those in *blocks*, and of which groups there are none."""
    shape = groups.shape
    if shape.groups * (each // 8) > _MOST_BYTES:
        raise CorruptVolume(
            "the bitmaps are larger than is read at once",
            found=f"{shape.groups * (each // 8)} bytes",
            expected=f"{_MOST_BYTES} at most",
        )
    bits = np.zeros((shape.groups, each // 8), np.uint8)
    inside = (blocks > 0) & (blocks < shape.blocks)
    wanted = np.flatnonzero(inside & ~unwritten)
    places = blocks[wanted] * shape.block_size
    for batch in volume.rows_at(places, shape.block_size, "a bitmap"):
        bits[wanted[batch.which]] = batch.data[:, : each // 8]
    return bits, ~inside & ~unwritten


def _kept(groups: Groups) -> Runs:
    """Return the blocks that are kept in groups whose bitmap was never written."""
    start, count = kept_blocks(groups)
    inside = start + count <= groups.shape.blocks
    unwritten = groups.start[groups.blocks_unwritten]
    return Runs.joined(start[inside], (start + count)[inside]).within(
        Runs.joined(unwritten, unwritten + groups.shape.group_blocks)
    )


def _mark(bits: Bytes, runs: Runs, first: int, each: int) -> None:
    """Mark the blocks of all *runs* as used, some at a time."""
    count = runs.end - runs.start
    behind = np.cumsum(count)
    for begin in range(0, runs.total, _AT_ONCE):
        position = np.arange(begin, min(begin + _AT_ONCE, runs.total))
        run = np.searchsorted(behind, position, side="right")
        block = (runs.end[run] - (behind[run] - position)).astype(np.int64)
        bit = (block - first) // each
        np.bitwise_or.at(bits.reshape(-1), bit >> 3, (1 << (bit & 7)).astype(np.uint8))
