"""Merging: the areas of newer links put into an older one, piece by piece.

What the older link stores already is overwritten in place, the rest is appended; its
tables lead to new grains only once those are durable.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.ahead import ahead
from redoscope_core.areas.areas import State
from redoscope_core.files.transfer import Transfer
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.reading import reading_threads
from redoscope_core.operations.walking.windows import STEP_SECTORS, WINDOW_SECTORS, window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.areas.landing import Landing
    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.tip_writer import TipWriter
    from redoscope_core.link.link import Link

__all__ = ["Merging"]

_COPIES = 64
"""Copies that one thread makes before the next are handed to it."""


class Merging:
    """Carries what links store into an older link."""

    def __init__(self, newer: Chain, target: Link, writer: TipWriter) -> None:
        """Carry what *newer* stores into *target*, which *writer* writes."""
        self._newer = newer
        self._writer = writer
        self._target_files = target.disk_files
        self._source_files = [file for link in newer.links for file in link.disk_files]
        counts = [len(link.disk_files) for link in newer.links]
        self._first_file = np.cumsum([0, *counts[:-1]])
        self._transfers = [Transfer(file) for file in target.disk_files]
        self._buffer = window_buffer()

    def run(self) -> Generator[Progress, None, None]:
        """Do it; progress is in bytes. Between two steps the target is whole.

        Raises:
            DiskFull: No room; what was carried so far is whole.
            CorruptVmdk: A sector can't be read.
        """
        stored = self._newer.stored
        data = stored.take(stored.state == State.DATA)
        zeros = stored.take(stored.state == State.ZERO)
        total = int(stored.count.sum()) * SECTOR
        done = 0
        for part in _steps(zeros):
            for start, count in zip(part.start.tolist(), part.count.tolist(), strict=True):
                self._writer.write_zeros(start, count)
            done += int(part.count.sum()) * SECTOR
            yield Progress(done, total, "merging zeros")
        for part in _steps(data):
            self._carry(part)
            done += int(part.count.sum()) * SECTOR
            yield Progress(done, total, "merging")

    def _carry(self, part: Areas) -> None:
        try:
            landing = self._writer.land(part.start, part.count)
            packed = part.packed[landing.run]
            direct = landing.file >= 0
            self._carry_as_it_is(part, landing, np.flatnonzero(direct & ~packed))
            self._carry_unpacked(landing, np.flatnonzero(direct & packed))
        except BaseException:
            self._writer.abandon()
            raise
        self._writer.settle()
        self._write_up(landing, np.flatnonzero(~direct))

    def _carry_unpacked(self, landing: Landing, which: NDArray[np.intp]) -> None:
        """Put the bytes of compressed pieces to their places."""
        columns = (landing.start, landing.count, landing.file, landing.offset)
        for start, count, file, offset in zip(
            *(column[which].tolist() for column in columns), strict=True
        ):
            for sector, piece in self._read(start, count):
                place = offset + (sector - start) * SECTOR
                self._target_files[file].write_at(place, piece)

    def _write_up(self, landing: Landing, which: NDArray[np.intp]) -> None:
        """Write parts of grains that are not stored yet, those that touch at once."""
        if not len(which):
            return
        start, end = landing.start[which], landing.start[which] + landing.count[which]
        first = np.flatnonzero(np.concatenate(([True], start[1:] != end[:-1])))
        last = np.append(first[1:], len(which)) - 1
        for low, high in zip(start[first].tolist(), end[last].tolist(), strict=True):
            for sector, piece in self._read(low, high - low):
                self._writer.write(sector, piece)

    def _read(self, start: int, count: int) -> Iterator[tuple[int, memoryview]]:
        """Yield (sector, bytes) of a run, a window at a time."""
        for sector in range(start, start + count, WINDOW_SECTORS):
            piece = self._buffer[: min(WINDOW_SECTORS, start + count - sector) * SECTOR]
            self._newer.read_into(piece, sector)
            yield sector, piece

    def _carry_as_it_is(self, part: Areas, landing: Landing, which: NDArray[np.intp]) -> None:
        """Copy pieces from file to file, those that touch at both ends at once."""
        if not len(which):
            return
        run = landing.run[which]
        skipped = (landing.start[which] - part.start[run]) * SECTOR
        source = self._first_file[part.link[run]] + part.file[run]
        source_offset = part.offset[run] + skipped
        target, offset = landing.file[which].astype(np.int64), landing.offset[which]
        length = landing.count[which] * SECTOR
        follows = (source[1:] == source[:-1]) & (target[1:] == target[:-1])
        follows &= source_offset[1:] == source_offset[:-1] + length[:-1]
        follows &= offset[1:] == offset[:-1] + length[:-1]
        first = np.flatnonzero(np.concatenate(([True], ~follows)))
        length = np.add.reduceat(length, first)
        columns = (source[first], source_offset[first], length, target[first], offset[first])
        copies = list(zip(*(column.tolist() for column in columns), strict=True))
        threads = reading_threads()
        if not threads:
            self._copy(copies, 0)
            return
        batches = (copies[at : at + _COPIES] for at in range(0, len(copies), _COPIES))
        with closing(ahead(batches, self._copy, threads=threads)) as copied:
            for _ in copied:
                pass

    def _copy(self, copies: list[tuple[int, int, int, int, int]], slot: int) -> None:
        """Make *copies*: source, byte offset there, bytes, target, byte offset there."""
        del slot
        for number, offset, length, into, place in copies:
            self._transfers[into].copy(self._source_files[number], offset, length, place)


def _steps(areas: Areas) -> Iterator[Areas]:
    """Yield *areas* in parts of about 10 ms of work."""
    if not len(areas):
        return
    before = np.cumsum(areas.count) - areas.count
    total = int(before[-1] + areas.count[-1])
    for low in range(0, total, STEP_SECTORS):
        high = min(low + STEP_SECTORS, total)
        first = int(np.searchsorted(before, low, side="right")) - 1
        last = int(np.searchsorted(before, high, side="left")) - 1
        start = int(areas.start[first]) + low - int(before[first])
        stop = int(areas.start[last]) + high - int(before[last])
        yield areas.window(start, stop - start)
