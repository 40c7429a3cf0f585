"""Which blocks of a window hold more than zeros.

window      |ab··|····|··c·|d···|····|
speaks      |~~~~|    |~~~~~~~~~|    |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["speaking"]


def speaking(window: memoryview, first: int, block: int) -> Iterator[tuple[int, int]]:
    """Yield (sector, sectors) of the runs of blocks in *window* that hold more than zeros.

    *window* is whole sectors from sector *first* on; a block is *block* sectors, counted from
    sector 0, so that the first and the last may be cut.
    """
    words = np.frombuffer(window, np.uint64)
    per_block = block * SECTOR // words.itemsize
    ahead = -first % block * SECTOR // words.itemsize
    edges = np.concatenate(([0], np.arange(ahead or per_block, len(words), per_block)))
    # A block that begins with something needs no closer look.
    speaks = words[edges] != 0
    if speaks.all():
        yield first, len(window) // SECTOR
        return
    speaks = np.logical_or.reduceat(words != 0, edges)
    edges = np.append(edges, len(words))
    change = np.flatnonzero(np.diff(np.concatenate(([False], speaks, [False])).astype(np.int8)))
    for low, high in zip(change[::2].tolist(), change[1::2].tolist(), strict=True):
        start = int(edges[low]) * words.itemsize // SECTOR
        yield first + start, int(edges[high]) * words.itemsize // SECTOR - start
