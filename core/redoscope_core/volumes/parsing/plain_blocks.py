"""Plain blocks: an ext volume of clusters as one of blocks, for a library that knows no clusters.

With bigalloc a bit of a block bitmap stands for a cluster of blocks. Inodes and directories know
nothing of it: all their numbers are of blocks. The Sleuth Kit refuses such a volume as one of
fragments, by one field of its superblock; it is given a copy of that which says otherwise.
"""

from __future__ import annotations

from functools import partial

from redoscope_core.volumes.source import Volume

__all__ = ["with_plain_blocks"]

_SUPERBLOCK = 1024
_BLOCK_SIZE, _CLUSTER_SIZE, _WIDTH = _SUPERBLOCK + 24, _SUPERBLOCK + 28, 4


def with_plain_blocks(volume: Volume) -> Volume:
    """Return an ext *volume* in which a cluster has the size of a block.

    Raises:
        VmdkError: Its superblock can't be read.
    """
    if volume.size < _CLUSTER_SIZE + _WIDTH:
        return volume
    block = volume.bytes_at(_BLOCK_SIZE, _WIDTH, "a superblock")
    if volume.bytes_at(_CLUSTER_SIZE, _WIDTH, "a superblock") == block:
        return volume
    return Volume(partial(_read, volume, block), volume.size)


def _read(volume: Volume, block: bytes, offset: int, count: int) -> bytes:
    data = volume.read(offset, count)
    low, high = max(offset, _CLUSTER_SIZE), min(offset + count, _CLUSTER_SIZE + _WIDTH)
    if low >= high:
        return data
    told = block[low - _CLUSTER_SIZE : high - _CLUSTER_SIZE]
    return data[: low - offset] + told + data[high - offset :]
