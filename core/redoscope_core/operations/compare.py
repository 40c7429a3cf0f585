"""Compare: every run of sectors in which two disks differ.

Where both disks take a sector from the same place of the same file, or both have
zeros, nothing is read: two generations of a chain share most of their grains.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.chain.holes import cut_to
from redoscope_core.chain.overlay import covered
from redoscope_core.format.units import SECTOR
from redoscope_core.link.areas import Areas, State
from redoscope_core.operations.reading import filled
from redoscope_core.operations.windows import STEP_SECTORS, held_areas, spans, window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain

__all__ = ["Comparison", "compare", "doubtful_areas"]

_NOTHING = -1
_PIECE = 512
"""Sectors (256 KiB) of each disk that are compared at a time: both stay in the cache."""


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
    doubtful = _stored_by_any(old, new)
    if not all_bytes:
        doubtful = cut_to(doubtful_areas(old, new), doubtful.offset, doubtful.end * SECTOR)
    total = int(doubtful.count.sum())
    found: list[NDArray[np.int64]] = []
    bytes_found = done = shown = 0
    with closing(_pairs(old, new, doubtful)) as pairs:
        for first, one, two in pairs:
            words = np.frombuffer(one, np.uint64) != np.frombuffer(two, np.uint64)
            if words.any():
                differs = np.frombuffer(one, np.uint8) != np.frombuffer(two, np.uint8)
                bytes_found += int(np.count_nonzero(differs))
                found.append(np.flatnonzero(differs.reshape(-1, SECTOR).any(axis=1)) + first)
            done += len(one) // SECTOR
            if done - shown >= STEP_SECTORS // 2:
                shown = done
                yield Progress(done * SECTOR, total * SECTOR, "comparing")
    sectors = np.concatenate(found) if found else np.empty(0, np.int64)
    start, length = _runs(sectors)
    return Comparison(start, length, bytes_found, done)


def _pairs(
    old: Chain, new: Chain, areas: Areas
) -> Generator[tuple[int, memoryview, memoryview], None, None]:
    """Yield (first sector, bytes of *old*, bytes of *new*) of *areas*; zeros past an end."""
    common = min(old.capacity, new.capacity)
    both = areas.window(0, common)
    with (
        closing(filled(old, spans(both, limit=_PIECE))) as ones,
        closing(filled(new, spans(both, limit=_PIECE))) as twos,
    ):
        for (first, one), (_, two) in zip(ones, twos, strict=True):
            yield first, one, two
    longer = max(old, new, key=lambda chain: chain.capacity)
    beyond = areas.window(common, longer.capacity - common)
    zeros = window_buffer()
    with closing(filled(longer, spans(beyond))) as rest:
        for first, one in rest:
            yield first, one, zeros[: len(one)]


def _runs(sectors: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if not len(sectors):
        return sectors, sectors
    first = np.flatnonzero(np.concatenate(([True], np.diff(sectors) != 1)))
    last = np.append(first[1:], len(sectors)) - 1
    return sectors[first], sectors[last] - sectors[first] + 1


def _stored_by_any(old: Chain, new: Chain) -> Areas:
    """Return, as DATA at its own place, what is stored by one of them and in no hole of a file."""
    sides = (held_areas(old), held_areas(new))
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
