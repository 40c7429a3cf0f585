"""Compressed grains: their marks judged as arrays, and each inflated if that is asked for.

    mark:  first sector on the disk | length | zlib stream ... Adler-32 | padding to a sector

The marks are read wherever they lie close together in one call, and one by one otherwise: 12
bytes of each grain, so that a check of a large stream does not read all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.ahead import ahead
from redoscope_core.areas.areas import State
from redoscope_core.errors import FileUnreadable, VmdkError
from redoscope_core.format.stream import GrainMark, packed_limit
from redoscope_core.operations.walking.reading import cores
from redoscope_core.spots import GrainSpot, Why

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.extents.contract import Extent
    from redoscope_core.files.file import DiskFile
    from redoscope_core.operations.examining.tally import Looked, Tally

__all__ = ["PackedGrains"]

_MARK = GrainMark.LAYOUT.size
_NEAR = 4096
"""Bytes between two marks up to which they are read together."""
_AT_ONCE = 4096
"""Marks of a step: some milliseconds."""
_FAR = 2**18
"""Bytes from one grain to the next above which they are not read together."""
_MOST = 2**20
"""Bytes of grains that are read and inflated together."""


@dataclass(frozen=True, slots=True, eq=False)
class _Grains:
    """Grains of one window, in the order of the file, with what their marks say."""

    number: NDArray[np.int64]
    place: NDArray[np.int64]
    """Byte offset of the mark."""
    says: NDArray[np.int64]
    """First sector on the extent, as the mark has it; cut to 63 bits."""
    length: NDArray[np.int64]
    is_read: NDArray[np.bool_]
    """Whether the mark could be read at all."""

    def __len__(self) -> int:
        return len(self.number)


class _Proved(NamedTuple):
    """What came of inflating some grains that lie together."""

    grains: int
    bytes: int
    tailed: int
    bad: list[tuple[int, Why]]
    """Index of a grain in its window, and what is wrong with it."""


class PackedGrains:
    """Judges the compressed grains of one extent, window by window."""

    def __init__(self, extent: Extent, start: int, tally: Tally, looked: Looked) -> None:
        """Judge those of *extent*, which begins at sector *start* of the disk."""
        self._extent = extent
        self._start = start
        self._tally = tally
        self._looked = looked
        self._size = extent.grain_size or 1

    def judge(self, areas: Areas, file: DiskFile) -> Generator[int, None, None]:
        """Judge the packed ones of *areas*, a window; a step yields bytes of data read."""
        numbers, places = _numbered(areas, self._size)
        if not len(numbers):
            return
        grains = yield from self._with_marks(numbers, places, file)
        self._looked.marks += len(grains)
        bad, odd = self._judge_marks(grains, file.file_bytes)
        self._tally.add_odd(odd)
        if self._looked.data:
            good = np.ones(len(grains), np.bool_)
            good[list(bad)] = False
            yield from self._prove(grains, np.flatnonzero(good), bad, file)
        spots = (self._spot(grains, index, why) for index, why in bad.items())
        self._tally.add_damaged(spots)

    def _with_marks(
        self, numbers: NDArray[np.int64], places: NDArray[np.int64], file: DiskFile
    ) -> Generator[int, None, _Grains]:
        order = np.argsort(places, kind="stable")
        numbers, places = numbers[order], places[order]
        marks = np.zeros((len(places), _MARK), np.uint8)
        is_read = np.zeros(len(places), np.bool_)
        for low in range(0, len(places), _AT_ONCE):
            part = slice(low, low + _AT_ONCE)
            _read_marks(file, places[part], marks[part], is_read[part])
            yield 0
        says = marks[:, :8].copy().view("<u8")[:, 0]
        length = marks[:, 8:].copy().view("<u4")[:, 0].astype(np.int64)
        clipped = np.minimum(says, np.uint64(2**63 - 1)).astype(np.int64)
        return _Grains(numbers, places, clipped, length, is_read)

    def _judge_marks(
        self, grains: _Grains, file_bytes: int
    ) -> tuple[dict[int, Why], list[GrainSpot]]:
        """Return which grains can't be read, by their index, and the marks that do not fit."""
        fits = (grains.length > 0) & (grains.length <= packed_limit(self._size))
        end = grains.place + _MARK + grains.length
        inside = end <= file_bytes
        bad: dict[int, Why] = {}
        for which, why in (
            (~inside, Why.CUT_OFF),
            (~fits, Why.BAD_LENGTH),
            (~grains.is_read, Why.SYSTEM),
        ):
            bad |= dict.fromkeys(np.flatnonzero(which).tolist(), why)
        good = fits & inside & grains.is_read
        other = good & (grains.says != grains.number * self._size)
        over = good & self._overlapping(grains, end) & ~other
        odd = [
            self._spot(grains, index, Why.OTHER_SECTOR, self._start + int(grains.says[index]))
            for index in np.flatnonzero(other).tolist()
        ]
        odd += [
            self._spot(grains, index, Why.OVERLAPS, int(grains.length[index]))
            for index in np.flatnonzero(over).tolist()
        ]
        return bad, odd

    def _overlapping(self, grains: _Grains, end: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which grains, by the lengths in their marks, reach into the next one."""
        place = grains.place
        # Two entries that lead to one place are told by their marks.
        behind = np.searchsorted(place, place, side="right")
        beginning = np.append(place, np.iinfo(np.int64).max)[behind]
        return end > beginning

    def _spot(self, grains: _Grains, index: int, why: Why, says: int | None = None) -> GrainSpot:
        number = int(grains.number[index])
        sector = self._start + number * self._size
        if says is None and why is Why.BAD_LENGTH:
            says = int(grains.length[index])
        return GrainSpot(number, sector, int(grains.place[index]), why, says)

    def _prove(
        self, grains: _Grains, which: NDArray[np.intp], bad: dict[int, Why], file: DiskFile
    ) -> Generator[int, None, None]:
        """Inflate the grains *which*, by every core, and note the *bad* ones."""

        def work(run: NDArray[np.intp], slot: int) -> _Proved:
            del slot
            return self._prove_run(grains, run, file)

        for proved in ahead(_runs(grains, which), work, threads=cores()):
            bad |= dict(proved.bad)
            self._looked.grains += proved.grains
            self._tally.tailed += proved.tailed
            yield proved.bytes

    def _prove_run(self, grains: _Grains, run: NDArray[np.intp], file: DiskFile) -> _Proved:
        place = int(grains.place[run[0]])
        last = run[-1]
        data = memoryview(bytearray(int(grains.place[last] + _MARK + grains.length[last]) - place))
        try:
            file.read_into(data, place, what="compressed grains")
        except VmdkError:
            data = memoryview(b"")  # each is read by itself then, to see which one is bad
        bad, tailed = [], 0
        rows = zip(
            run.tolist(), grains.number[run].tolist(), grains.place[run].tolist(), strict=True
        )
        for index, number, at in rows:
            try:
                left = self._extent.prove_packed(number * self._size, at, data[at - place :])
            except FileUnreadable:
                bad.append((index, Why.SYSTEM))
            except VmdkError:
                bad.append((index, Why.DAMAGED_STREAM))
            else:
                tailed += left > 0
        return _Proved(len(run), len(data), tailed, bad)


def _numbered(areas: Areas, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of each packed grain of *areas*, and the byte where it is stored."""
    packed = areas.take(areas.packed & (areas.state == State.DATA))
    # Two entries that lead to one place are one area of both grains.
    times = -(-packed.count // size)
    which = np.repeat(np.arange(len(packed)), times)
    within = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
    return packed.start[which] // size + within, packed.offset[which]


def _read_marks(
    file: DiskFile,
    places: NDArray[np.int64],
    marks: NDArray[np.uint8],
    is_read: NDArray[np.bool_],
) -> None:
    """Read what stands at *places*, ascending, into *marks*, and tell what *is_read*."""
    breaks = np.flatnonzero(np.diff(places) > _NEAR) + 1
    for low, high in pairwise((0, *breaks.tolist(), len(places))):
        first = int(places[low])
        data = bytearray(int(places[high - 1]) + _MARK - first)
        try:
            file.read_into(memoryview(data), first, what="the marks of compressed grains")
        except VmdkError:
            if high - low > 1:
                for at in range(low, high):
                    one = slice(at, at + 1)
                    _read_marks(file, places[one], marks[one], is_read[one])
            continue
        bytes_of = (places[low:high] - first)[:, np.newaxis] + np.arange(_MARK)
        marks[low:high] = np.frombuffer(data, np.uint8)[bytes_of]
        is_read[low:high] = True


def _runs(grains: _Grains, which: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Yield those of the grains *which*, in the order of the file, that are read together."""
    place = grains.place[which]
    far = np.diff(place) > _FAR
    begin = 0
    for stop in (*(np.flatnonzero(far) + 1).tolist(), len(which)):
        while begin < stop:
            end = int(np.searchsorted(place[begin:stop], place[begin] + _MOST)) + begin
            yield which[begin : max(end, begin + 1)]
            begin = max(end, begin + 1)
