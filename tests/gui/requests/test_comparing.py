"""What differs is told while it is being found; walking to bytes reads no more than it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from redoscope_core import Chain, Policy
from redoscope_core.operations.examining import compare as comparing
from redoscope_gui.maps.differences import Differences
from redoscope_gui.requests import CompareGenerations
from redoscope_gui.requests import comparing as requests


def test_the_first_differences_are_there_before_the_rest_is_compared(
    tip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "_BATCH", 1)
    monkeypatch.setattr(requests, "_OFTEN", 0.0)
    monkeypatch.setattr(requests, "_RARELY", 0)
    asked = CompareGenerations(tip, 0, 5, Policy())
    found: object = None
    steps, told = asked.run(), []
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found = end.value
            break
        so_far = asked.so_far.found
        told.append(0 if so_far is None else so_far.comparison.differing_bytes)
    assert isinstance(found, Differences)
    assert told == sorted(told)
    assert told[-1] == found.comparison.differing_bytes
    assert 0 < next(filter(None, told)) < told[-1]


def test_pieces_cover_the_runs_and_have_one_owner_each(tip: Path) -> None:
    with Chain.open(tip) as chain:
        found: object = None
        steps = CompareGenerations(tip, 0, 5, Policy()).run()
        while True:
            try:
                next(steps)
            except StopIteration as end:
                found = end.value
                break
        assert isinstance(found, Differences)
        assert int(found.count.sum()) == found.comparison.sectors
        for start, count, owner in zip(
            found.start.tolist(), found.count.tolist(), found.owner_b.tolist(), strict=True
        ):
            areas = chain.areas(start, count)
            assert set(areas.link.tolist()) == {owner}
