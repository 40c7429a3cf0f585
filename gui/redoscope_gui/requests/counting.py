"""Count what each link of a chain stores, and tell what its tables show to be wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Kind, VmdkError

if TYPE_CHECKING:
    from redoscope_core import Chain, Finding, Link, Policy

__all__ = ["ChangesCounted", "CountChanges", "CountLinks", "LinkCount", "LinksCounted"]

_TOLD = 8
"""Areas of a link whose damage is told one by one."""
_COUNTED = frozenset({Kind.UNREADABLE_SECTORS, Kind.ELSEWHERE})
"""Findings that only count what the damage tells one by one."""
_SHOWN = frozenset({Kind.IN_USE, Kind.OLDER_GENERATION})
"""Findings that are shown in other places."""


@dataclass(frozen=True, slots=True)
class LinkCount:
    """How much of the disk one link decides, in sectors."""

    data: int
    zero: int
    unreadable: int = 0
    damage: tuple[tuple[int, VmdkError], ...] = ()
    """First sector, and why it can't be read, of the first areas that can't."""
    more: int = 0
    """How many such areas there are beyond these."""
    findings: tuple[Finding, ...] = ()
    """What is odd about the link but no damage."""

    @property
    def changed(self) -> int:
        """All that it decides."""
        return self.data + self.zero


@dataclass(frozen=True, slots=True)
class ChangesCounted:
    """The counts of the links of one chain; None where a link cannot be read."""

    counts: tuple[LinkCount | None, ...]
    errors: dict[Path, VmdkError]
    """Why links can't be read, by path."""
    findings: tuple[Finding, ...] = ()
    """What is odd about how the links fit together."""


@dataclass(frozen=True, slots=True)
class CountChanges:
    """Count the sectors that each link of *chain* decides."""

    chain: Chain

    def run(self) -> ChangesCounted:
        """Return the counts, base disk first."""
        counts: list[LinkCount | None] = []
        errors: dict[Path, VmdkError] = {}
        for link in self.chain.links:
            try:
                counts.append(_count(link))
            except VmdkError as error:
                counts.append(None)
                errors[link.path] = error.with_traceback(None)
        return ChangesCounted(tuple(counts), errors, self._findings())

    def _findings(self) -> tuple[Finding, ...]:
        own = {finding for link in self.chain.links for finding in link.findings}
        return tuple(f for f in self.chain.findings if f not in own and f.kind not in _SHOWN)


@dataclass(frozen=True, slots=True)
class LinksCounted:
    """The counts of single links; those that do not open are left out."""

    counts: dict[Path, LinkCount]
    errors: dict[Path, VmdkError]
    """Why links that do open can't be read, by path."""


@dataclass(frozen=True, slots=True)
class CountLinks:
    """Count the sectors that the links at *paths* decide, each opened alone."""

    paths: tuple[Path, ...]
    policy: Policy = field(default_factory=lambda: core.Policy())  # noqa: PLW0108  made when asked

    def run(self) -> LinksCounted:
        """Return the counts by path."""
        counts: dict[Path, LinkCount] = {}
        errors: dict[Path, VmdkError] = {}
        for path in self.paths:
            try:
                link = core.Link.open(path, allowed=self.policy.allowed)
            except VmdkError:
                continue  # the forest has told what is wrong with it
            try:
                counts[path] = _count(link)
            except VmdkError as error:
                errors[path] = error.with_traceback(None)
            finally:
                link.close()
        return LinksCounted(counts, errors)


def _count(link: Link) -> LinkCount:
    stored = link.stored
    data, zero, unreadable = (
        int(stored.count[stored.state == state].sum())
        for state in (core.State.DATA, core.State.ZERO, core.State.UNREADABLE)
    )
    bad = stored.start[stored.state == core.State.UNREADABLE]
    damage = tuple((sector, link.unreadable(sector)) for sector in bad[:_TOLD].tolist())
    odd = tuple(finding for finding in link.findings if finding.kind not in _COUNTED)
    return LinkCount(data, zero, unreadable, damage, max(len(bad) - _TOLD, 0), odd)
