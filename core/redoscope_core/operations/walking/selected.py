"""Selected: any bytes of a disk, from any offset on, piece by piece; what nobody stores is known.

sectors     |      |      |      |      |      |
stored      |######|      |      |######|######|
selected       <---------------------------->
pieces          ###|0000000000000|######|#####
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.alone import refuse_asking
from redoscope_core.chain.unread import Unread
from redoscope_core.errors import OutOfRange
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.pieces import pieces_of
from redoscope_core.operations.walking.windows import STEP_SECTORS, held_areas, window_buffer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from redoscope_core.areas.areas import Areas
    from redoscope_core.chain.chain import Chain
    from redoscope_core.progress import Progress

__all__ = ["SelectedPiece", "held_in", "selected_pieces"]

_ZEROS = window_buffer().toreadonly()
_FEW = 4 * STEP_SECTORS
"""Sectors that are read sooner than file systems are asked for holes in them."""


class SelectedPiece(NamedTuple):
    """A run of the selected bytes."""

    offset: int
    """Byte of the disk."""
    data: memoryview
    """Good until the next piece is asked for."""
    stored: bool
    """Whether some link stores it; else it is zeros."""


def held_in(
    chain: Chain, offset: int, length: int, *, stored_only: bool = False
) -> Generator[Progress, None, Areas]:
    """Return what *chain* stores in the sectors that hold *length* bytes from *offset* on.

    With *stored_only* nobody wants to know what the rest is, so no parent is asked.

    Raises:
        OutOfRange: They leave the disk.
        PartialChain: A parent that is left out would be asked.
    """
    capacity = chain.capacity * SECTOR
    if offset < 0 or length < 0 or offset + length > capacity:
        raise OutOfRange(
            "bytes outside the disk",
            path=chain.path,
            found=f"{length} bytes from {offset}",
            expected=f"a range inside its {capacity} bytes",
        )
    first, count = _sectors(offset, length)
    if chain.asks_parent and not stored_only:
        refuse_asking(chain.areas(first, count), chain.path)
    held = chain.stored if count <= _FEW else (yield from held_areas(chain))
    return held.window(first, count)


def selected_pieces(
    chain: Chain, held: Areas, offset: int, length: int
) -> Generator[SelectedPiece, None, None]:
    """Yield *length* bytes from *offset* on, in order; *held* is what `held_in` returned.

    Raises:
        VmdkError: A sector can't be read, whether the chain salvages or not.
    """
    at, stop = offset, offset + length
    # What can't be read has its error in each piece; the list of it is for those who go on.
    unread = Unread(chain, *_sectors(offset, length))
    with closing(pieces_of(chain, held, unread)) as pieces:
        for sector, count, data, error in pieces:
            if error is not None:
                raise chain.with_way_out(error)
            if data is None:
                continue
            low, high = max(offset, sector * SECTOR), min(stop, (sector + count) * SECTOR)
            yield from _zeros(at, low)
            begin = low - sector * SECTOR
            yield SelectedPiece(low, data[begin : begin + high - low], stored=True)
            at = high
    yield from _zeros(at, stop)


def _zeros(at: int, stop: int) -> Iterator[SelectedPiece]:
    for low in range(at, stop, len(_ZEROS)):
        yield SelectedPiece(low, _ZEROS[: stop - low], stored=False)


def _sectors(offset: int, length: int) -> tuple[int, int]:
    """Return (first, count) of the sectors that hold these bytes."""
    first = offset // SECTOR
    return first, -(-(offset + length) // SECTOR) - first
