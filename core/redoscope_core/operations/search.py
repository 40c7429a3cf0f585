"""Search: where bytes, a text or a pattern occur in a generation.

Only what is stored is read. A window overlaps the next by the length of what is
sought, so that nothing is lost at a border.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.windows import STEP_SECTORS, WINDOW_SECTORS, spans
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from redoscope_core.chain.chain import Chain

__all__ = ["MAX_PATTERN", "search"]

MAX_PATTERN = 4096
"""Longest match in bytes that is found across the border of two windows."""


def search(
    chain: Chain, sought: bytes | re.Pattern[bytes], *, limit: int = 10_000
) -> Generator[Progress, None, tuple[int, ...]]:
    """Find *sought* and return the byte offsets of at most *limit* matches, ascending.

    Matches lie in runs of stored sectors; zeros that no link stores are not searched.

    Raises:
        InvalidArgument: *sought* is empty or too long.
        CorruptVmdk: A sector can't be read.
    """
    finder, overlap = _finder(sought)
    total = chain.capacity * SECTOR
    found: list[int] = []
    shown = 0
    for first, data in _overlapping(chain, overlap):
        offset = first * SECTOR
        fresh = found[-1] if found else -1
        found += [offset + at for at in finder(data) if offset + at > fresh]
        if len(found) >= limit:
            return tuple(found[:limit])
        if first - shown >= STEP_SECTORS:
            shown = first
            yield Progress(offset, total, "searching")
    return tuple(found)


def _finder(sought: bytes | re.Pattern[bytes]) -> tuple[Callable[[bytearray], Iterator[int]], int]:
    if isinstance(sought, re.Pattern):
        pattern = sought
        return (
            lambda data: (match.start() for match in pattern.finditer(data) if match[0])
        ), MAX_PATTERN
    if not 0 < len(sought) <= MAX_PATTERN:
        raise InvalidArgument(
            "nothing that can be sought",
            found=f"{len(sought)} bytes",
            expected=f"1 to {MAX_PATTERN}",
        )

    def positions(data: bytearray) -> Iterator[int]:
        at = data.find(sought)
        while at >= 0:
            yield at
            at = data.find(sought, at + 1)

    return positions, len(sought) - 1


def _overlapping(chain: Chain, overlap: int) -> Iterator[tuple[int, bytearray]]:
    """Yield (first sector, bytes) of what is stored, each window with the end of the one before."""
    carried = -(-overlap // SECTOR)
    for first, count in spans(chain.stored, limit=chain.capacity):
        end = first + count
        for sector in range(first, end, WINDOW_SECTORS):
            start = max(first, sector - carried)
            data = bytearray((min(end, sector + WINDOW_SECTORS) - start) * SECTOR)
            chain.read_into(data, start)
            yield start, data
