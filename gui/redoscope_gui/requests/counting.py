"""Count what each link of a chain stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import VmdkError

if TYPE_CHECKING:
    from redoscope_core import Chain

__all__ = ["ChangesCounted", "CountChanges", "LinkCount"]


@dataclass(frozen=True, slots=True)
class LinkCount:
    """How much of the disk one link decides, in sectors."""

    data: int
    zero: int

    @property
    def changed(self) -> int:
        """All that it decides."""
        return self.data + self.zero


@dataclass(frozen=True, slots=True)
class ChangesCounted:
    """The counts of the links of one chain; None where a link cannot be read."""

    counts: tuple[LinkCount | None, ...]


@dataclass(frozen=True, slots=True)
class CountChanges:
    """Count the sectors that each link of *chain* decides."""

    chain: Chain

    def run(self) -> ChangesCounted:
        """Return the counts, base disk first."""
        counts: list[LinkCount | None] = []
        for link in self.chain.links:
            try:
                stored = link.stored
            except VmdkError:
                counts.append(None)
                continue
            data = int(stored.count[stored.state == core.State.DATA].sum())
            zero = int(stored.count[stored.state == core.State.ZERO].sum())
            counts.append(LinkCount(data, zero))
        return ChangesCounted(tuple(counts))
