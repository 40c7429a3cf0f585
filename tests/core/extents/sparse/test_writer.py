"""The writer of a sparse extent: room given and given back, entries that wait for a while."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Chain, Link, State
from redoscope_core.extents.sparse import held_tables
from redoscope_core.extents.sparse import writer as writing
from redoscope_core.extents.sparse.extent import SparseExtent
from redoscope_core.extents.sparse.held_tables import HeldTables
from redoscope_core.files.file import DiskFile
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redoscope_core.extents.writing import ExtentWriter

SECTOR, SIZE = 512, 16
CAPACITY = 16 * SIZE - 5
STORED = (2, 3, 9, 15)
PLAN = SparsePlan(CAPACITY, SIZE, grains={g: bytes([g + 1]) * SIZE * SECTOR for g in STORED})
GRAINS = st.sets(st.integers(0, 15), min_size=1)


def _nothing_below(buffer: memoryview, sector: int) -> None:
    del sector
    buffer[:] = bytes(len(buffer))


@contextmanager
def writer_of(path: Path, behind: bytes = b"") -> Iterator[ExtentWriter]:
    """Give the writer of a new disk, with bytes *behind* it; it is begun, and finished at last."""
    handmade.sparse_link(path, PLAN)
    path.write_bytes(path.read_bytes() + behind)
    with Link.open(path, writable=True) as link:
        writer = link.extents[0].writer(_nothing_below, has_parent=False)
        writer.begin()
        yield writer
        writer.finish()


def stored(path: Path) -> set[int]:
    """Return the grains to which the tables in the file lead."""
    raw = path.read_bytes()
    return {g for g in range(16) if any(raw[PLAN.table_entry(g) :][:4])}


def runs(grains: set[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return start and count, in sectors, of whole grains."""
    start = np.array(sorted(grains), np.int64) * SIZE
    return start, np.minimum(SIZE, CAPACITY - start)


def test_entries_of_a_few_new_grains_wait_and_those_of_more_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_PENDING_LIMIT", 4)
    path = tmp_path / "d.vmdk"
    data = memoryview(b"n" * SECTOR)
    with writer_of(path) as writer:
        for number, grain in enumerate((0, 4, 5, 6, 7, 8, 10, 11), start=1):
            writer.write(grain * SIZE, data)
            # What was stored before needs no entry.
            writer.write(9 * SIZE, data)
            assert len(stored(path)) == len(STORED) + number // 4 * 4
    assert len(stored(path)) == len(STORED) + 8


@given(GRAINS)
def test_what_landed_is_found_once_it_is_settled_and_nothing_of_what_was_abandoned(
    tmp_path_factory: pytest.TempPathFactory, grains: set[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "landed.vmdk"
    with writer_of(path) as writer:
        length = path.stat().st_size
        given_up = writer.land(*runs(grains))
        writer.abandon()
        landing = writer.land(*runs(grains))
        # The room that was given back is given again.
        assert landing.offset.tolist() == given_up.offset.tolist()
        assert landing.start.tolist() == sorted(g * SIZE for g in grains)
        assert (landing.file == 0).all()
        with path.open("r+b") as file:
            for offset, start in zip(landing.offset.tolist(), landing.start.tolist(), strict=True):
                file.seek(offset)
                file.write(b"L" * min(SIZE, CAPACITY - start) * SECTOR)
        assert stored(path) == set(STORED)
        writer.settle()
        writer.flush()
        fresh = len(grains - set(STORED))
        assert path.stat().st_size == length + fresh * SIZE * SECTOR
        assert stored(path) == {*STORED, *grains}
    with Chain.open(path) as chain:
        for grain in range(16):
            start = grain * SIZE
            letter = b"L" if grain in grains else bytes([grain + 1 if grain in STORED else 0])
            count = min(SIZE, CAPACITY - start)
            assert chain.read(start, count) == letter * count * SECTOR
        assert chain.areas().sectors_in(State.UNREADABLE) == 0


def test_nothing_is_added_to_a_file_in_which_nothing_new_landed(tmp_path: Path) -> None:
    path = tmp_path / "d.vmdk"
    with writer_of(path, b"a few bytes of another program") as writer:
        length = path.stat().st_size
        writer.land(*runs(set(STORED)))
        writer.settle()
        writer.flush()
        assert path.stat().st_size == length


@given(GRAINS)
def test_parts_of_grains_land_only_where_the_grain_is_stored(
    tmp_path_factory: pytest.TempPathFactory, grains: set[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "parts.vmdk"
    with writer_of(path) as writer:
        start = np.array(sorted(grains), np.int64) * SIZE + 3
        landing = writer.land(start, np.full(len(start), 5, np.int64))
        writer.settle()
        has_place = [g in STORED for g in sorted(grains)]
        assert (landing.offset >= 0).tolist() == has_place
        assert (landing.file >= 0).tolist() == has_place
    assert stored(path) == set(STORED)


@pytest.mark.parametrize(("grains", "kept"), [((0,), 1), ((0, 40), 2), ((0, 40, 90), 0)])
def test_of_more_tables_than_there_is_room_for_none_is_kept_once_they_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grains: tuple[int, ...], kept: int
) -> None:
    monkeypatch.setattr(held_tables, "_KEPT", 2)
    path = tmp_path / "d.vmdk"
    handmade.sparse_link(path, SparsePlan(96 * SIZE, SIZE, entries_per_table=32))
    with Link.open(path, writable=True) as link:
        (extent,) = link.extents
        assert isinstance(extent, SparseExtent)
        held = HeldTables(extent.file, extent.header, extent.tables)
        for grain in grains:
            held.set_entry(grain, 0)
        held.store(0)
        assert len(held._tables) == len(held._views) == kept
        assert not held.is_changed
        assert [held.entry(grain) for grain in grains] == [0] * len(grains)


@given(GRAINS)
def test_zeros_over_what_a_base_disk_does_not_store_leave_it_so(
    tmp_path_factory: pytest.TempPathFactory, grains: set[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "zeros.vmdk"
    handmade.sparse_link(path, replace(PLAN, version=2, flags=7))
    for has_parent in (False, True):
        with Link.open(path, writable=True) as link:
            writer = link.extents[0].writer(_nothing_below, has_parent=has_parent)
            writer.begin()
            for start, count in zip(*(column.tolist() for column in runs(grains)), strict=True):
                writer.write_zeros(start, count)
            writer.finish()
        raw = path.read_bytes()
        zeroed = {g for g in range(16) if raw[PLAN.table_entry(g) :][:4] == b"\1\0\0\0"}
        assert zeroed == (grains if has_parent else grains & set(STORED))


def test_a_table_that_was_made_is_written_afterwards_where_it_changes_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "d.vmdk"
    handmade.sparse_link(path, SparsePlan(96 * SIZE, SIZE, entries_per_table=32, lazy_tables=True))
    written: list[int] = []
    plainly = DiskFile.write_at

    def write_at(self: DiskFile, offset: int, data: bytes) -> None:
        written.append(len(data))
        plainly(self, offset, data)

    monkeypatch.setattr(DiskFile, "write_at", write_at)
    with Link.open(path, writable=True) as link:
        (extent,) = link.extents
        assert isinstance(extent, SparseExtent)
        held = HeldTables(extent.file, extent.header, extent.tables)
        for grain in (3, 5, 7):
            held.set_entry(grain, 4096)
            held.store(1024)
    # Two tables are made, filled and led to; each entry after that is written twice.
    assert written[6:] == [4, 4, 4, 4]
