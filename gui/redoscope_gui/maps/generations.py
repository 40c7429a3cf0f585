"""Older generations of a chain, and its links alone, kept for a while on the shelf."""

from __future__ import annotations

from redoscope_core import Chain
from redoscope_gui.maps.shelf import SHELF

__all__ = ["generation_of", "link_alone"]


def generation_of(chain: Chain, index: int) -> Chain:
    """Return `chain.up_to(index)`, the same object as last time if that was not long ago.

    What it has worked out to read from is there already then.
    """
    if index == len(chain.links) - 1:
        return chain
    return SHELF.made(chain, ("up to", index), lambda: chain.up_to(index), lambda made: made.held)


def link_alone(chain: Chain, index: int) -> Chain:
    """Return the link at *index* without its parents, the same object as last time."""

    def make() -> Chain:
        return Chain((chain.links[index],), owner=False)

    return SHELF.made(chain, ("alone", index), make, lambda made: made.held)
