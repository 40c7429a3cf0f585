"""The rules of table entries: one entry and an array of them are judged the same."""

from __future__ import annotations

from dataclasses import dataclass

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from redoscope_core import State
from redoscope_core.extents.sparse.entry_rules import EntryRules

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Shape:
    """What the rules ask of a header."""

    capacity: int
    grain_size: int
    gd_offset: int
    descriptor_offset: int
    descriptor_size: int
    overhead: int
    table_sectors: int
    has_zero_grains: bool
    is_packed: bool
    gtes_per_gt: int = 512
    grain_count: int = 0
    table_count: int = 0
    rgd_offset: int = 0
    has_redundant_tables: bool = False


small = st.integers(0, 300)
shapes = st.builds(
    Shape,
    capacity=st.integers(1, 5000),
    grain_size=st.sampled_from([1, 8, 128]),
    gd_offset=small,
    descriptor_offset=st.sampled_from([0, 1, 40]),
    descriptor_size=small,
    overhead=small,
    table_sectors=st.integers(1, 9),
    has_zero_grains=st.booleans(),
    is_packed=st.booleans(),
)
entries = st.one_of(st.integers(0, 600), st.integers(0, 2**32 - 1))


@given(shapes, st.integers(0, 400 * SECTOR), st.lists(st.tuples(st.integers(0, 5000), entries)))
def test_one_and_many_are_judged_the_same(
    shape: Shape, file_bytes: int, asked: list[tuple[int, int]]
) -> None:
    rules = EntryRules(shape, file_bytes)
    grains = np.array([grain for grain, _ in asked], np.int64)
    values = np.array([entry for _, entry in asked], np.uint32)
    assert rules.judge_all(grains, values).tolist() == [rules.judge(*each) for each in asked]
    tables = rules.leads_to_table(values.astype(np.int64))
    assert tables.tolist() == [rules.leads_to_table(entry) for _, entry in asked]


@given(shapes, st.integers(0, 400 * SECTOR), st.integers(0, 5000), entries)
def test_what_is_called_data_is_inside_the_file_as_far_as_the_disk_goes(
    shape: Shape, file_bytes: int, grain: int, entry: int
) -> None:
    state = EntryRules(shape, file_bytes).judge(grain, entry)
    if state is State.DATA and not shape.is_packed:
        there = min(shape.grain_size, shape.capacity - grain * shape.grain_size)
        assert (entry + there) * SECTOR <= file_bytes
    assert (state is State.ABSENT) == (entry == 0)
    if state is State.ZERO:
        assert (entry, shape.has_zero_grains) == (1, True)


def test_where_overhead_is_past_the_file_no_grain_is_in_the_directory_or_before_it() -> None:
    shape = Shape(
        capacity=5000,
        grain_size=8,
        gd_offset=26,
        descriptor_offset=1,
        descriptor_size=20,
        overhead=401,
        table_sectors=4,
        has_zero_grains=False,
        is_packed=False,
    )
    judged = [EntryRules(shape, 400 * SECTOR).judge(0, entry) for entry in (25, 26, 27)]
    assert judged == [State.UNREADABLE, State.UNREADABLE, State.DATA]


@given(shapes, st.integers(0, 400 * SECTOR), entries)
def test_no_table_is_in_the_descriptor_or_past_the_end(
    shape: Shape, file_bytes: int, sector: int
) -> None:
    if not EntryRules(shape, file_bytes).leads_to_table(sector):
        return
    end = sector + shape.table_sectors
    text = range(shape.descriptor_offset, shape.descriptor_offset + shape.descriptor_size)
    assert sector > 0
    assert end * SECTOR <= file_bytes
    assert not (shape.descriptor_offset and set(range(sector, end)) & set(text))
