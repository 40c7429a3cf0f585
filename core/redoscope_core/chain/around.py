"""Reading around: the sectors of a run that can be read, and what is wrong with the others.

What its tables tell to be unreadable is known before. A compressed grain that can't be inflated,
and a sector that the device does not give, show only when they are read: a run that fails is cut
into what can fail alone, a grain or a sector, until the rest is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.areas.areas import State
from redoscope_core.errors import InvalidHandle, OutOfRange, PartialChain, VmdkError
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.chain.chain import Chain

__all__ = ["Unreadable", "read_around"]


class Unreadable(NamedTuple):
    """A run of sectors that can't be read."""

    start: int
    sectors: int
    link: int
    """Index in the chain of the link that decided; -1 if that is a parent that is lost."""
    error: VmdkError


def read_around(
    chain: Chain, view: memoryview, sector: int, *, fill: int = 0, absent: int | None = None
) -> list[Unreadable]:
    """Fill *view*, whole sectors, from *sector* on; what can't be read becomes bytes of *fill*.

    Returns what came to light while it was read, in order; what the tables tell is not among it.
    *absent* is for a link alone, as the *fill* of `Chain.read_into`.

    Raises:
        OutOfRange: The sectors leave the disk.
        PartialChain: A link alone does not store them, and nothing is to stand for them.
    """
    try:
        chain.read_into(view, sector, fill=absent)
    except (InvalidHandle, OutOfRange, PartialChain):
        raise
    except VmdkError:
        return _in_parts(chain, view, sector, fill)
    return []


def _in_parts(chain: Chain, view: memoryview, sector: int, fill: int) -> list[Unreadable]:
    found: list[Unreadable] = []
    stored = chain.stored.window(sector, len(view) // SECTOR)
    view[:] = bytes(len(view))
    columns = (stored.start, stored.count, stored.state, stored.link, stored.packed)
    for start, count, state, link, packed in zip(*(c.tolist() for c in columns), strict=True):
        piece = view[(start - sector) * SECTOR : (start + count - sector) * SECTOR]
        if state == State.UNREADABLE:
            piece[:] = bytes([fill]) * len(piece)
        elif state == State.DATA:
            parts = _grains(chain, link, start, count) if packed else _alone(start, count)
            for first, length in parts:
                at = (first - start) * SECTOR
                own = piece[at : at + length * SECTOR]
                found += _halved(chain, own, first, link, fill, whole=packed)
    return found


def _alone(start: int, count: int) -> Iterator[tuple[int, int]]:
    yield start, count


def _grains(chain: Chain, link: int, start: int, count: int) -> Iterator[tuple[int, int]]:
    """Yield (first sector, sectors) of what lies in each grain; a damaged one is lost whole."""
    stop = start + count
    while start < stop:
        extent, within = chain.links[link].extent_at(start)
        size = extent.grain_size or count
        length = min(size - within % size, stop - start)
        yield start, length
        start += length


def _halved(
    chain: Chain, view: memoryview, sector: int, link: int, fill: int, *, whole: bool
) -> Iterator[Unreadable]:
    """Yield what of a run of one area can't be read; halves are read until a sector fails alone."""
    try:
        chain.read_into(view, sector)
    except VmdkError as error:
        count = len(view) // SECTOR
        if whole or count == 1:
            view[:] = bytes([fill]) * len(view)
            yield Unreadable(sector, count, link, error)
            return
        half = count // 2
        low, high = view[: half * SECTOR], view[half * SECTOR :]
        yield from _halved(chain, low, sector, link, fill, whole=False)
        yield from _halved(chain, high, sector + half, link, fill, whole=False)
