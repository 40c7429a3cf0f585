"""Writing a stream-optimized extent in one pass: to a file, or to a pipe that can't go back.

    header | descriptor | grains, after each span of 512 its table | directory | footer | end

The header leaves the directory's place open, the footer at the end tells it. Each grain is
written once, in ascending order, and grains of zeros not at all.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from redoscope_core.errors import DiskFull, InvalidArgument
from redoscope_core.format.sparse import (
    DESCRIPTOR_SECTORS,
    GTES_PER_TABLE,
    SparseFlag,
    SparseHeader,
)
from redoscope_core.format.stream import GD_AT_END, Marker, MarkerType, pack_grain
from redoscope_core.format.units import MAX_EXTENT_SECTOR, SECTOR, ceil_div

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["STREAM_GRAIN", "Sink", "StreamWriter"]

STREAM_GRAIN = 128
"""Sectors per grain: what every reader of streams knows."""
_OVERHEAD = 128
_VERSION = 3
_ALGORITHM = 1


class Sink(Protocol):
    """Takes the bytes of the stream, one after the other."""

    def write(self, data: bytes, /) -> object:
        """Take *data*, all of it."""


class StreamWriter:
    """The one writer of a new stream."""

    def __init__(self, sink: Sink, capacity: int, text: bytes, *, level: int = 6) -> None:
        """Write header and descriptor *text* of a disk of *capacity* sectors to *sink*."""
        self._sink = sink
        self._level = level
        self._sector = 0
        self._header = SparseHeader(
            version=_VERSION,
            flags=int(SparseFlag.NEWLINE_TEST | SparseFlag.COMPRESSED | SparseFlag.MARKERS),
            capacity=capacity,
            grain_size=STREAM_GRAIN,
            descriptor_offset=1,
            descriptor_size=DESCRIPTOR_SECTORS,
            gtes_per_gt=GTES_PER_TABLE,
            rgd_offset=0,
            gd_offset=GD_AT_END,
            overhead=_OVERHEAD,
            compression=_ALGORITHM,
        )
        self._directory: NDArray[np.uint32] = np.zeros(self._header.table_count, np.uint32)
        self._table: NDArray[np.uint32] = np.zeros(GTES_PER_TABLE, np.uint32)
        self._grain = -1
        self._waiting = bytearray(STREAM_GRAIN * SECTOR)
        self._put(self._header.pack() + text.ljust((_OVERHEAD - 1) * SECTOR, b"\0"))

    def write(self, sector: int, data: memoryview) -> None:
        """Take *data*, whole sectors, from *sector* of the disk on; only ever forwards.

        Raises:
            InvalidArgument: *sector* is in a grain that was written.
            DiskFull: The stream would grow past sector 2^32.
        """
        done = 0
        while done < len(data):
            grain, within = divmod(sector + done // SECTOR, STREAM_GRAIN)
            if grain != self._grain:
                self._close_grain()
                self._open_grain(grain)
            first = within * SECTOR
            step = min(len(self._waiting) - first, len(data) - done)
            self._waiting[first : first + step] = data[done : done + step]
            done += step

    def finish(self) -> None:
        """Write what is pending, the directory, the footer and the end."""
        self._close_grain()
        self._close_table()
        directory = self._directory.astype("<u4").tobytes()
        sectors = ceil_div(len(directory), SECTOR)
        self._put(Marker(sectors, MarkerType.GRAIN_DIRECTORY).pack())
        footer = replace(self._header, gd_offset=self._sector)
        self._put(directory.ljust(sectors * SECTOR, b"\0"))
        self._put(Marker(1, MarkerType.FOOTER).pack() + footer.pack())
        self._put(Marker(0, MarkerType.EOS).pack())

    def _open_grain(self, grain: int) -> None:
        if grain < self._grain:
            raise InvalidArgument(
                "a stream that goes back",
                found=f"grain {grain} after {self._grain}",
                expected="grains in ascending order",
            )
        if self._grain >= 0 and grain // GTES_PER_TABLE != self._grain // GTES_PER_TABLE:
            self._close_table()
        self._grain = grain
        self._waiting[:] = bytes(len(self._waiting))

    def _close_grain(self) -> None:
        if self._grain < 0 or not np.frombuffer(self._waiting, np.uint64).any():
            return
        self._table[self._grain % GTES_PER_TABLE] = self._sector
        start = self._grain * STREAM_GRAIN
        self._put(pack_grain(start, bytes(self._waiting), self._level))

    def _close_table(self) -> None:
        if not self._table.any():
            return
        table = struct.pack(f"<{GTES_PER_TABLE}I", *self._table.tolist())
        self._put(Marker(len(table) // SECTOR, MarkerType.GRAIN_TABLE).pack())
        self._directory[self._grain // GTES_PER_TABLE] = self._sector
        self._put(table)
        self._table[:] = 0

    def _put(self, data: bytes) -> None:
        if self._sector + len(data) // SECTOR >= MAX_EXTENT_SECTOR:
            raise DiskFull(
                "the stream is full: nothing can lie past its sector 2^32",
                found=f"sector {self._sector}",
                expected=f"less than {MAX_EXTENT_SECTOR}",
                cure="clone it to a split disk (twoGbMaxExtentSparse)",
            )
        self._sink.write(data)
        self._sector += len(data) // SECTOR
