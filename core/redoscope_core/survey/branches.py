"""Which way a chain goes on above a link, where it branches: the one rule of it.

The main child of a link is the one with the most links on it, of equal ones the oldest; what it
leads to is the branch that the link itself lies on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

__all__ = ["Grove", "Grown", "heights", "main_child", "path_through", "tips_by_merit"]


class Grown(Protocol):
    """What is asked of a node of a forest."""

    @property
    def children(self) -> tuple[Path, ...]:
        """Its children, older ones first."""

    @property
    def parent(self) -> Path | None:
        """Its parent, if that is in the forest too."""

    @property
    def faults(self) -> tuple[object, ...]:
        """What is wrong with it."""

    @property
    def modified(self) -> float:
        """When its file was written last."""


Grove = Mapping[Path, Grown]
"""Links by path, as those of a `Forest`."""


def heights(nodes: Grove) -> dict[Path, int]:
    """Return of each link how many links stand on it, along its longest way up."""
    found: dict[Path, int] = {}
    order: list[Path] = []
    seen: set[Path] = set()
    # Taken from the end: those without a parent first, so that a parent comes before its children.
    waiting = [*nodes, *(path for path, node in nodes.items() if node.parent not in nodes)]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        order.append(path)
        waiting.extend(child for child in nodes[path].children if child in nodes)
    for path in reversed(order):
        above = [found.get(child, 0) + 1 for child in nodes[path].children if child in nodes]
        found[path] = max(above, default=0)
    return found


def main_child(node: Grown, tall: dict[Path, int]) -> Path | None:
    """Return the main child of *node* by the *tall* of `heights`: the tallest, then the oldest."""
    known = [child for child in node.children if child in tall]
    return max(known, key=lambda child: tall[child], default=None)


def path_through(nodes: Grove, path: Path) -> tuple[Path, ...]:
    """Return the links from the base disk through *path* to the tip of its branch."""
    tall = heights(nodes)
    way = _way_up_to(nodes, path)
    step = main_child(nodes[path], tall)
    while step is not None and step not in way:
        way.append(step)
        step = main_child(nodes[step], tall)
    return tuple(way)


def _way_up_to(nodes: Grove, path: Path) -> list[Path]:
    """Return the links from the base disk up to *path*."""
    below: dict[Path, None] = {}
    step: Path | None = path
    while step is not None and step in nodes and step not in below:
        below[step] = None
        step = nodes[step].parent
    return list(reversed(below))


def tips_by_merit(nodes: Grove, tips: Iterable[Path]) -> list[Path]:
    """Return *tips*, those to show first in front: sound before faulty, then longest, newest."""

    def merit(tip: Path) -> tuple[bool, int, float]:
        way = _way_up_to(nodes, tip)
        sound = not any(nodes[path].faults for path in way)
        return sound, len(way), nodes[tip].modified

    return sorted((tip for tip in tips if tip in nodes), key=merit, reverse=True)
