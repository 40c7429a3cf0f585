"""The table of a FAT: for each cluster the next one, as numbers whatever its width."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.fat.boot import FIRST_CLUSTER, FatShape
from redoscope_core.volumes.source import Bytes, Volume

__all__ = ["Entry", "entries_in", "read_table"]

_PIECE = 3 * 2**20
"""Bytes: two entries of 12 bits have 3."""
_WIDE = 0x0FFFFFFF
_ENDS = 8


class Entry(IntEnum):
    """What an entry may be that leads to no cluster."""

    FREE = 0
    LAST = -1
    """The end of a chain."""
    BAD = -2
    """Nobody may use the cluster."""
    ODD = -3
    """It leads to a cluster that the volume does not have."""


def read_table(volume: Volume, shape: FatShape, copy: int | None = None) -> NDArray[np.int32]:
    """Return a number for each cluster, those of 0 and 1 too: the next cluster, or `Entry`.

    Read is the copy in force, or another, counted from 0.

    Raises:
        VmdkError: It can't be read.
    """
    which = shape.active if copy is None else copy
    begin = (shape.reserved + which * shape.table_sectors) * SECTOR
    length = (shape.end * shape.bits + 7) // 8
    table = np.empty(shape.end, np.int32)
    for at in range(0, length, _PIECE):
        raw = volume.array_at(begin + at, min(_PIECE, length - at), "a file allocation table")
        first = at * 8 // shape.bits
        values = entries_in(raw, shape.bits)[: shape.end - first]
        table[first : first + len(values)] = _meant(values, shape)
    table[:FIRST_CLUSTER] = Entry.BAD
    return table


def entries_in(raw: Bytes, bits: int) -> NDArray[np.uint32]:
    """Return the entries of so many *bits* that *raw* holds whole, as they stand there.

    Of 12 bits two share three bytes: ``21 43 65`` are 0x321 and 0x654.
    """
    if bits != 12:  # noqa: PLR2004
        width = bits // 8
        return raw[: len(raw) // width * width].copy().view(f"<u{width}").astype(np.uint32)
    padded = np.concatenate((raw, np.zeros(-len(raw) % 3, np.uint8)))
    low, middle, high = (padded[at::3].astype(np.uint32) for at in range(3))
    pairs = np.stack((low | (middle & 15) << 8, middle >> 4 | high << 4), axis=1)
    return pairs.reshape(-1)[: len(raw) * 8 // 12]


def _meant(values: NDArray[np.uint32], shape: FatShape) -> NDArray[np.int32]:
    """Return the next clusters, and `Entry` where there is none."""
    mask = _WIDE if shape.bits == 32 else (1 << shape.bits) - 1  # noqa: PLR2004
    values = np.bitwise_and(values, np.uint32(mask))
    last = mask + 1 - _ENDS
    leads = (values >= FIRST_CLUSTER) & (values < shape.end)
    meant = np.where(leads, values, 0).astype(np.int32)
    meant[(values > 0) & ~leads] = Entry.ODD
    meant[(values == last - 1) & ~leads] = Entry.BAD
    meant[values >= last] = Entry.LAST
    return meant
