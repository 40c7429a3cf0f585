"""Changes: the areas that links above an older generation decided.

Only the tables of the links between the two generations are read. Areas are in
grains, so they may cover more than was written; they never cover less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import Areas
from redoscope_core.areas.overlay import overlay
from redoscope_core.chain.generations import read_tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain

__all__ = ["changed_areas", "covering_runs", "used_areas"]


def changed_areas(chain: Chain, since: int) -> Areas:
    """Return what *chain* decides above its link *since*, each area with the newest link.

    Raises:
        InvalidArgument: The chain has no such link.
    """
    first = len(chain.up_to(since).links)
    newer = range(first, len(chain.links))
    read_tables(chain.links[first:])
    return overlay([chain.links[index].stored.moved(link=index) for index in newer]).window(
        0, chain.capacity
    )


def used_areas(chain: Chain) -> Areas:
    """Return every area that some link stores: what a first, full backup has to read."""
    return chain.stored


def covering_runs(areas: Areas) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (starts, counts) in sectors of the runs that *areas* cover, whoever owns them."""
    if not len(areas):
        return areas.start, areas.count
    opens = np.flatnonzero(np.concatenate(([True], areas.start[1:] > areas.end[:-1])))
    last = np.append(opens[1:], len(areas)) - 1
    return areas.start[opens], areas.end[last] - areas.start[opens]
