"""Changed areas: none that changed is left out, and pages join to the whole."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redoscope_core import SECTOR, Chain, InvalidArgument, OutOfRange, create_child
from redoscope_core.areas.runs import Runs
from redoscope_core.format.change_id import ChangeId
from redoscope_core.operations.tracking.allocated import allocated
from redoscope_core.operations.tracking.query import (
    change_id_of,
    changed_runs,
    query_changes,
    refined_runs,
)
from tests.core.chains import chain_plans
from tests.core.finished import finished
from tests.core.links import grow_chain, make_chain, write_at_random, write_sector
from tests.judges import qemu

if TYPE_CHECKING:
    from tests.core.chains import ChainPlan

IDS = st.builds(ChangeId, st.binary(min_size=16, max_size=16), st.integers(0, 10**9))


def sectors(runs: Runs) -> set[int]:
    """Return every sector of *runs*."""
    return {s for a, b in zip(*map(np.ndarray.tolist, runs), strict=True) for s in range(a, b)}


def differing(plan: ChainPlan, since: int, upto: int) -> set[int]:
    """Return the sectors in which two generations differ, by their bytes."""
    one, two = (np.frombuffer(plan.content(at), np.uint8) for at in (since, upto))
    return set(np.flatnonzero((one != two).reshape(-1, SECTOR).any(axis=1)).tolist())


@settings(max_examples=30, deadline=None)
@given(plan=chain_plans(), data=st.data())
def test_what_changed_is_there_and_refined_is_exactly_that(
    plan: ChainPlan, data: st.DataObject
) -> None:
    since = data.draw(st.integers(0, len(plan.links) - 1))
    with tempfile.TemporaryDirectory() as folder:
        paths = plan.build(Path(folder) / "chain")
        with Chain.open(paths[-1]) as chain:
            changed = sectors(changed_runs(chain, since))
            truth = differing(plan, since, len(paths) - 1)
            assert truth <= changed
            assert sectors(finished(refined_runs(chain, since))) == truth
            told = str(change_id_of(chain, since))
            offset, pages = 0, []
            while offset < chain.capacity * SECTOR:
                page = query_changes(chain, told, offset, limit=data.draw(st.integers(1, 5)))
                pages.append(page.areas)
                assert page.length > 0
                offset = page.start_offset + page.length
            joined = Runs.joined(*(np.concatenate(each) for each in zip(*pages, strict=True)))
            whole = query_changes(chain, told).areas
            assert [each.tolist() for each in joined] == [each.tolist() for each in whole]


@pytest.mark.judge
@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_union_of_what_qemu_says_of_each_newer_link(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for disk in grow_chain(tmp_path, 8192, 4):
        write_at_random(disk, chance, 5, [1, 8, 300])
        disk.write_zeros(chance.randrange(8000), 128)
    areas = qemu.map_areas(tmp_path / "c3.vmdk")
    with Chain.open(tmp_path / "c3.vmdk") as chain:
        for since in range(4):
            union = {
                sector
                for area in areas
                if area.depth < 3 - since and area.state != "absent"
                for sector in range(area.start, area.start + area.length)
            }
            assert sectors(changed_runs(chain, since)) == union


@given(IDS)
def test_a_change_id_is_read_as_it_is_written(change_id: ChangeId) -> None:
    assert ChangeId.parse(str(change_id)) == change_id


@pytest.mark.parametrize("text", ["", "bitmap0", "52 de/1", "*", "zz" * 16 + "/1"])
def test_what_is_no_change_id_is_refused_with_the_shape(text: str) -> None:
    with pytest.raises(InvalidArgument, match=r"not a change id.*52 de c0"):
        ChangeId.parse(text)


def test_a_page_of_no_areas_is_refused_since_nobody_could_go_on_behind_it(tmp_path: Path) -> None:
    with Chain.open(make_chain(tmp_path, 2)[-1]) as chain:
        with pytest.raises(InvalidArgument, match="a page of no areas"):
            query_changes(chain, "*", limit=0)
        assert query_changes(chain, "*", limit=1).length > 0


def test_the_id_of_a_line_that_is_gone_names_the_nearest_common_link(tmp_path: Path) -> None:
    paths = make_chain(tmp_path, 3)
    with Chain.open(paths[1]) as parent:
        create_child(parent, tmp_path / "branch.vmdk")
    write_sector(tmp_path / "branch.vmdk", 0, b"B")
    with Chain.open(tmp_path / "branch.vmdk") as branch:
        told = str(change_id_of(branch))
    with Chain.open(paths[2]) as chain:
        assert query_changes(chain, str(change_id_of(chain, 1))).areas.total
        with pytest.raises(InvalidArgument, match=r"not on this chain.*link1\.vmdk"):
            query_changes(chain, told)
        with pytest.raises(InvalidArgument, match=r"not on this chain.*full backup"):
            query_changes(chain, str(ChangeId(bytes(16), 1)))


def test_an_id_stays_good_when_newer_links_come_and_go(tmp_path: Path) -> None:
    paths = make_chain(tmp_path, 3)
    with Chain.open(paths[2]) as chain, Chain.open(paths[1]) as older:
        assert change_id_of(chain, 1) == change_id_of(older)
        assert change_id_of(chain) != change_id_of(older)


def test_a_page_beyond_the_end_is_the_documented_fault(tmp_path: Path) -> None:
    (path,) = make_chain(tmp_path, 1)
    with Chain.open(path) as chain:
        end = chain.capacity * SECTOR
        for offset in (end, end + 1, -1):
            with pytest.raises(InvalidArgument, match=r"beyond the end.*startOffset"):
                query_changes(chain, "*", offset)
        assert query_changes(chain, "*").length == end


@settings(max_examples=30, deadline=None)
@given(
    plan=chain_plans(), chunk=st.sampled_from([128, 256, 2048, 65536]), start=st.integers(0, 5000)
)
def test_allocated_chunks_are_those_that_hold_something_and_the_tail(
    plan: ChainPlan, chunk: int, start: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = plan.build(Path(folder) / "chain")[-1]
        with Chain.open(path) as chain:
            start = min(start, chain.capacity)
            stored = {
                sector
                for area in plan.states(len(plan.links) - 1)
                if area.state == "data"
                for sector in range(area.start, area.start + area.length)
            }
            whole = chain.capacity // chunk * chunk
            expected = set(range(whole, chain.capacity))
            for first in range(0, whole, chunk):
                each = set(range(first, first + chunk))
                expected |= each if each & stored else set()
            floor = start // chunk * chunk
            found = allocated(chain, chunk, start=start)
            assert sectors(found) == {sector for sector in expected if sector >= floor}


@pytest.mark.parametrize("chunk", [0, 64, 129, 192])
def test_a_chunk_that_the_vendor_refuses_is_refused_with_the_numbers(
    tmp_path: Path, chunk: int
) -> None:
    (path,) = make_chain(tmp_path, 1)
    with Chain.open(path) as chain:
        with pytest.raises(InvalidArgument, match=f"found {chunk} sectors.*128 or more"):
            allocated(chain, chunk)
        with pytest.raises(OutOfRange):
            allocated(chain, start=chain.capacity, count=1)
