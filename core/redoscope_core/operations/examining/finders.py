"""Finders: each finds one spelling in bytes that come piece by piece.

pieces      |...........m|mmm.........|..........|     m: a match across the border
known       |........|                                 behind it a match may end in the next piece
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.operations.examining.needle import MAX_PATTERN
from redoscope_core.operations.examining.occurrences import Occurrences
from redoscope_core.overriding import override

if TYPE_CHECKING:
    import re

    from numpy.typing import NDArray

    from redoscope_core.operations.examining.needle import Spelling

__all__ = ["Finder", "finder_of"]

_CONTEXT = MAX_PATTERN
"""Bytes before a place that a pattern may look back at."""


class Finder(ABC):
    """Finds in bytes that come without gaps."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        """Matches that are enough until they are taken; of what it is given it finds all."""
        self._offsets: list[int] = []
        self._lengths: list[int] = []
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        """Offsets and lengths of what was found before those in the lists."""
        self._count = 0
        """Matches in the parts."""

    @property
    def is_full(self) -> bool:
        """Whether at least as many were found as wanted."""
        return self._count + len(self._offsets) >= self.wanted

    def take(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return offsets and lengths of what was found since, ascending; they are forgotten."""
        self._put_by()
        offsets, lengths = zip(*self._parts, strict=True) if self._parts else ((), ())
        self._parts, self._count = [], 0
        return _joined(offsets), _joined(lengths)

    def _put_by(self) -> None:
        """Make a part of what the lists have."""
        if self._offsets:
            offsets, lengths = self._offsets, self._lengths
            self._add_part(np.array(offsets, np.int64), np.array(lengths, np.int64))
            self._offsets, self._lengths = [], []

    def _note_places(self, places: range, length: int) -> None:
        """Note a match of *length* at each of *places*, as arrays: zeros have a million of them."""
        self._put_by()
        if places:
            offsets = np.arange(places.start, places.stop, places.step, dtype=np.int64)
            self._add_part(offsets, np.full(len(places), length, np.int64))

    def _add_part(self, offsets: NDArray[np.int64], lengths: NDArray[np.int64]) -> None:
        self._parts.append((offsets, lengths))
        self._count += len(offsets)

    @property
    @abstractmethod
    def finds_zeros(self) -> bool:
        """Whether there are matches in the middle of zeros."""

    @abstractmethod
    def begin(self, offset: int) -> None:
        """Expect bytes from *offset* on, where nothing is known of those before."""

    @abstractmethod
    def over(self, offset: int, data: bytes | bytearray, length: int) -> None:
        """Find what begins in, or ends in, *length* bytes of *data* at *offset*."""

    @abstractmethod
    def over_zeros(self, offset: int, length: int) -> None:
        """Find the same in *length* zeros."""

    @abstractmethod
    def cut(self, offset: int) -> None:
        """Find what is left: the bytes end at *offset*, or go on where nothing is known."""


