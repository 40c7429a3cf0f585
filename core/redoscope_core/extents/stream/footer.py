"""The footer of a stream: a second header, near the end of the file, that has the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.errors import VmdkError
from redoscope_core.files.marking import read_marking
from redoscope_core.findings import Finding, Kind
from redoscope_core.format.magics import SPARSE_MAGIC
from redoscope_core.format.sparse import SparseHeader
from redoscope_core.format.stream import Marker, MarkerType
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.files.file import DiskFile

__all__ = ["find_footer"]

_USUAL = 3 * SECTOR
"""Bytes before the end of the file that are looked at first: its marker, the footer, the end."""
_REACH = 2**20
"""Bytes in which it is looked for then: padding may follow it."""
_FROM_END = 1024
_MAGIC = int.from_bytes(SPARSE_MAGIC, "little")


def find_footer(
    file: DiskFile, header: SparseHeader, *, salvages: bool = False
) -> tuple[SparseHeader, tuple[Finding, ...]] | None:
    """Return the footer that belongs to *header*, and what is odd about its place; None if lost.

    It should begin 1024 bytes before the end. Behind it some programs leave padding, and a
    file may be cut; the last one that fits is taken then. With *salvages* sectors that can't be
    read are none.
    """
    # A bad place of the device far before the end does not matter to most streams.
    usual = _found_in(_USUAL, file, header, salvages=salvages)
    return usual or _found_in(_REACH, file, header, salvages=salvages)


def _found_in(
    reach: int, file: DiskFile, header: SparseHeader, *, salvages: bool
) -> tuple[SparseHeader, tuple[Finding, ...]] | None:
    """Return the footer, if it is in the last *reach* bytes."""
    length = file.file_bytes
    first = max(0, length - reach) // SECTOR * SECTOR
    count = (length - first) // SECTOR
    if count < 1:
        return None
    room = bytearray(count * SECTOR)
    if salvages:
        read_marking(file, memoryview(room), first)
    else:
        file.read_into(memoryview(room), first, what="the end of the stream")
    tail = bytes(room)
    words = np.frombuffer(tail, "<u4").reshape(count, SECTOR // 4)
    for index in np.flatnonzero(words[:, 0] == _MAGIC)[::-1].tolist():
        place = first + index * SECTOR
        announced = index > 0 and _announces(tail[(index - 1) * SECTOR : index * SECTOR])
        if not announced and place != length - _FROM_END:
            continue
        found = _matching(tail[index * SECTOR : (index + 1) * SECTOR], header, length)
        if found is not None:
            return found, _oddity(file, place)
    return None


def _announces(block: bytes) -> bool:
    marker = Marker.unpack(block)
    return marker is not None and marker.type == MarkerType.FOOTER


def _matching(block: bytes, header: SparseHeader, file_bytes: int) -> SparseHeader | None:
    try:
        footer = SparseHeader.unpack(block, file_bytes=file_bytes)
    except VmdkError:
        return None
    same = (header.capacity, header.grain_size, header.gtes_per_gt) == (
        footer.capacity,
        footer.grain_size,
        footer.gtes_per_gt,
    )
    return footer if same and footer.is_packed and footer.has_directory(file_bytes) else None


def _oddity(file: DiskFile, place: int) -> tuple[Finding, ...]:
    behind = file.file_bytes - place - _FROM_END
    if behind > 0:
        return (Finding.of(Kind.BYTES_BEHIND_STREAM, file.path, count=behind),)
    if behind < 0:
        return (Finding.of(Kind.STREAM_CUT, file.path, count=-behind),)
    return ()
