"""A chain that is only areas laid over each other: as large as a test wants, and no files."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

from redoscope_core import Areas, Chain, overlay

__all__ = ["GRAIN", "small"]

GRAIN = 128


class _Small:
    """Just enough of a chain: links with areas laid over each other."""

    def __init__(self, capacity: int, *stored: Areas) -> None:
        self.capacity = capacity
        self.grain_size = GRAIN
        self.links = [
            SimpleNamespace(stored=areas, capacity=capacity, path=Path(f"{index}.vmdk"))
            for index, areas in enumerate(stored)
        ]
        moved = [areas.moved(link=index) for index, areas in enumerate(stored)]
        self.stored = overlay(moved)

    def up_to(self, index: int) -> _Small:
        return _Small(self.capacity, *(link.stored for link in self.links[: index + 1]))


def small(capacity: int, *stored: Areas) -> Chain:
    """Return a chain of links that store these areas, base disk first."""
    return cast("Chain", _Small(capacity, *stored))
