"""Count what each link of a chain stores."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import VmdkError

if TYPE_CHECKING:
    from redoscope_core import Chain, Link, Policy

__all__ = ["ChangesCounted", "CountChanges", "CountLinks", "LinkCount", "LinksCounted"]


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
                counts.append(_count(link))
            except VmdkError:
                counts.append(None)
        return ChangesCounted(tuple(counts))


@dataclass(frozen=True, slots=True)
class LinksCounted:
    """The counts of single links; those that do not open are left out."""

    counts: dict[Path, LinkCount]


@dataclass(frozen=True, slots=True)
class CountLinks:
    """Count the sectors that the links at *paths* decide, each opened alone."""

    paths: tuple[Path, ...]
    policy: Policy = field(default_factory=lambda: core.Policy())  # noqa: PLW0108  made when asked

    def run(self) -> LinksCounted:
        """Return the counts by path."""
        counts: dict[Path, LinkCount] = {}
        for path in self.paths:
            try:
                link = core.Link.open(path, trust=self.policy.trust)
            except VmdkError:
                continue  # the forest has told what is wrong with it
            try:
                counts[path] = _count(link)
            except VmdkError:
                continue
            finally:
                link.close()
        return LinksCounted(counts)


def _count(link: Link) -> LinkCount:
    stored = link.stored
    data = int(stored.count[stored.state == core.State.DATA].sum())
    zero = int(stored.count[stored.state == core.State.ZERO].sum())
    return LinkCount(data, zero)
