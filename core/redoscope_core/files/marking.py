"""Marking: reading tables of which a part can't be read, so that the rest can be used.

What is not there becomes bytes of all ones: as an entry of a table that leads nowhere, whatever
the kind, so the sectors it stands for are unreadable like those of any damaged entry.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.files.file import DiskFile

__all__ = ["read_marking"]


def read_marking(file: DiskFile, buffer: memoryview, offset: int) -> None:
    """Fill *buffer* from byte *offset* of *file* on; bytes that can't be read become 0xFF.

    What a device fails to give is lost by whole sectors; of what the file lacks, each byte.
    """
    there = max(0, min(len(buffer), file.file_bytes - offset))
    buffer[there:] = b"\xff" * (len(buffer) - there)
    if _read(file, buffer[:there], offset):
        return
    # Cut where sectors of the file begin: a device fails in these.
    first = min(there, -offset % SECTOR)
    edges = sorted({0, *range(first, there, SECTOR), there})
    for low, high in pairwise(edges):
        if not _read(file, buffer[low:high], offset + low):
            buffer[low:high] = b"\xff" * (high - low)


def _read(file: DiskFile, piece: memoryview, offset: int) -> bool:
    try:
        file.read_into(piece, offset, what="tables")
    except VmdkError:
        return False
    return True
