"""Compare: every run of sectors in which two disks differ.

Where both disks take a sector from the same place of the same file, or both have
zeros, nothing is read: two generations of a chain share most of their grains.
"""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.ahead import ahead
from redoscope_core.areas.areas import Areas, State
from redoscope_core.areas.overlay import covered
from redoscope_core.chain.holes import cut_to
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.reading import cores, reading_threads
from redoscope_core.operations.walking.windows import held_areas, spans, window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain

__all__ = ["Comparison", "compare", "doubtful_areas"]

_NOTHING = -1
_PIECE = 1024
"""Sectors (512 KiB) of each disk that are compared at a time: both stay in the cache."""
_BATCH = 32 * _PIECE
"""Sectors after which progress is shown and comparing may be stopped: about 10 ms."""
_WORD = 8


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """In what two disks differ."""

    start: NDArray[np.int64]
    """First sector of each differing run, ascending."""
    count: NDArray[np.int64]
    """Sectors of each run; no two runs touch."""
    differing_bytes: int
    sectors_read: int
    """Sectors that had to be read from each disk to find out."""

    @property
    def equal(self) -> bool:
        """Whether every byte is the same."""
        return not len(self.start)

    @property
    def sectors(self) -> int:
        """Sectors that differ."""
        return int(self.count.sum())


def compare(
    old: Chain, new: Chain, *, all_bytes: bool = False
) -> Generator[Progress, None, Comparison]:
    """Compare two disks sector by sector; past the end of the smaller one it counts as zeros.

    With *all_bytes* also what both take from the same place is read.

    Raises:
        CorruptVmdk: A sector that matters can't be read.
    """
    doubtful = yield from _stored_by_any(old, new)
    if not all_bytes:
        doubtful = cut_to(doubtful_areas(old, new), doubtful.offset, doubtful.end * SECTOR)
    total = int(doubtful.count.sum())
    found: list[NDArray[np.int64]] = []
    bytes_found = done = 0
    with closing(_compared(old, new, _batches(doubtful))) as results:
        for read, differing, sectors in results:
            done += read
            bytes_found += differing
            found += sectors
            yield Progress(done * SECTOR, total * SECTOR, "comparing")
    sectors_found = np.concatenate(found) if found else np.empty(0, np.int64)
    start, length = _runs(sectors_found)
    return Comparison(start, length, bytes_found, done)


def _compared(
    old: Chain, new: Chain, batches: Iterator[list[tuple[int, int]]]
) -> Generator[tuple[int, int, list[NDArray[np.int64]]], None, None]:
    """Yield what `_Comparer` says of each of *batches*, in order."""
    packed = old.stored.packed.any() or new.stored.packed.any()
    threads = cores() if packed else reading_threads()
    # Each thread compares in buffers of its own, which stay in its core's cache.
    own = threading.local()

    def work(batch: list[tuple[int, int]], slot: int) -> tuple[int, int, list[NDArray[np.int64]]]:
        del slot
        if not hasattr(own, "comparer"):
            own.comparer = _Comparer(old, new)
        found: tuple[int, int, list[NDArray[np.int64]]] = own.comparer(batch)
        return found

    if threads:
        yield from ahead(batches, work, threads=threads)
    else:
        yield from (work(batch, 0) for batch in batches)


def _batches(areas: Areas) -> Iterator[list[tuple[int, int]]]:
    """Yield runs of sectors, as many together as a core compares in some milliseconds."""
    batch: list[tuple[int, int]] = []
    gathered = 0
    for first, count in spans(areas, limit=_PIECE):
        batch.append((first, count))
        gathered += count
        if gathered >= _BATCH:
            yield batch
            batch, gathered = [], 0
    if batch:
        yield batch


