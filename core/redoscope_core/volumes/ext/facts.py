"""What an ext volume says of its inodes beside times, mode and owner: flags, attached attributes.

In an inode of more than 128 bytes extended attributes may stand behind its fields; more of them
may be in a block of their own, which several inodes may share. Names and values count, not where
they stand:

    |128 bytes| extra fields | EA020000 | entry | entry | 0 ...      ... value | value |

Source: the ext4 wiki on the disk layout (extended attributes).
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.ext.inodes import INODE, inode_rows
from redoscope_core.volumes.facts import NodeFacts, Unwritten
from redoscope_core.volumes.source import Numbers, Volume

if TYPE_CHECKING:
    from redoscope_core.volumes.bitmap import Bitmap
    from redoscope_core.volumes.ext.block_maps import Extents
    from redoscope_core.volumes.ext.groups import Groups
    from redoscope_core.volumes.source import Bytes

__all__ = ["inode_facts", "never_written"]

_SHORT = INODE.itemsize
_MAGIC, _MAGIC_BYTES = 0xEA020000, b"\0\0\x02\xea"
_BLOCK_HEAD = 32
_ENTRY = struct.Struct("<BBHIII")
_SYSTEM, _DATA = 7, b"data"
"""The attribute that holds the data of a file kept in its inode."""
_OF_PEOPLE = 0x6293C8FF
"""Flags that people set; the others say how the file is stored."""
_MOST_ENTRIES = 4096


def inode_facts(volume: Volume, groups: Groups, used: Bitmap) -> NodeFacts:
    """Return what is said of the inodes in use.

    Raises:
        VmdkError: A table, or a block of attributes, can't be read.
    """
    parts = [NodeFacts.none()]
    for number, raw in inode_rows(volume, groups, used):
        told = np.ascontiguousarray(raw[:, :_SHORT]).view(INODE)[:, 0]
        block = told["attributes"].astype(np.int64) | told["attributes_high"].astype(np.int64) << 32
        marks = _inside(raw) ^ _elsewhere(volume, groups, block)
        flags = (told["flags"] & _OF_PEOPLE).astype(np.int64)
        parts.append(NodeFacts(number, told["generation"].astype(np.int64), flags | marks << 32))
    return NodeFacts.joined(parts)


def never_written(runs: Extents, block_size: int) -> Unwritten:
    """Return which of *runs* were given to inodes and never written."""
    some = runs.taking(~runs.written)
    each = block_size // SECTOR
    return Unwritten(some.owner, some.block * each, some.count * each, some.logical * block_size)


def _inside(raw: Bytes) -> Numbers:
    """Return a mark of the attributes that each inode has inside; 0 if it has none."""
    found = np.zeros(len(raw), np.int64)
    if raw.shape[1] < _SHORT + 8:
        return found
    extra = raw[:, _SHORT : _SHORT + 2].copy().view("<u2")[:, 0].astype(np.int64)
    head = _SHORT + np.minimum(extra, raw.shape[1] - _SHORT - 4)
    magic = raw[np.arange(len(raw))[:, None], head[:, None] + np.arange(4)]
    has = (magic == np.frombuffer(_MAGIC_BYTES, np.uint8)).all(axis=1)
    for row in np.flatnonzero(has).tolist():
        begin = int(head[row]) + 4
        found[row] = _mark(raw[row, begin:].tobytes(), 0)
    return found


def _elsewhere(volume: Volume, groups: Groups, block: Numbers) -> Numbers:
    """Return a mark of the attributes in the block that each inode names; 0 if it names none."""
    size = groups.shape.block_size
    found = np.zeros(len(block), np.int64)
    there = np.unique(block[(block > 0) & (block < groups.shape.blocks)])
    marks = np.zeros(len(there), np.int64)
    for rows in volume.rows_at(there * size, size, "extended attributes"):
        for which, row in zip(rows.which.tolist(), rows.data, strict=True):
            if row[:4].tobytes() == _MAGIC_BYTES:
                marks[which] = _mark(row.tobytes(), _BLOCK_HEAD)
    if len(there):
        at = np.minimum(np.searchsorted(there, block), len(there) - 1)
        found = np.where(there[at] == block, marks[at], 0)
    return found


def _mark(area: bytes, place: int) -> int:
    """Return what stands for the attributes whose entries begin at *place* of *area*.

    The order does not count. What is no entry, or leads out of the area, ends them.
    """
    found = 0
    for _ in range(_MOST_ENTRIES):
        if place + _ENTRY.size > len(area) or not any(area[place : place + 4]):
            break
        length, kind, offset, inode, size, _ = _ENTRY.unpack_from(area, place)
        name = area[place + _ENTRY.size :][:length]
        value = area[offset : offset + size] if not inode else inode.to_bytes(4, "little")
        place += _ENTRY.size + (length + 3 & ~3)
        if (kind, name) != (_SYSTEM, _DATA):
            found ^= zlib.crc32(value, zlib.crc32(bytes([kind, length]) + name))
    return found & 0x7FFFFFFF
