"""Checksums of journals: CRC-32C of many blocks at once, and the CRC-32 of older ones.

Source: the kernel's crc32c and crc32_be, as jbd2 calls them: no inversion before or after.
"""

from __future__ import annotations

import zlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

from redoscope_core.volumes.source import Bytes

__all__ = ["ALL_ONES", "Crc32", "crc32c"]

ALL_ONES = 0xFFFFFFFF
_CASTAGNOLI = 0x82F63B78
_STEP = 8
_FEW = 16
"""Rows: so many are summed faster one by one."""
_Words = NDArray[np.uint32]


def crc32c(rows: Bytes, seed: _Words | int = ALL_ONES) -> _Words:
    """Return the CRC-32C of each row, each begun with its *seed*; eight bytes a step."""
    state = np.broadcast_to(np.asarray(seed, np.uint32), (len(rows),)).copy()
    if len(rows) <= _FEW:
        pairs = zip(rows, state.tolist(), strict=True)
        return np.array([_one(row.tobytes(), first) for row, first in pairs], np.uint32)
    table = _tables()
    columns = np.ascontiguousarray(rows.T)
    whole = len(columns) // _STEP * _STEP
    for at in range(0, whole, _STEP):
        piece = columns[at : at + _STEP]
        front = piece[:4].astype(np.uint32)
        word = state ^ (front[0] | front[1] << 8 | front[2] << 16 | front[3] << 24)
        state = table[7][word & 255] ^ table[6][word >> 8 & 255]
        state ^= table[5][word >> 16 & 255] ^ table[4][word >> 24]
        state ^= table[3][piece[4]] ^ table[2][piece[5]]
        state ^= table[1][piece[6]] ^ table[0][piece[7]]
    for column in columns[whole:]:
        state = table[0][(state ^ column) & 255] ^ state >> 8
    return state


def _one(data: bytes, state: int) -> int:
    """Return the CRC-32C of a few bytes, for which arrays are not worth their while."""
    table = _table()
    for byte in data:
        state = table[(state ^ byte) & 255] ^ state >> 8
    return state


@cache
def _table() -> list[int]:
    return [int(word) for word in _tables()[0]]


@cache
def _tables() -> _Words:
    """Return what each byte does to the sum when 0 to 7 bytes are behind it."""
    table = np.zeros((_STEP, 256), np.uint32)
    word = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        word = np.where(word & 1, word >> 1 ^ _CASTAGNOLI, word >> 1).astype(np.uint32)
    table[0] = word
    for behind in range(1, _STEP):
        word = table[0][word & 255] ^ word >> 8
        table[behind] = word
    return table


class Crc32:
    """The CRC-32 of blocks one after the other, its highest bit first.

    zlib's has the lowest first, so it is given every byte the other way round.
    """

    def __init__(self) -> None:
        self._state = 0

    def add(self, data: bytes) -> None:
        """Go on with *data*."""
        self._state = zlib.crc32(data.translate(_turned()), self._state)

    @property
    def value(self) -> int:
        """The sum of all that was added."""
        return int(f"{self._state ^ ALL_ONES:032b}"[::-1], 2)


@cache
def _turned() -> bytes:
    return bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