class _Comparer:
    """Reads runs of two disks and compares them, in buffers of its own: for one thread."""

    def __init__(self, old: Chain, new: Chain) -> None:
        self._disks = (old, new)
        self._buffers = [window_buffer(_PIECE) for _ in self._disks]
        self._bytes = [np.frombuffer(buffer, np.uint8) for buffer in self._buffers]
        self._words = [each.view(np.uint64) for each in self._bytes]
        self._marks = np.empty(len(self._words[0]), np.bool_)

    def __call__(self, batch: list[tuple[int, int]]) -> tuple[int, int, list[NDArray[np.int64]]]:
        """Return the sectors read, the bytes that differ, and the sectors that do."""
        read = differing = 0
        sectors = []
        for first, count in batch:
            for chain, buffer in zip(self._disks, self._buffers, strict=True):
                _read(chain, buffer[: count * SECTOR], first)
            read += count
            words = count * SECTOR // _WORD
            one, two = (each[:words] for each in self._words)
            if np.not_equal(one, two, out=self._marks[:words]).any():
                old, new = (each[: count * SECTOR] for each in self._bytes)
                differs = old != new
                differing += int(np.count_nonzero(differs))
                sectors.append(np.flatnonzero(differs.reshape(-1, SECTOR).any(axis=1)) + first)
        return read, differing, sectors


def _read(chain: Chain, view: memoryview, sector: int) -> None:
    inside = view[: max(0, chain.capacity - sector) * SECTOR]
    if inside:
        chain.read_into(inside, sector)
    view[len(inside) :] = bytes(len(view) - len(inside))


def _runs(sectors: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if not len(sectors):
        return sectors, sectors
    first = np.flatnonzero(np.concatenate(([True], np.diff(sectors) != 1)))
    last = np.append(first[1:], len(sectors)) - 1
    return sectors[first], sectors[last] - sectors[first] + 1


def _stored_by_any(old: Chain, new: Chain) -> Generator[Progress, None, Areas]:
    """Return, as DATA at its own place, what is stored by one of them and in no hole of a file."""
    sides = ((yield from held_areas(old)), (yield from held_areas(new)))
    start = np.concatenate([side.start for side in sides])
    end = np.concatenate([side.end for side in sides])
    order = np.argsort(start, kind="stable")
    start, end = start[order], np.maximum.accumulate(end[order]) if len(end) else end
    if not len(start):
        return Areas.empty()
    opens = np.flatnonzero(np.concatenate(([True], start[1:] > end[:-1])))
    closes = end[np.append(opens[1:], len(start)) - 1]
    first = start[opens]
    return Areas.of(first, closes - first, State.DATA, 0, 0, first * SECTOR)


def doubtful_areas(old: Chain, new: Chain) -> Areas:
    """Return, as DATA, the areas that the two disks do not take from the same place."""
    sides = (old.stored, new.stored)
    edges = np.concatenate([side for areas in sides for side in (areas.start, areas.end)])
    edges.sort(kind="stable")
    if not len(edges):
        return Areas.empty()
    edges = edges[np.concatenate(([True], edges[1:] != edges[:-1]))]
    numbers: dict[tuple[int, int], int] = {}
    places = [_places(chain, edges, numbers) for chain in (old, new)]
    (file_a, offset_a), (file_b, offset_b) = places
    differs = (file_a != file_b) | ((file_a != _NOTHING) & (offset_a != offset_b))
    which = np.flatnonzero(differs)
    return Areas.of(
        edges[which], np.diff(edges)[which], State.DATA, 0, 0, edges[which] * SECTOR
    ).merged()


def _places(
    chain: Chain, edges: NDArray[np.int64], numbers: dict[tuple[int, int], int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (number of the file, byte offset) of each piece between *edges*; -1 for zeros."""
    stored = chain.stored
    width = max((len(link.disk_files) for link in chain.links), default=1) or 1
    table = np.full((len(chain.links), width), _NOTHING, np.int64)
    for index, link in enumerate(chain.links):
        for position, held_by in enumerate(link.disk_files):
            table[index, position] = numbers.setdefault(held_by.identity, len(numbers))
    has, area = covered(stored, edges)
    file = np.full(len(edges) - 1, _NOTHING, np.int64)
    offset = np.full(len(edges) - 1, _NOTHING, np.int64)
    in_file = stored.state != State.ZERO
    held = has.copy()
    held[has] = in_file[area[has]]
    at = area[held]
    file[held] = table[stored.link[at], np.maximum(stored.file[at], 0)]
    offset[held] = stored.offset[at] + (edges[:-1][held] - stored.start[at]) * SECTOR
    return file, offset
