"""Search: where bytes, a text or a pattern occur in a generation.

Only what is stored is read; the zeros around it are known. What lies across the border
of two windows is found in the end of the one and the beginning of the other.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from redoscope_core.chain.unread import Unread
from redoscope_core.errors import InvalidArgument, InvalidHandle, VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.examining.occurrences import Occurrences
from redoscope_core.operations.walking.pieces import pieces_of
from redoscope_core.operations.walking.windows import held_areas
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain

__all__ = ["MAX_PATTERN", "Matches", "search"]

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

    def cut(self, offset: int) -> None:
        """Find what is left: the bytes end at *offset*, or go on where nothing is known."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Where something was found."""

    offsets: tuple[int, ...]
    """Bytes of the disk, ascending."""
    unread: Unread
    """What could not be looked at; nothing, unless the chain was opened to salvage."""
    stopped: VmdkError | None = None
    """What can't be read and ended the search, if the chain does not salvage: more may follow."""


def search(
    chain: Chain,
    sought: bytes | re.Pattern[bytes],
    *,
    limit: int = 10_000,
    fold_case: bool = False,
) -> Generator[Progress, None, Matches]:
    """Find *sought* and return the byte offsets of at most *limit* matches, ascending.

    Bytes are found as in a flat file, overlapping matches too; with *fold_case* the letters
    A to Z count as small ones. A pattern is matched from left to right, a match being at
    most `MAX_PATTERN` bytes; of long zeros that nobody stores it sees as many at each end. A match
    lies wholly in what can be read. What was found before a sector that can't be is never lost:
    the search goes on behind it, or if the chain does not salvage, ends there and says so.

    Raises:
        InvalidArgument: *sought* is empty or too long.
    """
    finder = _finder(sought, limit, fold_case=fold_case)
    unread = Unread(chain)
    stopped = None
    try:
        yield from _look_through(chain, finder, limit, unread)
    except InvalidHandle:
        raise
    except VmdkError as error:
        stopped = error
    return Matches(tuple(finder.found[:limit]), unread, stopped)


def _look_through(
    chain: Chain, finder: _Finder, limit: int, unread: Unread
) -> Generator[Progress, None, None]:
    total = chain.capacity * SECTOR
    position = shown = 0
    held = yield from held_areas(chain)
    try:
        with closing(pieces_of(chain, held, unread, bridge=_BRIDGE)) as pieces:
            for first, count, data, _ in pieces:
                offset, length = first * SECTOR, count * SECTOR
                if offset > position:
                    finder.over_zeros(position, offset - position)
                if data is None:
                    finder.cut(offset)
                else:
                    # The window's own bytes have `find`, the window has not.
                    finder.over(offset, cast("bytearray", data.obj), length)
                if len(finder.found) >= limit:
                    return
                position = offset + length
                if position - shown >= _STEP:
                    shown = position
                    yield Progress(position, total, "searching")
    except VmdkError:
        finder.cut(position)
        raise
    finder.over_zeros(position, total - position)
    finder.cut(total)


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

    def cut(self, offset: int) -> None:
        del offset
        self._tail = b""

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

    def cut(self, offset: int) -> None:
        self._decide(offset, b"", offset)
        self._tail = b""

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
