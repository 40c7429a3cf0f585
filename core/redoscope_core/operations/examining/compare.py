"""Compare: every run of sectors in which two disks differ.

Where both disks take a sector from the same place of the same file, or both have
zeros, nothing is read: two generations of a chain share most of their grains.
"""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.ahead import ahead
from redoscope_core.areas.areas import Areas, State
from redoscope_core.areas.overlay import covered
from redoscope_core.chain.around import Unreadable, read_around
from redoscope_core.chain.holes import cut_to
from redoscope_core.chain.unread import Unread, joined_runs, known_unreadable
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.reading import cores, reading_threads
from redoscope_core.operations.walking.windows import held_areas, spans, window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain
    from redoscope_core.errors import VmdkError

__all__ = ["Comparison", "compare", "doubtful_areas"]

_Found = tuple["NDArray[np.int64]", "NDArray[np.int64]"]
"""First sectors of runs that differ, and sectors of each."""

_NOTHING = -1
_NO_END = 2**53
"""A sector behind every disk."""
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
    unread: tuple[Unread, Unread]
    """What of each disk could not be looked at; nothing, unless it was opened to salvage."""
    stopped: VmdkError | None = None
    """What can't be read and ended it, if not both disks salvage: the runs end there."""

    @property
    def equal(self) -> bool:
        """Whether every byte is known to be the same."""
        return not (len(self.start) or self.is_partial)

    @property
    def is_partial(self) -> bool:
        """Whether something could not be looked at."""
        return self.stopped is not None or any(each.sectors for each in self.unread)

    @property
    def sectors(self) -> int:
        """Sectors that differ."""
        return int(self.count.sum())


def compare(
    old: Chain,
    new: Chain,
    *,
    all_bytes: bool = False,
    heard: Callable[[Callable[[], Comparison]], None] | None = None,
) -> Generator[Progress, None, Comparison]:
    """Compare two disks sector by sector; past the end of the smaller one it counts as zeros.

    With *all_bytes* also what both take from the same place is read. What differs before a sector
    that can't be read is never lost: comparing goes on behind it, or if not both disks salvage,
    ends there and says so. After each step that found more, *heard* is given what makes a
    Comparison of all that was found so far.
    """
    doubtful = yield from _stored_by_any(old, new)
    if not all_bytes:
        doubtful = cut_to(doubtful_areas(old, new), doubtful.offset, doubtful.end * SECTOR)
    unread = (Unread(old), Unread(new))
    doubtful, stopped = _readable(doubtful, (old, new))
    total = int(doubtful.count.sum())
    found: list[_Found] = []
    bytes_found = done = 0
    with closing(_compared(old, new, _batches(doubtful))) as results:
        for result in results:
            done += result.read
            bytes_found += result.differing
            found += result.runs
            for side, late in zip(unread, result.found, strict=True):
                side.add(late)
            if any(result.found) and not _salvages(old, new):
                stopped = _first_error((old, new), result)
                break
            if heard is not None and result.runs:
                heard(partial(_so_far, found, bytes_found, done, unread))
            yield Progress(done * SECTOR, total * SECTOR, "comparing")
    return Comparison(*_runs(found), bytes_found, done, unread, stopped)


def _so_far(
    found: list[_Found], differing: int, done: int, unread: tuple[Unread, Unread]
) -> Comparison:
    return Comparison(*_runs(found), differing, done, unread)


def _salvages(old: Chain, new: Chain) -> bool:
    return old.salvages and new.salvages


def _readable(doubtful: Areas, disks: tuple[Chain, Chain]) -> tuple[Areas, VmdkError | None]:
    """Return what of *doubtful* both disks can read, and what ends it if that is an error."""
    known = Areas.concatenate([known_unreadable(disk) for disk in disks])
    start, count = joined_runs(known.start, known.count)
    if not len(start):
        return doubtful, None
    lost = cut_to(doubtful, start * SECTOR, (start + count) * SECTOR)
    first = np.append(0, start + count) * SECTOR
    behind = np.append(start, _NO_END) * SECTOR
    left = cut_to(doubtful, first[behind > first], behind[behind > first])
    if not len(lost) or _salvages(*disks):
        return left, None
    sector = int(lost.start[0])
    for disk in disks:
        area = disk.areas(sector, 1) if sector < disk.capacity else Areas.empty()
        if area.sectors_in(State.UNREADABLE):
            error = disk.with_way_out(disk.unreadable(int(area.link[0]), sector))
            return left.window(0, sector), error
    return left, None


