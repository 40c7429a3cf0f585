"""Search: where bytes, a text or a pattern occur in a generation.

Only what is stored is read; the zeros around it are known. What lies across the border
of two windows is found in the end of the one and the beginning of the other.
"""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Protocol, cast

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.reading import filled
from redoscope_core.operations.windows import held_areas, spans
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from redoscope_core.chain.chain import Chain

__all__ = ["MAX_PATTERN", "search"]

MAX_PATTERN = 4096
"""Longest match in bytes that is found across the border of two windows."""
_STEP = 2**24
"""Bytes after which progress is shown and the search may be stopped: about 10 ms."""


class _Finder(Protocol):
    """Finds in bytes that come piece by piece, without gaps."""

    def over(self, offset: int, data: bytes | bytearray, length: int) -> Iterator[int]:
        """Yield where matches begin, having seen *length* bytes of *data* at *offset*."""

    def over_zeros(self, offset: int, length: int) -> Iterator[int]:
        """Yield the same, having seen *length* zeros."""

    def end(self, offset: int) -> Iterator[int]:
        """Yield what is left: the disk ends at *offset*."""


def search(
    chain: Chain,
    sought: bytes | re.Pattern[bytes],
    *,
    limit: int = 10_000,
    fold_case: bool = False,
) -> Generator[Progress, None, tuple[int, ...]]:
    """Find *sought* and return the byte offsets of at most *limit* matches, ascending.

    Bytes are found as in a flat file, overlapping matches too; with *fold_case* the letters
    A to Z count as small ones. A pattern is matched from left to right, a match being at
    most `MAX_PATTERN` bytes; of long zeros that nobody stores it sees as many at each end.

    Raises:
        InvalidArgument: *sought* is empty or too long.
        CorruptVmdk: A sector can't be read.
    """
    finder = _finder(sought, fold_case=fold_case)
    total = chain.capacity * SECTOR
    found: list[int] = []
    position = shown = 0
    with closing(filled(chain, spans(held_areas(chain)))) as windows:
        for first, window in windows:
            offset, length = first * SECTOR, len(window)
            data = cast("bytearray", window.obj)  # it has `find`, a memoryview has not
            if _take(found, finder.over_zeros(position, offset - position), limit):
                return tuple(found)
            if _take(found, finder.over(offset, data, length), limit):
                return tuple(found)
            position = offset + length
            if position - shown >= _STEP:
                shown = position
                yield Progress(position, total, "searching")
    if not _take(found, finder.over_zeros(position, total - position), limit):
        _take(found, finder.end(total), limit)
    return tuple(found)


def _take(found: list[int], matches: Iterator[int], limit: int) -> bool:
    """Add *matches* to *found*; tell whether there are as many as wanted."""
    for match in matches:
        if len(found) >= limit:
            return True
        found.append(match)
    return len(found) >= limit


def _finder(sought: bytes | re.Pattern[bytes], *, fold_case: bool) -> _Finder:
    if isinstance(sought, re.Pattern):
        return _Pattern(sought)
    if not 0 < len(sought) <= MAX_PATTERN:
        raise InvalidArgument(
            "nothing that can be sought",
            found=f"{len(sought)} bytes",
            expected=f"1 to {MAX_PATTERN}",
        )
    return _Bytes(sought, fold_case=fold_case)


class _Bytes:
    """Finds given bytes."""

    def __init__(self, sought: bytes, *, fold_case: bool) -> None:
        self._fold = fold_case
        self._sought = sought.lower() if fold_case else sought
        self._kept = len(sought) - 1
        """Bytes at the end of a piece in which a match may begin that ends in the next."""
        self._tail = b""

    def over(self, offset: int, data: bytes | bytearray, length: int) -> Iterator[int]:
        if self._fold:
            data = data[:length].lower()
        if self._kept and self._tail:
            border = self._tail + data[: min(self._kept, length)]
            yield from self._places(border, len(border), offset - len(self._tail))
        yield from self._places(data, length, offset)
        end = bytes(data[max(0, length - self._kept) : length])
        self._tail = (self._tail + end)[-self._kept :] if self._kept else b""

    def over_zeros(self, offset: int, length: int) -> Iterator[int]:
        if length <= 2 * self._kept:
            yield from self.over(offset, bytes(length), length)
            return
        yield from self.over(offset, bytes(self._kept), self._kept)
        if not any(self._sought):
            yield from range(offset, offset + length - self._kept)
        self._tail = bytes(self._kept)

    def end(self, offset: int) -> Iterator[int]:
        del offset
        yield from ()

    def _places(self, data: bytes | bytearray, length: int, offset: int) -> Iterator[int]:
        at = data.find(self._sought, 0, length)
        while at >= 0:
            yield offset + at
            at = data.find(self._sought, at + 1, length)


class _Pattern:
    """Finds matches of a regular expression."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self._pattern = pattern
        self._tail = b""
        self._behind = 0
        """Byte offset behind the last match, from where on the next may begin."""

    def over(self, offset: int, data: bytes | bytearray, length: int) -> Iterator[int]:
        # What begins near the end of the piece may end behind it: the next call decides.
        yield from self._decide(offset, data[:length], offset + length - MAX_PATTERN)

    def over_zeros(self, offset: int, length: int) -> Iterator[int]:
        if length <= 2 * MAX_PATTERN:
            yield from self.over(offset, bytes(length), length)
            return
        yield from self._decide(offset, bytes(MAX_PATTERN), offset + MAX_PATTERN)
        self._tail = bytes(MAX_PATTERN)
        self._behind = max(self._behind, offset + length - MAX_PATTERN)

    def end(self, offset: int) -> Iterator[int]:
        yield from self._decide(offset, b"", offset)

    def _decide(self, offset: int, data: bytes | bytearray, until: int) -> Iterator[int]:
        """Yield the matches that begin before byte *until*."""
        text = self._tail + data
        start = offset - len(self._tail)
        for match in self._pattern.finditer(text, max(0, self._behind - start)):
            if start + match.start() >= until:
                break
            if match.end() > match.start():
                self._behind = start + match.end()
                yield start + match.start()
        self._behind = max(self._behind, until)
        self._tail = bytes(text[max(0, until - start) :])
