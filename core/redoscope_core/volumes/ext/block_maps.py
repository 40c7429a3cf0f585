"""Which blocks each inode of an ext volume has: extent trees and indirect blocks, level by level.

All trees are walked at once. Each level is one array of nodes, read in batches; a block is a node
of one tree only, and each level must be one below that which leads to it, so that no loop of
damaged or hostile nodes is followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.ext.inodes import Inodes
from redoscope_core.volumes.ext.superblock import Superblock
from redoscope_core.volumes.source import Bytes, Numbers, Volume

__all__ = ["MOST_RUNS", "BlockMap", "Extents", "Found", "Nodes", "map_blocks"]

MOST_RUNS = 2**22
"""More runs than this are not collected; the answer says so."""
_MAGIC = 0xF30A
_HEAD = 12
_MOST_DEPTH = 5
_WRITTEN = 32768
"""A longer extent is one that was allocated and never written, this much shorter."""
_HEADER = np.dtype([("magic", "<u2"), ("entries", "<u2"), ("most", "<u2"), ("depth", "<u2")])
_LEAF = np.dtype([("logical", "<u4"), ("count", "<u2"), ("high", "<u2"), ("low", "<u4")])
_INDEX = np.dtype([("logical", "<u4"), ("low", "<u4"), ("high", "<u2"), ("unused", "<u2")])
_DIRECT = 12
_LEVELS = 3
_NONE: Numbers = np.zeros(0, np.int64)
_KIND, _DIRECTORY, _REGULAR, _SYMLINK = 0xF000, 0x4000, 0x8000, 0xA000


@dataclass(frozen=True, slots=True, eq=False)
class Nodes(Columns):
    """Blocks that lead to other blocks."""

    owner: Numbers
    """Inode."""
    block: Numbers
    depth: Numbers
    """Levels below it: 0 leads to data."""
    logical: Numbers
    """The first block of the file below it."""


@dataclass(frozen=True, slots=True, eq=False)
class Extents(Columns):
    """Runs of blocks that hold data."""

    owner: Numbers
    """Inode."""
    logical: Numbers
    """The first block of the file."""
    block: Numbers
    """The first block of the volume."""
    count: Numbers
    """Blocks."""
    written: NDArray[np.bool_]
    """Whether they were ever written; else they read as zeros."""


@dataclass(frozen=True, slots=True, eq=False)
class BlockMap:
    """What blocks inodes have."""

    runs: Extents
    tree: Nodes
    """Blocks of extent trees."""
    indirect: Nodes
    """Indirect blocks."""
    damaged: Numbers
    """Inodes of which a node contradicts itself, or leads out of the volume; what is sound of
    them is here."""
    is_whole: bool
    """Whether all runs are here; there may have been too many."""


class Found:
    """What is gathered on the way down from any number of inodes."""

    def __init__(self, shape: Superblock) -> None:
        self.shape = shape
        self.runs = [Extents(_NONE, _NONE, _NONE, _NONE, np.zeros(0, np.bool_))]
        self.tree = [Nodes(_NONE, _NONE, _NONE, _NONE)]
        self.indirect = list(self.tree)
        self.damaged = [_NONE]
        self.total = 0
        self.seen = _NONE

    def is_full(self) -> bool:
        """Whether no more is collected."""
        return self.total >= MOST_RUNS

    def add(self, runs: Extents) -> None:
        """Take runs, those that don't lie in the volume as damage of their inodes."""
        inside = (runs.block > 0) & (runs.count > 0)
        inside &= runs.block <= self.shape.blocks - runs.count
        self.damaged.append(runs.owner[~inside])
        kept = runs.taking(inside)
        self.runs.append(kept)
        self.total += len(kept.owner)

    def all(self) -> BlockMap:
        """Return all that was gathered."""
        runs = _merged(Extents.joined(self.runs))
        return BlockMap(
            runs.taking(slice(MOST_RUNS)),
            Nodes.joined(self.tree),
            Nodes.joined(self.indirect),
            np.unique(np.concatenate(self.damaged)),
            not self.is_full(),
        )

    def fresh(self, nodes: Nodes) -> Nodes:
        """Return those of *nodes* that lie in the volume and were not met before, by block."""
        _, first = np.unique(nodes.block, return_index=True)
        alone = np.zeros(len(nodes.block), np.bool_)
        alone[first] = True
        alone &= (nodes.block > 0) & (nodes.block < self.shape.blocks)
        alone &= ~np.isin(nodes.block, self.seen)
        self.damaged.append(nodes.owner[~alone])
        kept = nodes.taking(alone)
        self.seen = np.union1d(self.seen, kept.block)
        return kept


def map_blocks(volume: Volume, found: Found, inodes: Inodes) -> None:
    """Take the blocks of *inodes* into *found*.

    Raises:
        VmdkError: A node can't be read.
    """
    kind = inodes.mode & _KIND
    mapped = (kind == _DIRECTORY) | (kind == _REGULAR) | ((kind == _SYMLINK) & inodes.has_blocks)
    mapped &= ~inodes.is_inline
    tree, plain = mapped & inodes.is_tree, mapped & ~inodes.is_tree
    _walk_trees(volume, found, inodes.number[tree], inodes.map[tree])
    _walk_indirect(volume, found, inodes.number[plain], inodes.map[plain])


