"""How many generations decided each place of a disk, as areas; kept for a while on the shelf."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from redoscope_core import Areas, Chain, State, overlay
from redoscope_gui.maps.generations import generation_of
from redoscope_gui.maps.shelf import SHELF

__all__ = ["rewrites_of"]


def rewrites_of(chain: Chain, generation: int) -> Areas:
    """Return the areas that links up to *generation* decided, in order and without overlap.

    A DATA area was decided by ``link + 1`` of the links. What cannot be read at that generation
    is UNREADABLE, however often it was decided.
    """
    return SHELF.made(
        chain,
        ("rewrites", generation),
        lambda: _rewrites(chain, generation),
        lambda made: made.columns,
    )


def _rewrites(chain: Chain, generation: int) -> Areas:
    decided = _laid([link.stored for link in chain.links[: generation + 1]])
    stored = generation_of(chain, generation).stored
    lost = stored.state == State.UNREADABLE
    return overlay([decided, stored.take(lost)]) if lost.any() else decided


def _laid(several: Sequence[Areas]) -> Areas:
    """Return the areas that any of *several* covers; `link` is how many do, less one."""
    edges = np.empty(2 * sum(map(len, several)), np.int64)
    place = 0
    for areas in several:
        for ends, opens in ((areas.start, 1), (areas.end, 0)):
            # Where one area ends and another begins, the end comes first.
            np.add(ends * 2, opens, out=edges[place : place + len(ends)])
            place += len(ends)
    edges.sort(kind="stable")
    depth = np.cumsum((edges & 1) * 2 - 1, dtype=np.int16)
    edges >>= 1
    covered = np.flatnonzero((edges[1:] > edges[:-1]) & (depth[:-1] > 0))
    starts = edges[covered]
    return Areas.of(starts, edges[covered + 1] - starts, State.DATA, depth[covered] - 1)
