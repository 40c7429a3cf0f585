"""Digest: the hash of a whole generation, as if it were one flat file."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from redoscope_core.chain.unread import Unread
from redoscope_core.errors import InvalidArgument
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.pieces import pieces_of
from redoscope_core.operations.walking.reading import cores
from redoscope_core.operations.walking.windows import WINDOW_SECTORS, held_areas, window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain

__all__ = ["ALGORITHMS", "Digest", "DigestPart", "Hasher", "digest", "hasher"]

ALGORITHMS = ("sha256", "sha1", "md5", "sha512", "blake2b", "blake3")
_STEP = 2**24
"""Bytes after which progress is shown and hashing may be stopped: about 10 ms."""


class Hasher(Protocol):
    """What takes bytes and tells their hash."""

    def update(self, data: memoryview, /) -> object:
        """Take *data* behind what was taken."""

    def hexdigest(self) -> str:
        """Return the hash in hex."""


@dataclass(frozen=True, slots=True)
class DigestPart:
    """The hash of a run of sectors that can be read, between those that can't."""

    start: int
    count: int
    hexadecimal: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The hash of a generation."""

    algorithm: str
    hexadecimal: str | None
    """Of the whole; None if some of it can't be read."""
    bytes_hashed: int
    parts: tuple[DigestPart, ...]
    """Those that can be read; one if all can."""
    unread: Unread
    """What could not be read; nothing, unless the chain was opened to salvage."""

    @classmethod
    def of_nothing(cls, chain: Chain) -> Digest:
        """Return what is known of *chain* before any of it was hashed."""
        return cls("sha256", None, 0, (), Unread(chain))


def digest(chain: Chain, algorithm: str = "sha256") -> Generator[Progress, None, Digest]:
    """Hash every byte of *chain*; what nobody stores counts as zeros.

    Of a chain that salvages each part between what can't be read is hashed by itself.

    Raises:
        InvalidArgument: The algorithm is unknown.
        VmdkError: A sector can't be read, and the chain does not salvage.
    """
    hashed = _Hashed(algorithm, chain.capacity * SECTOR)
    shown = 0
    unread = Unread(chain)
    # Small gaps are read along: zeros are hashed in any case, and larger pieces cost less.
    # A second core reads the next windows meanwhile; with one core that would only cost time.
    held = yield from held_areas(chain)
    walk = pieces_of(chain, held, unread, bridge=WINDOW_SECTORS, threads=int(cores() > 1))
    with closing(walk) as pieces:
        for first, count, data, _ in pieces:
            yield from hashed.zeros_up_to(first * SECTOR)
            if data is None:
                hashed.leave_out(count * SECTOR)
            else:
                hashed.update(data)
            if hashed.position - shown >= _STEP:
                shown = hashed.position
                yield Progress(shown, hashed.total, "hashing")
    yield from hashed.zeros_up_to(hashed.total)
    parts = hashed.end()
    whole = None if unread.sectors else parts[0].hexadecimal
    hashed_bytes = sum(part.count for part in parts) * SECTOR
    return Digest(algorithm, whole, hashed_bytes, parts, unread)


class _Hashed:
    """A disk hashed from its first byte to its last, in parts where something is left out."""

    def __init__(self, algorithm: str, total: int) -> None:
        self._algorithm = algorithm
        self.total = total
        self.position = self._begin = 0
        """Byte up to which it was hashed, and the one where the present part begins."""
        self._hash = hasher(algorithm)
        self._parts: list[DigestPart] = []
        self._zeros = window_buffer()

    def update(self, data: memoryview) -> None:
        self._hash.update(data)
        self.position += len(data)

    def zeros_up_to(self, end: int) -> Generator[Progress, None, None]:
        zeros, start = self._zeros, self.position
        for first in range(start, end, len(zeros)):
            self.update(zeros[: min(len(zeros), end - first)])
            if (first - start) % _STEP == _STEP - len(zeros):
                yield Progress(first, self.total, "hashing zeros")

    def leave_out(self, length: int) -> None:
        """Close the present part; the next begins *length* bytes further on."""
        if self.position > self._begin:
            start, count = self._begin // SECTOR, (self.position - self._begin) // SECTOR
            self._parts.append(DigestPart(start, count, self._hash.hexdigest()))
            self._hash = hasher(self._algorithm)
        self.position += length
        self._begin = self.position

    def end(self) -> tuple[DigestPart, ...]:
        """Return all parts."""
        self.leave_out(0)
        return tuple(self._parts)


def hasher(algorithm: str) -> Hasher:
    """Return what hashes by *algorithm*.

    Raises:
        InvalidArgument: The algorithm is unknown.
    """
    if algorithm not in ALGORITHMS:
        raise InvalidArgument(
            "an unknown hash", found=repr(algorithm), expected=", ".join(ALGORITHMS)
        )
    if algorithm == "blake3":
        from blake3 import blake3  # noqa: PLC0415 - a compiled package that few need

        hashed: Hasher = blake3()
        return hashed
    return hashlib.new(algorithm, usedforsecurity=False)
