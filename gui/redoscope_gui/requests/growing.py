"""Measure what each link of a chain adds to it, and what of that reads as without it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import Chain, Growth, Policy

__all__ = ["CompareWithParents", "MeasureGrowth"]


@dataclass(frozen=True, slots=True)
class MeasureGrowth:
    """Measure what each link of *chain* adds; only tables are read."""

    chain: Chain

    def run(self) -> tuple[Growth, ...]:
        """Return it, base disk first.

        Raises:
            VmdkError: A table can't be read.
        """
        return core.growth(self.chain)


@dataclass(frozen=True, slots=True)
class CompareWithParents:
    """Compare each link of the chain at *path* with its parent, where it has something."""

    path: Path
    generation: int
    policy: Policy
    joined: tuple[Path, Path] | None = None

    def run(self) -> Generator[Progress, None, tuple[int, ...]]:
        """Yield the progress in bytes; return the sectors of each that read as without it.

        Raises:
            VmdkError: A sector can't be read.
        """
        with own_chain(self.path, self.generation, self.policy, self.joined) as chain:
            return (yield from core.identical_sectors(chain))
