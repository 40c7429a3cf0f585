"""Where runs go in a file: cut at grains, placed, settled or abandoned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Access, Chain, Disk, Link, create_disk
from redoscope_core.areas.landing import cut_at_grains
from redoscope_core.extents.sparse import held_tables
from redoscope_core.extents.sparse.extent import SparseExtent
from redoscope_core.extents.sparse.writer import SparseWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTOR = 512
GRAIN = 128


@given(
    runs=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 70)), max_size=8),
    size=st.sampled_from([1, 8, 16]),
)
def test_pieces_are_the_sectors_of_the_runs_cut_where_grains_begin(
    runs: list[tuple[int, int]], size: int
) -> None:
    start, count, position = [], [], 0
    for gap, sectors in runs:
        start.append(position + gap)
        count.append(sectors)
        position += gap + sectors
    which, low, length = cut_at_grains(np.array(start, np.int64), np.array(count, np.int64), size)
    expected = [
        (run, sector, sector // size)
        for run, (first, sectors) in enumerate(zip(start, count, strict=True))
        for sector in range(first, first + sectors)
    ]
    found = [
        (run, sector, first // size)
        for run, first, sectors in zip(which.tolist(), low.tolist(), length.tolist(), strict=True)
        for sector in range(first, first + sectors)
    ]
    assert found == expected
    assert len(low) == len({(run, grain) for run, _, grain in expected})


def zeros_below(buffer: memoryview, sector: int) -> None:
    """Fill *buffer* with what a base disk has below it."""
    del sector
    buffer[:] = bytes(len(buffer))


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[tuple[SparseWriter, Path]]:
    """The writer of a disk of ten grains and a half, which stores grain 2."""
    path = tmp_path / "disk.vmdk"
    create_disk(path, 10 * GRAIN + 64)
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(2 * GRAIN, b"2" * GRAIN * SECTOR)
    with Link.open(path, writable=True) as link:
        extent = link.extents[0]
        assert isinstance(extent, SparseExtent)
        yield SparseWriter(extent, zeros_below, has_parent=False), path


def land(writer: SparseWriter, *runs: tuple[int, int]) -> list[tuple[int, int, int]]:
    """Return (sector, sectors, offset) of each piece."""
    start, count = (np.array(column, np.int64) for column in zip(*runs, strict=True))
    landing = writer.land(start, count)
    columns = (landing.start, landing.count, landing.offset)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_stored_grains_keep_their_place_and_whole_new_ones_go_to_the_end(
    writer: tuple[SparseWriter, Path],
) -> None:
    sparse, path = writer
    end = path.stat().st_size
    pieces = land(sparse, (GRAIN, 3 * GRAIN), (5 * GRAIN + 3, 7), (10 * GRAIN, 64))
    assert pieces == [
        (1 * GRAIN, GRAIN, end),
        (2 * GRAIN, GRAIN, end - GRAIN * SECTOR),
        (3 * GRAIN, GRAIN, end + GRAIN * SECTOR),
        (5 * GRAIN + 3, 7, -1),
        (10 * GRAIN, 64, end + 2 * GRAIN * SECTOR),
    ]


def test_tables_lead_to_new_grains_once_they_are_settled_and_flushed(
    writer: tuple[SparseWriter, Path],
) -> None:
    sparse, path = writer
    before = path.read_bytes()
    pieces = land(sparse, (GRAIN, GRAIN), (10 * GRAIN, 64))
    assert path.read_bytes() == before
    with path.open("r+b") as file:
        for _, count, offset in pieces:
            file.seek(offset)
            file.write(b"n" * count * SECTOR)
    sparse.settle()
    sparse.flush()
    assert path.stat().st_size == len(before) + 2 * GRAIN * SECTOR
    with Chain.open(path) as chain:
        assert chain.read(GRAIN, GRAIN) == b"n" * GRAIN * SECTOR
        assert chain.read(10 * GRAIN, 64) == b"n" * 64 * SECTOR
        assert chain.read(0, GRAIN) == bytes(GRAIN * SECTOR)


def test_what_is_abandoned_leaves_the_room_to_others(writer: tuple[SparseWriter, Path]) -> None:
    sparse, path = writer
    before = path.read_bytes()
    first = land(sparse, (GRAIN, GRAIN))
    sparse.abandon()
    assert land(sparse, (6 * GRAIN, GRAIN))[0][2] == first[0][2]
    sparse.abandon()
    sparse.settle()
    sparse.flush()
    assert path.read_bytes() == before


def test_tables_that_are_stored_need_not_stay_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_tables, "_KEPT", 1)
    path = tmp_path / "disk.vmdk"
    create_disk(path, 4 * 2**16)
    with Disk.open(path, access=Access.WRITE) as disk:
        for _ in range(2):
            for table in range(4):
                disk.write(table * 2**16 + 5, bytes([65 + table]) * SECTOR)
            disk.flush()
        for table in range(4):
            assert disk.read(table * 2**16 + 5, 1) == bytes([65 + table]) * SECTOR
