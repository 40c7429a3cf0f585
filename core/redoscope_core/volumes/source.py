"""A volume as bytes at an offset, and no byte of another volume.

Parsers get their bytes here alone: whoever asks past the end gets a `CorruptVolume`, since only
a damaged or hostile structure leads there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR

__all__ = ["BATCH", "Bytes", "Numbers", "Read", "Rows", "Volume", "of_bytes"]

Read = Callable[[int, int], bytes]
"""Given the first byte of the volume and how many: these bytes."""
Numbers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

BATCH = 2**23
"""Bytes that are held at once while many places are read."""


class Rows(NamedTuple):
    """Pieces of one length from many places."""

    which: Numbers
    """Indexes of the places in what was asked for."""
    data: Bytes
    """A row for each."""


@dataclass(frozen=True, slots=True)
class Volume:
    """The bytes of a volume."""

    read: Read
    """Reads from the volume's first byte on; asked only for what lies in the volume."""
    size: int
    """Bytes."""

    @property
    def sectors(self) -> int:
        """How many whole sectors it has."""
        return self.size // SECTOR

    def bytes_at(self, offset: int, count: int, what: str) -> bytes:
        """Return the *count* bytes from *offset* on; *what* says what is there.

        Raises:
            CorruptVolume: They don't all lie in the volume.
            VmdkError: They can't be read.
        """
        if offset < 0 or count < 0 or offset + count > self.size:
            raise CorruptVolume(
                f"{what} lies past the end of the volume",
                offset=offset,
                found=f"{count} bytes",
                expected=f"a volume of {self.size} bytes has them",
            )
        data = self.read(offset, count) if count else b""
        if len(data) != count:
            raise CorruptVolume(
                f"{what} was read short", offset=offset, found=len(data), expected=count
            )
        return data

    def array_at(self, offset: int, count: int, what: str) -> Bytes:
        """Return the same as an array; it raises the same."""
        return np.frombuffer(self.bytes_at(offset, count, what), np.uint8)

    def rows_at(self, offsets: Numbers, length: int, what: str) -> Iterator[Rows]:
        """Yield the *length* bytes at each of the *offsets*, a batch at a time, by offset.

        Places that touch are read together. It raises what `bytes_at` raises.
        """
        order = np.argsort(offsets, kind="stable")
        each = max(1, BATCH // length)
        for begin in range(0, len(order), each):
            which = order[begin : begin + each]
            places = offsets[which]
            data = np.empty((len(which), length), np.uint8)
            cuts = np.flatnonzero(np.diff(places) != length) + 1
            edges = [0, *cuts.tolist(), len(which)]
            for first, behind in pairwise(edges):
                count = (behind - first) * length
                read = self.array_at(int(places[first]), count, what)
                data[first:behind] = read.reshape(-1, length)
            yield Rows(which, data)


def of_bytes(data: bytes) -> Volume:
    """Return the volume whose bytes are *data*."""
    return Volume(lambda offset, count: data[offset : offset + count], len(data))
