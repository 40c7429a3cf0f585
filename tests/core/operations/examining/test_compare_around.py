"""Comparing around what comes to light to be unreadable while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, Leniency, Policy
from redoscope_core.operations.examining.compare import compare
from tests.core.finished import finished
from tests.judges import handmade
from tests.judges.handmade import SparsePlan
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from pathlib import Path

GRAIN = 128
SIZE = GRAIN * 512
COUNT = 20
"""Grains: more than are compared in one piece."""
SALVAGE = Policy(frozenset({Leniency.SALVAGE}))


def pair(folder: Path, bad: set[int]) -> tuple[Path, Path]:
    """Write a stream whose grains *bad* are damaged, and a disk that has other bytes there alone.

    And one sector more of the second differs, the last of all.
    """
    grains = {n: bytes([n + 1]) * SIZE for n in range(COUNT)}
    stream = stream_link(folder / "stream.vmdk", StreamPlan(COUNT * GRAIN, grains))
    with Chain.open(stream) as chain:
        places = chain.links[0].stored.offset.tolist()
    for n in bad:
        handmade.patch(stream, places[n] + 20, b"\xff" * 8)
    others = {n: b"?" * SIZE if n in bad else data for n, data in grains.items()}
    others[COUNT - 1] = others[COUNT - 1][:-512] + b"!" * 512
    return stream, handmade.sparse_link(
        folder / "other.vmdk", SparsePlan(COUNT * GRAIN, grains=others)
    )


@pytest.mark.parametrize("bad", [{0}, {2}, {1, 3}, {0, 1, 2, 3}])
@pytest.mark.parametrize("swapped", [False, True])
def test_what_one_disk_does_not_give_is_neither_the_same_nor_different(
    tmp_path: Path, bad: set[int], *, swapped: bool
) -> None:
    paths = pair(tmp_path, bad)
    side = int(swapped)
    with (
        Chain.open(paths[side], policy=SALVAGE) as old,
        Chain.open(paths[1 - side], policy=SALVAGE) as new,
    ):
        found = finished(compare(old, new))
        assert (found.start.tolist(), found.count.tolist()) == ([COUNT * GRAIN - 1], [1])
        assert found.differing_bytes == 512
        lost = [area.start for area in found.unread[side].areas()]
        assert {start // GRAIN for start in lost} == bad
        assert found.unread[side].sectors == len(bad) * GRAIN
        assert not found.unread[1 - side].sectors


@pytest.mark.parametrize("bad", [{2}, {4}])
@pytest.mark.parametrize("one_salvages", [False, True])
def test_unless_both_salvage_what_differs_before_that_is_told_and_nothing_behind(
    tmp_path: Path, bad: set[int], *, one_salvages: bool
) -> None:
    stream, other = pair(tmp_path, bad)
    handmade.patch(other, other.stat().st_size - COUNT * SIZE + 512, b"#")
    policy = SALVAGE if one_salvages else Policy()
    with Chain.open(stream) as old, Chain.open(other, policy=policy) as new:
        found = finished(compare(old, new))
        assert (found.start.tolist(), found.count.tolist()) == ([1], [1])
        assert found.stopped is not None


def lacking(path: Path, grain: int, letter: bytes = b"b", cid: int = 1) -> Path:
    """Write a disk full of *letter*, of which one *grain* leads nowhere."""
    plan = SparsePlan(COUNT * GRAIN, grains=dict.fromkeys(range(COUNT), letter * SIZE))
    handmade.sparse_link(path, plan, cid=cid)
    handmade.patch_u32(path, plan.table_entry(grain), 0xFFFFFFF0)
    return path


def test_what_the_tables_of_one_disk_have_lost_is_passed_over_where_both_salvage(
    tmp_path: Path,
) -> None:
    paths = lacking(tmp_path / "a.vmdk", 1), lacking(tmp_path / "b.vmdk", 4, b"c")
    with (
        Chain.open(paths[0], policy=SALVAGE) as old,
        Chain.open(paths[1], policy=SALVAGE) as new,
    ):
        found = finished(compare(old, new))
    assert found.stopped is None
    assert found.start.tolist() == [0, 2 * GRAIN, 5 * GRAIN]
    assert found.count.tolist() == [GRAIN, 2 * GRAIN, (COUNT - 5) * GRAIN]
    assert [each.sectors for each in found.unread] == [GRAIN, GRAIN]


def test_what_is_lost_of_both_in_the_same_place_keeps_nothing_from_being_compared(
    tmp_path: Path,
) -> None:
    base = lacking(tmp_path / "base.vmdk", 1)
    tip = SparsePlan(COUNT * GRAIN, grains={3: b"c" * SIZE})
    handmade.sparse_link(tmp_path / "tip.vmdk", tip, parent_cid=1, hint=base.name)
    with Chain.open(tmp_path / "tip.vmdk") as chain:
        found = finished(compare(chain.up_to(0), chain))
    assert (found.start.tolist(), found.count.tolist()) == ([3 * GRAIN], [GRAIN])
    assert found.stopped is None
