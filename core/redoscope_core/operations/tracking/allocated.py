"""Allocated areas by the chunk, as QueryAllocatedBlocks answers.

A chunk is allocated if any sector of it is stored; it may be zeros all the same. Only whole
chunks are looked at, from the one that the start lies in; what is left at the end of a disk that
is no multiple of the chunk counts as allocated, as the vendor's sample takes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.areas.areas import State
from redoscope_core.areas.runs import Runs
from redoscope_core.errors import InvalidArgument, OutOfRange
from redoscope_core.operations.examining.changes import used_areas

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["LEAST_CHUNK", "allocated"]

LEAST_CHUNK = 128
"""Sectors of the smallest chunk that the vendor's library takes."""


def allocated(
    chain: Chain, chunk: int = LEAST_CHUNK, *, start: int = 0, count: int | None = None
) -> Runs:
    """Return the allocated runs of *count* sectors from *start* on, in chunks of *chunk* sectors.

    Raises:
        InvalidArgument: *chunk* is below `LEAST_CHUNK`, or no power of two.
        OutOfRange: The sectors leave the disk.
    """
    if chunk < LEAST_CHUNK or chunk & (chunk - 1):
        raise InvalidArgument(
            "a size of chunks that the vendor's library does not take",
            path=chain.path,
            found=f"{chunk} sectors",
            expected=f"a power of two, {LEAST_CHUNK} or more",
        )
    stop = chain.capacity if count is None else start + count
    if start < 0 or not start <= stop <= chain.capacity:
        raise OutOfRange(
            "sectors outside the disk",
            path=chain.path,
            found=f"{stop - start} sectors from {start}",
            expected=f"a range inside its {chain.capacity} sectors",
        )
    used = used_areas(chain)
    used = used.take(used.state != State.ZERO)
    first = start // chunk * chunk
    whole = chain.capacity // chunk * chunk
    chunks = Runs.joined(used.start // chunk * chunk, -(-used.end // chunk) * chunk)
    tail = Runs.joined(whole, chain.capacity)
    return chunks.within(Runs.joined(0, whole)).plus(tail).within(Runs.joined(first, stop))
