"""Fast commits of ext4: what was synced since the last transaction, as changes of files.

    blocks | ... ring of transactions ... | unused | head, tags, tail | tags, tail | ...
    tag    | kind, length | what of the file system it is about |

They tell no blocks of the file system, but what to do to its files; each ends with a tail that
has the number of the transaction that it goes with, and a checksum of all since the one before.

Source: the kernel's fs/ext4/fast_commit.c (ext4_fc_replay_scan) and fast_commit.h.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.journals.checksums import crc32c

if TYPE_CHECKING:
    from redoscope_core.volumes.journals.jbd2 import Journal

__all__ = ["FastChange", "InodeWritten", "Named", "RangeGiven", "RangeGone", "fast_changes"]

_TAG, _NUMBER = 4, 4
_UNWRITTEN = 32768
"""A longer extent was given and never written, this much shorter."""


class _Kind(IntEnum):
    """What a tag tells."""

    ADD_RANGE = 1
    DEL_RANGE = 2
    CREATE = 3
    LINK = 4
    UNLINK = 5
    INODE = 6
    PAD = 7
    TAIL = 8
    HEAD = 9


_SHORTEST = {
    **dict.fromkeys((_Kind.ADD_RANGE,), 16),
    **dict.fromkeys((_Kind.DEL_RANGE,), 12),
    **dict.fromkeys((_Kind.CREATE, _Kind.LINK, _Kind.UNLINK), 9),
    **dict.fromkeys((_Kind.INODE,), 132),
    **dict.fromkeys((_Kind.TAIL, _Kind.HEAD), 8),
}


@dataclass(frozen=True, slots=True)
class InodeWritten:
    """An inode, but for its blocks and what is attached to it."""

    number: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class RangeGiven:
    """Blocks that a file has from one of its blocks on."""

    number: int
    logical: int
    count: int
    block: int
    written: bool


@dataclass(frozen=True, slots=True)
class RangeGone:
    """Blocks of a file that it has no more."""

    number: int
    logical: int
    count: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name that a directory got, or lost."""

    parent: int
    number: int
    name: bytes
    gone: bool
    is_new: bool
    """Whether the file was made with that name."""


FastChange: TypeAlias = InodeWritten | RangeGiven | RangeGone | Named


def fast_changes(journal: Journal, sequence: int) -> list[FastChange]:
    """Return what fast commits of the transaction *sequence* change, in order.

    Those behind the last tail that is right are not replayed, and are not among them.

    Raises:
        CorruptVolume: They have features that are not known.
        VmdkError: They can't be read.
    """
    found: list[FastChange] = []
    some: list[FastChange] = []
    total = 0
    for block in range(journal.fast_first, journal.blocks):
        raw = journal.read(block)
        at = 0
        while at + _TAG <= len(raw):
            kind, length = (int.from_bytes(raw[b : b + 2], "little") for b in (at, at + 2))
            value = raw[at + _TAG : at + _TAG + length]
            sound = kind in set(_Kind) and len(value) == length >= _SHORTEST.get(_Kind(kind), 0)
            first = block == journal.fast_first and at == 0
            if not sound or first is not (kind == _Kind.HEAD):
                return found
            if kind == _Kind.TAIL:
                total = _sum(raw[at : at + _TAG + _NUMBER], total)
                if _words(value, 2) != [sequence, total]:
                    return found
                found += some
                some, total = [], 0
            else:
                total = _sum(raw[at : at + _TAG + length], total)
                if kind == _Kind.HEAD and not _is_of(value, sequence):
                    return found
                some += _told(kind, value)
            at += _TAG + length
    return found


def _is_of(head: bytes, sequence: int) -> bool:
    features, number = _words(head, 2)
    if features and number == sequence:
        raise CorruptVolume("fast commits have features that are not known", found=f"{features:#x}")
    return number == sequence


def _told(kind: int, value: bytes) -> list[FastChange]:
    if kind == _Kind.INODE:
        return [InodeWritten(_words(value, 1)[0], value[_NUMBER:])]
    if kind == _Kind.DEL_RANGE:
        return [RangeGone(*_words(value, 3))]
    if kind == _Kind.ADD_RANGE:
        number, logical = _words(value, 2)
        count, high = (int.from_bytes(value[b : b + 2], "little") for b in (8, 10))
        block = high << 32 | int.from_bytes(value[12:16], "little")
        written = count <= _UNWRITTEN
        length = count if written else count - _UNWRITTEN
        return [RangeGiven(number, logical, length, block, written)] if length else []
    if kind in {_Kind.CREATE, _Kind.LINK, _Kind.UNLINK}:
        parent, number = _words(value, 2)
        gone, is_new = kind == _Kind.UNLINK, kind == _Kind.CREATE
        return [Named(parent, number, value[2 * _NUMBER :], gone, is_new)]
    return []


def _words(raw: bytes, count: int) -> list[int]:
    return [int.from_bytes(raw[at : at + 4], "little") for at in range(0, 4 * count, 4)]


def _sum(raw: bytes, before: int) -> int:
    return int(crc32c(np.frombuffer(raw, np.uint8).reshape(1, -1), before)[0])
