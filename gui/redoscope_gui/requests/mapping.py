"""Questions that draw maps: what each cell of a stretch of the disk holds, counted exactly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from redoscope_gui.requests.generations import generation_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from redoscope_core import Areas, Chain
    from redoscope_gui.requests.cells import Grid, Ranks, Runs

__all__ = [
    "FIRST_OWNER",
    "FIRST_SHADE",
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
    """How many generations decided a part of the cell."""
    DIFFERENCE = "difference"
    """What any link after generation A, up to this one, decided."""
    MATRIX = "matrix"
    """What each link of the chain decided: generations down, addresses across."""


class MapClass(IntEnum):
    """Class of a cell. What the classes from 6 on stand for depends on the mode.

    In OWNER they are links, in HEAT numbers of generations; in the other modes they are DATA that
    fills the cell ever more thinly.
    """

    PAST_END = 0
    ABSENT = 1
    """No link of the chain has stored anything here."""
    INHERITED = 2
    ZERO = 3
    DATA = 4
    """Decided here, and filling the cell."""
    UNREADABLE = 5


FIRST_SHADE = 6
SHADES = 16
"""Shades of DATA, from nearly the whole cell to a single grain of it."""
FIRST_OWNER = 6
LAST_OWNER = 255
"""Classes fit in one byte: links beyond the 250th share the last class."""

_STATES = 4
_ZERO, _DATA, _UNREADABLE = 1, 2, 3
_WORST_RANK = 0xFFFF


def owner_class(link: int) -> int:
    """Return the class of a cell that *link* owns."""
    return min(FIRST_OWNER + link, LAST_OWNER)


@dataclass(frozen=True, slots=True)
class MapDrawn:
    """The class of each cell, and what the cells hold."""

    request: DrawMap
    classes: npt.NDArray[np.uint8]
    """One row of cells; one row per link in the MATRIX mode. Read-only."""
    totals: tuple[tuple[int, int], ...]
    """Sectors of each class present in the cells, highest class first."""
    sources: tuple[tuple[Areas, Ranks], ...]
    """Per row of *classes*: areas, and their class by state and link, to count any cell exactly."""

    def counts(self, cell: int, row: int = 0) -> dict[int, int]:
        """Return the exact sectors of each class in one cell."""
        from redoscope_gui.requests import cells  # noqa: PLC0415 - numpy only when first drawn

        asked = self.request
        start = asked.first_sector + cell * asked.sectors_per_cell
        end = min(start + asked.sectors_per_cell, asked.capacity)
        if end <= start:
            return {}
        runs = cells.runs_inside(*self.sources[row], cells.Grid(start, end - start, 1))
        return _sectors_by_class(runs, start, end)


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
        from redoscope_gui.requests import cells  # noqa: PLC0415 - numpy only when first drawn

        grid = cells.Grid(self.first_sector, self.sectors_per_cell, self.cells)
        if self.mode is MapMode.HEAT:
            return _draw_heat(self, grid)
        if self.mode is MapMode.MATRIX:
            return _draw_matrix(self, grid)
        if self.mode is MapMode.OWNER:
            return _draw_owner(self, grid)
        since = self.since if self.mode is MapMode.DIFFERENCE else None
        return _draw_changed(self, grid, self.generation - 1 if since is None else since)


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


def _sectors_by_class(runs: Runs, start: int, end: int) -> dict[int, int]:
    """Return the sectors of each class of *runs*, which lie between *start* and *end* or behind.

    What no run covers there is ABSENT.
    """
    import numpy as np  # noqa: PLC0415 - numpy only when first drawn

    lengths = runs.end - runs.start
    if len(runs) and int(runs.end[-1]) > end:
        lengths = np.maximum(np.minimum(runs.end, end) - runs.start, 0)
    sums = np.bincount(runs.rank, weights=lengths, minlength=FIRST_OWNER)
    sums[MapClass.ABSENT] += end - start - int(lengths.sum())
    return {int(each): int(sums[each]) for each in np.flatnonzero(sums)[::-1]}


def _answer(
    asked: DrawMap,
    grid: Grid,
    classes: npt.NDArray[np.uint8],
    runs: tuple[Runs, ...],
    sources: tuple[tuple[Areas, Ranks], ...],
) -> MapDrawn:
    """Mark the cells past the end and count the classes."""
    end = min(grid.end, asked.capacity)
    totals: dict[int, int] = {}
    for each in runs:
        for kind, sectors in _sectors_by_class(each, grid.first, end).items():
            totals[kind] = totals.get(kind, 0) + sectors
    in_order = tuple(sorted(totals.items(), reverse=True))
    return MapDrawn(asked, _ended(asked, grid, classes), in_order, sources)


def _ended(asked: DrawMap, grid: Grid, classes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return *classes* with the cells past the end marked; nobody can change them any more."""
    inside = max(0, -(-(asked.capacity - grid.first) // grid.per_cell))
    classes[..., inside:] = MapClass.PAST_END
    classes.flags.writeable = False
    return classes


def _table(links: int) -> npt.NDArray[np.uint16]:
    """Return an empty table of ranks by state and link."""
    import numpy as np  # noqa: PLC0415 - numpy only when first drawn

    table = np.zeros((_STATES, links + 1), np.uint16)
    table[_UNREADABLE] = MapClass.UNREADABLE
    return table


def _draw_changed(asked: DrawMap, grid: Grid, since: int) -> MapDrawn:
    """Draw what the links after generation *since* decided."""
    from redoscope_gui.requests import cells  # noqa: PLC0415 - numpy only when first drawn

    chain = generation_of(asked.chain, asked.generation)
    table = _table(len(chain.links))
    first = max(since, -1) + 2
    table[_ZERO : _DATA + 1, :first] = MapClass.INHERITED
    table[_ZERO, first:] = MapClass.ZERO
    table[_DATA, first:] = MapClass.DATA
    runs = cells.runs_inside(chain.stored, table, grid)
    ranks = _shaded(asked, cells.highest(runs, grid), runs, grid)
    ranks[ranks == 0] = MapClass.ABSENT
    return _answer(asked, grid, ranks.astype("uint8"), (runs,), ((chain.stored, table),))


def _shaded(
    asked: DrawMap, ranks: npt.NDArray[np.uint16], runs: Runs, grid: Grid
) -> npt.NDArray[np.uint16]:
    """Return *ranks* with DATA shaded by how much of the cell it fills."""
    from redoscope_gui.requests import cells  # noqa: PLC0415 - numpy only when first drawn

    thin = cells.shades(
        runs,
        MapClass.DATA,
        grid,
        grain=asked.chain.grain_size,
        capacity=asked.capacity,
        steps=SHADES,
    )
    partly = (ranks == MapClass.DATA) & (thin > 0)
    ranks[partly] = FIRST_SHADE - 1 + thin[partly]
    return ranks


def _draw_owner(asked: DrawMap, grid: Grid) -> MapDrawn:
    """Draw the newest owner of each cell; zeros give way to data of the same link only."""
    import numpy as np  # noqa: PLC0415 - numpy only when first drawn

    from redoscope_gui.requests import cells  # noqa: PLC0415

    chain = generation_of(asked.chain, asked.generation)
    links = len(chain.links)
    ranks = _table(links)
    ranks[_ZERO, 1:] = np.arange(links) * 2 + 1
    ranks[_DATA, 1:] = np.arange(links) * 2 + 2
    ranks[_UNREADABLE] = _WORST_RANK
    by_rank = np.full(_WORST_RANK + 1, MapClass.UNREADABLE, np.uint8)
    by_rank[0] = MapClass.ABSENT
    by_rank[1 : links * 2 + 1 : 2] = MapClass.ZERO
    by_rank[2 : links * 2 + 2 : 2] = [owner_class(link) for link in range(links)]
    runs = cells.runs_inside(chain.stored, ranks, grid)
    classes = by_rank[cells.highest(runs, grid)]
    kinds = cells.Runs(runs.start, runs.end, np.take(by_rank, runs.rank))
    table = np.where(ranks > 0, by_rank[ranks], 0).astype(np.uint16)
    return _answer(asked, grid, classes, (kinds,), ((chain.stored, table),))


def _draw_heat(asked: DrawMap, grid: Grid) -> MapDrawn:
    """Draw how many links decided a part of each cell."""
    import numpy as np  # noqa: PLC0415 - numpy only when first drawn

    from redoscope_gui.requests import cells  # noqa: PLC0415

    table = _table(len(asked.chain.links))
    table[_ZERO : _UNREADABLE + 1] = 1
    heat = np.zeros(grid.cells, np.int64)
    for link in asked.chain.links[: asked.generation + 1]:
        heat += cells.touched(cells.runs_inside(link.stored, table, grid), grid)
    classes = np.where(heat > 0, np.minimum(heat - 1 + FIRST_OWNER, LAST_OWNER), MapClass.ABSENT)
    owners = _draw_owner(asked, grid)
    classes = _ended(asked, grid, classes.astype(np.uint8))
    return MapDrawn(asked, classes, owners.totals, owners.sources)


def _draw_matrix(asked: DrawMap, grid: Grid) -> MapDrawn:
    """Draw one row per link: what it decided, and what it takes from below."""
    import numpy as np  # noqa: PLC0415 - numpy only when first drawn

    from redoscope_gui.requests import cells  # noqa: PLC0415

    links = asked.chain.links
    table = _table(1)
    table[_ZERO] = MapClass.ZERO
    table[_DATA] = MapClass.DATA
    rows = np.empty((len(links), grid.cells), np.uint8)
    runs = []
    below = np.zeros(grid.cells, bool)
    for index, link in enumerate(links):
        own = cells.runs_inside(link.stored, table, grid)
        best = _shaded(asked, cells.highest(own, grid), own, grid)
        rest = np.where(below, np.uint16(MapClass.INHERITED), np.uint16(MapClass.ABSENT))
        rows[index] = np.where(best > 0, best, rest)
        below |= best > 0
        runs.append(own)
    return _answer(asked, grid, rows, tuple(runs), tuple((link.stored, table) for link in links))
