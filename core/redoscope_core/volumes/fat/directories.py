"""Directories of a FAT, one level of the tree after the other, each level as one array."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.fat.boot import ENTRY, FIRST_CLUSTER, FatShape
from redoscope_core.volumes.fat.chains import ClusterRuns
from redoscope_core.volumes.source import Bytes, Numbers, Volume

__all__ = ["MOST_ENTRIES", "Entries", "Tree", "walk"]

MOST_ENTRIES = 2**22
"""More entries than this are not collected; the answer says so."""
_SHORT = np.dtype(
    {
        "names": ["name", "attributes", "high", "low", "size"],
        "formats": ["V11", "u1", "<u2", "<u2", "<u4"],
        "offsets": [0, 11, 20, 26, 28],
        "itemsize": ENTRY,
    }
)
_DELETED, _DOT = 0xE5, 0x2E
_LONG_NAME, _LABEL, _DIRECTORY = 0x0F, 0x08, 0x10


@dataclass(frozen=True, slots=True, eq=False)
class Entries(Columns):
    """Entries of files and directories, without those of long names, labels, ``.`` and ``..``."""

    directory: Numbers
    """First cluster of the directory that has it; 0 if it is the root of FAT12 and FAT16."""
    offset: Numbers
    """Byte of the volume at which it stands."""
    name: Bytes
    """The 11 bytes of its short name, a row each."""
    attributes: NDArray[np.uint8]
    first: Numbers
    """First cluster; 0 of an empty file."""
    size: Numbers
    """Bytes; 0 of a directory."""
    deleted: NDArray[np.bool_]
    """Whether it is marked so; what it says is of before."""

    @property
    def is_directory(self) -> NDArray[np.bool_]:
        """Whether each is a directory."""
        return (self.attributes & _DIRECTORY).astype(np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """All directories that can be reached."""

    entries: Entries
    directories: Numbers
    """First clusters of all but the root of FAT12 and FAT16, sorted."""
    damaged: Numbers
    """First clusters that entries name and at which no chain begins."""
    is_whole: bool
    """Whether all entries are here; there may have been too many."""


def walk(volume: Volume, shape: FatShape, chains: ClusterRuns) -> Tree:
    """Return the tree of directories.

    Raises:
        VmdkError: A directory can't be read.
    """
    found: list[Entries] = [_none()]
    damaged, total, whole = [np.zeros(0, np.int64)], 0, True
    seen = np.zeros(0, np.int64)
    heads = np.unique(chains.head)
    if shape.root_cluster is None:
        found.append(_fixed_root(volume, shape))
    level = _below(found[-1]) if shape.root_cluster is None else np.array([shape.root_cluster])
    while len(level) and total < MOST_ENTRIES:
        level = np.unique(level)
        real = np.isin(level, heads)
        damaged.append(level[~real])
        level = level[real & ~np.isin(level, seen)]
        seen = np.union1d(seen, level)
        runs, cut = _bounded(chains.of(level), MOST_ENTRIES * ENTRY // shape.cluster_size)
        read = _read(volume, shape, runs)
        found.append(read)
        whole &= not cut
        total += len(read)
        level = _below(read)
    entries = Entries.joined(found)
    files = entries.first[~entries.deleted & (entries.first > 0)]
    damaged.append(files[~np.isin(files, heads)])
    return Tree(
        entries.taking(slice(MOST_ENTRIES)),
        seen,
        np.unique(np.concatenate(damaged)),
        whole and total <= MOST_ENTRIES,
    )


def _below(entries: Entries) -> Numbers:
    """Return the first clusters of the directories that are among *entries*."""
    return entries.first[entries.is_directory & ~entries.deleted]


def _fixed_root(volume: Volume, shape: FatShape) -> Entries:
    begin, length = shape.root * SECTOR, (shape.data - shape.root) * SECTOR
    raw = volume.array_at(begin, length, "the root directory").reshape(-1, ENTRY)
    offset = begin + np.arange(len(raw)) * ENTRY
    return _sorted_out(raw, np.zeros(len(raw), np.int64), offset)


def _bounded(runs: ClusterRuns, clusters: int) -> tuple[ClusterRuns, bool]:
    """Return the first so many *clusters* of *runs*, one at least, and whether there are more."""
    before = np.cumsum(runs.count) - runs.count
    some = runs.taking(before < max(1, clusters))
    left = np.maximum(1, clusters - before[: len(some)])
    cut = len(some) < len(runs) or bool((some.count > left).any())
    return replace(some, count=np.minimum(some.count, left)), cut


def _read(volume: Volume, shape: FatShape, runs: ClusterRuns) -> Entries:
    """Return the entries of directories, whose clusters are *runs*, chain by chain."""
    before = np.cumsum(runs.count) - runs.count
    total = int(runs.count.sum())
    cluster = np.repeat(runs.cluster - before, runs.count) + np.arange(total)
    owner = np.repeat(runs.head, runs.count)
    place = shape.data * SECTOR + (cluster - FIRST_CLUSTER) * shape.cluster_size
    each = shape.cluster_size // ENTRY
    parts, ended = [_none()], np.zeros(0, np.int64)
    # In the order of the chains, so that what is behind the end of a directory is known.
    step = max(1, MOST_ENTRIES // 16 // each)
    for begin in range(0, total, step):
        some = slice(begin, begin + step)
        raw = np.empty((len(place[some]), shape.cluster_size), np.uint8)
        for rows in volume.rows_at(place[some], shape.cluster_size, "a directory"):
            raw[rows.which] = rows.data
        table = raw.reshape(-1, ENTRY)
        whose = np.repeat(owner[some], each)
        offset = (place[some][:, None] + np.arange(each) * ENTRY).reshape(-1)
        parts.append(_sorted_out(table, whose, offset, ended))
        ended = np.union1d(ended, whose[table[:, 0] == 0])
        if sum(len(part) for part in parts) > MOST_ENTRIES:
            break
    return Entries.joined(parts)


def _sorted_out(
    table: Bytes, whose: Numbers, offset: Numbers, ended: Numbers | None = None
) -> Entries:
    """Return what is an entry of the rows of *table*; the first that begins with 0 is the end.

    Directories that *ended* before have no entry here.
    """
    kept = np.ones(len(table), np.bool_) if ended is None else ~np.isin(whose, ended)
    zeros = np.cumsum(table[:, 0] == 0)
    # Zeros before the first row of each directory are those of others.
    opens = np.flatnonzero(np.concatenate(([True], whose[1:] != whose[:-1])))[: len(table)]
    before = np.concatenate(([0], zeros))[opens]
    length = np.diff(np.append(opens, len(table)))
    kept &= zeros == np.repeat(before, length)
    told = np.ascontiguousarray(table).view(_SHORT)[:, 0]
    attributes = told["attributes"]
    kept &= (attributes & _LONG_NAME) != _LONG_NAME
    kept &= (attributes & _LABEL) == 0
    kept &= table[:, 0] != _DOT
    some = told[kept]
    first = some["low"].astype(np.int64) | some["high"].astype(np.int64) << 16
    return Entries(
        whose[kept],
        offset[kept],
        table[kept, :11],
        some["attributes"],
        first,
        some["size"].astype(np.int64),
        table[kept, 0] == _DELETED,
    )


def _none() -> Entries:
    table = np.zeros((0, ENTRY), np.uint8)
    return _sorted_out(table, np.zeros(0, np.int64), np.zeros(0, np.int64))
