"""Questions about maps: the cells of a stretch of the disk, and where the next change is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redoscope_core import Chain, Comparison
    from redoscope_gui.maps import MapDrawn, MapScope, Older

__all__ = ["DrawMap", "FindChange", "FindGeneration", "FindGroup"]


@dataclass(frozen=True, slots=True)
class DrawMap:
    """Draw the cells of *scope*."""

    scope: MapScope

    def run(self) -> MapDrawn:
        """Return the cells."""
        from redoscope_gui.maps import drawing  # noqa: PLC0415 - numpy only when first drawn

        return drawing.draw(self.scope)


@dataclass(frozen=True, slots=True)
class FindChange:
    """Find the next or the previous grain or cell that a link after *since* decided.

    Without *since* it is the link at *generation* alone.
    """

    chain: Chain
    generation: int
    sector: int
    step: int
    """Sectors of a grain or of a cell."""
    forward: bool
    since: Older | None = None

    def run(self) -> int | None:
        """Return the first changed sector there, or None if there is none that way."""
        from redoscope_gui.maps import cells, otherwise  # noqa: PLC0415 - numpy when first drawn

        found = [
            cells.change_beside(areas, self.sector, self.step, forward=self.forward)
            for areas in otherwise.decided(self.chain, self.generation, self.since)
        ]
        places = [place for place in found if place is not None]
        return (min if self.forward else max)(places, default=None)


@dataclass(frozen=True, slots=True)
class FindGroup:
    """Find the next or the previous group of neighbouring cells that were changed."""

    chain: Chain
    since: Older | None
    """Generation A: what was decided after it, up to *generation*, is changed; None for what the
    link at *generation* decided."""
    generation: int
    sector: int
    step: int
    """Sectors of a cell."""
    forward: bool
    found: Comparison | None = None
    """What was found to differ, if groups of that are sought."""

    def run(self) -> int | None:
        """Return the first changed sector of the group, or None if there is none that way."""
        from redoscope_gui.maps import cells, otherwise  # noqa: PLC0415 - numpy when first drawn

        if self.found is None:
            areas = otherwise.decided(self.chain, self.generation, self.since)
        else:
            areas = [otherwise.runs_of(self.found)]
        return cells.group_beside(areas, self.sector, self.step, forward=self.forward)


@dataclass(frozen=True, slots=True)
class FindGeneration:
    """Find the next older or newer generation whose own link decided a part of a grain."""

    chain: Chain
    generation: int
    sector: int
    """First sector of the grain."""
    count: int
    newer: bool

    def run(self) -> int | None:
        """Return its index, or None if there is none that way."""
        links = self.chain.links
        way = range(self.generation + 1, len(links))
        if not self.newer:
            way = range(self.generation - 1, -1, -1)
        for index in way:
            if len(links[index].stored.window(self.sector, self.count)):
                return index
        return None