def _walk_trees(volume: Volume, found: Found, number: Numbers, maps: Bytes) -> None:
    """Walk the extent trees whose roots are the rows of *maps*."""
    below = [_open(found, number, maps, None)]
    while below and not found.is_full():
        level = found.fresh(Nodes.joined(below))
        below = []
        if not len(level.block):
            return
        found.tree.append(level)
        size = found.shape.block_size
        for rows in volume.rows_at(level.block * size, size, "an extent tree"):
            at = level.taking(rows.which)
            below.append(_open(found, at.owner, rows.data, at.depth))
            if found.is_full():
                return


def _open(found: Found, owner: Numbers, raw: Bytes, depth: Numbers | None) -> Nodes:
    """Take the runs out of nodes, a row each, and return the nodes that the others lead to.

    *depth* is what their parents say that it must be; a root may be as deep as it likes.
    """
    most = (raw.shape[1] - _HEAD) // _LEAF.itemsize
    head = np.ascontiguousarray(raw[:, : _HEADER.itemsize]).view(_HEADER).reshape(-1)
    deep = head["depth"].astype(np.int64)
    fits = deep <= _MOST_DEPTH if depth is None else deep == depth
    sound = (head["magic"] == _MAGIC) & (head["entries"] <= most) & fits
    found.damaged.append(owner[~sound])
    table = np.ascontiguousarray(raw[:, _HEAD : _HEAD + most * _LEAF.itemsize])
    taken = (np.arange(most) < head["entries"][:, None]) & sound[:, None]
    leaf = taken & (deep == 0)[:, None]
    row = np.nonzero(leaf)[0]
    entry = table.view(_LEAF).reshape(-1, most)[leaf]
    count = entry["count"].astype(np.int64)
    written = count <= _WRITTEN
    block = entry["low"].astype(np.int64) | entry["high"].astype(np.int64) << 32
    logical = entry["logical"].astype(np.int64)
    count = np.where(written, count, count - _WRITTEN)
    found.add(Extents(owner[row], logical, block, count, written))
    node = taken & (deep > 0)[:, None]
    row = np.nonzero(node)[0]
    index = table.view(_INDEX).reshape(-1, most)[node]
    block = index["low"].astype(np.int64) | index["high"].astype(np.int64) << 32
    return Nodes(owner[row], block, deep[row] - 1, index["logical"].astype(np.int64))


def _walk_indirect(volume: Volume, found: Found, number: Numbers, maps: Bytes) -> None:
    """Walk the addresses whose roots are the rows of *maps*: 12 blocks, then 3 levels."""
    words = np.ascontiguousarray(maps).view("<u4").astype(np.int64)
    logical = np.broadcast_to(np.arange(_DIRECT), (len(words), _DIRECT))
    found.add(_single(number, logical, words[:, :_DIRECT]))
    each = found.shape.block_size // 4
    first = _DIRECT
    roots = []
    for depth in range(_LEVELS):
        block = words[:, _DIRECT + depth]
        there = block > 0
        shape = np.full(int(there.sum()), depth), np.full(int(there.sum()), first)
        roots.append(Nodes(number[there], block[there], *shape))
        first += each ** (depth + 1)
    below: list[Nodes] = []
    for depth in reversed(range(_LEVELS)):
        level = found.fresh(Nodes.joined([roots[depth], *below]))
        found.indirect.append(level)
        below = list(_below(volume, found, level, depth))


def _below(volume: Volume, found: Found, level: Nodes, depth: int) -> Iterator[Nodes]:
    """Yield the nodes that those of a *level* lead to; take the runs of the lowest."""
    size = found.shape.block_size
    each = size // 4
    for rows in volume.rows_at(level.block * size, size, "an indirect block"):
        if found.is_full():
            return
        at = level.taking(rows.which)
        block = rows.data.view("<u4").astype(np.int64)
        logical = at.logical[:, None] + np.arange(each) * each**depth
        if depth == 0:
            found.add(_single(at.owner, logical, block))
            continue
        row, column = np.nonzero(block)
        deep = np.full(len(row), depth - 1)
        yield Nodes(at.owner[row], block[row, column], deep, logical[row, column])


def _single(owner: Numbers, logical: Numbers, block: Numbers) -> Extents:
    """Return the runs of addresses, a row for each inode; 0 is a hole."""
    row, column = np.nonzero(block)
    one = np.ones(len(row), np.int64)
    told = (owner[row], logical[row, column], block[row, column])
    return _merged(Extents(*told, one, one > 0))


def _merged(runs: Extents) -> Extents:
    """Return the runs in order of inode and place in the file, neighbours joined."""
    order = np.lexsort((runs.logical, runs.owner))
    runs = runs.taking(order)
    if not len(runs):
        return runs
    before, after = runs.taking(slice(-1)), runs.taking(slice(1, None))
    joins = (after.owner == before.owner) & (after.written == before.written)
    joins &= after.logical == before.logical + before.count
    joins &= after.block == before.block + before.count
    first = np.flatnonzero(np.concatenate(([True], ~joins)))
    return replace(runs.taking(first), count=np.add.reduceat(runs.count, first))
