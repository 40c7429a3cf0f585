"""Trees of an allocation group: which blocks are free, and which have inodes.

group    superblock | AGF: root of free space | AGI: root of inodes | AGFL | ...
tree     nodes: keys, then the blocks below; leaves: records, each leaf knows the next
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.source import Numbers, Volume
from redoscope_core.volumes.xfs.superblock import Superblock

__all__ = ["FREE", "INODES", "Tree", "group_header", "records_of"]

_NOBODY = 0xFFFFFFFF
_SHORT, _LONG = 16, 56
"""Bytes of the head of a block, without and with a checksum."""
_POINTER = 4


class Tree(NamedTuple):
    """What a tree is told apart by."""

    header: int
    """Which sector of its group has its root: 1 AGF, 2 AGI."""
    magic: bytes
    root_at: int
    level_at: int
    magics: tuple[bytes, bytes]
    """Of its blocks, without and with checksums."""
    key: int
    """Bytes of a key."""
    record: int
    """Bytes of a record."""


FREE = Tree(1, b"XAGF", 16, 28, (b"ABTB", b"AB3B"), 8, 8)
INODES = Tree(2, b"XAGI", 20, 24, (b"IABT", b"IAB3"), 4, 16)


def group_header(volume: Volume, shape: Superblock, group: int, tree: Tree) -> bytes:
    """Return the header of a group that has the root of *tree*.

    Raises:
        CorruptVolume: It is no such header.
        VmdkError: It can't be read.
    """
    place = group * shape.group_blocks * shape.block_size + tree.header * shape.sector_size
    raw = volume.bytes_at(place, shape.sector_size, "a header of an allocation group")
    if raw[:4] != tree.magic or int.from_bytes(raw[8:12], "big") != group:
        raise CorruptVolume("a header of an allocation group is none", offset=place)
    return raw


def records_of(volume: Volume, shape: Superblock, group: int, tree: Tree) -> Numbers:
    """Return the records of a *tree* of a group, a row of 32-bit numbers each.

    Raises:
        CorruptVolume: A block of it is no such block, or leads in a circle.
        VmdkError: It can't be read.
    """
    header = group_header(volume, shape, group, tree)
    block, level = (
        int.from_bytes(header[at : at + 4], "big") for at in (tree.root_at, tree.level_at)
    )
    head = _LONG if shape.has_sums else _SHORT
    most = (shape.block_size - head) // (tree.key + _POINTER)
    for deep in reversed(range(1, level)):
        raw = _block(volume, shape, group, tree, block, deep)
        at = head + most * tree.key
        block = int.from_bytes(raw[at : at + _POINTER], "big")
    parts, seen = [np.zeros((0, tree.record // 4), np.int64)], set[int]()
    while block != _NOBODY and level:
        if block in seen:
            raise CorruptVolume("a tree of an allocation group leads in a circle", found=block)
        seen.add(block)
        raw = _block(volume, shape, group, tree, block, 0)
        count = min(int.from_bytes(raw[6:8], "big"), (shape.block_size - head) // tree.record)
        words = np.frombuffer(raw, ">u4", count * tree.record // 4, head).astype(np.int64)
        parts.append(words.reshape(count, tree.record // 4))
        block = int.from_bytes(raw[12:16], "big")
    return np.concatenate(parts)


def _block(  # noqa: PLR0917 - what a block has to be
    volume: Volume, shape: Superblock, group: int, tree: Tree, block: int, level: int
) -> bytes:
    place = (group * shape.group_blocks + block) * shape.block_size
    raw = volume.bytes_at(place, shape.block_size, "a block of a tree")
    told = raw[:4], int.from_bytes(raw[4:6], "big")
    if told != (tree.magics[shape.has_sums], level):
        raise CorruptVolume(
            "a block of a tree of an allocation group is none", offset=place, found=told[0].hex()
        )
    return raw
