"""What the links of a chain store at each generation, worked out one from the other.

Generation N is generation N - 1 with link N laid over it, so the older ones come for
free on the way to a newer one, and stepping through them later costs nothing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from redoscope_core.chain.overlay import laid_over
from redoscope_core.link.areas import Areas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.link.link import Link

__all__ = ["Generations"]

_MOST_AREAS = 8_000_000
"""Areas kept in all, about 32 bytes each; what was used last is kept longest."""


class Generations:
    """The overlays of one chain; shared by all chains over the same links. Safe from any thread."""

    def __init__(self, links: Sequence[Link]) -> None:
        """Look at *links*, base disk first; nothing is read yet."""
        self._links = tuple(links)
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, Areas] = OrderedDict()

    def at(self, index: int) -> Areas:
        """Return what links 0 to *index* together store, seen from above; no ABSENT areas."""
        with self._lock:
            known = max((each for each in self._kept if each <= index), default=-1)
            areas = self._kept[known] if known >= 0 else Areas.empty()
            for each in range(known + 1, index + 1):
                # Past the end of a link its parents are not asked: those sectors are zeros.
                limit = self._links[each].capacity
                own = _cut(self._links[each].stored, limit).moved(link=each)
                areas = laid_over(_cut(areas, limit), own)
                self._keep(each, areas)
            self._kept.move_to_end(index)
            return areas

    def forget(self) -> None:
        """Let all overlays go: the chain is closed."""
        with self._lock:
            self._kept.clear()

    def _keep(self, index: int, areas: Areas) -> None:
        self._kept[index] = areas
        total = sum(len(each) for each in self._kept.values())
        while total > _MOST_AREAS and len(self._kept) > 1:
            total -= len(self._kept.popitem(last=False)[1])


def _cut(areas: Areas, limit: int) -> Areas:
    """Return *areas* up to sector *limit*; as they are if they end before."""
    ends = len(areas) == 0 or int(areas.start[-1]) + int(areas.count[-1]) <= limit
    return areas if ends else areas.window(0, limit)
