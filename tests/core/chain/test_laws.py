"""Laws of chains, against an obvious and slow model of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Chain, State
from redoscope_core.explanations import explained
from tests.core.chains import ChainPlan, chain_plans, map_of
from tests.judges import qemu

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """Give a new name in the test's folder for each example of a property."""
    names = iter(range(10**6))
    return lambda: tmp_path / f"example{next(names)}"


@given(plan=chain_plans())
def test_every_generation_reads_as_the_model_says(
    fresh: Callable[[], Path], plan: ChainPlan
) -> None:
    paths = plan.build(fresh())
    with Chain.open(paths[-1]) as chain:
        assert chain.capacity == plan.capacity
        assert [link.path for link in chain.links] == paths
        for index in range(len(paths)):
            generation = chain.up_to(index)
            assert generation.read(0, plan.capacity) == plan.content(index)
            assert map_of(generation) == plan.states(index)


@pytest.mark.judge
@given(plan=chain_plans(max_links=3, cut=128))
def test_the_model_agrees_with_qemu(fresh: Callable[[], Path], plan: ChainPlan) -> None:
    for index, path in enumerate(plan.build(fresh())):
        assert qemu.read(path) == plan.content(index)
        assert qemu.map_areas(path) == plan.states(index)


@given(plan=chain_plans(), data=st.data())
def test_reading_two_parts_is_reading_the_whole(
    fresh: Callable[[], Path], plan: ChainPlan, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, plan.capacity), label="start")
    first = data.draw(st.integers(0, plan.capacity - start), label="first")
    second = data.draw(st.integers(0, plan.capacity - start - first), label="second")
    with Chain.open(plan.build(fresh())[-1]) as chain:
        both = chain.read(start, first + second)
        assert both == chain.read(start, first) + chain.read(start + first, second)
        buffer = bytearray(b"\xaa" * len(both))
        chain.read_into(buffer, start)
        assert buffer == both


@given(plan=chain_plans(), data=st.data())
def test_areas_cover_any_window_exactly_once_and_in_order(
    fresh: Callable[[], Path], plan: ChainPlan, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, plan.capacity), label="start")
    count = data.draw(st.integers(0, plan.capacity - start), label="count")
    with Chain.open(plan.build(fresh())[-1]) as chain:
        areas = chain.areas(start, count)
        sectors = [
            sector
            for first, length in zip(areas.start.tolist(), areas.count.tolist(), strict=True)
            for sector in range(first, first + length)
        ]
        assert sectors == list(range(start, start + count))


@given(plan=chain_plans())
def test_the_map_says_data_wherever_a_byte_is_not_zero(
    fresh: Callable[[], Path], plan: ChainPlan
) -> None:
    with Chain.open(plan.build(fresh())[-1]) as chain:
        whole = chain.read(0, chain.capacity)
        areas = chain.areas()
        for start, count, state in zip(
            areas.start.tolist(), areas.count.tolist(), areas.state.tolist(), strict=True
        ):
            part = whole[start * SECTOR : (start + count) * SECTOR]
            assert state == State.DATA or not any(part)


@given(plan=chain_plans(), data=st.data())
def test_the_map_leads_to_the_bytes_in_the_files(
    fresh: Callable[[], Path], plan: ChainPlan, data: st.DataObject
) -> None:
    with Chain.open(plan.build(fresh())[-1]) as chain:
        areas = chain.areas()
        index = data.draw(st.integers(0, len(areas) - 1), label="area")
        start, count = int(areas.start[index]), int(areas.count[index])
        if areas.state[index] == State.DATA:
            link = chain.links[int(areas.link[index])]
            raw = link.files[int(areas.file[index])].read_bytes()
            offset = int(areas.offset[index])
            assert raw[offset : offset + count * SECTOR] == chain.read(start, count)
        else:
            assert (int(areas.file[index]), int(areas.offset[index])) == (-1, -1)


@given(plan=chain_plans(), data=st.data())
def test_the_owner_of_a_sector_is_the_one_the_map_names(
    fresh: Callable[[], Path], plan: ChainPlan, data: st.DataObject
) -> None:
    sector = data.draw(st.integers(0, plan.capacity - 1), label="sector")
    with Chain.open(plan.build(fresh())[-1]) as chain:
        lookup = chain.owner(sector)
        area = chain.areas(sector, 1)
        assert (lookup.sector, lookup.state) == (sector, State(int(area.state[0])))
        assert lookup.steps[-1].state == lookup.state
        assert all(step.state is State.ABSENT for step in lookup.steps[:-1])
        assert [step.link_index for step in lookup.steps] == list(
            range(len(chain.links) - 1, len(chain.links) - 1 - len(lookup.steps), -1)
        )
        if lookup.state is State.ABSENT:
            assert (lookup.link_index, lookup.depth) == (None, None)
            assert len(lookup.steps) == len(chain.links)
        else:
            assert lookup.link_index == int(area.link[0])
            assert lookup.depth == len(chain.links) - 1 - int(area.link[0])
        if lookup.state is State.DATA:
            assert lookup.path is not None
            assert lookup.offset is not None
            raw = lookup.path.read_bytes()
            assert raw[lookup.offset : lookup.offset + SECTOR] == chain.read(sector, 1)
        else:
            assert (lookup.path, lookup.offset) == (None, None)


@given(plan=chain_plans(), data=st.data())
def test_each_look_up_step_tells_what_is_in_the_tables(
    fresh: Callable[[], Path], plan: ChainPlan, data: st.DataObject
) -> None:
    sector = data.draw(st.integers(0, plan.capacity - 1), label="sector")
    with Chain.open(plan.build(fresh())[-1]) as chain:
        for step in chain.owner(sector).steps:
            assert explained(step)
            if step.kind != "sparse" or step.entry_offset is None:
                continue
            assert step.file is not None
            raw = step.file.read_bytes()
            entry = int.from_bytes(raw[step.entry_offset : step.entry_offset + 4], "little")
            assert entry == step.table_entry
            if step.state is State.DATA:
                assert step.data_offset is not None
                assert step.table_entry is not None
                assert step.data_offset >= step.table_entry * SECTOR
                assert raw[step.data_offset : step.data_offset + SECTOR] == chain.read(sector, 1)


@given(plan=chain_plans())
def test_each_link_alone_says_absent_where_it_stores_nothing(
    fresh: Callable[[], Path], plan: ChainPlan
) -> None:
    with Chain.open(plan.build(fresh())[-1]) as chain:
        for link, planned in zip(chain.links, plan.links, strict=True):
            areas = link.areas()
            states = [
                State(state)
                for state, count in zip(areas.state.tolist(), areas.count.tolist(), strict=True)
                for _ in range(count)
            ]
            expected = [
                State[extent.state_of(sector // extent.unit).upper()]
                for extent in planned.extents
                for sector in range(extent.sectors)
            ]
            assert states == expected
