"""Digest: the hash of a whole generation, as if it were one flat file."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.reading import cores, filled
from redoscope_core.operations.walking.windows import (
    WINDOW_SECTORS,
    held_areas,
    spans,
    window_buffer,
)
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain

__all__ = ["ALGORITHMS", "Digest", "digest"]

ALGORITHMS = ("sha256", "sha1", "md5", "sha512", "blake2b", "blake3")
_STEP = 2**24
"""Bytes after which progress is shown and hashing may be stopped: about 10 ms."""


class _Hash(Protocol):
    def update(self, data: memoryview, /) -> object: ...

    def hexdigest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Digest:
    """The hash of a generation."""

    algorithm: str
    hexadecimal: str
    bytes_hashed: int


def digest(chain: Chain, algorithm: str = "sha256") -> Generator[Progress, None, Digest]:
    """Hash every byte of *chain*; what nobody stores counts as zeros.

    Raises:
        InvalidArgument: The algorithm is unknown.
        CorruptVmdk: A sector can't be read.
    """
    hashed = _start(algorithm)
    total = chain.capacity * SECTOR
    zeros = window_buffer()
    position = shown = 0
    # Small gaps are read along: zeros are hashed in any case, and larger pieces cost less.
    # A second core reads the next windows meanwhile; with one core that would only cost time.
    held = yield from held_areas(chain)
    pieces = spans(held, bridge=WINDOW_SECTORS)
    with closing(filled(chain, pieces, threads=int(cores() > 1))) as windows:
        for first, window in windows:
            yield from _hash_zeros(hashed, zeros, position, first * SECTOR, total)
            hashed.update(window)
            position = first * SECTOR + len(window)
            if position - shown >= _STEP:
                shown = position
                yield Progress(position, total, "hashing")
    yield from _hash_zeros(hashed, zeros, position, total, total)
    return Digest(algorithm, hashed.hexdigest(), total)


def _hash_zeros(
    hashed: _Hash, zeros: memoryview, start: int, end: int, total: int
) -> Generator[Progress, None, None]:
    for first in range(start, end, len(zeros)):
        hashed.update(zeros[: min(len(zeros), end - first)])
        if (first - start) % _STEP == _STEP - len(zeros):
            yield Progress(first, total, "hashing zeros")


def _start(algorithm: str) -> _Hash:
    if algorithm not in ALGORITHMS:
        raise InvalidArgument(
            "an unknown hash", found=repr(algorithm), expected=", ".join(ALGORITHMS)
        )
    if algorithm == "blake3":
        from blake3 import blake3  # noqa: PLC0415 - a compiled package that few need

        hashed: _Hash = blake3()
        return hashed
    return hashlib.new(algorithm, usedforsecurity=False)
