"""Questions that draw maps: what each cell of a stretch of the disk holds, counted exactly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from redoscope_core import Areas, Chain
    from redoscope_gui.requests.cells import Ranks

__all__ = [
    "FIRST_OWNER",
    "LAST_OWNER",
    "SHADES",
    "DrawMap",
    "FindChange",
    "FindGeneration",
    "FindGroup",
    "MapClass",
    "MapDrawn",
    "MapMode",
    "owner_class",
]


class MapMode(Enum):
    """What the colour of a cell tells."""

    CHANGED = "changed"
    """What this link decided, against what it takes from the links below."""
    OWNER = "owner"
    """The newest generation that owns a part of the cell."""
    HEAT = "heat"
    """How many generations decided the same place: the most in the cell."""
    DIFFERENCE = "difference"
    """What any link after generation A, up to this one, decided."""
    MATRIX = "matrix"
    """What each link of the chain decided: generations down, addresses across."""


class MapClass(IntEnum):
    """Class of a cell: the one that stands before all others in it.

    The classes from 6 on are links in OWNER and numbers of generations in HEAT.
    """

    PAST_END = 0
    ABSENT = 1
    """No link of the chain has stored anything here."""
    INHERITED = 2
    ZERO = 3
    DATA = 4
    """Decided here."""
    UNREADABLE = 5


SHADES = 16
"""Shades of a class, from nearly the whole cell to a single grain of many."""
FIRST_OWNER = 6
LAST_OWNER = 255
"""Classes fit in one byte: links beyond the 250th share the last class."""


def owner_class(link: int) -> int:
    """Return the class of a cell that *link* owns."""
    return min(FIRST_OWNER + link, LAST_OWNER)


@dataclass(frozen=True, slots=True)
class MapDrawn:
    """The class of each cell, and what the cells hold."""

    request: DrawMap
    classes: npt.NDArray[np.uint8]
    """One row of cells; one row per link in the MATRIX mode. Read-only."""
    faintness: npt.NDArray[np.uint8]
    """How thinly its class fills each cell: 0 wholly, SHADES with one grain of many. Read-only."""
    totals: tuple[tuple[int, int], ...]
    """Sectors of each class present in the cells, highest class first."""
    sources: tuple[tuple[Areas, Ranks], ...]
    """Per row of *classes*: areas, and their class by state and link, to count any cell exactly."""

    @property
    def nbytes(self) -> int:
        """Bytes of both planes."""
        return self.classes.nbytes + self.faintness.nbytes

    def counts(self, cell: int, row: int = 0) -> dict[int, int]:
        """Return the exact sectors of each class in one cell."""
        from redoscope_gui.requests import cells, drawing  # noqa: PLC0415 - brings numpy

        asked = self.request
        start = asked.first_sector + cell * asked.sectors_per_cell
        end = min(start + asked.sectors_per_cell, asked.capacity)
        if end <= start:
            return {}
        runs = cells.runs_inside(*self.sources[row], cells.Grid(start, end - start, 1))
        return drawing.sectors_by_class(runs, start, end)


@dataclass(frozen=True, slots=True)
class DrawMap:
    """Draw *cells* cells of a generation from *first_sector* on."""

    chain: Chain
    generation: int
    """Generation to draw; the MATRIX mode draws them all."""
    mode: MapMode
    first_sector: int
    sectors_per_cell: int
    cells: int
    since: int | None = None
    """Generation A of the DIFFERENCE mode."""

    @property
    def capacity(self) -> int:
        """Sectors of the disk that is drawn."""
        whole = self.mode is MapMode.MATRIX
        return self.chain.capacity if whole else self.chain.links[self.generation].capacity

    @property
    def rows(self) -> int:
        """Rows of classes in the answer."""
        return len(self.chain.links) if self.mode is MapMode.MATRIX else 1

    def run(self) -> MapDrawn:
        """Return the cells."""
        from redoscope_gui.requests import drawing  # noqa: PLC0415 - numpy only when first drawn

        return drawing.draw(self)


@dataclass(frozen=True, slots=True)
class FindChange:
    """Find the next or the previous grain or cell that the link at *generation* decided."""

    chain: Chain
    generation: int
    sector: int
    step: int
    """Sectors of a grain or of a cell."""
    forward: bool

    def run(self) -> int | None:
        """Return the first changed sector there, or None if there is none that way."""
        from redoscope_gui.requests import cells  # noqa: PLC0415 - numpy only when first drawn

        areas = self.chain.links[self.generation].stored
        return cells.change_beside(areas, self.sector, self.step, forward=self.forward)


@dataclass(frozen=True, slots=True)
class FindGroup:
    """Find the next or the previous group of neighbouring cells that were changed."""

    chain: Chain
    since: int
    """The generation before: what the links after it, up to *generation*, decided is changed."""
    generation: int
    sector: int
    step: int
    """Sectors of a cell."""
    forward: bool

    def run(self) -> int | None:
        """Return the first changed sector of the group, or None if there is none that way."""
        from redoscope_gui.requests import cells  # noqa: PLC0415 - numpy only when first drawn

        links = self.chain.links[max(self.since, -1) + 1 : self.generation + 1]
        areas = [link.stored for link in links]
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