def _joined(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def finder_of(
    spelling: Spelling, wanted: int, resume: Callable[[int], int] = lambda offset: offset
) -> Finder:
    """Return what finds *spelling*; *resume* tells where the first match behind a byte may begin.

    That is asked only of patterns whose matches are taken in turn.
    """
    if spelling.pattern is None:
        return _Bytes(spelling.literal, wanted, fold_case=spelling.fold_case)
    if spelling.in_turn:
        return _InTurn(spelling.pattern, wanted, resume)
    return _Everywhere(spelling.pattern, wanted, spelling.longest)


class _Bytes(Finder):
    """Finds given bytes, overlapping ones too."""

    def __init__(self, sought: bytes, wanted: int, *, fold_case: bool) -> None:
        super().__init__(wanted)
        self._fold = fold_case
        self._sought = sought.lower() if fold_case else sought
        self._occurrences = Occurrences(self._sought)
        self._kept = len(sought) - 1
        """Bytes at the end of a piece in which a match may begin that ends in the next."""
        self._tail = b""

    @property
    @override
    def finds_zeros(self) -> bool:
        return not any(self._sought)

    @override
    def begin(self, offset: int) -> None:
        del offset
        self._tail = b""

    @override
    def over(self, offset: int, data: bytes | bytearray, length: int) -> None:
        if self._fold:
            data = data[:length].lower()
        kept, tail = self._kept, self._tail
        if kept:
            border = tail + data[: min(kept, length)]
            if self._sought in border:
                self._find(border, len(border), offset - len(tail))
            end = bytes(data[max(0, length - kept) : length])
            self._tail = end if len(end) == kept else (tail + end)[-kept:]
        self._find(data, length, offset)

    @override
    def over_zeros(self, offset: int, length: int) -> None:
        if length <= 2 * self._kept:
            self.over(offset, bytes(length), length)
            return
        self.over(offset, bytes(self._kept), self._kept)
        if self.finds_zeros:
            self._note_places(range(offset, offset + length - self._kept), self._kept + 1)
        self._tail = bytes(self._kept)

    @override
    def cut(self, offset: int) -> None:
        self.begin(offset)

    def _find(self, data: bytes | bytearray, length: int, offset: int) -> None:
        places = self._occurrences.within(data, length)
        self._offsets += [offset + place for place in places]
        self._lengths += [self._kept + 1] * len(places)


class _Pattern(Finder):
    """Finds matches of a pattern. What begins near the end of a piece waits for the next."""

    def __init__(self, pattern: re.Pattern[bytes], wanted: int, longest: int) -> None:
        super().__init__(wanted)
        self._pattern = pattern
        self._longest = longest
        self._tail = b""
        self._behind = 0
        """Byte offset from where on the next match may begin."""
        self._in_zeros: int | None = None

    @property
    @override
    def finds_zeros(self) -> bool:
        return bool(self._length_in_zeros())

    @override
    def begin(self, offset: int) -> None:
        self._tail = b""
        self._behind = offset

    @override
    def over(self, offset: int, data: bytes | bytearray, length: int) -> None:
        self._decide(offset, data[:length], offset + length - self._longest)

    @override
    def over_zeros(self, offset: int, length: int) -> None:
        longest = self._longest
        if length <= 4 * (longest + _CONTEXT):
            self.over(offset, bytes(length), length)
            return
        deep, until = offset + longest + _CONTEXT, offset + length - longest
        self._decide(offset, bytes(deep + longest - offset), deep)
        behind = max(self._behind, deep)
        # Deep in zeros one place is like the other: a match follows the other to their end.
        each = self._length_in_zeros()
        if each:
            step = self._step(each)
            count = max(0, -((behind - until) // step))
            self._note_places(range(behind, behind + count * step, step), each)
            behind += count * step
        self._behind = max(behind, until)
        self._tail = bytes(longest + _CONTEXT)

    @override
    def cut(self, offset: int) -> None:
        self._decide(offset, b"", offset)
        self._tail = b""

    def _length_in_zeros(self) -> int:
        if self._in_zeros is None:
            around = bytes(_CONTEXT + 2 * self._longest)
            match = self._pattern.match(around, _CONTEXT)
            self._in_zeros = 0 if match is None else self._end(match) - match.start()
        return self._in_zeros

    def _decide(self, offset: int, data: bytes | bytearray, until: int) -> None:
        """Find the matches that begin before byte *until*."""
        text = self._tail + data
        start = offset - len(self._tail)
        self._find(text, start, until)
        self._behind = max(self._behind, until)
        self._tail = bytes(text[max(0, until - start - _CONTEXT) :])

    def _end(self, match: re.Match[bytes]) -> int:
        """Return where *match* ends, cut to the longest; where it begins if that is none."""
        if match.end() - match.start() <= self._longest:
            return match.end()
        shorter = self._pattern.match(match.string, match.start(), match.start() + self._longest)
        return match.start() if shorter is None else shorter.end()

    @abstractmethod
    def _step(self, length: int) -> int:
        """Return how far behind the begin of a match of *length* the next may begin."""

    @abstractmethod
    def _find(self, text: bytes | bytearray, start: int, until: int) -> None:
        """Find in *text*, which begins at byte *start*."""


class _InTurn(_Pattern):
    """Finds matches from left to right, none within another."""

    def __init__(
        self, pattern: re.Pattern[bytes], wanted: int, resume: Callable[[int], int]
    ) -> None:
        super().__init__(pattern, wanted, MAX_PATTERN)
        self._resume = resume

    @override
    def begin(self, offset: int) -> None:
        super().begin(offset)
        self._behind = self._resume(offset)

    @override
    def _step(self, length: int) -> int:
        return length

    @override
    def _find(self, text: bytes | bytearray, start: int, until: int) -> None:
        place: int | None = max(0, self._behind - start)
        while place is not None:
            place = self._find_from(text, place, start, until)

    def _find_from(self, text: bytes | bytearray, place: int, start: int, until: int) -> int | None:
        """Find from *place* on; return where to begin again, behind a match that was too long."""
        for match in self._pattern.finditer(text, place):
            begin, end = match.start(), self._end(match)
            if start + begin >= until:
                return None
            if end > begin:
                self._behind = start + end
                self._offsets.append(start + begin)
                self._lengths.append(end - begin)
            if end != match.end():
                return end if end > begin else begin + 1
        return None


class _Everywhere(_Pattern):
    """Finds matches at every place, overlapping ones too."""

    @override
    def _step(self, length: int) -> int:
        del length
        return 1

    @override
    def _find(self, text: bytes | bytearray, start: int, until: int) -> None:
        sought, place = self._pattern.search, max(0, self._behind - start)
        while (match := sought(text, place)) is not None:
            begin = match.start()
            if start + begin >= until:
                return
            self._offsets.append(start + begin)
            self._lengths.append(match.end() - begin)
            place = begin + 1
