"""What each sector of a volume is for, as arrays: superblocks, bitmaps, tables, directories.

A region is a run of sectors of one kind. What is kept in it is counted in *units*, which may be
smaller than a byte: a bitmap's is one bit, an entry of a FAT12 has 12, an inode 2,048. So one
rule tells which inodes, file records, table entries or clusters a sector holds:

    origin                sector
      |--- unit first ------|-- ... --|--- unit last ---|
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from redoscope_core.areas.runs import Runs
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.source import Numbers

__all__ = ["Region", "RegionKind", "Regions"]

_BITS = 8 * SECTOR
_FURTHEST = 2**55
"""Sectors: what lies further belongs to no volume, and sums of it would overflow."""
_NOBODY = -1


class RegionKind(Enum):
    """What a region is for; the value is its word for programs.

    Behind each: what its owner is, and what its units count.
    """

    BOOT = "boot-sector"
    BOOT_COPY = "boot-sector-copy"
    RESERVED = "reserved"
    SUPERBLOCK = "superblock"
    SUPERBLOCK_COPY = "superblock-copy"
    """Group it lies in."""
    GROUP_DESCRIPTORS = "group-descriptors"
    """Group they lie in; groups that they describe."""
    RESERVED_DESCRIPTORS = "reserved-group-descriptors"
    """Group they lie in."""
    BLOCK_BITMAP = "block-bitmap"
    """Group; clusters of ext, which are blocks but for bigalloc."""
    INODE_BITMAP = "inode-bitmap"
    """Group; inodes."""
    INODE_TABLE = "inode-table"
    """Group; inodes."""
    MULTIPLE_MOUNT = "multiple-mount-protection"
    JOURNAL = "journal"
    """Inode or file record; blocks or clusters of the journal."""
    EXTENT_TREE = "extent-tree"
    """Inode."""
    INDIRECT = "indirect-block"
    """Inode."""
    EXTENDED_ATTRIBUTES = "extended-attributes"
    """Inode, the first of those that share it."""
    DIRECTORY = "directory"
    """Inode, file record or first cluster; blocks, index blocks or clusters of the directory."""
    FILE = "file-data"
    """Inode, file record or first cluster; blocks or clusters of the file."""
    MFT = "mft"
    """File record 0; file records."""
    MFT_MIRROR = "mft-mirror"
    """File record 1; file records."""
    MFT_BITMAP = "mft-bitmap"
    """File record 0; file records."""
    INDEX = "index"
    """File record; index blocks of what is no directory."""
    ATTRIBUTE_LIST = "attribute-list"
    """File record."""
    CLUSTER_BITMAP = "cluster-bitmap"
    """File record of it, if any; clusters."""
    FILE_SYSTEM_FILE = "file-system-file"
    """Inode or file record of what has no name of people's; blocks or clusters of the file."""
    STREAM = "stream"
    """File record; clusters of an attribute that is no file's unnamed data."""
    FSINFO = "fsinfo"
    FAT = "fat"
    """Which copy, from 0; entries, which have the numbers of clusters."""
    ROOT_DIRECTORY = "root-directory"
    """Of FAT12 and FAT16; its entries."""
    LOST = "lost-chain"
    """First cluster of a chain that no directory names; its clusters."""
    BAD = "bad-clusters"
    UPCASE = "upcase-table"
    TAIL = "tail"
    """Sectors behind the last whole cluster or block."""


_KINDS = tuple(RegionKind)
_CODES = {kind: code for code, kind in enumerate(_KINDS)}


