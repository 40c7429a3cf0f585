r"""The digest of a whole disk, of which a change touches only a part.

                    disk_tree_sha256 = SHA-256("redoscope disk 1\n", capacity, nodes)
                   /                    |                     \
      node of span 0           node of span 1         ...            SHA-256 of its 512 leaves
      /     |     \
   leaf 0  leaf 1  ...  leaf 511                       SHA-256 of 64 KiB, the last one's padded

The capacity is in sectors, 8 bytes, little-endian. A grain of zeros has a leaf like any other, and
so have those behind the end of the disk. Who knows the leaves of a point needs of the next only
those grains that changed: the others have not to be read.
"""

from __future__ import annotations

import struct
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.format.backup_manifest import BACKUP_GRAIN, GRAINS_PER_SPAN
from redoscope_core.format.units import SECTOR, ceil_div

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redoscope_core.format.backup_manifest import ManifestSpan

__all__ = [
    "NO_LEAVES",
    "ZERO_LEAF",
    "changed_leaves",
    "disk_digest",
    "leaf_of",
    "node_of",
    "packed_leaves",
    "span_count",
    "unpacked_leaves",
]

_DIGEST = 32
ZERO_LEAF = sha256(bytes(BACKUP_GRAIN * SECTOR)).digest()
NO_LEAVES = ZERO_LEAF * GRAINS_PER_SPAN
"""The leaves of a span of zeros."""
_ZERO_NODE = sha256(NO_LEAVES).digest()
_MARK = b"redoscope disk 1\n"
_MASK = GRAINS_PER_SPAN // 8
_AT_ONCE = 2**15


def leaf_of(grain: memoryview) -> bytes:
    """Return the leaf of *grain*, 64 KiB."""
    return sha256(grain).digest()


def node_of(leaves: bytes) -> bytes:
    """Return the node above all *leaves* of a span."""
    return sha256(leaves).digest()


def span_count(capacity: int) -> int:
    """Return how many spans a disk of *capacity* sectors has."""
    return ceil_div(capacity, BACKUP_GRAIN * GRAINS_PER_SPAN)


def changed_leaves(leaves: bytes, span: ManifestSpan, capacity: int) -> bytes:
    """Return *leaves* of a span after *span* changed it, on a disk of *capacity* sectors."""
    changed = bytearray(leaves)
    base, taken = span.number * GRAINS_PER_SPAN, 0
    for first, behind in span.runs:
        length = (behind - first) * _DIGEST
        at = (first - base) * _DIGEST
        changed[at : at + length] = span.digests[taken : taken + length]
        taken += length
    inside = ceil_div(capacity, BACKUP_GRAIN) - base
    if inside < GRAINS_PER_SPAN:
        changed[inside * _DIGEST :] = ZERO_LEAF * (GRAINS_PER_SPAN - inside)
    return bytes(changed)


def disk_digest(capacity: int, nodes: Mapping[int, bytes]) -> str:
    """Return the digest of a disk; spans without a node are zeros, those behind its end nothing."""
    count = span_count(capacity)
    hashed = sha256(_MARK + struct.pack("<Q", capacity))
    place = 0
    for number in [*sorted(number for number in nodes if number < count), count]:
        for first in range(place, number, _AT_ONCE):
            hashed.update(_ZERO_NODE * min(_AT_ONCE, number - first))
        hashed.update(nodes.get(number, b"") if number < count else b"")
        place = number + 1
    return hashed.hexdigest()


def packed_leaves(leaves: bytes) -> bytes:
    """Return *leaves* without those of zeros: a bit for each grain, then the others."""
    table = np.frombuffer(leaves, np.uint8).reshape(GRAINS_PER_SPAN, _DIGEST)
    held = (table != np.frombuffer(ZERO_LEAF, np.uint8)).any(axis=1)
    packed: bytes = np.packbits(held).tobytes() + table[held].tobytes()
    return packed


def unpacked_leaves(data: bytes) -> bytes | None:
    """Return what `packed_leaves` packed; None if *data* is something else."""
    held = np.unpackbits(np.frombuffer(data[:_MASK], np.uint8)).astype(np.bool_)
    count = int(np.count_nonzero(held))
    if len(held) != GRAINS_PER_SPAN or len(data) != _MASK + count * _DIGEST:
        return None
    table = np.frombuffer(NO_LEAVES, np.uint8).reshape(GRAINS_PER_SPAN, _DIGEST).copy()
    table[held] = np.frombuffer(data[_MASK:], np.uint8).reshape(count, _DIGEST)
    found: bytes = table.tobytes()
    return found
