"""Changed ranges: each run of sectors that differs, with who supplies it in both generations.

    changed     |##########|      |####|
    old         |aaaa  bbbbbbbbbbbbbbbb|       who supplies it, and where that lies
    new         |cccccccccccccccccccccc|
    classes     |fffffff|ddd|     |dddd|
    ranges      |###|##|#|###|    |####|       one supplier, one place, one class, one volume each

So the bytes of a range lie one behind the other in one file of each generation, and both have a
digest that `dd` and `sha256sum` give too. There may be a million of them: all but the digests
themselves is done on whole arrays.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.areas.runs import Runs
from redoscope_core.chain.around import read_around
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.windows import WINDOW_SECTORS, window_buffer
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.attributing.sector_classes import ClassedRuns
    from redoscope_core.volumes.disk_volumes import DiskVolume

    Numbers = NDArray[np.int64]

__all__ = ["BEYOND", "ChangedRanges", "Supplied", "changed_ranges"]

BEYOND = 255
"""Stands where a `State` does: the sectors lie past the end of the disk of that generation."""
_NONE = -1
_DIGEST = 32
"""Bytes of a SHA-256."""
_BRIDGE = 16
"""Sectors between two ranges that are read along: a read costs more than they do."""
_STEP = 4096
"""Ranges after which progress is shown and hashing may be stopped: some milliseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Supplied:
    """Who supplies each range in one generation: a row each."""

    state: NDArray[np.uint8]
    """A `State`; ABSENT where no link stores it; or BEYOND."""
    link: NDArray[np.int16]
    """Index in the chain of the generation; -1 where no link decides."""
    file: NDArray[np.int32]
    """Index into the files of that link; -1 if no file holds it."""
    offset: Numbers
    """Byte of that file; of a packed range where its grain begins; -1 if none."""
    packed: NDArray[np.bool_]

    def follows(self, count: Numbers) -> NDArray[np.bool_]:
        """Tell of each range but the first whether its bytes lie behind those of the one before.

        *count* are the sectors of each.
        """
        same: NDArray[np.bool_] = self.state[1:] == self.state[:-1]
        for column in (self.link, self.file, self.packed):
            same &= column[1:] == column[:-1]
        ahead = np.where(self.packed | (self.offset < 0), 0, count * SECTOR)
        same &= self.offset[1:] == (self.offset + ahead)[:-1]
        return same

    def taking(self, rows: NDArray[np.intp]) -> Supplied:
        """Return these *rows*."""
        link, file = self.link[rows], self.file[rows]
        return Supplied(self.state[rows], link, file, self.offset[rows], self.packed[rows])


@dataclass(frozen=True, slots=True, eq=False)
class ChangedRanges:
    """Ranges in the order of the disk, as columns of one length."""

    start: Numbers
    count: Numbers
    """Sectors."""
    code: NDArray[np.uint8]
    """The class, as its index in `SectorClass`."""
    volume: NDArray[np.int32]
    """Index into the volumes that were given; -1 in none."""
    supplied: tuple[Supplied, Supplied]
    """In the older and in the newer generation."""
    sha256: tuple[NDArray[np.uint8], NDArray[np.uint8]]
    """Digests of the bytes in both: 32 bytes a row; zeros past the end of the disk."""

    def __len__(self) -> int:
        """How many there are."""
        return len(self.start)


def changed_ranges(
    old: Chain,
    new: Chain,
    changed: ClassedRuns,
    volumes: Sequence[DiskVolume],
    *,
    hashed: bool = True,
) -> Generator[Progress, None, ChangedRanges]:
    """Return the ranges that *changed*, runs of sectors with their classes, come to.

    Of *volumes* that overlap a logical one has a range, and else the first. What is not *hashed*
    has zeros for digests.

    Raises:
        VmdkError: One of them can't be read.
    """
    found = _cut(old, new, changed, volumes)
    start, count = found.start, found.count
    if not hashed:
        none = np.zeros((len(start), _DIGEST), np.uint8)
        return replace(found, sha256=(none, none))
    total = 2 * len(start)
    older = yield from _digests(old, start, count, 0, total)
    newer = yield from _digests(new, start, count, len(start), total)
    return replace(found, sha256=(older, newer))


def _cut(
    old: Chain, new: Chain, changed: ClassedRuns, volumes: Sequence[DiskVolume]
) -> ChangedRanges:
    """Return *changed* as ranges without digests: cut where anything changes, joined elsewhere."""
    runs = changed.runs
    edges = [np.array([old.capacity, new.capacity], np.int64)]
    edges += [np.array([each.start, each.start + each.sectors], np.int64) for each in volumes]
    edges += [_edges_inside(chain, runs) for chain in (old, new)]
    pieces = runs.cut_at(np.concatenate(edges))
    row = np.searchsorted(runs.start, pieces.start, side="right") - 1
    code, volume = changed.codes[row], _volumes_of(pieces.start, volumes)
    sides = _supplied(old, pieces.start), _supplied(new, pieces.start)
    count = pieces.end - pieces.start
    begins = np.ones(len(count), np.bool_)
    begins[1:] = (pieces.start[1:] != pieces.end[:-1]) | (code[1:] != code[:-1])
    begins[1:] |= volume[1:] != volume[:-1]
    for side in sides:
        begins[1:] |= ~side.follows(count)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(begins))[: len(first)] - 1
    supplied = sides[0].taking(first), sides[1].taking(first)
    start = pieces.start[first]
    count = pieces.end[last] - start
    none = np.zeros((0, _DIGEST), np.uint8)
    return ChangedRanges(start, count, code[first], volume[first], supplied, (none, none))


