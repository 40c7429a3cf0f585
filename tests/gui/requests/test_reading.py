"""Reading bytes of a generation: whose they are, what changed, what cannot be read."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

from redoscope_core import Chain, State
from redoscope_gui.requests import ReadBytes


@pytest.fixture
def chain(tip: Path) -> Generator[Chain]:
    """The main chain of the sample."""
    with Chain.open(tip) as chain:
        yield chain


CAPACITY = 64 << 20
offsets = st.one_of(st.integers(0, CAPACITY), st.integers(0, 5 << 20))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(generation=st.integers(0, 5), offset=offsets, length=st.integers(1, 40_000))
def test_bytes_and_marks_agree_with_the_chain(
    chain: Chain, generation: int, offset: int, length: int
) -> None:
    answer = ReadBytes(chain, generation, offset, length).run()
    shown = chain.up_to(generation)
    first, count = answer.offset // 512, len(answer.data) // 512
    assert answer.offset % 512 == 0
    assert answer.offset <= offset
    assert answer.end == min(-(-(offset + length) // 512) * 512, CAPACITY)
    expected = shown.read(first, count)
    assert answer.data == expected
    before = chain.up_to(generation - 1).read(first, count) if generation else expected
    assert answer.changed == bytes(a != b for a, b in zip(before, expected, strict=True))
    areas = shown.areas(first, count)
    assert len(answer.states) == len(answer.owners) == count == int(areas.count.sum())
    assert answer.faults == ()


def test_owner_and_state_are_those_of_the_look_up(chain: Chain) -> None:
    answer = ReadBytes(chain, 5, 0, 4 << 20).run()
    for index in range(0, len(answer.states), 127):
        lookup = chain.owner(index)
        assert answer.states[index] is lookup.state
        assert answer.owners[index] == (-1 if lookup.link_index is None else lookup.link_index)


def test_what_cannot_be_read_is_told_and_never_called_zeros(own_sample: Path) -> None:
    damaged = own_sample / "office-000004.vmdk"
    with damaged.open("r+b") as file:
        file.truncate(damaged.stat().st_size - 300_000)
    with Chain.open(own_sample / "office-000005.vmdk") as chain:
        stored = chain.stored
        bad = next(int(s) for s, t in zip(stored.start, stored.state, strict=True) if t == 3)
        answer = ReadBytes(chain, 5, (bad - 2) * 512, 8 * 512).run()
    assert [state is State.UNREADABLE for state in answer.states] == [False] * 2 + [True] * 6
    assert [(fault.sector, fault.count) for fault in answer.faults] == [(bad, 6)]
    assert "office-000004.vmdk" not in answer.faults[0].text
    assert answer.faults[0].text
    assert not any(answer.changed[2 * 512 :])


def test_a_file_cut_while_it_is_open_is_told_sector_by_sector(own_sample: Path) -> None:
    with Chain.open(own_sample / "office-000005.vmdk") as chain:
        start = int(chain.tip.stored.start[0])
        offset = chain.owner(start).offset
        assert offset is not None
        with (own_sample / "office-000005.vmdk").open("r+b") as file:
            file.truncate(offset + 512 * 3)
        answer = ReadBytes(chain, 5, start * 512, 512 * 8).run()
    assert [state is State.UNREADABLE for state in answer.states] == [False] * 3 + [True] * 5


def test_past_the_end_there_are_no_bytes(chain: Chain) -> None:
    answer = ReadBytes(chain, 5, CAPACITY - 512, 4096).run()
    assert len(answer.data) == 512
    assert ReadBytes(chain, 5, CAPACITY, 16).run().data == b""


def test_bytes_that_cannot_be_compared_are_not_called_changed(tmp_path: Path) -> None:
    """The parent's grain is damaged, and the child has one of its own in its place."""
    grain = 2
    below = SparsePlan(2048, grains={0: b"a" * 65536, grain: b"c" * 65536})
    above = SparsePlan(2048, grains={0: b"b" * 65536, grain: b"z" * 65536})
    handmade.sparse_link(tmp_path / "base.vmdk", below, cid=5, parent_cid=handmade.NO_PARENT)
    handmade.patch_u32(tmp_path / "base.vmdk", below.table_entry(grain), 2**20)
    child = tmp_path / "child.vmdk"
    handmade.sparse_link(child, above, cid=6, parent_cid=5, hint="base.vmdk")
    with Chain.open(child) as chain:
        sound = ReadBytes(chain, 1, 0, 512).run()
        answer = ReadBytes(chain, 1, grain * 65536, 512).run()
    assert sound.changed == b"\1" * 512
    assert answer.data == b"z" * 512
    assert answer.faults == ()
    assert not any(answer.changed)
