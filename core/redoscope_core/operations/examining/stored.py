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
    """Reads what one extent stores as it is, window by window."""

    def __init__(self, start: int, tally: Tally, looked: Looked) -> None:
        """Read that of the extent which begins at sector *start* of the disk."""
        self._start = start
        self._tally = tally
        self._looked = looked
        self._buffers = [window_buffer(_LONGEST) for _ in range(reading_threads() + 2)]
        self._held: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        self._asked = False

    def judge(self, areas: Areas, file: DiskFile) -> Generator[int, None, None]:
        """Read those of *areas* that are data as it is; a step yields the bytes it read."""
        plain = areas.take((areas.state == State.DATA) & ~areas.packed)
        self._looked.bytes += int(plain.count.sum()) * SECTOR
        plain = self._without_holes(plain, file)
        offset, length = _joined(plain)

        def work(piece: tuple[int, int], slot: int) -> tuple[int, list[_Failed]]:
            at, size = piece
            view = self._buffers[slot][:size]
            return size, list(_failed(file, view, at))

        pieces = _pieces(offset, length)
        for size, failed in ahead(
            pieces, work, threads=reading_threads() or 1, slots=len(self._buffers)
        ):
            for each in failed:
                self._tally.add_unread(self._spots(plain, each))
            yield size

    def _without_holes(self, plain: Areas, file: DiskFile) -> Areas:
        """Return *plain* without what the file system knows to be zeros."""
        if not self._asked:
            runs = file.held_runs()
            if runs is not None:
                start, end = np.array(runs, np.int64).reshape(-1, 2).T
                self._held = start, end
            self._asked = True
        if self._held is None or not len(plain):
            return plain
        return cut_to(plain, *self._held)

    def _spots(self, plain: Areas, failed: _Failed) -> Iterator[RunSpot]:
        """Yield the runs of the disk that lie in bytes of the file which can't be read."""
        end = failed.offset + failed.length
        first = np.maximum(plain.offset, failed.offset)
        last = np.minimum(plain.offset + plain.count * SECTOR, end)
        for at in np.flatnonzero(first < last).tolist():
            low = (int(first[at]) - int(plain.offset[at])) // SECTOR
            count = -(-(int(last[at]) - int(first[at])) // SECTOR)
            sector = self._start + int(plain.start[at]) + low
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