def _first_error(disks: tuple[Chain, Chain], result: _Compared) -> VmdkError:
    late = [(each.start, side, each.error) for side, f in enumerate(result.found) for each in f]
    _, side, error = min(late, key=lambda each: each[:2])
    return disks[side].with_way_out(error)


class _Compared(NamedTuple):
    """What comparing a batch of runs told."""

    read: int
    """Sectors read from each disk."""
    differing: int
    """Bytes that differ."""
    runs: list[_Found]
    """Sectors that do: so many as there are runs, not sectors, are kept."""
    found: tuple[list[Unreadable], list[Unreadable]]
    """What came to light of each disk that can't be read."""


def _compared(
    old: Chain, new: Chain, batches: Iterator[list[tuple[int, int]]]
) -> Generator[_Compared, None, None]:
    """Yield what `_Comparer` says of each of *batches*, in order."""
    packed = old.stored.packed.any() or new.stored.packed.any()
    threads = cores() if packed else reading_threads()
    # Each thread compares in buffers of its own, which stay in its core's cache.
    own = threading.local()

    def work(batch: list[tuple[int, int]], slot: int) -> _Compared:
        del slot
        if not hasattr(own, "comparer"):
            own.comparer = _Comparer(old, new)
        found: _Compared = own.comparer(batch)
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

    def __call__(self, batch: list[tuple[int, int]]) -> _Compared:
        """Compare the runs of *batch*, to what can't be read if not both disks salvage."""
        read = differing = 0
        sectors = []
        found: tuple[list[Unreadable], list[Unreadable]] = ([], [])
        for first, count in batch:
            late = [
                _read(chain, buffer[: count * SECTOR], first)
                for chain, buffer in zip(self._disks, self._buffers, strict=True)
            ]
            if any(late):
                self._pass_over(first, count, late)
                for told, more in zip(found, late, strict=True):
                    told.extend(more)
            read += count
            words = count * SECTOR // _WORD
            one, two = (each[:words] for each in self._words)
            if np.not_equal(one, two, out=self._marks[:words]).any():
                old, new = (each[: count * SECTOR] for each in self._bytes)
                differs = old != new
                differing += int(np.count_nonzero(differs))
                sectors.append(np.flatnonzero(differs.reshape(-1, SECTOR).any(axis=1)) + first)
            if any(late) and not _salvages(*self._disks):
                break
        return _Compared(read, differing, _runs_of(sectors), found)

    def _pass_over(self, first: int, count: int, late: list[list[Unreadable]]) -> None:
        """Let the buffers be the same where one of the disks could not be read."""
        runs = [(each.start, each.sectors) for found in late for each in found]
        if not _salvages(*self._disks):
            begin = min(start for start, _ in runs)
            runs = [(begin, first + count - begin)]
        for start, length in runs:
            for buffer in self._buffers:
                low, high = (start - first) * SECTOR, (start + length - first) * SECTOR
                buffer[low:high] = bytes(high - low)


def _read(chain: Chain, view: memoryview, sector: int) -> list[Unreadable]:
    inside = view[: max(0, chain.capacity - sector) * SECTOR]
    found = read_around(chain, inside, sector) if inside else []
    view[len(inside) :] = bytes(len(view) - len(inside))
    return found


def _runs_of(found: list[NDArray[np.int64]]) -> list[_Found]:
    """Return the runs that the sectors in *found*, ascending, make up; nothing if there is none."""
    if not found:
        return []
    sectors = np.concatenate(found)
    first = np.flatnonzero(np.concatenate(([True], np.diff(sectors) != 1)))
    last = np.append(first[1:], len(sectors)) - 1
    return [(sectors[first], sectors[last] - sectors[first] + 1)]


def _runs(found: list[_Found]) -> _Found:
    """Return first sectors and sectors of all runs in *found*, those that touch as one."""
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return joined_runs(*(np.concatenate(column) for column in zip(*found, strict=True)))


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
