"""The bytes of a stream, piece by piece; one that can't be read ends them, and is told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.chain.around import read_around
from redoscope_core.chain.unread import known_unreadable
from redoscope_core.errors import VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.windows import window_buffer
from redoscope_core.volumes.ntfs.compressed import unit_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.exporting.contents import Contents
    from redoscope_core.volumes.disk_volumes import DiskVolume

__all__ = ["StreamPiece", "StreamUnreadable", "pieces_of_stream", "unreadable_bytes"]

_PIECE = 2048
"""Sectors that are read at a time: a MiB."""
_ZEROS = window_buffer(_PIECE).toreadonly()


class StreamPiece(NamedTuple):
    """Some bytes of a stream, which come in order."""

    offset: int
    """Byte of the stream."""
    data: memoryview
    """Good until the next piece is asked for."""
    stored: bool
    """Whether they are stored; else they are a hole."""


class StreamUnreadable(Exception):
    """A sector of a stream can't be read; who reads it tells that, and goes on."""

    def __init__(self, error: VmdkError) -> None:
        """Tell by which *error*."""
        super().__init__(str(error))
        self.error = error


def pieces_of_stream(chain: Chain, volume: DiskVolume, contents: Contents) -> Iterator[StreamPiece]:
    """Yield all bytes of a stream of a *volume* of *chain*, in order.

    Raises:
        StreamUnreadable: One of them can't be read.
    """
    if contents.inside is not None:
        yield StreamPiece(0, memoryview(contents.inside), stored=True)
        return
    if contents.unit:
        yield from _unpacked(chain, volume, contents)
        return
    longest = int((contents.stored.end - contents.stored.start).max(initial=0))
    buffer = window_buffer(min(_PIECE, -(-longest // SECTOR)))
    at = 0
    for sector, start, end in _extents(volume, contents):
        yield from _hole(at, start)
        for offset in range(start, end, _PIECE * SECTOR):
            count = min(_PIECE * SECTOR, end - offset)
            view = buffer[: -(-count // SECTOR) * SECTOR]
            try:
                chain.read_into(view, sector + (offset - start) // SECTOR)
            except VmdkError as error:
                raise StreamUnreadable(error) from None
            yield StreamPiece(offset, view[:count], stored=True)
        at = end
    yield from _hole(at, contents.size)


def unreadable_bytes(chain: Chain, volume: DiskVolume, contents: Contents) -> Runs:
    """Return which bytes of a stream can't be read, after one was met that can't."""
    if contents.unit:
        return _lost_units(chain, volume, contents)
    known = known_unreadable(chain)
    lost = Runs.joined(known.start, known.start + known.count)
    buffer = window_buffer(_PIECE)
    begin, behind = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for sector, start, end in _extents(volume, contents):
        last = sector - (start - end) // SECTOR
        bad = Runs.joined([sector], [last]).within(lost)
        for first in range(sector, last, _PIECE):
            view = buffer[: min(_PIECE, last - first) * SECTOR]
            late = [(each.start, each.sectors) for each in read_around(chain, view, first)]
            bad = bad.plus(Runs.joined([a for a, _ in late], [a + n for a, n in late]))
        places = bad.moved(-sector).times(SECTOR).moved(start)
        begin.append(places.start)
        behind.append(np.minimum(places.end, end))
    return Runs.joined(np.concatenate(begin), np.concatenate(behind))


def _unpacked(chain: Chain, volume: DiskVolume, contents: Contents) -> Iterator[StreamPiece]:
    """Yield all bytes of a compressed stream, unit by unit."""
    at = 0
    for begin, unit in _units(chain, volume, contents):
        yield from _hole(at, begin)
        try:
            data = unit()
        except VmdkError as error:
            raise StreamUnreadable(error) from None
        at = min(begin + contents.unit, contents.size)
        yield StreamPiece(begin, memoryview(data)[: at - begin], stored=True)
    yield from _hole(at, contents.size)


def _lost_units(chain: Chain, volume: DiskVolume, contents: Contents) -> Runs:
    """Return the bytes of the units that can't be read, or unpacked."""
    lost = []
    for begin, unit in _units(chain, volume, contents):
        try:
            unit()
        except VmdkError:
            lost.append(begin)
    start = np.array(lost, np.int64)
    return Runs.joined(start, np.minimum(start + contents.unit, contents.size))


def _units(
    chain: Chain, volume: DiskVolume, contents: Contents
) -> Iterator[tuple[int, Callable[[], bytes]]]:
    """Yield the first byte of each unit of which some is stored, and what returns its bytes."""
    if contents.sector is None:
        return
    length = (contents.stored.end - contents.stored.start) // SECTOR
    layout = np.stack([contents.sector, length, contents.stored.start], axis=1)

    def read(sector: int, sectors: int) -> bytes:
        return chain.read(volume.start + sector, sectors)

    told = contents.told.within(Runs.joined([0], [contents.size]))
    for start, end in zip(told.start.tolist(), told.end.tolist(), strict=True):
        for begin in range(start, end, contents.unit):
            yield begin, partial(unit_at, read, layout, contents.unit, begin // contents.unit)


def _extents(volume: DiskVolume, contents: Contents) -> Iterator[tuple[int, int, int]]:
    """Yield first sector of the disk, first byte and byte behind the last of each extent."""
    if contents.sector is not None:
        sectors = (contents.sector + volume.start).tolist()
        yield from zip(
            sectors, contents.stored.start.tolist(), contents.stored.end.tolist(), strict=True
        )


def _hole(start: int, end: int) -> Iterator[StreamPiece]:
    for offset in range(start, end, len(_ZEROS)):
        yield StreamPiece(offset, _ZEROS[: end - offset], stored=False)
