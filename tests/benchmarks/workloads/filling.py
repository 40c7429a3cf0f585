"""Filling: give an empty sparse link its grains, with the table entries in both copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from redoscope_core import Link
from redoscope_core.format.sparse import SparseHeader
from tests.judges.handmade import descriptor_text

__all__ = ["GRAIN_BYTES", "SECTOR", "appended", "flat_over", "header_of", "write_entries"]

SECTOR = 512
GRAIN_BYTES = 65536
_CHUNK = 256
"""Grains whose bytes are made at a time."""
_Chunks = Callable[[NDArray[np.int64]], bytearray]


def header_of(path: Path) -> SparseHeader:
    """Return the header of the monolithic sparse link at *path*."""
    with Link.open(path) as link:
        assert link.header is not None
        return link.header


def write_entries(
    path: Path, grains: NDArray[np.int64], sectors: NDArray[np.int64], *, end: int
) -> None:
    """Enter *grains* at *sectors* of the file, which then ends at sector *end*."""
    header = header_of(path)
    order = np.argsort(grains)
    grains, sectors = grains[order], sectors[order]
    per_table = header.gtes_per_gt
    tables = np.unique(grains // per_table)
    lows = np.searchsorted(grains, tables * per_table).tolist()
    highs = np.searchsorted(grains, (tables + 1) * per_table).tolist()
    directory_sectors = -(-header.table_count * 4 // SECTOR)
    with path.open("r+b") as file:
        for directory in (header.rgd_offset, header.gd_offset):
            first = (directory + directory_sectors) * SECTOR
            for table, low, high in zip(tables.tolist(), lows, highs, strict=True):
                content = np.zeros(per_table, "<u4")
                content[grains[low:high] % per_table] = sectors[low:high]
                file.seek(first + table * per_table * 4)
                file.write(content.tobytes())
        file.truncate(end * SECTOR)


def appended(path: Path, grains: NDArray[np.int64], chunks: _Chunks, truth: BinaryIO) -> None:
    """Store *grains* in this order behind the tables of *path*, and at their places in *truth*.

    *chunks* is asked for the bytes of some grains at a time.
    """
    header = header_of(path)
    start = header.overhead * SECTOR
    with path.open("r+b") as file:
        file.seek(start)
        for low in range(0, len(grains), _CHUNK):
            some = grains[low : low + _CHUNK]
            data = chunks(some)
            file.write(data)
            for position, grain in enumerate(some.tolist()):
                truth.seek(grain * GRAIN_BYTES)
                truth.write(data[position * GRAIN_BYTES : (position + 1) * GRAIN_BYTES])
    sectors = header.overhead + np.arange(len(grains), dtype=np.int64) * header.grain_size
    write_entries(path, grains, sectors, end=header.overhead + len(grains) * header.grain_size)


def flat_over(raw: Path, path: Path) -> Path:
    """Write a monolithicFlat descriptor at *path* over the file *raw* beside it."""
    sectors = raw.stat().st_size // SECTOR
    path.write_text(
        descriptor_text([f'RW {sectors} FLAT "{raw.name}" 0'], kind="monolithicFlat"),
        encoding="utf-8",
    )
    return path
