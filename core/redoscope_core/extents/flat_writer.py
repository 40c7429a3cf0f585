"""Writing into a flat extent: every sector has its place, so there is nothing to lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.landing import Landing
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.files.file import DiskFile

__all__ = ["FlatWriter"]

_ZEROS = 2**20
"""Bytes of zeros written at a time."""


class FlatWriter:
    """The one writer of a flat extent. Sectors count from the extent's first."""

    def __init__(self, file: DiskFile, first_offset: int) -> None:
        """Write into *file*, where the extent's first sector is at byte *first_offset*."""
        self._file = file
        self._first_offset = first_offset

    def begin(self) -> None:
        """Do nothing: a flat extent has no mark."""

    def rehearse(self, sector: int, count: int) -> None:
        """Refuse nothing: all of the extent is there."""

    def write(self, sector: int, data: memoryview) -> None:
        """Write *data*, whole sectors, from *sector* on."""
        self._file.write_at(self._first_offset + sector * SECTOR, data)

    def write_zeros(self, sector: int, count: int) -> None:
        """Store zeros in *count* sectors from *sector* on."""
        offset = self._first_offset + sector * SECTOR
        end = offset + count * SECTOR
        while offset < end:
            step = min(_ZEROS, end - offset)
            self._file.write_at(offset, bytes(step))
            offset += step

    def land(self, start: NDArray[np.int64], count: NDArray[np.int64]) -> Landing:
        """Say where runs of sectors are: each in one piece."""
        run = np.arange(len(start))
        offset = self._first_offset + start * SECTOR
        return Landing(run, start, count, np.zeros(len(run), np.int32), offset)

    def settle(self) -> None:
        """Do nothing: what was put there is found."""

    def abandon(self) -> None:
        """Do nothing: no room was kept."""

    def flush(self) -> None:
        """Make all writes durable."""
        if self._file.writable:
            self._file.sync()

    def take_changed(self) -> tuple[Areas, ...]:
        """Return nothing: every sector is where it was."""
        return ()

    def finish(self) -> None:
        """Flush; there is no mark to take away."""
        self.flush()
