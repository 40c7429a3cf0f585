"""Stored bytes that are not compressed: read once, to see that they can be read.

What lies together in the file is read together. Where that fails, halves of it are read until the
runs are known that the system, or the end of the file, keeps from being read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.ahead import ahead
from redoscope_core.areas.areas import State
from redoscope_core.chain.holes import cut_to
from redoscope_core.errors import FileUnreadable, VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.reading import reading_threads
from redoscope_core.operations.walking.windows import window_buffer
from redoscope_core.spots import RunSpot, Why

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.files.file import DiskFile
    from redoscope_core.operations.examining.tally import Looked, Tally

__all__ = ["StoredBytes"]

_LONGEST = 4096
"""Sectors (2 MiB) that are read at a time."""
_FINEST = 8
"""Sectors (4 KiB) that are not parted further where they can't be read: a block of most devices."""


class _Failed(NamedTuple):
    """Bytes of the file that can't be read."""

    offset: int
    length: int
    why: Why


class StoredBytes:
    """Reads what the extents of one link store as it is, window by window."""

    def __init__(self, looked: Looked) -> None:
        """Count in *looked* what is read."""
        self._looked = looked
        self._buffers: list[memoryview] = []
        self._held: dict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.int64]] | None] = {}
        """What file systems hold of the files, by what these are; None = all of it."""

    def judge(
        self, areas: Areas, file: DiskFile, start: int, tally: Tally
    ) -> Generator[int, None, None]:
        """Read those of *areas* that are data as it is; a step yields the bytes it read.

        They are of the extent that begins at sector *start* of the disk. What can't be read is
        counted in *tally*.
        """
        plain = areas.take((areas.state == State.DATA) & ~areas.packed)
        plain = self._without_holes(plain, file)
        offset, length = _joined(plain)
        for size, failed in self._read(offset, length, file):
            for each in failed:
                tally.add_unread(_spots(plain, each, start))
            self._looked.bytes += size
            yield size

    def _read(
        self, offset: NDArray[np.int64], length: NDArray[np.int64], file: DiskFile
    ) -> Iterator[tuple[int, list[_Failed]]]:
        """Yield of each piece how long it is, and what of it can't be read."""
        threads = reading_threads() or 1
        if not self._buffers and len(offset):
            self._buffers = [window_buffer(_LONGEST) for _ in range(threads + 2)]

        def work(piece: tuple[int, int], slot: int) -> tuple[int, list[_Failed]]:
            at, size = piece
            return size, list(_failed(file, self._buffers[slot][:size], at))

        pieces = _pieces(offset, length)
        if int(length.sum()) <= _LONGEST * SECTOR:
            return (work(piece, 0) for piece in pieces)  # no thread is worth its start
        return ahead(pieces, work, threads=threads, slots=len(self._buffers))

    def _without_holes(self, plain: Areas, file: DiskFile) -> Areas:
        """Return *plain* without what the file system knows to be zeros."""
        if not len(plain):
            return plain
        if file.identity not in self._held:
            runs = file.held_runs()
            start_end = None if runs is None else np.array(runs, np.int64).reshape(-1, 2)
            self._held[file.identity] = (
                None if start_end is None else (start_end[:, 0], start_end[:, 1])
            )
        held = self._held[file.identity]
        return plain if held is None else cut_to(plain, *held)


def _spots(plain: Areas, failed: _Failed, start: int) -> Iterator[RunSpot]:
    """Yield the runs of the disk that lie in bytes of the file which can't be read."""
    end = failed.offset + failed.length
    first = np.maximum(plain.offset, failed.offset)
    last = np.minimum(plain.offset + plain.count * SECTOR, end)
    for at in np.flatnonzero(first < last).tolist():
        low = (int(first[at]) - int(plain.offset[at])) // SECTOR
        count = -(-(int(last[at]) - int(first[at])) // SECTOR)
        sector = start + int(plain.start[at]) + low
        yield RunSpot(sector, count, int(first[at]), failed.why)


def _joined(plain: Areas) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (offset, bytes) of what *plain* has in the file, ascending, neighbours as one."""
    order = np.argsort(plain.offset, kind="stable")
    offset, length = plain.offset[order], plain.count[order] * SECTOR
    if not len(offset):
        return offset, length
    begins = np.concatenate(([True], offset[1:] != (offset + length)[:-1]))
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(offset)) - 1
    return offset[first], (offset + length)[last] - offset[first]


def _pieces(offset: NDArray[np.int64], length: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    longest = _LONGEST * SECTOR
    for begin, size in zip(offset.tolist(), length.tolist(), strict=True):
        for at in range(begin, begin + size, longest):
            yield at, min(longest, begin + size - at)


def _failed(file: DiskFile, view: memoryview, offset: int) -> Iterator[_Failed]:
    """Yield the bytes from *offset* on, as many as *view* has, that can't be read."""
    try:
        file.read_into(view, offset, what="stored sectors")
    except VmdkError as error:
        if len(view) <= _FINEST * SECTOR:
            why = Why.SYSTEM if isinstance(error, FileUnreadable) else Why.CUT_OFF
            yield _Failed(offset, len(view), why)
            return
        half = len(view) // 2 // SECTOR * SECTOR
        yield from _failed(file, view[:half], offset)
        yield from _failed(file, view[half:], offset + half)
