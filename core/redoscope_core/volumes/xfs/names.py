"""Names of XFS as they stand in directories: bytes, of which a library tells only those of UTF-8.

short      count | parent | length, place, name, kind, inode | ...         in the inode itself
blocks     head | inode, length, name, kind, place | unused, length | ...
"""

from __future__ import annotations

from collections import defaultdict

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.source import Volume
from redoscope_core.volumes.xfs.superblock import Superblock

__all__ = ["directory_names"]

_CORE, _CORE_WITH_SUMS = 100, 176
"""Bytes of an inode before what it holds."""
_LOCAL = 1
"""How an inode holds what is short: itself."""
_HEADS = {b"XD2B": 16, b"XD2D": 16, b"XDB3": 64, b"XDD3": 64}
"""Of blocks of entries: bytes of their heads. Other blocks are of hashes."""
_UNUSED = b"\xff\xff"
_SHORTEST = 12

Names = dict[int, list[bytes]]
"""By inode."""


def directory_names(
    volume: Volume, shape: Superblock, inode: int, runs: list[tuple[int, int]]
) -> Names:
    """Return the names in a directory, by the inodes that they stand for, in its order.

    *runs* are first byte and bytes of what is stored of it.

    Raises:
        CorruptVolume: It does not hold together.
        VmdkError: It can't be read.
    """
    found: Names = defaultdict(list)
    raw = volume.bytes_at(shape.inode_at(inode), shape.inode_size, f"inode {inode}")
    if raw[5] == _LOCAL:
        _short(raw[_CORE_WITH_SUMS if raw[4] > 2 else _CORE :], shape, found)  # noqa: PLR2004
        return found
    size = shape.directory_blocks * shape.block_size
    for place, count in runs:
        for at in range(place, place + count - size + 1, size):
            _entries(volume.bytes_at(at, size, "a block of a directory"), shape, found)
    return found


def _short(raw: bytes, shape: Superblock, found: Names) -> None:
    count, wide = raw[0], 8 if raw[1] else 4
    at = 2 + wide
    for _ in range(count or raw[1]):
        length = raw[at]
        end = at + 3 + length
        behind = end + shape.has_kinds + wide
        if behind > len(raw):
            raise CorruptVolume("a directory leads out of its inode", found=behind)
        number = int.from_bytes(raw[behind - wide : behind], "big")
        found[number].append(raw[at + 3 : end])
        at = behind


def _entries(raw: bytes, shape: Superblock, found: Names) -> None:
    at = _HEADS.get(raw[:4], len(raw))
    end = len(raw)
    if raw[:4] in {b"XD2B", b"XDB3"}:
        # Hashes of the names, and how many there are, stand behind the entries.
        end -= 8 + 8 * int.from_bytes(raw[-8:-4], "big")
    while at + _SHORTEST <= end:
        if raw[at : at + 2] == _UNUSED:
            step = int.from_bytes(raw[at + 2 : at + 4], "big")
        else:
            length = raw[at + 8]
            name = raw[at + 9 : at + 9 + length]
            if name not in {b".", b".."}:
                found[int.from_bytes(raw[at : at + 8], "big")].append(name)
            step = 9 + length + shape.has_kinds + 2
        if step <= 0:
            raise CorruptVolume("an entry of a directory has no length", found=step)
        at += (step + 7) & ~7
