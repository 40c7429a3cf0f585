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
from redoscope_core.extents.stream.packing import STREAM_GRAIN
from redoscope_core.format.sparse import (
    DESCRIPTOR_SECTORS,
    GD_AT_END,
    GTES_PER_TABLE,
    ZERO_GRAIN,
    SparseFlag,
    SparseHeader,
)
from redoscope_core.format.stream import Marker, MarkerType
from redoscope_core.format.units import MAX_EXTENT_SECTOR, SECTOR, ceil_div

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core.extents.stream.packing import PackedGrains

__all__ = ["Sink", "StreamWriter"]

_OVERHEAD = 128
_VERSION = 3
_ALGORITHM = 1


class Sink(Protocol):
    """Takes the bytes of the stream, one after the other."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Take *data*, all of it, and keep none of it."""


class StreamWriter:
    """The one writer of a new stream."""

    def __init__(
        self, sink: Sink, capacity: int, text: bytes, *, zeroed_grains: bool = False
    ) -> None:
        """Write header and descriptor *text* of a disk of *capacity* sectors to *sink*.

        With *zeroed_grains* grains may be said to be zeros, which hides what a parent has there.
        """
        self._sink = sink
        self._sector = 0
        flags = SparseFlag.NEWLINE_TEST | SparseFlag.COMPRESSED | SparseFlag.MARKERS
        self._header = SparseHeader(
            version=_VERSION,
            flags=int(flags | SparseFlag.ZERO_GRAINS if zeroed_grains else flags),
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
        self._number = -1
        self._put(self._header.pack() + text.ljust((_OVERHEAD - 1) * SECTOR, b"\0"))

    def write(self, packed: PackedGrains) -> None:
        """Take grains behind all that were taken before.

        Raises:
            InvalidArgument: One of them was taken, or they are of more than one table.
            DiskFull: The stream would grow past sector 2^32.
        """
        if not packed.grains:
            return
        first, last = packed.grains[0], packed.grains[-1]
        is_behind = self._grain < first and self._number <= first // GTES_PER_TABLE
        if not is_behind or first // GTES_PER_TABLE != last // GTES_PER_TABLE:
            raise InvalidArgument(
                "a stream that goes back, or over the end of a table",
                found=f"grains {first} to {last} after {self._grain}",
                expected="grains of one table in ascending order",
            )
        self._begin_table(first // GTES_PER_TABLE)
        within = [grain % GTES_PER_TABLE for grain in packed.grains]
        self._table[within] = np.array(packed.starts, np.int64) + self._sector
        self._grain = last
        self._put(packed.data)

    def write_zeros(self, grains: NDArray[np.int64]) -> None:
        """Say of *grains*, of the table of those that were taken last or of a later one: zeros."""
        if not len(grains):
            return
        first, last = (int(edge) // GTES_PER_TABLE for edge in (grains.min(), grains.max()))
        if first != last or first < self._number:
            raise InvalidArgument(
                "a stream that goes back, or over the end of a table",
                found=f"zeros in tables {first} to {last} after {self._number}",
                expected="grains of one table, in ascending order of tables",
            )
        self._begin_table(first)
        self._table[grains % GTES_PER_TABLE] = ZERO_GRAIN

    def finish(self) -> None:
        """Write the last table, the directory, the footer and the end."""
        self._close_table()
        directory = self._directory.astype("<u4").tobytes()
        sectors = ceil_div(len(directory), SECTOR)
        self._put(Marker(sectors, MarkerType.GRAIN_DIRECTORY).pack())
        footer = replace(self._header, gd_offset=self._sector)
        self._put(directory.ljust(sectors * SECTOR, b"\0"))
        self._put(Marker(1, MarkerType.FOOTER).pack() + footer.pack())
        self._put(Marker(0, MarkerType.EOS).pack())

    def _begin_table(self, number: int) -> None:
        if number != self._number:
            self._close_table()
            self._number = number

    def _close_table(self) -> None:
        if not self._table.any():
            return
        table = struct.pack(f"<{GTES_PER_TABLE}I", *self._table.tolist())
        self._put(Marker(len(table) // SECTOR, MarkerType.GRAIN_TABLE).pack())
        self._directory[self._number] = self._sector
        self._put(table)
        self._table[:] = 0

    def _put(self, data: bytes | memoryview) -> None:
        if self._sector + len(data) // SECTOR >= MAX_EXTENT_SECTOR:
            raise DiskFull(
                "the stream is full: nothing can lie past its sector 2^32",
                found=f"sector {self._sector}",
                expected=f"less than {MAX_EXTENT_SECTOR}",
                cure="clone it to a split disk (twoGbMaxExtentSparse)",
            )
        self._sink.write(data)
        self._sector += len(data) // SECTOR
