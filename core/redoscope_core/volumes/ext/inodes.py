"""The inodes of an ext volume that are in use, as columns, read table by table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.bitmap import Bitmap
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.ext.groups import Groups
from redoscope_core.volumes.source import BATCH, Bytes, Numbers, Volume

__all__ = ["INODE", "Inodes", "inode_rows", "read_inode", "read_inodes"]

INODE = np.dtype(
    {
        "names": [
            *("mode", "size", "links", "sectors", "flags", "map", "generation"),
            *("attributes", "size_high", "sectors_high", "attributes_high"),
        ],
        "formats": [
            *("<u2", "<u4", "<u2", "<u4", "<u4", "V60", "<u4"),
            *("<u4", "<u4", "<u2", "<u2"),
        ],
        "offsets": [0, 4, 26, 28, 32, 40, 100, 104, 108, 116, 118],
        "itemsize": 128,
    }
)
"""The first 128 bytes of an inode, as far as they say what blocks it has."""
_AT_ONCE = 2**16
_KIND = 0xF000
_DIRECTORY = 0x4000
_EXTENTS, _INLINE, _HUGE = 0x80000, 0x10000000, 0x40000


@dataclass(frozen=True, slots=True, eq=False)
class Inodes(Columns):
    """Inodes as columns, in order of their numbers."""

    number: Numbers
    mode: NDArray[np.uint16]
    flags: NDArray[np.uint32]
    size: Numbers
    """Bytes."""
    links: NDArray[np.uint16]
    generation: NDArray[np.uint32]
    attributes: Numbers
    """Block of its extended attributes; 0 if none is needed."""
    has_blocks: NDArray[np.bool_]
    """Whether any block is counted for it, that of its attributes left out."""
    map: Bytes
    """The 60 bytes of i_block, a row each: a tree, addresses, or the data itself."""

    @property
    def is_directory(self) -> NDArray[np.bool_]:
        """Whether each is a directory."""
        return np.asarray((self.mode & _KIND) == _DIRECTORY)

    @property
    def is_inline(self) -> NDArray[np.bool_]:
        """Whether the data of each is kept in the inode itself."""
        return (self.flags & _INLINE).astype(np.bool_)

    @property
    def is_tree(self) -> NDArray[np.bool_]:
        """Whether the blocks of each are told by an extent tree."""
        return (self.flags & _EXTENTS).astype(np.bool_)


def read_inodes(volume: Volume, groups: Groups, used: Bitmap) -> Iterator[Inodes]:
    """Yield the inodes whose bit in *used* is set and which say what they are, many at a time.

    A table that does not lie in the volume has none.

    Raises:
        VmdkError: A table can't be read.
    """
    some: list[Inodes] = []
    size = groups.shape.block_size
    for number, raw in inode_rows(volume, groups, used):
        each = _columns(np.ascontiguousarray(raw[:, : INODE.itemsize]), number, size)
        some.append(each)
        if sum(len(part.number) for part in some) >= _AT_ONCE:
            yield Inodes.joined(some)
            some = []
    if some:
        yield Inodes.joined(some)


def inode_rows(volume: Volume, groups: Groups, used: Bitmap) -> Iterator[tuple[Numbers, Bytes]]:
    """Yield numbers of inodes whose bit in *used* is set, and all their bytes, a row each.

    Raises:
        VmdkError: A table can't be read.
    """
    shape = groups.shape
    each = max(1, BATCH // shape.inode_size)
    for group in np.flatnonzero(groups.table_used > 0).tolist():
        place = int(groups.inode_table[group]) * shape.block_size
        count = int(groups.table_used[group])
        if not 0 < place <= volume.size - count * shape.inode_size:
            continue
        taken = np.unpackbits(used.bits[group], bitorder="little")[:count]
        held = np.flatnonzero(taken)
        for begin in range(0, int(held[-1]) + 1 if len(held) else 0, each):
            length = min(each, count - begin)
            at = place + begin * shape.inode_size
            raw = volume.array_at(at, length * shape.inode_size, "an inode table")
            rows = held[(held >= begin) & (held < begin + length)]
            number = rows + (group * shape.group_inodes + 1)
            yield number, raw.reshape(length, -1)[rows - begin]


def read_inode(volume: Volume, groups: Groups, number: int) -> Inodes:
    """Return one inode, in use or not; no row if nothing is written there.

    Raises:
        CorruptVolume: There is no such inode, or its table does not lie in the volume.
        VmdkError: It can't be read.
    """
    shape = groups.shape
    if not 0 < number <= shape.inodes:
        raise CorruptVolume("there is no such inode", found=number, expected=f"1..{shape.inodes}")
    group, row = divmod(number - 1, shape.group_inodes)
    place = int(groups.inode_table[group]) * shape.block_size + row * shape.inode_size
    raw = volume.array_at(place, INODE.itemsize, f"inode {number}")
    return _columns(raw.reshape(1, -1), np.array([number]), shape.block_size)


def _columns(raw: Bytes, number: Numbers, block_size: int) -> Inodes:
    told = raw.view(INODE)[:, 0] if len(raw) else np.empty(0, INODE)
    exists = told["mode"] != 0
    told, number = told[exists], number[exists]
    attributes = told["attributes"].astype(np.int64)
    attributes |= told["attributes_high"].astype(np.int64) << 32
    flags = told["flags"]
    counted = told["sectors"].astype(np.int64) | told["sectors_high"].astype(np.int64) << 32
    # i_blocks counts sectors, or whole blocks of a huge file.
    alone = np.where((flags & _HUGE) != 0, 1, block_size // SECTOR)
    size = told["size"].astype(np.int64) | told["size_high"].astype(np.int64) << 32
    return Inodes(
        number,
        told["mode"],
        flags,
        np.maximum(size, 0),
        told["links"],
        told["generation"],
        attributes,
        counted > np.where(attributes > 0, alone, 0),
        np.ascontiguousarray(told["map"]).view(np.uint8).reshape(-1, 60),
    )
