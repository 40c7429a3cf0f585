"""The sample chain in one picture: its links, and where on the disk each of them changed it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress, State
from redoscope_gui.requests.opening import MakeSample

if TYPE_CHECKING:
    from redoscope_core import Node

__all__ = ["DescribeSample", "SampleDescribed", "SampleRow"]

STRETCHES = 64
"""Parts of the disk that a link is told in."""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One link of the picture."""

    name: str
    generation: int
    """How many links it stands on."""
    branch: bool
    """Whether it leaves the main chain."""
    comment: str
    decided: tuple[bool, ...]
    """For each stretch of the disk, from the first on: whether the link decides a part of it."""


@dataclass(frozen=True, slots=True)
class SampleDescribed:
    """The links, the base disk first; a branch below the link that it leaves."""

    tip: Path
    rows: tuple[SampleRow, ...]


@dataclass(frozen=True, slots=True)
class DescribeSample:
    """Tell what the sample chain in *folder* is like; it is made if it is not there."""

    folder: Path

    def run(self) -> Generator[Progress, None, SampleDescribed]:
        """Yield the progress; return the links.

        Raises:
            VmdkError: It can't be made or read.
        """
        made = yield from MakeSample(self.folder).run()
        forest = core.Forest.scan(made.tip.parent)
        chain = forest.chain_of(made.tip)
        main = set(chain)
        rows = []
        for path, node in forest.nodes.items():
            if forest.chain_of(path)[0] != chain[0]:
                continue  # of the other disk of the machine
            branch = path not in main
            generation = len(forest.chain_of(path)) - 1
            decided = _decided(path, node)
            rows.append(SampleRow(path.name, generation, branch, node.comment, decided))
        rows.sort(key=lambda row: (row.generation, not row.branch))
        return SampleDescribed(made.tip, tuple(rows))


def _decided(path: Path, node: Node) -> tuple[bool, ...]:
    capacity = node.capacity or 1
    edges = [capacity * part // STRETCHES for part in range(STRETCHES + 1)]
    with core.Link.open(path) as link:
        return tuple(
            bool((link.areas(first, max(end - first, 1)).state != State.ABSENT).any())
            for first, end in pairwise(edges)
        )
