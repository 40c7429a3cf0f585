"""The overlays of all generations of a chain, made one from the other."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from redoscope_core import Areas, Chain, State, overlay
from redoscope_core.chain.generations import Generations, read_tables
from tests.core.links import make_chain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core import Link

CAPACITIES = (4000, 2000, 4000, 3000, 5000)


@pytest.fixture
def links() -> Sequence[Link]:
    """Links of many small areas; some end before others."""
    chance = np.random.default_rng(20261122)
    made = []
    for capacity in CAPACITIES:
        start = np.sort(chance.choice(capacity // 4, 200, replace=False)) * 4
        count = chance.integers(1, 5, 200)
        state = chance.choice([State.ZERO, State.DATA, State.UNREADABLE], 200)
        offset = np.where(state == State.DATA, chance.integers(1, 9999, 200) * 512, -1)
        stored = Areas.of(start, count, state, 0, np.where(offset < 0, -1, 0), offset).merged()
        made.append(SimpleNamespace(stored=stored, capacity=capacity))
    return cast("Sequence[Link]", made)


def columns(areas: Areas) -> list[list[int]]:
    arrays = (areas.start, areas.count, areas.state, areas.link, areas.file, areas.offset)
    return [array.tolist() for array in arrays]


def plainly(links: Sequence[Link], index: int) -> Areas:
    """The obvious way: everything at once, each link cut where a newer one ends."""
    parts = []
    for each in range(index + 1):
        limit = min(link.capacity for link in links[each : index + 1])
        parts.append(links[each].stored.window(0, limit).moved(link=each))
    return overlay(parts)


@pytest.mark.parametrize("way", [(4,), (0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1, 3)])
def test_every_generation_is_the_overlay_of_its_links(
    links: Sequence[Link], way: tuple[int, ...]
) -> None:
    made = Generations(links)
    for index in way:
        assert columns(made.at(index)) == columns(plainly(links, index))


def test_what_was_made_once_is_kept(links: Sequence[Link]) -> None:
    made = Generations(links)
    newest = made.at(4)
    assert made.at(4) is newest
    assert made.at(2) is made.at(2)


def test_what_no_longer_has_room_is_made_again(links: Sequence[Link]) -> None:
    made = Generations(links)
    made.most_bytes = 2 * made.at(4).nbytes
    for index in (4, 0, 3, 1, 2, 4):
        assert columns(made.at(index)) == columns(plainly(links, index))
        kept = sum(areas.nbytes for areas in made._kept.values())
        assert len(made._kept) == 1 or kept <= made.most_bytes


@pytest.mark.parametrize("room", [2**20, 0])
def test_a_chain_keeps_no_more_generations_than_there_is_room_for(
    tmp_path: Path, room: int
) -> None:
    with Chain.open(make_chain(tmp_path, 3)[-1]) as chain:
        chain.keep_generations(room)
        every = [chain.up_to(index).stored for index in range(3)]
        assert (chain.up_to(0).stored is every[0]) == bool(room)


def test_a_closed_chain_holds_no_areas(links: Sequence[Link]) -> None:
    made = Generations(links)
    made.at(4)
    made.forget()
    assert len(made._kept) == 0
    assert columns(made.at(3)) == columns(plainly(links, 3))


def test_without_a_bound_small_generations_are_all_kept(links: Sequence[Link]) -> None:
    made = Generations(links)
    every = [made.at(index) for index in range(len(links))]
    assert all(made.at(index) is areas for index, areas in enumerate(every))


class Large:
    """A link whose tables are only read once those of another one are being read."""

    def __init__(self, capacity: int, both: threading.Barrier) -> None:
        self.capacity = capacity
        self.reads = 0
        self._both = both

    @property
    def stored(self) -> None:
        """Nothing; it is waited for."""
        self._both.wait(10)
        self.reads += 1


def test_tables_of_large_links_are_read_two_at_a_time_and_others_when_asked_for() -> None:
    both = threading.Barrier(2)
    large = [Large(2**28, both), Large(2**29, both)]
    small = Large(2**28 - 1, both)
    read_tables(cast("Sequence[Link]", [large[0], small, large[1]]))
    assert ([each.reads for each in large], small.reads) == ([1, 1], 0)
    # Of one alone there is nothing to be won.
    read_tables(cast("Sequence[Link]", [large[0], small]))
    assert large[0].reads == 1
