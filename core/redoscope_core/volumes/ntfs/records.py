"""File records of NTFS, many at once: their fix-ups undone, their headers as columns.

The last two bytes of each 512 of a record are kept in an array in its head; in their place is a
number that is raised at each write. Where they differ from it only part of the record was written.

Source: the documentation of the Linux-NTFS project (FILE_RECORD, fixup).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.source import Bytes, Numbers

__all__ = ["RecordState", "Records", "judged", "undone"]

_HEADER = np.dtype(
    {
        "names": [
            *("magic", "fixup", "fixups", "lsn", "sequence", "links"),
            *("attributes", "flags", "used", "base"),
        ],
        "formats": ["S4", "<u2", "<u2", "<u8", "<u2", "<u2", "<u2", "<u2", "<u4", "<u8"],
        "offsets": [0, 4, 6, 8, 16, 18, 20, 22, 24, 32],
        "itemsize": 48,
    }
)
_IN_USE, _DIRECTORY = 1, 2
_NUMBER = 2**48 - 1
_WORDS = SECTOR // 2


class RecordState(IntEnum):
    """Whether a record can be believed."""

    SOUND = 0
    EMPTY = 1
    """All zeros at its head: never used."""
    BAD = 2
    """Marked BAAD by who saw that it was torn."""
    TORN = 3
    """Its fix-ups don't fit: it was written in part."""
    FOREIGN = 4
    """No file record."""


@dataclass(frozen=True, slots=True, eq=False)
class Records(Columns):
    """File records as columns."""

    number: Numbers
    state: NDArray[np.uint8]
    """`RecordState` of each; what is no header has other columns without meaning."""
    in_use: NDArray[np.bool_]
    is_directory: NDArray[np.bool_]
    sequence: NDArray[np.uint16]
    links: NDArray[np.uint16]
    base: Numbers
    """The record that it carries on; its own number if none."""
    lsn: NDArray[np.uint64]
    """Of the last entry of $LogFile that changed it."""
    attributes: Numbers
    """Byte of the record at which its attributes begin."""
    used: Numbers
    """Bytes that are in use."""
    data: Bytes
    """Their bytes, a row each, fix-ups undone where they fit."""


def judged(raw: Bytes, number: Numbers) -> Records:
    """Return the records whose bytes are the rows of *raw*."""
    head = np.ascontiguousarray(raw[:, : _HEADER.itemsize]).view(_HEADER)[:, 0]
    data, fits = undone(raw, head["fixup"].astype(np.int64), head["fixups"])
    state = np.full(len(raw), RecordState.FOREIGN, np.uint8)
    state[head["magic"] == b""] = RecordState.EMPTY
    state[head["magic"] == b"BAAD"] = RecordState.BAD
    state[head["magic"] == b"FILE"] = RecordState.TORN
    state[(head["magic"] == b"FILE") & fits] = RecordState.SOUND
    base = (head["base"] & _NUMBER).astype(np.int64)
    flags = head["flags"]
    return Records(
        number,
        state,
        (flags & _IN_USE) != 0,
        (flags & _DIRECTORY) != 0,
        head["sequence"],
        head["links"],
        np.where(head["base"] == 0, number, base),
        head["lsn"],
        head["attributes"].astype(np.int64),
        np.minimum(head["used"], raw.shape[1]).astype(np.int64),
        data,
    )


def undone(
    raw: Bytes, fixup: Numbers, count: NDArray[np.uint16]
) -> tuple[Bytes, NDArray[np.bool_]]:
    """Return the rows of *raw* with their fix-ups undone, and of which they fit.

    *fixup* is the byte at which the array of each begins, *count* how many words it has. Rows
    where they don't fit stay as they are.
    """
    words = np.ascontiguousarray(raw).view("<u2").copy()
    sectors = raw.shape[1] // SECTOR
    begin = fixup // 2
    possible = (count == sectors + 1) & (fixup % 2 == 0) & (begin + sectors < words.shape[1])
    row = np.arange(len(raw))
    begin = np.where(possible, begin, 0)
    mark = words[row, begin]
    last = np.arange(1, sectors + 1) * _WORDS - 1
    fits = possible & (words[:, last] == mark[:, None]).all(axis=1)
    kept = words[row[:, None], begin[:, None] + np.arange(1, sectors + 1)]
    words[:, last] = np.where(fits[:, None], kept, words[:, last])
    return words.view(np.uint8), fits
