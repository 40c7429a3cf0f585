"""Landing: where runs of sectors go in the file of an extent, worked out for many at once.

A writer that merges a link into another asks for thousands of places; asking for each
would cost more than moving the bytes.

    grains     |---0---|---1---|---2---        only grain 0 is stored
    run        ...aaaaaaaaaaaaaaa......
    pieces     ...000001111111122......

Piece 0 lies in a grain that is there. Piece 1 is a whole grain and gets a place at the end of the
file. Piece 2 is a part of a grain that is not there: it has no place, since the rest of that grain
has to be copied up from the parent with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Landing", "cut_at_grains"]


@dataclass(frozen=True, slots=True, eq=False)
class Landing:
    """Pieces of the runs that were asked about, in their order; all arrays of one length."""

    run: NDArray[np.intp]
    """Which of the runs the piece is of."""
    start: NDArray[np.int64]
    """First sector."""
    count: NDArray[np.int64]
    """Sectors."""
    file: NDArray[np.int32]
    """Which file of the link takes it; -1 if only a write that copies up can store it."""
    offset: NDArray[np.int64]
    """Byte offset in that file; -1 if none."""

    def moved(self, *, sectors: int, run: NDArray[np.intp], file: int) -> Landing:
        """Return the landing *sectors* further on, of *run*, in another file."""
        direct = self.file >= 0
        return Landing(
            run[self.run],
            self.start + sectors,
            self.count,
            np.where(direct, np.int32(file), np.int32(-1)),
            self.offset,
        )

    @classmethod
    def concatenate(cls, parts: Sequence[Landing]) -> Landing:
        """Return the pieces of *parts*, of which there is at least one, one behind the other."""
        return cls(
            np.concatenate([part.run for part in parts]),
            np.concatenate([part.start for part in parts]),
            np.concatenate([part.count for part in parts]),
            np.concatenate([part.file for part in parts]),
            np.concatenate([part.offset for part in parts]),
        )


def cut_at_grains(
    start: NDArray[np.int64], count: NDArray[np.int64], grain_size: int
) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]]:
    """Cut runs where grains begin; return (which run, first sector, sectors) of each piece."""
    #     grains     |-------|-------|-------
    #     runs       ...aaaaaaaaaa...bbbbbbbb
    #     pieces     ...0000011111...22222222      of run 0, 0 and 1
    first = start // grain_size
    pieces = (start + count - 1) // grain_size - first + 1
    run = np.repeat(np.arange(len(start)), pieces)
    number = np.arange(len(run)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    grain_start = (first[run] + number) * grain_size
    low = np.maximum(start[run], grain_start)
    high = np.minimum((start + count)[run], grain_start + grain_size)
    return run, low, high - low
