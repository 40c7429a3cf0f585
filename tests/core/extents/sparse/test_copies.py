"""Tables and their redundant copies: the first difference is told where it stands."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Chain, Finding, Kind, Link
from redoscope_core.extents.sparse import grain_tables
from redoscope_core.extents.sparse.extent import SparseExtent
from redoscope_core.findings import Place
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from pathlib import Path

SECTOR, SIZE, ENTRIES, GRAINS = 512, 16, 256, 256 * 4 - 30
CHANCE = random.Random(9)
PLAN = SparsePlan(
    GRAINS * SIZE,
    SIZE,
    entries_per_table=ENTRIES,
    grains={g: bytes([1]) * SIZE * SECTOR for g in CHANCE.sample(range(GRAINS), 40)},
)
DIFFERENT = st.lists(
    st.tuples(st.integers(0, GRAINS - 1), st.booleans()), max_size=4, unique_by=lambda each: each[0]
)


def found_in(path: Path) -> Finding | None:
    """Return what opening *path* finds of its tables."""
    with Link.open(path) as link:
        (extent,) = link.extents
        assert isinstance(extent, SparseExtent)
        return extent.tables.disagreement()


@given(DIFFERENT)
def test_the_first_entry_that_differs_is_told_with_both_values(
    tmp_path_factory: pytest.TempPathFactory, different: list[tuple[int, bool]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "differ.vmdk"
    handmade.sparse_link(path, PLAN)
    for grain, redundant in different:
        handmade.patch_u32(path, PLAN.table_entry(grain, redundant=redundant), 7000 + grain)
    if not different:
        assert found_in(path) is None
        return
    grain = min(grain for grain, _ in different)
    table, entry = divmod(grain, ENTRIES)
    raw = path.read_bytes()
    first, second = (
        int.from_bytes(raw[PLAN.table_entry(grain, redundant=redundant) :][:4], "little")
        for redundant in (False, True)
    )
    assert first != second
    assert found_in(path) == Finding.of(
        Kind.TABLE_DIFFERS,
        path,
        Place(f"grain table {table}", PLAN.table_entry(grain)),
        table=table,
        entry=entry,
        first=first,
        second=second,
    )


def test_entries_behind_the_last_grain_may_differ(tmp_path: Path) -> None:
    path = handmade.sparse_link(tmp_path / "d.vmdk", PLAN)
    handmade.patch_u32(path, PLAN.table_entry(GRAINS), 7)
    assert found_in(path) is None


@pytest.mark.parametrize("redundant", [False, True])
@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("value", [0, 2**20])
def test_a_directory_entry_that_one_copy_alone_has_is_told(
    tmp_path: Path, index: int, value: int, *, redundant: bool
) -> None:
    path = handmade.sparse_link(tmp_path / "d.vmdk", PLAN)
    start = PLAN.redundant_directory if redundant else PLAN.directory
    handmade.patch_u32(path, start * SECTOR + 4 * index, value)
    tables = [PLAN.first_table(redundant=copy) + 2 * index for copy in (False, True)]
    tables[redundant] = value
    assert found_in(path) == Finding.of(
        Kind.DIRECTORIES_DIFFER,
        path,
        Place("the grain directory", PLAN.directory_entry(index)),
        entry=index,
        first=tables[0],
        second=tables[1],
    )


def test_of_a_large_disk_the_directories_alone_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = handmade.sparse_link(tmp_path / "d.vmdk", PLAN)
    handmade.patch_u32(path, PLAN.table_entry(3), 7000)
    # Four tables of two sectors.
    for limit, kind in ((8 * SECTOR, Kind.TABLE_DIFFERS), (8 * SECTOR - 1, None)):
        monkeypatch.setattr(grain_tables, "_COMPARED", limit)
        found = found_in(path)
        assert (found.kind if found else None) is kind
    handmade.patch_u32(path, PLAN.directory_entry(2), 0)
    found = found_in(path)
    assert found is not None
    assert found.kind is Kind.DIRECTORIES_DIFFER


def test_a_redundant_directory_past_the_end_is_told(tmp_path: Path) -> None:
    path = handmade.sparse_link(tmp_path / "d.vmdk", PLAN)
    sectors = path.stat().st_size // SECTOR
    handmade.patch(path, 0, PLAN.header(redundant_directory=sectors))
    assert found_in(path) == Finding.of(Kind.COPY_OUTSIDE, path)
    # All of it has to be inside: four entries.
    handmade.patch(path, 0, PLAN.header(redundant_directory=sectors - 1))
    inside = found_in(path)
    assert inside is None or inside.kind is not Kind.COPY_OUTSIDE


def test_a_redundant_directory_that_has_no_flag_is_told(tmp_path: Path) -> None:
    path = handmade.sparse_link(tmp_path / "d.vmdk", PLAN)
    handmade.patch(path, 0, PLAN.header(flags=1))
    handmade.patch_u32(path, PLAN.table_entry(3), 0)
    place = Place("header field flags", 8)
    named = PLAN.redundant_directory
    assert found_in(path) == Finding.of(Kind.COPY_NOT_TOLD, path, place, sector=named)
    handmade.patch(path, 0, PLAN.header(flags=1, redundant_directory=0))
    assert found_in(path) is None


@pytest.mark.parametrize("at_once", [1, 7, 64])
def test_many_grains_are_made_areas_some_at_a_time_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    plan = SparsePlan(
        40 * 8 - 3,
        grain_size=8,
        grains={n: bytes([n + 1]) * 8 * SECTOR for n in range(40) if n % 3},
        zero_grains=(3, 6),
        flags=7,
    )
    path = handmade.sparse_link(tmp_path / "many.vmdk", plan)
    with Chain.open(path) as chain:
        whole = [column.tolist() for column in chain.areas().columns]
    monkeypatch.setattr(grain_tables, "AT_ONCE", at_once)
    with Chain.open(path) as chain:
        assert [column.tolist() for column in chain.areas().columns] == whole
