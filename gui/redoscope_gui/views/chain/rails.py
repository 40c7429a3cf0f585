r"""The rows of the chain tree and the lines between them. Knows no Qt.

Base disks stand at the top. A link's main child goes on in its rail; every other child opens the
next free rail, right below, and frees it at its tips.

    o      base, with the main child m and another one, x
    |\
    | o    x, in the next free rail; the line from base to m passes through its row
    |
    o      m, with the main child n and another one, y
    |\
    | o    y: the rail of x is free again
    |
    o      n
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from redoscope_core import Grove, heights, main_child

__all__ = ["Edge", "Row", "lay_out"]


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from a parent down to a child."""

    rail: int
    parent: Path
    child: Path


@dataclass(frozen=True, slots=True)
class Row:
    """One link, and the lines that cross its row."""

    path: Path
    rail: int
    generation: int
    """How many links it stands on."""
    through: tuple[Edge, ...]
    """Lines of others that pass straight through."""
    above: Edge | None
    """The line that comes from its parent; in another rail than its own it bends."""
    below: Edge | None
    """The line that goes on to its main child."""
    branch: bool
    """Whether it leaves its parent's rail."""


@dataclass(slots=True)
class _Visit:
    path: Path
    rail: int | None
    generation: int
    parent: Path | None


def lay_out(nodes: Grove, first: Iterable[Path] = ()) -> tuple[Row, ...]:
    """Return the rows from top to bottom; the trees with the roots *first* come first."""
    tall = heights(nodes)
    rows: list[Row] = []
    open_edges: dict[int, Edge] = {}
    placed: dict[Path, int] = {}
    starts = [path for path, node in nodes.items() if node.parent not in nodes]
    waiting = [_Visit(path, None, 0, None) for path in reversed([*first, *starts, *nodes])]
    while waiting:
        visit = waiting.pop()
        if visit.path in placed:
            continue
        above = _edge_from_parent(visit, open_edges, placed)
        rail = visit.rail if visit.rail is not None else _free_rail(open_edges)
        if above is not None and open_edges.get(above.rail) is above:
            del open_edges[above.rail]
        placed[visit.path] = rail
        onward = main_child(nodes[visit.path], tall)
        if onward in placed:
            onward = None
        below = None if onward is None else Edge(rail, visit.path, onward)
        through = tuple(edge for _, edge in sorted(open_edges.items()))
        if below is not None:
            open_edges[rail] = below
        branch = above is not None and above.rail != rail
        rows.append(Row(visit.path, rail, visit.generation, through, above, below, branch))
        if onward is not None:
            waiting.append(_Visit(onward, rail, visit.generation + 1, visit.path))
        waiting.extend(
            _Visit(child, None, visit.generation + 1, visit.path)
            for child in reversed(nodes[visit.path].children)
            if child != onward and child in nodes
        )
    return tuple(rows)


def _edge_from_parent(
    visit: _Visit, open_edges: dict[int, Edge], placed: dict[Path, int]
) -> Edge | None:
    """Return the line that ends here: the parent's own, or one that bends off it."""
    if visit.parent is None:
        return None
    rail = placed[visit.parent]
    going_on = open_edges.get(rail)
    if going_on is not None and going_on.child == visit.path:
        return going_on
    return Edge(rail, visit.parent, visit.path)


def _free_rail(open_edges: dict[int, Edge]) -> int:
    rail = 0
    while rail in open_edges:
        rail += 1
    return rail
