"""Where the next change lies, and what the question of a map answers, on the sample chain."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from redoscope_core import Chain
from redoscope_gui.maps import MapMode, MapScope, drawing
from redoscope_gui.requests import DrawMap, FindChange, FindGeneration

GRAIN = 128


@pytest.fixture
def chain(tip: Path) -> Generator[Chain]:
    """The main chain of the sample."""
    with Chain.open(tip) as chain:
        yield chain


def test_the_answer_is_the_map_of_its_scope(chain: Chain) -> None:
    scope = MapScope(chain, 5, MapMode.OWNER, 0, GRAIN, 64)
    answer, drawn = DrawMap(scope).run(), drawing.draw(scope)
    assert answer.scope is scope
    assert answer.classes.tolist() == drawn.classes.tolist()
    assert answer.totals == drawn.totals


def test_steps_over_changed_grains_visit_each_once(chain: Chain) -> None:
    stored = chain.tip.stored
    expected = [
        sector
        for start, count in zip(stored.start.tolist(), stored.count.tolist(), strict=True)
        for sector in range(start, start + count, GRAIN)
    ]
    found = []
    here: int | None = 0
    while here is not None:
        here = FindChange(chain, 5, here, GRAIN, True).run()
        if here is not None:
            found.append(here)
    assert found == expected
    back = []
    here = chain.capacity - 1
    while here is not None:
        here = FindChange(chain, 5, here, GRAIN, False).run()
        if here is not None:
            back.append(here)
    assert back == expected[::-1]


def test_the_next_generation_is_one_that_stores_the_grain(chain: Chain) -> None:
    sector = int(chain.links[3].stored.start[0])
    owners = [g for g, link in enumerate(chain.links) if len(link.stored.window(sector, GRAIN))]
    assert FindGeneration(chain, 0, sector, GRAIN, True).run() == next(o for o in owners if o > 0)
    assert FindGeneration(chain, 5, sector, GRAIN, False).run() == [o for o in owners if o < 5][-1]
    assert FindGeneration(chain, owners[-1], sector, GRAIN, True).run() is None
