"""Cutting runs at the parts of a disk: against walking sector by sector."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core.areas.end_to_end import EndToEnd

COUNTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


def walked(counts: list[int]) -> list[tuple[int, int]]:
    """Return (part, sector in it) of every sector."""
    return [(part, within) for part, count in enumerate(counts) for within in range(count)]


@given(COUNTS, st.data())
def test_pieces_are_the_sectors_of_the_run_in_order_each_once(
    counts: list[int], data: st.DataObject
) -> None:
    places = walked(counts)
    sector = data.draw(st.integers(0, len(places)))
    count = data.draw(st.integers(0, len(places) - sector))
    found: list[tuple[int, int]] = []
    for part, within, skipped, length in EndToEnd(counts).pieces(sector, count):
        assert length > 0
        assert skipped == len(found)
        found += [(part, within + each) for each in range(length)]
    assert found == places[sector : sector + count]


@given(COUNTS, st.data())
def test_many_runs_are_cut_as_each_of_them_is(counts: list[int], data: st.DataObject) -> None:
    total = sum(counts)
    edges = sorted(data.draw(st.sets(st.integers(0, total), min_size=2, max_size=8)))
    start, end = np.array(edges[:-1:2]), np.array(edges[1::2])
    start = start[: len(end)]
    parts = EndToEnd(counts)
    one_by_one = sorted(
        (part, run, within, length)
        for run, (low, high) in enumerate(zip(start.tolist(), end.tolist(), strict=True))
        for part, within, _, length in parts.pieces(low, high - low)
    )
    together = [
        (runs.part, *row)
        for runs in parts.runs(start, end - start)
        for row in zip(runs.run.tolist(), runs.within.tolist(), runs.length.tolist(), strict=True)
    ]
    assert together == one_by_one


@given(COUNTS)
def test_every_sector_is_found_in_its_part(counts: list[int]) -> None:
    parts = EndToEnd(counts)
    assert [parts.at(sector) for sector in range(sum(counts))] == walked(counts)
