"""Runs: what is cut at edges covers the same, and no piece goes across an edge."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redoscope_core.areas.runs import Runs

PLACES = st.integers(0, 60)


@given(st.lists(st.tuples(PLACES, PLACES), max_size=8), st.lists(PLACES, max_size=12))
def test_runs_cut_at_edges_cover_the_same_and_cross_none(
    drawn: list[tuple[int, int]], edges: list[int]
) -> None:
    runs = Runs.joined([a for a, _ in drawn], [b for _, b in drawn])
    pieces = runs.cut_at(edges)
    for start, end in zip(pieces.start.tolist(), pieces.end.tolist(), strict=True):
        assert start < end
        assert not any(start < edge < end for edge in edges)
    again = Runs.joined(pieces.start, pieces.end)
    assert (again.start.tolist(), again.end.tolist()) == (runs.start.tolist(), runs.end.tolist())
    assert pieces.total == runs.total
