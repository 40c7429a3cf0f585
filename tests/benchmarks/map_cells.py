"""Time the cells of the map over 2 TiB: 600,000 areas of nine links, every mode and zoom.

    python -m tests.benchmarks.map_cells

No disk is read: the areas are made by chance, 200,000 grains in the base disk and 50,000 in each
child. Prints least, median and greatest milliseconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from redoscope_core import Areas, Chain, overlay
from redoscope_gui.maps import MapMode, MapScope
from redoscope_gui.requests import DrawMap, FindChange

__all__ = ["chance_chain", "main"]

CAPACITY = 2**32
GRAIN = 128
LINKS = 9
BASE_GRAINS = 200_000
CHILD_GRAINS = 50_000
ROUNDS = 15


class _Whole:
    """The links read as one disk."""

    def __init__(self, links: list[SimpleNamespace], stored: Areas) -> None:
        self.links = links
        self.stored = stored
        self.capacity = CAPACITY
        self.grain_size = GRAIN


def chance_chain() -> Chain:
    """Return just enough of a chain to draw: links and what they look like together."""
    chance = np.random.default_rng(20261122)
    links = []
    for index in range(LINKS):
        count = CHILD_GRAINS if index else BASE_GRAINS
        grains = np.sort(chance.choice(CAPACITY // GRAIN, count, replace=False))
        states = np.where(chance.random(count) < 0.05, 1, 2)
        stored = Areas.of(grains * GRAIN, GRAIN, states)
        links.append(SimpleNamespace(stored=stored, capacity=CAPACITY, grain_size=GRAIN))
    stored = overlay([link.stored.moved(link=index) for index, link in enumerate(links)])
    return cast("Chain", _Whole(links, stored))


def timed(work: Callable[[], Any]) -> str:
    """Return least, median and greatest milliseconds of some rounds."""
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    return f"{took[0]:8.2f} {took[ROUNDS // 2]:8.2f} {took[-1]:8.2f} ms"


def main() -> None:
    """Print the figures."""
    say = sys.stdout.write
    chain = chance_chain()
    newest = LINKS - 1
    say(f"{len(chain.stored):,} areas over 2 TiB\n")
    for cells in (16_384, 65_536):
        for mode in MapMode:
            for part in (1, 64, 4096):
                per_cell = CAPACITY // cells // part
                first = CAPACITY // 3 // per_cell * per_cell if part > 1 else 0
                request = DrawMap(MapScope(chain, newest, mode, first, per_cell, cells, 0))
                name = f"{cells:6} cells, {mode.value}, 1/{part} of the disk"
                say(f"{name:46}{timed(request.run)}\n")
    drawn = DrawMap(MapScope(chain, newest, MapMode.OWNER, 0, CAPACITY // 16_384, 16_384)).run()
    say(f"{'what one cell holds':46}{timed(lambda: drawn.counts(777))}\n")
    change = FindChange(chain, newest, CAPACITY // 2, GRAIN, True)
    say(f"{'the next changed grain':46}{timed(change.run)}\n")


if __name__ == "__main__":
    main()
