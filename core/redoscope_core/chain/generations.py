"""What the links of a chain store at each generation, worked out one from the other.

The first one asked for is made at once. Whoever asks for a second steps through them:
generation N is generation N - 1 with link N laid over it, so the older ones come for
free on the way to a newer one, and stepping through them later costs nothing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import Areas, State
from redoscope_core.areas.overlay import changed_by, laid_over, overlay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.link.link import Link

__all__ = ["Generations", "read_tables"]

_LARGE = 2**28
"""Sectors (128 GiB) from which on reading the tables takes longer than starting a thread."""
_MOST_BYTES = 256 << 20
"""Of overlays kept in all, unless another bound is asked for."""


class Generations:
    """The overlays of one chain; shared by all chains over the same links. Safe from any thread."""

    def __init__(self, links: Sequence[Link], *, lost_parent: bool = False) -> None:
        """Look at *links*, base disk first; nothing is read yet.

        With a *lost_parent* what the first link does not store is unreadable, by link -1.
        """
        self._links = tuple(links)
        self._lost_parent = lost_parent
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, Areas] = OrderedDict()
        self.most_bytes = _MOST_BYTES
        """Bytes of overlays kept in all; what was used last is kept longest, and always."""

    def at(self, index: int) -> Areas:
        """Return what links 0 to *index* together store, seen from above; no ABSENT areas."""
        with self._lock:
            if not self._kept:
                self._keep(index, self._at_once(index))
            known = max((each for each in self._kept if each <= index), default=-1)
            areas = self._kept[known] if known >= 0 else self._below(self._links[0].capacity)
            for each in range(known + 1, index + 1):
                limit = self._links[each].capacity
                own = _cut(self._links[each].stored, limit).moved(link=each)
                areas = laid_over(_cut(areas, limit), own)
                self._keep(each, areas)
            self._kept.move_to_end(index)
            return areas

    def _at_once(self, index: int) -> Areas:
        read_tables(self._links[: index + 1])
        parts: list[Areas] = []
        limit = self._links[index].capacity
        for each in range(index, -1, -1):
            limit = min(limit, self._links[each].capacity)
            parts.append(_cut(self._links[each].stored, limit).moved(link=each))
        return overlay([self._below(limit), *parts[::-1]])

    def _below(self, capacity: int) -> Areas:
        """Return what lies below the first link, as far as its *capacity* goes."""
        if not self._lost_parent:
            return Areas.empty()
        return Areas.of(0, capacity, State.UNREADABLE, -1, -1)

    def renewed(self, changed: Areas | None) -> Generations:
        """Return the generations after *changed* areas of the newest link were written.

        None if it is not known which: then the newest is made again. The older ones stay.
        """
        fresh = Generations(self._links, lost_parent=self._lost_parent)
        fresh.most_bytes = self.most_bytes
        last = len(self._links) - 1
        with self._lock:
            fresh._kept = self._kept.copy()
        newest = fresh._kept.pop(last, None)
        if newest is not None and changed is not None:
            own = _cut(changed, self._links[last].capacity).moved(link=last)
            fresh._keep(last, changed_by(newest, own))
        return fresh

    def forget(self) -> None:
        """Let all overlays go: the chain is closed."""
        with self._lock:
            self._kept.clear()

    def _keep(self, index: int, areas: Areas) -> None:
        self._kept[index] = areas
        total = sum(each.nbytes for each in self._kept.values())
        while total > self.most_bytes and len(self._kept) > 1:
            total -= self._kept.popitem(last=False)[1].nbytes


def read_tables(links: Sequence[Link]) -> None:
    """Read what *links* store, two at a time where that takes long; it is kept by each link."""
    large = [link for link in links if link.capacity >= _LARGE]
    if len(large) > 1:
        from redoscope_core.ahead import ahead  # noqa: PLC0415 - small chains start no thread

        for _ in ahead(large, lambda link, _slot: link.stored, threads=2):
            pass


def _cut(areas: Areas, limit: int) -> Areas:
    """Return *areas* up to sector *limit*; as they are if they end before.

    Past the end of a link its parents are not asked: those sectors are zeros.
    """
    ends = len(areas) == 0 or int(areas.start[-1]) + int(areas.count[-1]) <= limit
    return areas if ends else areas.window(0, limit)
