"""Compare: every run of sectors in which two disks differ.

Where both disks take a sector from the same place of the same file, or both have
zeros, nothing is read: two generations of a chain share most of their grains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.chain.overlay import covered
from redoscope_core.format.units import SECTOR
from redoscope_core.link.areas import Areas, State
from redoscope_core.operations.windows import STEP_SECTORS, spans, window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain

__all__ = ["Comparison", "compare", "doubtful_areas"]

_NOTHING = -1


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
    doubtful = _all_stored(old, new) if all_bytes else doubtful_areas(old, new)
    total = int(doubtful.count.sum())
    first_buffer, second_buffer = window_buffer(), window_buffer()
    found: list[NDArray[np.int64]] = []
    bytes_found = done = shown = 0
    for first, count in spans(doubtful):
        one, two = first_buffer[: count * SECTOR], second_buffer[: count * SECTOR]
        _read(old, one, first)
        _read(new, two, first)
        words = np.frombuffer(one, np.uint64) != np.frombuffer(two, np.uint64)
        if words.any():
            differs = np.frombuffer(one, np.uint8) != np.frombuffer(two, np.uint8)
            bytes_found += int(np.count_nonzero(differs))
            found.append(np.flatnonzero(differs.reshape(-1, SECTOR).any(axis=1)) + first)
        done += count
        if done - shown >= STEP_SECTORS // 2:
            shown = done
            yield Progress(done * SECTOR, total * SECTOR, "comparing")
    sectors = np.concatenate(found) if found else np.empty(0, np.int64)
    start, length = _runs(sectors)
    return Comparison(start, length, bytes_found, done)


def _runs(sectors: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if not len(sectors):
        return sectors, sectors
    first = np.flatnonzero(np.concatenate(([True], np.diff(sectors) != 1)))
    last = np.append(first[1:], len(sectors)) - 1
    return sectors[first], sectors[last] - sectors[first] + 1


def _read(chain: Chain, buffer: memoryview, sector: int) -> None:
    inside = max(0, min(len(buffer) // SECTOR, chain.capacity - sector)) * SECTOR
    if inside:
        chain.read_into(buffer[:inside], sector)
    if inside < len(buffer):
        buffer[inside:] = bytes(len(buffer) - inside)


def _all_stored(old: Chain, new: Chain) -> Areas:
    start = np.concatenate((old.stored.start, new.stored.start))
    end = np.concatenate((old.stored.end, new.stored.end))
    order = np.argsort(start, kind="stable")
    start, end = start[order], np.maximum.accumulate(end[order]) if len(end) else end
    if not len(start):
        return Areas.empty()
    opens = np.flatnonzero(np.concatenate(([True], start[1:] > end[:-1])))
    closes = end[np.append(opens[1:], len(start)) - 1]
    return Areas.of(start[opens], closes - start[opens], State.DATA)


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
