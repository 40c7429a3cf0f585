"""Digest: the hash of a whole generation, as if it were one flat file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.windows import STEP_SECTORS, WINDOW_SECTORS, spans, window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain

__all__ = ["ALGORITHMS", "Digest", "digest"]

ALGORITHMS = ("sha256", "sha1", "md5", "sha512", "blake2b", "blake3")


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
    buffer, zeros = window_buffer(), window_buffer()
    position = shown = 0
    for first, count in spans(chain.stored):
        yield from _hash_zeros(hashed, zeros, position, first, total)
        window = buffer[: count * SECTOR]
        chain.read_into(window, first)
        hashed.update(window)
        position = first + count
        if position - shown >= STEP_SECTORS:
            shown = position
            yield Progress(position * SECTOR, total, "hashing")
    yield from _hash_zeros(hashed, zeros, position, chain.capacity, total)
    return Digest(algorithm, hashed.hexdigest(), total)


def _hash_zeros(
    hashed: _Hash, zeros: memoryview, start: int, end: int, total: int
) -> Generator[Progress, None, None]:
    for number, first in enumerate(range(start, end, WINDOW_SECTORS)):
        hashed.update(zeros[: min(WINDOW_SECTORS, end - first) * SECTOR])
        if number % 16 == 15:  # noqa: PLR2004 - sixteen windows are a step
            yield Progress(first * SECTOR, total, "hashing zeros")


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
