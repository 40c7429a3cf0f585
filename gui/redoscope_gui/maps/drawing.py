"""How the cells of a map are drawn, mode by mode: their class, and the shares of all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from redoscope_core import Areas, State
from redoscope_gui.maps import cells
from redoscope_gui.maps.amounts import sectors_by_class
from redoscope_gui.maps.cells import Grid, Ranks, Runs
from redoscope_gui.maps.classes import (
    COMPARING,
    FIRST_OWNER,
    LAST_OWNER,
    MapClass,
    MapMode,
    owner_class,
)
from redoscope_gui.maps.compared import OtherDisk, compared_with, own_generation
from redoscope_gui.maps.content import content_areas, content_tables
from redoscope_gui.maps.drawn import MapDrawn, MapScope
from redoscope_gui.maps.generations import generation_of
from redoscope_gui.maps.otherwise import OTHER, decided_otherwise, differing
from redoscope_gui.maps.rewrites import rewrites_of

__all__ = ["draw"]

_WORST_RANK = 0xFFFF


def draw(asked: MapScope) -> MapDrawn:
    """Return the cells that *asked* asks for."""
    grid = Grid(asked.first_sector, asked.sectors_per_cell, asked.cells)
    ways = {
        MapMode.HEAT: _draw_heat,
        MapMode.MATRIX: _draw_matrix,
        MapMode.OWNER: _draw_owner,
        MapMode.CONTENT: _draw_content,
    }
    way = ways.get(asked.mode)
    if way is not None:
        return way(asked, grid)
    if asked.mode is MapMode.EXACT and asked.found is not None:
        areas = differing(asked.chain, asked.generation, asked.found)
        return _draw_against(asked, grid, areas)
    if asked.mode is MapMode.DIFFERENCE and isinstance(asked.since, OtherDisk):
        areas = decided_otherwise(asked.chain, asked.generation, asked.since)
        return _draw_against(asked, grid, areas)
    since = own_generation(asked.since) if asked.mode in COMPARING else None
    return _draw_changed(asked, grid, compared_with(asked.generation, since))


def _answer(
    asked: MapScope,
    grid: Grid,
    classes: npt.NDArray[np.uint8],
    runs: Runs,
    source: tuple[Areas, Ranks],
) -> MapDrawn:
    """Return one row of cells: the share of each that every class has, and what all hold."""
    present, sectors = cells.held(runs, grid)
    totals = sectors_by_class(runs, grid.first, min(grid.end, asked.capacity))
    in_order = tuple(sorted(totals.items(), reverse=True))
    shares = (sectors / cells.room_of(grid, asked.capacity)).astype(np.float32)
    kinds = tuple(present.tolist())
    _end(asked, grid, classes, shares)
    return MapDrawn(asked, classes, kinds, shares, in_order, (source,))


def _end(
    asked: MapScope,
    grid: Grid,
    classes: npt.NDArray[np.uint8],
    shares: npt.NDArray[np.float32],
) -> None:
    """Mark the cells past the end; nobody can change the planes any more."""
    inside = max(0, -(-(asked.capacity - grid.first) // grid.per_cell))
    classes[..., inside:] = MapClass.PAST_END
    for plane in (classes, shares):
        plane.flags.writeable = False


def _table(links: int) -> npt.NDArray[np.uint16]:
    """Return an empty table of ranks by state and link."""
    table = np.zeros((len(State), links + 1), np.uint16)
    table[State.UNREADABLE] = MapClass.UNREADABLE
    return table


def _draw_changed(asked: MapScope, grid: Grid, since: int) -> MapDrawn:
    """Draw what the links after generation *since* decided."""
    chain = generation_of(asked.chain, asked.generation)
    return _draw_split(asked, grid, chain.stored, len(chain.links), max(since, -1) + 1)


def _draw_against(asked: MapScope, grid: Grid, areas: Areas) -> MapDrawn:
    """Draw *areas* whose link says whether they are the same in A."""
    return _draw_split(asked, grid, areas, OTHER + 1, OTHER)


def _draw_split(asked: MapScope, grid: Grid, areas: Areas, links: int, first: int) -> MapDrawn:
    """Draw areas of so many *links*: what those from *first* on decided, and what is older."""
    table = _table(links)
    first += 1  # the columns begin with the link of nobody
    table[State.ZERO : State.DATA + 1, :first] = MapClass.INHERITED
    table[State.ZERO, first:] = MapClass.ZERO
    table[State.DATA, first:] = MapClass.DATA
    runs = cells.runs_inside(areas, table, grid)
    classes = cells.highest(runs, grid).astype(np.uint8)
    classes[classes == 0] = MapClass.ABSENT
    return _answer(asked, grid, classes, runs, (areas, table))


def _owners(asked: MapScope) -> tuple[Areas, Ranks, Ranks]:
    """Return the areas of the generation, their ranks by age, and the class of each rank.

    Zeros give way to data of the same link only.
    """
    chain = generation_of(asked.chain, asked.generation)
    links = len(chain.links)
    ranks = _table(links)
    ranks[State.ZERO, 1:] = np.arange(links) * 2 + 1
    ranks[State.DATA, 1:] = np.arange(links) * 2 + 2
    ranks[State.UNREADABLE] = _WORST_RANK
    by_rank = np.full(_WORST_RANK + 1, MapClass.UNREADABLE, np.uint16)
    by_rank[0] = MapClass.ABSENT
    by_rank[1 : links * 2 + 1 : 2] = MapClass.ZERO
    by_rank[2 : links * 2 + 2 : 2] = [owner_class(link) for link in range(links)]
    return chain.stored, ranks, by_rank


def _owner_source(asked: MapScope) -> tuple[Areas, Ranks]:
    """Return what tells the owners in one cell."""
    stored, ranks, by_rank = _owners(asked)
    return stored, np.where(ranks > 0, by_rank[ranks], 0).astype(np.uint16)


def _draw_owner(asked: MapScope, grid: Grid) -> MapDrawn:
    """Draw who owns how much of each cell; the class is the newest owner."""
    stored, ranks, by_rank = _owners(asked)
    runs = cells.runs_inside(stored, ranks, grid)
    classes = by_rank[cells.highest(runs, grid)].astype(np.uint8)
    kinds = runs.ranked(np.take(by_rank, runs.rank))
    return _answer(asked, grid, classes, kinds, _owner_source(asked))


def _draw_content(asked: MapScope, grid: Grid) -> MapDrawn:
    """Draw what sectors are for, as far as that is known; the rare stands before the common."""
    chain = generation_of(asked.chain, asked.generation)
    areas = content_areas(asked.content, chain.stored, asked.capacity)
    ranks, by_rank, kinds = content_tables()
    runs = cells.runs_inside(areas, ranks, grid)
    classes = by_rank[cells.highest(runs, grid)].astype(np.uint8)
    told = runs.ranked(np.take(by_rank, runs.rank))
    return _answer(asked, grid, classes, told, (areas, kinds))


def _draw_heat(asked: MapScope, grid: Grid) -> MapDrawn:
    """Draw how many links decided the same place; the class is the most of them in each cell.

    A single cell is asked who owns it: the map has told the number already.
    """
    rewrites = rewrites_of(asked.chain, asked.generation)
    table = _table(len(asked.chain.links))
    counts = np.arange(len(asked.chain.links))
    table[State.DATA, 1:] = np.minimum(FIRST_OWNER + counts, LAST_OWNER)
    ranks = table.copy()
    ranks[State.UNREADABLE] = _WORST_RANK
    runs = cells.runs_inside(rewrites, ranks, grid)
    best = cells.highest(runs, grid)
    classes = np.where(best == _WORST_RANK, MapClass.UNREADABLE, best).astype(np.uint8)
    classes[best == 0] = MapClass.ABSENT
    kinds = np.where(runs.rank == _WORST_RANK, MapClass.UNREADABLE, runs.rank)
    runs = runs.ranked(kinds.astype(np.uint16))
    return _answer(asked, grid, classes, runs, _owner_source(asked))


def _draw_matrix(asked: MapScope, grid: Grid) -> MapDrawn:
    """Draw one row per link: what it decided. The class tells where it takes from below, too."""
    links = asked.chain.links
    table = _table(1)
    table[State.ZERO] = MapClass.ZERO
    table[State.DATA] = MapClass.DATA
    kinds = (int(MapClass.ZERO), int(MapClass.DATA), int(MapClass.UNREADABLE))
    classes = np.empty((len(links), grid.cells), np.uint8)
    shares = np.zeros((len(kinds), *classes.shape), np.float32)
    room = cells.room_of(grid, asked.capacity)
    totals: dict[int, int] = {}
    below = np.zeros(grid.cells, np.bool_)
    for index, link in enumerate(links):
        own = cells.runs_inside(link.stored, table, grid)
        best = cells.highest(own, grid).astype(np.uint8)
        rest = np.where(below, MapClass.INHERITED, MapClass.ABSENT)
        classes[index] = np.where(best > 0, best, rest)
        below |= best > 0
        for kind, sectors in zip(*cells.held(own, grid), strict=True):
            shares[kinds.index(int(kind)), index] = sectors / room
        end = min(grid.end, asked.capacity)
        for kind, count in sectors_by_class(own, grid.first, end).items():
            totals[kind] = totals.get(kind, 0) + count
    in_order = tuple(sorted(totals.items(), reverse=True))
    sources = tuple((link.stored, table) for link in links)
    decided = tuple(int(link.stored.count.sum()) for link in links)
    _end(asked, grid, classes, shares)
    return MapDrawn(asked, classes, kinds, shares, in_order, sources, decided)
