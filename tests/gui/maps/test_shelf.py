"""The one shelf: a bound in bytes that holds, whatever is put there and by whom."""

from __future__ import annotations

import gc
from collections.abc import Generator
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Chain
from redoscope_gui.maps import MapMode, MapScope, drawing
from redoscope_gui.maps.generations import generation_of
from redoscope_gui.maps.rewrites import rewrites_of
from redoscope_gui.maps.shelf import MOST_BYTES, OVERLAY_BYTES, SHELF, SHELF_BYTES, Shelf

Arrays = list[npt.NDArray[np.uint8]]


class Owner:
    """Somebody who keeps things."""


@pytest.fixture
def chain(tip: Path) -> Generator[Chain]:
    """The main chain of the sample."""
    with Chain.open(tip) as chain:
        yield chain


def test_the_parts_make_up_the_one_bound() -> None:
    assert OVERLAY_BYTES + SHELF_BYTES == MOST_BYTES
    assert SHELF.most_bytes == SHELF_BYTES


deeds = st.lists(
    st.tuples(
        st.integers(0, 1), st.integers(0, 4), st.lists(st.integers(0, 9), min_size=1), st.booleans()
    ),
    max_size=30,
)


@given(deeds, st.integers(0, 60))
def test_the_bound_holds_and_what_was_used_last_is_there(
    done: list[tuple[int, int, list[int], bool]], most: int
) -> None:
    shelf, owners = Shelf(most), (Owner(), Owner())
    pool = [np.zeros(size + 1, np.uint8) for size in range(10)]
    kept: dict[tuple[int, int], Arrays] = {}
    for who, key, which, puts in done:
        owner = owners[who]
        if puts:
            value = [pool[each] for each in which]
            there = shelf.holds(owner, key)
            found = shelf.keep(owner, key, value, value.copy)
            assert found is (kept[who, key] if there else value)
            kept[who, key] = found
            assert shelf.find(owner, key) is found
        elif shelf.holds(owner, key):
            assert shelf.find(owner, key) is kept[who, key]
        here = [name for name in kept if shelf.holds(owners[name[0]], name[1])]
        distinct = {id(array): array.nbytes for name in here for array in kept[name]}
        assert shelf.used == sum(distinct.values())
        assert shelf.used <= most or len(here) == 1
        assert sum(shelf.count(each) for each in owners) == len(here)


def test_what_weighs_more_after_use_makes_room_when_it_is_used_again() -> None:
    shelf, owner = Shelf(100), Owner()
    shelf.keep(owner, "old", "old", lambda: [np.zeros(60, np.uint8)])
    grown: Arrays = []
    shelf.keep(owner, "grows", "grows", lambda: grown)
    grown.append(np.zeros(70, np.uint8))
    assert shelf.holds(owner, "old")
    assert shelf.find(owner, "grows") == "grows"
    assert not shelf.holds(owner, "old")
    assert shelf.used == 70


def test_what_was_used_longest_ago_goes_first() -> None:
    shelf, owner = Shelf(100), Owner()
    for key in ("one", "two"):
        shelf.keep(owner, key, key, partial(list, [np.zeros(50, np.uint8)]))
    assert shelf.find(owner, "one") == "one"
    assert shelf.holds(owner, "two")
    shelf.keep(owner, "three", "three", partial(list, [np.zeros(50, np.uint8)]))
    assert [shelf.holds(owner, key) for key in ("one", "two", "three")] == [True, False, True]


def test_what_is_kept_goes_with_its_owner() -> None:
    shelf, owner, other = Shelf(100), Owner(), Owner()
    shelf.keep(owner, 1, "one", lambda: [np.zeros(10, np.uint8)])
    shelf.keep(other, 1, "two", lambda: [np.zeros(20, np.uint8)])
    shelf.forget(other)
    assert (shelf.used, shelf.count(other)) == (10, 0)
    del owner
    gc.collect()
    assert shelf.used == 0


def test_of_two_that_make_the_same_the_first_is_kept() -> None:
    shelf, owner = Shelf(100), Owner()

    def make() -> str:
        shelf.keep(owner, 1, "theirs", list)
        return "mine"

    assert shelf.made(owner, 1, make, lambda _made: []) == "theirs"


def test_a_map_and_the_generation_it_was_drawn_of_are_counted_once(chain: Chain) -> None:
    shelf, owner = Shelf(), Owner()
    scopes = [MapScope(chain, 2, mode, 0, 128, 512) for mode in (MapMode.CHANGED, MapMode.OWNER)]
    maps = [drawing.draw(scope) for scope in scopes]
    for scope, drawn in zip(scopes, maps, strict=True):
        shelf.keep(owner, scope, drawn, partial(tuple, drawn.arrays))
    stored = generation_of(chain, 2).stored
    planes = sum(drawn.classes.nbytes + drawn.shares.nbytes for drawn in maps)
    ranks = sum(source[1].nbytes for drawn in maps for source in drawn.sources)
    assert shelf.used == stored.nbytes + planes + ranks


def test_generations_and_rewrites_of_a_chain_are_on_the_shelf_and_go_with_it(tip: Path) -> None:
    with Chain.open(tip) as chain:
        generation_of(chain, 2).read(0, 1)
        assert generation_of(chain, 2) is generation_of(chain, 2)
        assert rewrites_of(chain, 3) is rewrites_of(chain, 3)
        assert SHELF.count(chain) >= 2
        before = SHELF.used
    del chain
    gc.collect()
    assert SHELF.used < before
