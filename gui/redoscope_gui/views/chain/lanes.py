"""The rows of the chain tree and the lines between them. Knows no Qt.

Base disks stand at the top. A link's main child goes on in its lane; every other child opens the
next free lane, right below, and frees it at its tips.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from redoscope_gui.requests.branches import Nodes, heights, main_child

__all__ = ["Edge", "Row", "lay_out"]


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from a parent down to a child."""

    lane: int
    parent: Path
    child: Path


@dataclass(frozen=True, slots=True)
class Row:
    """One link, and the lines that cross its row."""

    path: Path
    lane: int
    generation: int
    """How many links it stands on."""
    through: tuple[Edge, ...]
    """Lines of others that pass straight through."""
    above: Edge | None
    """The line that comes from its parent; in another lane than its own it bends."""
    below: Edge | None
    """The line that goes on to its main child."""
    branch: bool
    """Whether it leaves its parent's lane."""


@dataclass(slots=True)
class _Visit:
    path: Path
    lane: int | None
    generation: int
    parent: Path | None


def lay_out(nodes: Nodes) -> tuple[Row, ...]:
    """Return the rows from top to bottom."""
    tall = heights(nodes)
    rows: list[Row] = []
    open_edges: dict[int, Edge] = {}
    placed: dict[Path, int] = {}
    starts = [path for path, node in nodes.items() if node.parent not in nodes]
    waiting = [_Visit(path, None, 0, None) for path in reversed([*starts, *nodes])]
    while waiting:
        visit = waiting.pop()
        if visit.path in placed:
            continue
        above = _edge_from_parent(visit, open_edges, placed)
        lane = visit.lane if visit.lane is not None else _free_lane(open_edges)
        if above is not None and open_edges.get(above.lane) is above:
            del open_edges[above.lane]
        placed[visit.path] = lane
        onward = main_child(nodes[visit.path], tall)
        if onward in placed:
            onward = None
        below = None if onward is None else Edge(lane, visit.path, onward)
        through = tuple(edge for _, edge in sorted(open_edges.items()))
        if below is not None:
            open_edges[lane] = below
        branch = above is not None and above.lane != lane
        rows.append(Row(visit.path, lane, visit.generation, through, above, below, branch))
        if onward is not None:
            waiting.append(_Visit(onward, lane, visit.generation + 1, visit.path))
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
    lane = placed[visit.parent]
    going_on = open_edges.get(lane)
    if going_on is not None and going_on.child == visit.path:
        return going_on
    return Edge(lane, visit.parent, visit.path)


def _free_lane(open_edges: dict[int, Edge]) -> int:
    lane = 0
    while lane in open_edges:
        lane += 1
    return lane
