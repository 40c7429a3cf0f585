"""The journal of ext3 and ext4: its superblock, and what its blocks say; numbers are big-endian.

    superblock | descriptor data data ... revoke commit | descriptor ... -> and round again

Source: the kernel's documentation of jbd2, include/linux/jbd2.h and fs/jbd2/recovery.c.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.journals.checksums import crc32c
from redoscope_core.volumes.source import Bytes, Numbers, Volume

__all__ = [
    "HEAD",
    "MAGIC",
    "BlockKind",
    "Head",
    "Incompatible",
    "Journal",
    "Tags",
    "head_of",
    "read_journal",
]

MAGIC = 0xC03B3998
HEAD = 12
_LENGTH = 1024
_TAIL = 4
_UUID = 16
_SMALLEST, _LARGEST = 1024, 65536
_CHECKSUM = 0x1
"""The compatible feature of version 1."""
_CHECKSUM_AT = 16
"""Byte of a commit block at which its checksum begins."""
_FAST_HEAD = 9
"""Tag that a fast commit begins with; features and the number of the transaction follow."""


class BlockKind(IntEnum):
    """What a block of the journal is."""

    DESCRIPTOR = 1
    COMMIT = 2
    SUPERBLOCK_1 = 3
    SUPERBLOCK_2 = 4
    REVOKE = 5


class Incompatible(IntFlag):
    """Features that who replays must know."""

    REVOKE = 0x1
    BIT64 = 0x2
    ASYNC_COMMIT = 0x4
    CHECKSUM_2 = 0x8
    CHECKSUM_3 = 0x10
    FAST_COMMIT = 0x20


class _Flag(IntFlag):
    ESCAPED = 1
    SAME_UUID = 2
    DELETED = 4
    LAST = 8


class Head(NamedTuple):
    """The first 12 bytes of a block that is no data."""

    magic: int
    kind: int
    sequence: int
    """Number of the transaction."""


@dataclass(frozen=True, slots=True, eq=False)
class Tags(Columns):
    """What a descriptor says of the data blocks behind it."""

    block: Numbers
    """Block of the file system that the data belongs to."""
    escaped: NDArray[np.bool_]
    """Whether its first four bytes are the magic of the journal, for which zeros are stored."""
    checksum: NDArray[np.uint32]
    """Of the data; 16 bits of it with version 2, 0 without."""


@dataclass(frozen=True, slots=True, eq=False)
class Journal:
    """A journal; its blocks count from its start."""

    source: Volume
    block_size: int
    """Bytes."""
    blocks: int
    first: int
    """The first block that is written round and round."""
    last: int
    """The block behind the last of them."""
    start: int
    """Where the oldest transaction begins that is not known to be in its place; 0 if all are."""
    sequence: int
    """The number that one has."""
    compatible: int
    incompatible: int
    seed: int
    """What checksums of versions 2 and 3 begin with."""

    @property
    def has_checksums(self) -> bool:
        """Whether every block has a checksum: version 2 or 3."""
        return bool(self.incompatible & (Incompatible.CHECKSUM_2 | Incompatible.CHECKSUM_3))

    @property
    def has_sums(self) -> bool:
        """Whether each transaction has a checksum: version 1."""
        return bool(self.compatible & _CHECKSUM) and not self.has_checksums

    @property
    def has_fast_commits(self) -> bool:
        """Whether its end is kept for fast commits."""
        return bool(self.incompatible & Incompatible.FAST_COMMIT)

    @property
    def fast_first(self) -> int:
        """The block that fast commits begin with: one behind the ring is left out."""
        return self.last + 1

    def has_fast_commit(self, sequence: int) -> bool:
        """Return whether fast commits follow the transaction before that of this *sequence*.

        It raises what `Volume.bytes_at` raises.
        """
        if not self.has_fast_commits or self.fast_first >= self.blocks:
            return False
        raw = self.read(self.fast_first)
        number = int.from_bytes(raw[8:12], "little")
        return int.from_bytes(raw[:2], "little") == _FAST_HEAD and number == sequence

    def wrapped(self, block: int) -> int:
        """Return the block that stands for *block*, if that is past the last."""
        return self.first + (block - self.first) % (self.last - self.first)

    def read(self, block: int) -> bytes:
        """Return the bytes of a block; it raises what `Volume.bytes_at` raises."""
        at = block * self.block_size
        return self.source.bytes_at(at, self.block_size, f"block {block} of the journal")

    def is_sound(self, raw: bytes) -> bool:
        """Return whether a descriptor or a revoke block has at its end the checksum it needs."""
        if not self.has_checksums:
            return True
        stored = int.from_bytes(raw[-_TAIL:], "big")
        return self._sum(raw[:-_TAIL] + bytes(_TAIL)) == stored

    def is_sound_commit(self, raw: bytes) -> bool:
        """Return whether a commit block has the checksum that it needs."""
        if not self.has_checksums:
            return True
        end = _CHECKSUM_AT + 4
        stored = int.from_bytes(raw[_CHECKSUM_AT:end], "big")
        return self._sum(raw[:_CHECKSUM_AT] + bytes(4) + raw[end:]) == stored

    def are_sound(self, rows: Bytes, sequence: int, sums: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Return which data blocks, a row each, have the checksums that their tags say."""
        if not self.has_checksums:
            return np.ones(len(rows), np.bool_)
        number = np.frombuffer(sequence.to_bytes(4, "big"), np.uint8).reshape(1, -1)
        found = crc32c(rows, int(crc32c(number, self.seed)[0]))
        if not self.incompatible & Incompatible.CHECKSUM_3:
            found &= 0xFFFF
        return np.asarray(found == sums)

    def tags(self, raw: bytes) -> Tags:
        """Return the tags of a descriptor."""
        layout = self._tag
        size, end = layout.itemsize, len(raw) - _TAIL * self.has_checksums
        data, at, parts = np.frombuffer(raw, np.uint8), HEAD, []
        while at + size <= end:
            count = (end - at) // size
            told = data[at : at + count * size].view(layout)
            stops = (told["flags"] & (_Flag.LAST | _Flag.SAME_UUID)) != _Flag.SAME_UUID
            used = int(stops.argmax()) + 1 if stops.any() else count
            parts.append(self._told(told[:used]))
            flags = int(told["flags"][used - 1])
            if flags & _Flag.LAST:
                break
            # Behind a tag that does not share the last one's UUID there is one.
            at += used * size + (0 if flags & _Flag.SAME_UUID else _UUID)
        none = np.zeros(0, layout)
        return Tags.joined([self._told(none), *parts])

    def revoked(self, raw: bytes) -> Numbers:
        """Return the blocks of the file system that a revoke block names."""
        width = 8 if self.incompatible & Incompatible.BIT64 else 4
        most = len(raw) - _TAIL * self.has_checksums
        end = min(int.from_bytes(raw[HEAD : HEAD + 4], "big"), most)
        count = max(0, (end - HEAD - 4) // width)
        told: NDArray[np.uint64] = np.frombuffer(raw, f">u{width}", count, HEAD + 4)
        return np.asarray(told.astype(np.int64))

    @property
    def _tag(self) -> np.dtype[np.void]:
        """How a tag is laid out."""
        wide = bool(self.incompatible & Incompatible.BIT64)
        if self.incompatible & Incompatible.CHECKSUM_3:
            names, formats = ("low", "flags", "high", "sum"), (">u4", ">u4", ">u4", ">u4")
            return np.dtype(list(zip(names, formats, strict=True)))
        # Version 2 made the tag two bytes longer, and did not use them.
        size = 8 + 4 * wide + 2 * bool(self.incompatible & Incompatible.CHECKSUM_2)
        high = (("high",), (">u4",), (8,)) if wide else ((), (), ())
        return np.dtype(
            {
                "names": ["low", "sum", "flags", *high[0]],
                "formats": [">u4", ">u2", ">u2", *high[1]],
                "offsets": [0, 4, 6, *high[2]],
                "itemsize": size,
            }
        )

    def _told(self, told: NDArray[np.void]) -> Tags:
        block = told["low"].astype(np.int64)
        if self.incompatible & Incompatible.BIT64:
            block |= (told["high"].astype(np.int64) & 0x3FFFFFFF) << 32
        return Tags(
            block,
            (told["flags"] & _Flag.ESCAPED).astype(np.bool_),
            told["sum"].astype(np.uint32),
        )

    def _sum(self, raw: bytes) -> int:
        return int(crc32c(np.frombuffer(raw, np.uint8).reshape(1, -1), self.seed)[0])


def head_of(raw: bytes) -> Head:
    """Return the head of a block."""
    words = (int.from_bytes(raw[at : at + 4], "big") for at in (0, 4, 8))
    return Head(*words)


def read_journal(source: Volume) -> Journal:
    """Return the journal whose bytes are those of *source*, as its inode has them.

    Raises:
        CorruptVolume: It does not begin with a superblock, or what that says is impossible.
        VmdkError: It can't be read.
    """
    raw = source.bytes_at(0, _LENGTH, "the superblock of the journal")
    head = head_of(raw)
    if head.magic != MAGIC or head.kind not in {BlockKind.SUPERBLOCK_1, BlockKind.SUPERBLOCK_2}:
        raise CorruptVolume("there is no superblock of a journal", offset=0)
    size, blocks, first, sequence, start = (
        int.from_bytes(raw[at : at + 4], "big") for at in (12, 16, 20, 24, 28)
    )
    new = head.kind == BlockKind.SUPERBLOCK_2
    compatible, incompatible = (int.from_bytes(raw[at : at + 4], "big") * new for at in (36, 40))
    fast = int.from_bytes(raw[84:88], "big") or 256
    last = blocks - (fast if incompatible & Incompatible.FAST_COMMIT else 0)
    for field, value, sound in (
        ("s_blocksize", size, _SMALLEST <= size <= _LARGEST and not size & (size - 1)),
        ("s_maxlen", blocks, 0 < blocks * size <= source.size),
        ("s_first", first, 0 < first < last),
        ("s_start", start, start == 0 or first <= start < last),
    ):
        if not sound:
            raise CorruptVolume(f"{field} of the journal is impossible", offset=0, found=value)
    seed = int(crc32c(np.frombuffer(raw[48:64], np.uint8).reshape(1, -1))[0])
    shape = (size, blocks, first, last, start, sequence, compatible, incompatible, seed)
    return Journal(source, *shape)
