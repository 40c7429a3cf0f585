"""Byte counts: how often each value occurs in selected bytes, block by block, and what that tells.

    selection   |  block 0  |  block 1  |  block 2  | ...      each as long as the others
    counts      256 numbers of each

The entropy of a block is 0 where all bytes are one, 8 where all values are as frequent: packed
and encrypted bytes come close to it.
"""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.selected import held_in, selected_pieces
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain

__all__ = ["MOST_BLOCKS", "ByteCounts", "count_bytes", "entropy_of"]

MOST_BLOCKS = 4096
_VALUES = 256
_STEP = 2**24
"""Bytes after which progress is shown and counting may be stopped."""


@dataclass(frozen=True, slots=True, eq=False)
class ByteCounts:
    """What was counted."""

    offset: int
    """Byte of the disk at which it begins."""
    length: int
    block_bytes: int
    """Bytes of a block; the last one may have fewer."""
    counts: NDArray[np.int64]
    """One row for each block, one column for each value of a byte."""

    @property
    def histogram(self) -> NDArray[np.int64]:
        """How often each value occurs."""
        total: NDArray[np.int64] = self.counts.sum(axis=0)
        return total

    @property
    def counted(self) -> int:
        """Bytes that were counted: all, or those that one link stores."""
        return int(self.counts.sum())

    @property
    def entropy(self) -> NDArray[np.float64]:
        """Bits a byte of each block, 0 to 8; NaN where nothing was counted."""
        return entropy_of(self.counts)

    @property
    def whole_entropy(self) -> float:
        """Bits a byte of all; NaN if nothing was counted."""
        return float(entropy_of(self.histogram[np.newaxis])[0])

    def document(self) -> dict[str, object]:
        """Return it as JSON has it; null where nothing was counted."""
        return {
            "offset": self.offset,
            "length": self.length,
            "bytes": self.counted,
            "entropy": told_entropy(self.whole_entropy),
            "block_bytes": self.block_bytes,
            "blocks": [told_entropy(value) for value in self.entropy.tolist()],
            "histogram": self.histogram.tolist(),
        }


def told_entropy(bits: float) -> float | None:
    """Return an entropy as it is told: to six digits, None where nothing was counted."""
    return None if math.isnan(bits) else round(bits, 6)


def entropy_of(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the entropy of each row of *counts* in bits a byte; NaN of a row of zeros."""
    totals = counts.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = counts / totals
        bits = np.where(counts > 0, -share * np.log2(share), 0.0).sum(axis=1)
    found: NDArray[np.float64] = np.where(totals[:, 0] > 0, np.maximum(bits, 0.0), np.nan)
    return found


def count_bytes(
    chain: Chain, offset: int, length: int, *, blocks: int = 512, stored_only: bool = False
) -> Generator[Progress, None, ByteCounts]:
    """Count the values of *length* bytes from byte *offset* on, in *blocks* blocks at most.

    What nobody stores counts as zeros; with *stored_only* it does not count, so that one link
    alone can be looked at. A block is a whole number of sectors where that makes enough of them.

    Raises:
        InvalidArgument: *blocks* is impossible.
        OutOfRange: The bytes leave the disk.
        VmdkError: A sector can't be read.
    """
    if not 0 < blocks <= MOST_BLOCKS:
        raise InvalidArgument(
            "an impossible number of blocks", found=blocks, expected=f"1 to {MOST_BLOCKS}"
        )
    block = max(1, -(-length // blocks))
    if block >= SECTOR:
        block = -(-block // SECTOR) * SECTOR
    counts = np.zeros((max(1, -(-length // block)), _VALUES), np.int64)
    shown = offset
    held = yield from held_in(chain, offset, length, stored_only=stored_only)
    with closing(selected_pieces(chain, held, offset, length)) as pieces:
        for at, data, stored in pieces:
            if stored or not stored_only:
                _add(counts, block, at - offset, np.frombuffer(data, np.uint8), stored=stored)
            if at - shown >= _STEP:
                shown = at
                yield Progress(at - offset, length, "counting")
    return ByteCounts(offset, length, block, counts)


def _add(
    counts: NDArray[np.int64], block: int, at: int, data: NDArray[np.uint8], *, stored: bool
) -> None:
    """Count *data*, which begins at byte *at*, in the blocks that it lies in."""
    stop = at + len(data)
    low = at
    while low < stop:
        index = low // block
        high = min(stop, (index + 1) * block)
        if stored:
            counts[index] += np.bincount(data[low - at : high - at], minlength=_VALUES)
        else:
            counts[index, 0] += high - low
        low = high
