"""What an ext volume says of its inodes beside mode and owner: flags, attached attributes, times.

In an inode of more than 128 bytes extended attributes may stand behind its fields; more of them
may be in a block of their own, which several inodes may share. Names and values count, not where
they stand:

    |128 bytes| extra fields | EA020000 | entry | entry | 0 ...      ... value | value |

The extra fields have a word for each time: the lowest two bits go on where its 32 bits of seconds
end, the others are nanoseconds. Any ext with inodes of more than 128 bytes has them, ext3 too.

Source: the ext4 wiki on the disk layout (extended attributes, inode timestamps).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.ext.inodes import INODE, inode_rows
from redoscope_core.volumes.facts import NodeFacts, NodeTimes, Unwritten
from redoscope_core.volumes.index import NOTHING
from redoscope_core.volumes.source import Numbers, Volume

if TYPE_CHECKING:
    from redoscope_core.volumes.bitmap import Bitmap
    from redoscope_core.volumes.ext.block_maps import Extents
    from redoscope_core.volumes.ext.groups import Groups
    from redoscope_core.volumes.source import Bytes

__all__ = ["exact_times", "inode_facts", "never_written", "once_used"]

_SHORT = INODE.itemsize
_MAGIC, _MAGIC_BYTES = 0xEA020000, b"\0\0\x02\xea"
_BLOCK_HEAD = 32
_ENTRY = struct.Struct("<BBHIII")
_SYSTEM, _DATA = 7, b"data"
"""The attribute that holds the data of a file kept in its inode."""
_OF_PEOPLE = 0x6293C8FF
"""Flags that people set; the others say how the file is stored."""
_MOST_ENTRIES = 4096
_TIMES = ((16, 136), (8, 140), (12, 132), (144, 148))
"""Seconds, and what is more of it, of the times of writing, reading, changing and making."""
_TIMES_END = 24
"""Bytes of extra fields, up to the time of making."""


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


def exact_times(volume: Volume, groups: Groups, used: Bitmap) -> NodeTimes:
    """Return the times of the inodes in use that have room for fractions of a second.

    Raises:
        VmdkError: A table can't be read.
    """
    parts = [NodeTimes.none()]
    if groups.shape.inode_size < _SHORT + _TIMES_END:
        return parts[0]
    for number, raw in inode_rows(volume, groups, used):
        has = raw[:, _SHORT : _SHORT + 2].copy().view("<u2")[:, 0] >= _TIMES_END
        rows = raw[has]
        told = [_time(rows, seconds, extra) for seconds, extra in _TIMES]
        parts.append(NodeTimes(number[has], *told))
    return NodeTimes.joined(parts)


def _time(rows: Bytes, seconds_at: int, extra_at: int) -> Numbers:
    seconds = rows[:, seconds_at : seconds_at + 4].copy().view("<i4")[:, 0].astype(np.int64)
    extra = rows[:, extra_at : extra_at + 4].copy().view("<u4")[:, 0].astype(np.int64)
    value = (seconds + ((extra & 3) << 32)) * 10**9 + (extra >> 2)
    return np.where(value == 0, NOTHING, value)


def once_used(volume: Volume, groups: Groups, used: Bitmap) -> Numbers:
    """Return the inodes that are not in use and once were, by their time of change.

    Raises:
        VmdkError: A table can't be read.
    """
    found: list[Numbers] = [np.zeros(0, np.int64)]
    for number, raw in inode_rows(volume, groups, replace(used, bits=~used.bits)):
        found.append(number[raw[:, 12:16].any(axis=1)])
    return np.concatenate(found)


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
