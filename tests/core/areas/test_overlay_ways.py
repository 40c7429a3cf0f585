"""The two ways of laying links over each other agree: grains as numbers, and cuts at every edge."""

from __future__ import annotations

import numpy as np
import pytest

from redoscope_core import Areas, State
from redoscope_core.areas import overlay as ways


def grains(chance: np.random.Generator, capacity: int, grain: int, share: float) -> Areas:
    """Return areas of whole grains, some of them joined, the last perhaps short."""
    number = -(-capacity // grain)
    which = np.flatnonzero(chance.random(number) < share)
    start = which * grain
    count = np.minimum(grain, capacity - start)
    state = chance.choice([State.DATA, State.DATA, State.ZERO], len(which))
    offset = np.where(state == State.DATA, 4096 + np.arange(len(which)) * grain * 512, -1)
    file = np.where(offset < 0, -1, 0)
    return Areas.of(start, count, state, 0, file, offset).merged()


@pytest.mark.parametrize("seed", range(20))
def test_both_ways_see_the_same_from_above(seed: int) -> None:
    chance = np.random.default_rng(seed)
    capacity = int(chance.integers(2000, 60_000))
    grain = int(chance.choice([8, 64, 128]))
    parts = [
        grains(chance, capacity, grain, share).moved(link=index)
        for index, share in enumerate(chance.choice([0.02, 0.1, 0.3], 5).tolist())
    ]
    parts = [part for part in parts if len(part)]
    pieces = ways._grains(parts)
    assert pieces is not None
    one = ways._gather(parts, pieces).merged()
    two = ways._gather(parts, ways._cuts(parts)).merged()
    for column in ("start", "count", "state", "link", "file", "offset", "packed"):
        assert np.array_equal(getattr(one, column), getattr(two, column)), column


def test_a_flat_base_disk_is_not_taken_to_pieces() -> None:
    base = Areas.of(0, 2**30, State.DATA, 0, 0, 0)
    child = grains(np.random.default_rng(1), 2**20, 128, 0.01).moved(link=1)
    assert ways._grains([base, child]) is None
    assert int(ways.overlay([base, child]).count.sum()) == 2**30


def test_edges_that_no_grain_fits_are_cut_at_every_edge() -> None:
    odd = Areas.of([3, 1000], [700, 5], State.DATA, 0, 0, [0, 700 * 512])
    even = Areas.of([128, 4096], [128, 128], State.ZERO, 1, -1)
    assert ways._grains([odd, even]) is None
    assert ways.overlay([odd, even]).start.tolist() == [3, 128, 256, 1000, 4096]
