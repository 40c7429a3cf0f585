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
from redoscope_core.operations.examining.occurrences import Occurrences
from redoscope_core.operations.walking.reading import filled
from redoscope_core.operations.walking.windows import held_areas, spans
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain

__all__ = ["MAX_PATTERN", "search"]

MAX_PATTERN = 4096
"""Longest match in bytes that is found across the border of two windows."""
_BRIDGE = 256
"""Sectors of zeros that are looked through with what is around them: that costs less than
a border more."""
_STEP = 2**24
"""Bytes after which progress is shown and the search may be stopped: about 10 ms."""


class _Finder(Protocol):
    """Finds in bytes that come piece by piece, without gaps, until there are enough."""

    found: list[int]

    def over(self, offset: int, data: bytes | bytearray, length: int) -> None:
        """Find what begins in, or ends in, *length* bytes of *data* at *offset*."""

    def over_zeros(self, offset: int, length: int) -> None:
        """Find the same in *length* zeros."""

    def end(self, offset: int) -> None:
        """Find what is left: the disk ends at *offset*."""


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
    finder = _finder(sought, limit, fold_case=fold_case)
    total = chain.capacity * SECTOR
    position = shown = 0
    held = yield from held_areas(chain)
    with closing(filled(chain, spans(held, bridge=_BRIDGE))) as windows:
        for first, window in windows:
            offset, length = first * SECTOR, len(window)
            if offset > position:
                finder.over_zeros(position, offset - position)
            # The window's own bytes have `find`, the window has not.
            finder.over(offset, cast("bytearray", window.obj), length)
            if len(finder.found) >= limit:
                return tuple(finder.found[:limit])
            position = offset + length
            if position - shown >= _STEP:
                shown = position
                yield Progress(position, total, "searching")
    finder.over_zeros(position, total - position)
    finder.end(total)
    return tuple(finder.found[:limit])


def _finder(sought: bytes | re.Pattern[bytes], limit: int, *, fold_case: bool) -> _Finder:
    if isinstance(sought, re.Pattern):
        return _Pattern(sought, limit)
    if not 0 < len(sought) <= MAX_PATTERN:
        raise InvalidArgument(
            "nothing that can be sought",
            found=f"{len(sought)} bytes",
            expected=f"1 to {MAX_PATTERN}",
        )
    return _Bytes(sought, limit, fold_case=fold_case)


class _Bytes:
    """Finds given bytes."""

    def __init__(self, sought: bytes, limit: int, *, fold_case: bool) -> None:
        self.found: list[int] = []
        self._limit = limit
        self._fold = fold_case
        self._sought = sought.lower() if fold_case else sought
        self._occurrences = Occurrences(self._sought)
        self._kept = len(sought) - 1
        """Bytes at the end of a piece in which a match may begin that ends in the next."""
        self._tail = b""

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

    def over_zeros(self, offset: int, length: int) -> None:
        if length <= 2 * self._kept:
            self.over(offset, bytes(length), length)
            return
        self.over(offset, bytes(self._kept), self._kept)
        if not any(self._sought):
            wanted = max(0, self._limit - len(self.found))
            self.found += range(offset, offset + min(wanted, length - self._kept))
        self._tail = bytes(self._kept)

    def end(self, offset: int) -> None:
        del offset

    def _find(self, data: bytes | bytearray, length: int, offset: int) -> None:
        wanted = max(0, self._limit - len(self.found))
        places = self._occurrences.within(data, length, wanted)
        self.found += [offset + place for place in places]


class _Pattern:
    """Finds matches of a regular expression."""

    def __init__(self, pattern: re.Pattern[bytes], limit: int) -> None:
        self.found: list[int] = []
        self._limit = limit
        self._pattern = pattern
        self._tail = b""
        self._behind = 0
        """Byte offset behind the last match, from where on the next may begin."""

    def over(self, offset: int, data: bytes | bytearray, length: int) -> None:
        # What begins near the end of the piece may end behind it: the next call decides.
        self._decide(offset, data[:length], offset + length - MAX_PATTERN)

    def over_zeros(self, offset: int, length: int) -> None:
        if length <= 2 * MAX_PATTERN:
            self.over(offset, bytes(length), length)
            return
        self._decide(offset, bytes(MAX_PATTERN), offset + MAX_PATTERN)
        self._tail = bytes(MAX_PATTERN)
        self._behind = max(self._behind, offset + length - MAX_PATTERN)

    def end(self, offset: int) -> None:
        self._decide(offset, b"", offset)

    def _decide(self, offset: int, data: bytes | bytearray, until: int) -> None:
        """Find the matches that begin before byte *until*."""
        text = self._tail + data
        start = offset - len(self._tail)
        for match in self._pattern.finditer(text, max(0, self._behind - start)):
            if start + match.start() >= until or len(self.found) >= self._limit:
                break
            if match.end() > match.start():
                self._behind = start + match.end()
                self.found.append(start + match.start())
        self._behind = max(self._behind, until)
        self._tail = bytes(text[max(0, until - start) :])
