"""A map: what it is to show, and the cells that were drawn of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redoscope_gui.maps.classes import MapMode

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from redoscope_core import Areas, Chain, Comparison, ContentRuns
    from redoscope_gui.maps.cells import Ranks
    from redoscope_gui.maps.compared import Older

__all__ = ["MapDrawn", "MapScope"]


@dataclass(frozen=True, slots=True)
class MapScope:
    """What a map shows: *cells* cells of a generation from *first_sector* on, read in one way."""

    chain: Chain
    generation: int
    """Generation to draw; the MATRIX mode draws them all."""
    mode: MapMode
    first_sector: int
    sectors_per_cell: int
    cells: int
    since: Older | None = None
    """Generation A of the DIFFERENCE and the EXACT mode."""
    found: Comparison | None = None
    """What was found to differ, byte by byte, for the EXACT mode."""
    content: ContentRuns | None = None
    """What its sectors are for, for the CONTENT mode."""

    @property
    def capacity(self) -> int:
        """Sectors of the disk that is drawn."""
        whole = self.mode is MapMode.MATRIX
        return self.chain.capacity if whole else self.chain.links[self.generation].capacity

    @property
    def rows(self) -> int:
        """Rows of classes in the map."""
        return len(self.chain.links) if self.mode is MapMode.MATRIX else 1


@dataclass(frozen=True, slots=True, eq=False)
class MapDrawn:
    """The class of each cell, and how much of it each class has."""

    scope: MapScope
    classes: npt.NDArray[np.uint8]
    """One row of cells; one row per link in the MATRIX mode. Read-only."""
    kinds: tuple[int, ...]
    """The classes that have a share of any cell, ascending; ABSENT is what they leave."""
    shares: npt.NDArray[np.float32]
    """The share of each cell that each of *kinds* has: one plane for each, of the shape of
    *classes*. Read-only."""
    totals: tuple[tuple[int, int], ...]
    """Sectors of each class present in the cells, highest class first."""
    sources: tuple[tuple[Areas, Ranks], ...]
    """Per row of *classes*: areas, and their class by state and link, to count any cell exactly."""
    decided: tuple[int, ...] = ()
    """In the MATRIX mode, the sectors of the whole disk that each link decided."""

    @property
    def arrays(self) -> tuple[npt.NDArray[Any], ...]:
        """Every array that it holds: classes, shares, and those of its sources."""
        sources = (array for areas, ranks in self.sources for array in (*areas.columns, ranks))
        return (self.classes, self.shares, *sources)

    def counts(self, cell: int, row: int = 0) -> dict[int, int]:
        """Return the exact sectors of each class in one cell."""
        from redoscope_gui.maps import amounts, cells  # noqa: PLC0415 - brings numpy

        asked = self.scope
        start = asked.first_sector + cell * asked.sectors_per_cell
        end = min(start + asked.sectors_per_cell, asked.capacity)
        if end <= start:
            return {}
        runs = cells.runs_inside(*self.sources[row], cells.Grid(start, end - start, 1))
        return amounts.sectors_by_class(runs, start, end)
