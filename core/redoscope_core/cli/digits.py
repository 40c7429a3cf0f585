"""Digits: whole arrays of numbers written as text at once, without a Python object for each.

Four digits at a time are looked up in a table; what a number does not need is left blank.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["digits_of"]

_GROUP = 10_000
_DIGITS = 4


def digits_of(
    values: NDArray[np.int64], columns: int, *, blank: bytes = b" ", none: bytes = b"null"
) -> NDArray[np.uint8]:
    """Return *values* in decimal: a row of *columns* bytes each, *blank* before the digits.

    A value below 0 is written as *none*, four bytes at most.
    """
    table = _groups(blank)
    out = np.empty((len(values), -(-columns // _DIGITS)), np.uint32)
    rest = np.maximum(values, 0).view(np.uint64)
    bare = np.uint64(2 * _GROUP)
    for column in range(out.shape[1] - 1, -1, -1):
        higher = rest // np.uint64(_GROUP)
        group = rest - higher * np.uint64(_GROUP)
        # Without anything before it a group has no leading zeros; the last one shows its 0.
        out[:, column] = table[group + np.where(higher > 0, np.uint64(0), bare)]
        bare, rest = np.uint64(_GROUP), higher
    out[values < 0, -1] = np.frombuffer(none.rjust(_DIGITS, blank), np.uint32)[0]
    return out.view(np.uint8)[:, -columns:]


@cache
def _groups(blank: bytes) -> NDArray[np.uint32]:
    """Return the bytes of 0 to 9999 three times: with zeros before, with *blank*, as the last."""
    number = np.arange(_GROUP)
    digits = np.stack([number // 10**power % 10 for power in (3, 2, 1, 0)], axis=1)
    whole = (digits + ord("0")).astype(np.uint8)
    bare = np.where(np.cumsum(digits, axis=1) == 0, np.uint8(ord(blank)), whole)
    last = bare.copy()
    last[0, -1] = ord("0")
    return np.concatenate([whole, bare, last]).view(np.uint32).ravel()
