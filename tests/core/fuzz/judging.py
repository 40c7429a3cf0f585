"""What may come of a damaged chain: an error, a note, or the same bytes.

Bytes may differ without a word only where the damage was in the bytes of the disk. One more
thing nobody can see: an entry that is gone from a table of which there is no copy (streams,
COWD, SESparse). Such a grain is as if it had never been stored; other bytes it may not show.
Nor can anybody see that a disk was VirtualBox's child once all of those keys are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core import Chain, VmdkError
from tests.core.said import said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.core.fuzz.mutations import Mutation
    from tests.core.fuzz.specimens import Specimen

__all__ = ["fault"]

SECTOR = 512
MOST = 2**16
"""Sectors that are read at most, however large the disk says it is."""


def fault(
    specimen: Specimen,
    path: Path,
    mutation: Mutation,
    also: Callable[[Chain], None] = lambda _chain: None,
) -> str | None:
    """Return what is wrong with the answer to *mutation* of *path*; None if it is right.

    *also* asks more of the chain, if it opens.
    """
    try:
        with Chain.open(specimen.tip) as chain:
            also(chain)
            content = chain.read(0, min(chain.capacity, MOST))
            notes = said(chain)
    except VmdkError as error:
        text = str(error)
        return None if text.isprintable() and len(text) < 4000 else f"no clear line: {text!r}"
    if set(notes) - set(specimen.notes) or content == specimen.content:
        return None
    silent = differing(content, specimen.content) - touched(specimen, path, mutation)
    if has_lost_its_parent(specimen, path, mutation):
        return None
    if path in specimen.single_tables:
        silent &= differing(content, specimen.below)
    return f"sectors {sorted(silent)[:5]} differ without a word" if silent else None


def differing(one: bytes, other: bytes) -> set[int]:
    """Return the sectors that are not the same in both."""
    length = max(len(one), len(other))
    first, second = (np.frombuffer(data.ljust(length, b"\0"), np.uint64) for data in (one, other))
    unlike = (first != second).reshape(-1, SECTOR // 8).any(axis=1)
    unlike[min(len(one), len(other)) // SECTOR :] = True
    return set(np.flatnonzero(unlike).tolist())


def has_lost_its_parent(specimen: Specimen, path: Path, mutation: Mutation) -> bool:
    """Say whether *mutation* left nothing of the keys by which VirtualBox names a parent."""
    text = mutation.data[SECTOR:].split(b"\0", 1)[0]
    return b"ddb.uuid.parent" in specimen.files[path] and b"ddb.uuid" not in text


def touched(specimen: Specimen, path: Path, mutation: Mutation) -> set[int]:
    """Return the sectors whose own bytes were changed."""
    sectors: set[int] = set()
    for offset, length, start, packed in specimen.supply.get(path, ()):
        low = max(mutation.first, offset)
        high = min(mutation.last, offset + length)
        if low < high and not packed:
            first, last = (low - offset) // SECTOR, (high - offset - 1) // SECTOR
            sectors.update(range(start + first, start + last + 1))
    return sectors