class Region(NamedTuple):
    """What one sector is for."""

    kind: RegionKind
    start: int
    """First sector of the region, in its volume."""
    end: int
    """Sector behind it."""
    owner: int | None
    """Group, inode, file record, first cluster or copy, as `RegionKind` has it."""
    first: int | None
    """The first unit that has a bit in the sector; None if nothing is counted, or it has none."""
    last: int | None
    """The last such unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Regions(Columns):
    """Regions in order, none overlapping another; sectors from the start of the volume."""

    narrow: ClassVar = {"kind": np.uint8}
    start: Numbers
    end: Numbers
    kind: NDArray[np.uint8]
    """Indexes of `RegionKind`, in its order."""
    owner: Numbers
    """-1 if nobody."""
    origin: Numbers
    """Sector at which the unit `first` begins."""
    first: Numbers
    unit: Numbers
    """Bits of a unit; 0 if nothing is counted."""
    count: Numbers
    """How many units there are from `first` on."""

    @classmethod
    def of(
        cls,
        kind: RegionKind,
        start: ArrayLike,
        sectors: ArrayLike,
        *,
        owner: ArrayLike = _NOBODY,
        before: ArrayLike = 0,
        first: ArrayLike = 0,
        unit: ArrayLike = 0,
        count: ArrayLike = 2**62,
    ) -> Regions:
        """Return regions of one *kind*, in any order; they are laid down by `laid`.

        The unit *first* begins so many sectors *before* the region, of which those are elsewhere.
        """
        begin = np.clip(np.atleast_1d(np.asarray(start, np.int64)), -1, _FURTHEST)
        length = np.clip(np.asarray(sectors, np.int64), 0, _FURTHEST)
        more = (np.broadcast_to(np.asarray(x, np.int64), begin.shape) for x in (owner, first, unit))
        of_whom, number, bits = more
        return cls(
            begin,
            begin + length,
            np.full(begin.shape, _CODES[kind], np.uint8),
            of_whom,
            begin - np.asarray(before, np.int64),
            number,
            bits,
            np.broadcast_to(np.asarray(count, np.int64), begin.shape),
        )

    @classmethod
    def laid(cls, layers: Iterable[Regions], sectors: int) -> Regions:
        """Return all *layers* in order, cut at a volume's *sectors*; an earlier one hides a later.

        Within a layer the region that begins first hides the others.
        """
        taken = Runs.joined([], [])
        kept = []
        for layer in layers:
            free = _cut(_alone(layer, sectors), taken)
            taken = taken.plus(Runs(free.start, free.end))
            kept.append(free)
        if not kept:
            return cls.of(RegionKind.BOOT, [], [])
        together = cls.joined(kept)
        return together.taking(np.argsort(together.start, kind="stable"))

    def rows(self, sectors: ArrayLike) -> Numbers:
        """Return for each of the *sectors* the index of its region; -1 where there is none."""
        asked = np.asarray(sectors, np.int64)
        if not len(self.start):
            return np.full(asked.shape, _NOBODY, np.int64)
        row = np.searchsorted(self.start, asked, side="right") - 1
        inside = (row >= 0) & (asked < self.end[row])
        return np.where(inside, row, _NOBODY).astype(np.int64)

    def at(self, sector: int) -> Region | None:
        """Return what *sector* is for; None if no region has it."""
        row = int(self.rows([sector])[0])
        if row < 0:
            return None
        first, last = self._units(row, sector)
        owner = int(self.owner[row])
        return Region(
            self.kind_at(row),
            int(self.start[row]),
            int(self.end[row]),
            None if owner < 0 else owner,
            first,
            last,
        )

    def unit_at(self, offset: int) -> int | None:
        """Return the unit that the byte at *offset* of the volume belongs to, if any is counted."""
        row = int(self.rows([offset // SECTOR])[0])
        if row < 0 or not int(self.unit[row]):
            return None
        number = (offset - int(self.origin[row]) * SECTOR) * 8 // int(self.unit[row])
        return int(self.first[row]) + number if number < int(self.count[row]) else None

    def kind_at(self, row: int) -> RegionKind:
        """Return the kind of the region with the index *row*."""
        return _KINDS[int(self.kind[row])]

    def of_kind(self, *kinds: RegionKind) -> Regions:
        """Return the regions of these *kinds*."""
        return self.taking(np.isin(self.kind, [_CODES[kind] for kind in kinds]))

    def _units(self, row: int, sector: int) -> tuple[int | None, int | None]:
        unit, number = int(self.unit[row]), int(self.first[row])
        if not unit:
            return None, None
        bit = (sector - int(self.origin[row])) * _BITS
        last = min((bit + _BITS - 1) // unit, int(self.count[row]) - 1)
        return (None, None) if bit // unit > last else (number + bit // unit, number + last)


def _alone(layer: Regions, sectors: int) -> Regions:
    """Return the regions in order, as far as they lie in the volume and behind the ones before.

    a |--------|          |--------|
    b     |------|    ->           |-|
    c  |---|
    """
    ordered = layer.taking(np.argsort(layer.start, kind="stable"))
    end = np.minimum(ordered.end, sectors)
    before = np.concatenate(([0], np.maximum.accumulate(end)))[: len(end)]
    start = np.maximum(ordered.start, before)
    kept = (start < end) & (ordered.start >= 0)
    return replace(ordered, start=start, end=end).taking(kept)


def _cut(layer: Regions, taken: Runs) -> Regions:
    """Return what of regions, in order and alone, none of the *taken* runs covers."""
    if not len(taken.start):
        return layer
    behind = np.append(0, taken.end)
    until = np.append(taken.start, _FURTHEST)
    first = np.searchsorted(until, layer.start, side="right")
    count = np.maximum(np.searchsorted(behind, layer.end, side="left") - first, 0)
    own = np.repeat(np.arange(len(count)), count)
    which = np.arange(len(own)) - (np.cumsum(count) - count)[own] + first[own]
    start = np.maximum(layer.start[own], behind[which])
    end = np.minimum(layer.end[own], until[which])
    return replace(layer.taking(own), start=start, end=end).taking(end > start)
