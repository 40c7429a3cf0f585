"""Inflated grains that are kept: the ones used last, as many bytes as there is room for."""

from __future__ import annotations

import random
from collections import OrderedDict
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core import Chain
from redoscope_core.extents.stream import extent
from tests.judges.handmade_stream import StreamPlan, stream_link

if TYPE_CHECKING:
    from pathlib import Path

ROOM = 10
USES = st.lists(st.tuples(st.booleans(), st.integers(0, 6), st.integers(1, 6)), max_size=40)


@pytest.fixture(autouse=True)
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep ten bytes, or one grain."""
    monkeypatch.setattr(extent, "_KEPT", ROOM)


@given(USES)
def test_what_was_used_last_is_kept_within_the_room(uses: list[tuple[bool, int, int]]) -> None:
    kept, model = extent._Kept(), OrderedDict[int, bytes]()
    for is_put, place, length in uses:
        if is_put:
            data = bytes([place]) * length
            kept.keep(place, data)
            model.setdefault(place, data)
            while sum(map(len, model.values())) > ROOM and len(model) > 1:
                model.popitem(last=False)
        else:
            found = kept.get(place)
            assert found == model.get(place)
            if found is not None:
                model.move_to_end(place)
    assert {place: kept.get(place) for place in range(7)} == {
        place: model.get(place) for place in range(7)
    }


def test_one_grain_is_kept_however_large_it_is() -> None:
    kept = extent._Kept()
    kept.keep(1, bytes(100))
    assert kept.get(1) == bytes(100)
    kept.keep(2, bytes(100))
    assert (kept.get(1), kept.get(2)) == (None, bytes(100))


def test_parts_of_more_grains_than_are_kept_read_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extent, "_KEPT", 2 * 65536)
    chance = random.Random(5)
    grains = {grain: chance.randbytes(65536) for grain in range(6)}
    flat = b"".join(grains.values())
    with Chain.open(stream_link(tmp_path / "d.vmdk", StreamPlan(6 * 128, grains))) as chain:
        for _ in range(60):
            start, count = chance.randrange(700), chance.randrange(1, 60)
            assert chain.read(start, count) == flat[start * 512 : (start + count) * 512]
