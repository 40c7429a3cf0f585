"""Which blocks of a window hold more than zeros."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import SECTOR
from redoscope_core.operations.walking.speaking import speaking

BLOCK = 8


@given(st.data(), st.integers(0, 3 * BLOCK), st.integers(1, 6 * BLOCK))
def test_runs_are_those_of_blocks_with_a_byte_that_is_not_zero(
    data: st.DataObject, first: int, count: int
) -> None:
    window = bytearray(count * SECTOR)
    for place in data.draw(st.lists(st.integers(0, len(window) - 1), max_size=6)):
        window[place] = 1
    found = list(speaking(memoryview(window), first, BLOCK))
    told = {sector for start, sectors in found for sector in range(start, start + sectors)}
    expected = {
        sector
        for sector in range(first, first + count)
        if any(
            any(window[(each - first) * SECTOR : (each - first + 1) * SECTOR])
            for each in range(sector - sector % BLOCK, sector - sector % BLOCK + BLOCK)
            if first <= each < first + count
        )
    }
    assert told == expected
    assert all(low + sectors < start for (low, sectors), (start, _) in pairwise(found))
