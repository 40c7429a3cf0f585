r"""The digest of a whole disk, of which a change touches only a part.

                    disk_tree_sha256 = SHA-256("redoscope disk 2\n", capacity, nodes)
                   /                    |                     \
      node of span 0           node of span 1         ...            SHA-256 of its 512 leaves
      /     |     \
   leaf 0  leaf 1  ...  leaf 511                       BLAKE3 of 64 KiB, the last one's padded

The capacity is in sectors, 8 bytes, little-endian. A grain of zeros has a leaf like any other, and
so have those behind the end of the disk. Who knows the leaves of a point needs of the next only
those grains that changed: the others have not to be read.

Where the first manifest of a series is of version 1, leaves are SHA-256, and a 1 stands in the
mark. Each manifest has the version of the one that it builds on, so that they have one tree.
"""

from __future__ import annotations

import struct
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from redoscope_core.format.backup_manifest import BACKUP_GRAIN, GRAINS_PER_SPAN, ManifestVersion
from redoscope_core.format.units import SECTOR, ceil_div

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redoscope_core.format.backup_manifest import ManifestHead, ManifestSpan

__all__ = [
    "Leaves",
    "changed_leaves",
    "disk_digest",
    "leaves_by",
    "node_of",
    "packed_leaves",
    "span_count",
    "unpacked_leaves",
]

_DIGEST = 32
_MASK = GRAINS_PER_SPAN // 8
_AT_ONCE = 2**15


class Leaves:
    """How the leaves of a tree are made, and those of zeros."""

    def __init__(self, version: ManifestVersion) -> None:
        """Make leaves as manifests of *version* have them."""
        self._hash = _blake3() if version is ManifestVersion.BLAKE3_GRAINS else sha256
        self.zero = self.of(memoryview(bytes(BACKUP_GRAIN * SECTOR)))
        """The leaf of a grain of zeros."""
        self.none = self.zero * GRAINS_PER_SPAN
        """The leaves of a span of zeros."""
        self.zero_node = node_of(self.none)
        self.of_rest = _blake3() if version is ManifestVersion.BLAKE3_GRAINS else None
        """Begins the digest of what of a stream no leaf proves; None if there is none."""
        self.mark = b"redoscope disk %d\n" % version

    def of(self, grain: memoryview, more: memoryview | None = None) -> bytes:
        """Return the leaf of *grain*, 64 KiB with *more*, which comes behind it."""
        hashed = self._hash(grain)
        if more is not None:
            hashed.update(more)
        leaf: bytes = hashed.digest()
        return leaf


def _blake3() -> Callable[..., Any]:
    from blake3 import blake3  # noqa: PLC0415 - a compiled package that few need

    return blake3


@cache
def leaves_by(version: ManifestVersion) -> Leaves:
    """Return how leaves are made that manifests of *version* have."""
    return Leaves(version)


def node_of(leaves: bytes) -> bytes:
    """Return the node above all *leaves* of a span."""
    return sha256(leaves).digest()


def span_count(capacity: int) -> int:
    """Return how many spans a disk of *capacity* sectors has."""
    return ceil_div(capacity, BACKUP_GRAIN * GRAINS_PER_SPAN)


def changed_leaves(leaves: bytes, span: ManifestSpan, head: ManifestHead) -> bytes:
    """Return *leaves* of a span after *span* changed it, on the disk that *head* tells of."""
    changed = bytearray(leaves)
    base, taken = span.number * GRAINS_PER_SPAN, 0
    for first, behind in span.runs:
        length = (behind - first) * _DIGEST
        at = (first - base) * _DIGEST
        changed[at : at + length] = span.digests[taken : taken + length]
        taken += length
    inside = ceil_div(head.capacity, BACKUP_GRAIN) - base
    if inside < GRAINS_PER_SPAN:
        zero = leaves_by(head.version).zero
        changed[inside * _DIGEST :] = zero * (GRAINS_PER_SPAN - inside)
    return bytes(changed)


def disk_digest(head: ManifestHead, nodes: Mapping[int, bytes]) -> str:
    """Return the digest of the disk that *head* tells of, of *nodes*.

    Spans without a node are zeros, those behind its end nothing.
    """
    count, leaves = span_count(head.capacity), leaves_by(head.version)
    hashed = sha256(leaves.mark + struct.pack("<Q", head.capacity))
    place = 0
    for number in [*sorted(number for number in nodes if number < count), count]:
        for first in range(place, number, _AT_ONCE):
            hashed.update(leaves.zero_node * min(_AT_ONCE, number - first))
        hashed.update(nodes.get(number, b"") if number < count else b"")
        place = number + 1
    return hashed.hexdigest()


def packed_leaves(leaves: bytes, zero: bytes) -> bytes:
    """Return *leaves* without those that are *zero*: a bit for each grain, then the others."""
    table = np.frombuffer(leaves, np.uint8).reshape(GRAINS_PER_SPAN, _DIGEST)
    held = (table != np.frombuffer(zero, np.uint8)).any(axis=1)
    packed: bytes = np.packbits(held).tobytes() + table[held].tobytes()
    return packed


def unpacked_leaves(data: bytes, zero: bytes) -> bytes | None:
    """Return what `packed_leaves` packed; None if *data* is something else."""
    held = np.unpackbits(np.frombuffer(data[:_MASK], np.uint8)).astype(np.bool_)
    count = int(np.count_nonzero(held))
    if len(held) != GRAINS_PER_SPAN or len(data) != _MASK + count * _DIGEST:
        return None
    table = np.tile(np.frombuffer(zero, np.uint8), (GRAINS_PER_SPAN, 1))
    table[held] = np.frombuffer(data[_MASK:], np.uint8).reshape(count, _DIGEST)
    found: bytes = table.tobytes()
    return found
