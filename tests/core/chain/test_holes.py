"""What is left of areas outside the holes of their file: every sector of which a byte is held."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from redoscope_core import Areas, State
from redoscope_core.chain.holes import cut_to

SECTOR = 512
EDGES = st.lists(st.integers(0, 40 * SECTOR), max_size=10, unique=True).map(sorted)
AREAS = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6)), max_size=6)


@example([(0, 4)], [100, 700])
@example([(0, 4)], [0, 100, 200, 300])
@given(AREAS, EDGES)
def test_each_sector_of_which_a_byte_is_held_is_left_once(
    plan: list[tuple[int, int]], edges: list[int]
) -> None:
    # Each area lies some sectors behind the one before, on the disk as in the file.
    start, count, end = list[int](), list[int](), 0
    for gap, length in plan:
        start.append(end + gap)
        count.append(length)
        end += gap + length
    runs = [run for number, run in enumerate(pairwise(edges)) if number % 2 == 0]
    offset = np.array(start, np.int64) * SECTOR
    areas = Areas.of(start, count, State.DATA, 2, 1, offset)
    left = cut_to(areas, *np.array(runs, np.int64).reshape(-1, 2).T)
    told = [
        sector
        for first, length in zip(left.start.tolist(), left.count.tolist(), strict=True)
        for sector in range(first, first + length)
    ]
    assert told == [
        sector
        for first, length in zip(start, count, strict=True)
        for sector in range(first, first + length)
        if any(low < (sector + 1) * SECTOR and high > sector * SECTOR for low, high in runs)
    ]
    assert left.offset.tolist() == (left.start * SECTOR).tolist()
    assert set(left.link.tolist()) <= {2}
    assert set(left.file.tolist()) <= {1}
