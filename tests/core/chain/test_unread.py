"""What could not be read: told as runs, and area by area with its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, FileUnreadable, Leniency, Policy, Unread
from redoscope_core.chain.around import Unreadable
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAN = SparsePlan(2048, grains=dict.fromkeys(range(16), b"g" * 65536))
LOST = (3, 4, 9)
"""Grains whose table entries lead nowhere."""


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    """A disk that salvages."""
    path = handmade.sparse_link(tmp_path / "disk.vmdk", PLAN)
    for grain in LOST:
        handmade.patch_u32(path, PLAN.table_entry(grain), 0xFFFFFFF0)
    with Chain.open(path, policy=Policy(frozenset({Leniency.SALVAGE}))) as chain:
        yield chain


def late(chain: Chain, start: int, count: int, where: str = "sectors") -> Unreadable:
    """Return a run that the device did not give."""
    return Unreadable(start, count, 0, FileUnreadable("not given", path=chain.path, where=where))


def test_neighbours_that_fail_alike_are_one_area_and_others_are_areas_of_their_own(
    chain: Chain,
) -> None:
    unread = Unread(chain)
    unread.add([late(chain, 10, 2), late(chain, 12, 1), late(chain, 14, 1)])
    unread.add([late(chain, 15, 5), late(chain, 20, 4, where="another place")])
    told = [(area.start, area.count) for area in unread.areas()]
    assert told == [(10, 3), (14, 6), (20, 4), *((grain * 128, 128) for grain in LOST)]
    assert unread.sectors == sum(count for _, count in told)


def test_runs_join_what_the_tables_tell_with_what_comes_to_light_later(chain: Chain) -> None:
    unread = Unread(chain)
    unread.add([late(chain, 380, 4), late(chain, 640, 1), late(chain, 1500, 7)])
    start, count = unread.runs
    assert list(zip(start.tolist(), count.tolist(), strict=True)) == [
        (380, 4 + 256 + 1),
        (1152, 128),
        (1500, 7),
    ]
    assert int(count.sum()) == unread.sectors
