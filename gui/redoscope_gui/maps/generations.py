"""Older generations of a chain, kept for a while: to overlay 600,000 areas takes time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakKeyDictionary

from redoscope_core import Chain

__all__ = ["generation_of", "link_alone"]

_KEPT = 12
_lock = threading.Lock()
_kept: WeakKeyDictionary[Chain, OrderedDict[tuple[int, int], Chain]] = WeakKeyDictionary()


def generation_of(chain: Chain, index: int) -> Chain:
    """Return `chain.up_to(index)`, the same object as last time if that was not long ago.

    What it has worked out about its areas is then there already.
    """
    if index == len(chain.links) - 1:
        return chain
    return _keep(chain, (0, index), lambda: chain.up_to(index))


def link_alone(chain: Chain, index: int) -> Chain:
    """Return the link at *index* without its parents, the same object as last time."""
    return _keep(chain, (index, index), lambda: Chain((chain.links[index],), owner=False))


def _keep(chain: Chain, key: tuple[int, int], make: Callable[[], Chain]) -> Chain:
    """Return what is kept of *chain* under *key*; what was used last is kept longest."""
    with _lock:
        mine = _kept.setdefault(chain, OrderedDict())
        found = mine.get(key)
        if found is None:
            found = mine[key] = make()
        mine.move_to_end(key)
        if len(mine) > _KEPT:
            mine.popitem(last=False)
        return found