def _edges_inside(chain: Chain, runs: Runs) -> Numbers:
    """Return the sectors inside of *runs* at which another area of *chain* begins or ends."""
    stored = chain.stored
    found = []
    for edges in (stored.start, stored.end):
        low = np.searchsorted(edges, runs.start, side="right")
        count = np.maximum(np.searchsorted(edges, runs.end, side="left") - low, 0)
        before = np.cumsum(count) - count
        which = np.arange(int(count.sum())) + np.repeat(low - before, count)
        found.append(edges[which])
    return np.concatenate(found)


def _volumes_of(sectors: Numbers, volumes: Sequence[DiskVolume]) -> NDArray[np.int32]:
    found = np.full(len(sectors), _NONE, np.int32)
    # A logical volume lies within another one, and has its sectors.
    for index, each in sorted(enumerate(volumes), key=lambda pair: not pair[1].name):
        inside = (sectors >= each.start) & (sectors < each.start + each.sectors)
        found[inside & (found == _NONE)] = index
    return found


def _supplied(chain: Chain, sectors: Numbers) -> Supplied:
    """Return who supplies each of *sectors*."""
    stored = chain.stored
    shape = len(sectors)
    state = np.full(shape, int(State.ABSENT), np.uint8)
    link, file = np.full(shape, _NONE, np.int16), np.full(shape, _NONE, np.int32)
    offset, packed = np.full(shape, _NONE, np.int64), np.zeros(shape, np.bool_)
    if len(stored):
        row = np.maximum(np.searchsorted(stored.start, sectors, side="right") - 1, 0)
        within = sectors - stored.start[row]
        has = (within >= 0) & (within < stored.count[row])
        at = row[has]
        state[has], link[has], packed[has] = stored.state[at], stored.link[at], stored.packed[at]
        holds = has & (state == State.DATA)
        at = row[holds]
        file[holds] = stored.file[at]
        inside = np.where(stored.packed[at], 0, within[holds] * SECTOR)
        offset[holds] = stored.offset[at] + inside
    state[sectors >= chain.capacity] = BEYOND
    return Supplied(state, link, file, offset, packed)


def _digests(
    chain: Chain, start: Numbers, count: Numbers, done: int, total: int
) -> Generator[Progress, None, NDArray[np.uint8]]:
    """Return the SHA-256 of each range of *chain*, 32 bytes a row; zeros past its end.

    *done* of *total* digests are there already.
    """
    there = int(np.searchsorted(start, chain.capacity, side="left"))
    out = np.zeros((len(start), _DIGEST), np.uint8)
    view = window_buffer()
    low = shown = 0
    end = start + count
    # A window ends before a gap that is not read along.
    far = np.append(np.flatnonzero(start[1:there] - end[: max(there - 1, 0)] > _BRIDGE) + 1, there)
    while low < there:
        gap = int(far[np.searchsorted(far, low, side="right")])
        first = int(start[low])
        high = int(np.searchsorted(end[:gap], first + WINDOW_SECTORS, side="right"))
        if high <= low:
            out[low] = yield from _long(chain, view, first, int(count[low]), (done + low, total))
            high = low + 1
        else:
            length = (int(end[high - 1]) - first) * SECTOR
            _read(chain, view[:length], first, (start[low:high], end[low:high]))
            places = zip(
                ((start[low:high] - first) * SECTOR).tolist(),
                ((end[low:high] - first) * SECTOR).tolist(),
                strict=True,
            )
            told = b"".join(hashlib.sha256(view[a:b]).digest() for a, b in places)
            out[low:high] = np.frombuffer(told, np.uint8).reshape(-1, _DIGEST)
        low = high
        if low - shown >= _STEP:
            shown = low
            yield Progress(done + low, total, "hashing changed ranges", Unit.STEPS)
    return out


def _long(
    chain: Chain, view: memoryview, first: int, count: int, progress: tuple[int, int]
) -> Generator[Progress, None, NDArray[np.uint8]]:
    """Return the digest of a range that is longer than a window."""
    hashed, behind = hashlib.sha256(), first + count
    for number, sector in enumerate(range(first, behind, WINDOW_SECTORS)):
        stop = min(sector + WINDOW_SECTORS, behind)
        part = view[: (stop - sector) * SECTOR]
        _read(chain, part, sector, (np.array([sector]), np.array([stop])))
        hashed.update(part)
        if number % 16 == 0:
            yield Progress(*progress, "hashing changed ranges", Unit.STEPS)
    return np.frombuffer(hashed.digest(), np.uint8)


def _read(chain: Chain, view: memoryview, first: int, wanted: tuple[Numbers, Numbers]) -> None:
    """Fill *view* from sector *first* on.

    Raises:
        VmdkError: A sector of those *wanted* can't be read; others may be so.
    """
    for lost in read_around(chain, view, first):
        start, end = wanted
        if ((start < lost.start + lost.sectors) & (end > lost.start)).any():
            raise chain.with_way_out(lost.error)
