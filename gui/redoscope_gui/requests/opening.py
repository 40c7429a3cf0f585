"""Open what is asked for: a forest of links, one chain of it, the sample chain."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import redoscope_core as core
from redoscope_core import Progress, VmdkError

if TYPE_CHECKING:
    from redoscope_core import Chain, Forest, Policy

__all__ = [
    "ChainOpened",
    "CloseChain",
    "Closed",
    "ForestOpened",
    "MakeSample",
    "OpenChain",
    "OpenForest",
    "SampleMade",
]

_PATIENCE = 0.3
"""Seconds spent on looking for a tip whose tables are sound, beyond those of the one shown."""
_UNSEEN = (3, 0, True)
"""Worse than anything that `_doubt` returns."""


@dataclass(frozen=True, slots=True)
class ChainOpened:
    """A chain that is open, and which of its links was asked for."""

    chain: Chain
    generation: int
    """Index of the link that was asked for."""
    above: VmdkError | None
    """Why the chain ends below the tip of its branch, if it does."""

    def close(self) -> None:
        """Close the chain, for an answer that came too late."""
        self.chain.close()


@dataclass(frozen=True, slots=True)
class OpenChain:
    """Open the chain that *path* lies on, from its base disk to the tip of its branch.

    Links above *path* that do not open are left out: what is below them can be read all the same.
    """

    forest: Forest
    path: Path
    policy: Policy | None = None
    alone: bool = False
    """Open the one link, without the others of its chain; its parent need not be there."""

    def run(self) -> ChainOpened:
        """Return the open chain.

        Raises:
            VmdkError: The chain up to *path* itself does not open.
        """
        policy = replace(self.policy or core.Policy(), opened=self.forest.folder)
        if self.alone:
            return ChainOpened(core.Chain.open_alone(self.path, policy=policy), 0, None)
        way = core.path_through(self.forest.nodes, self.path)
        above: VmdkError | None = None
        for tip in reversed(way[way.index(self.path) + 1 :]):
            if self.forest.nodes[tip].faults and not policy.allows(core.Leniency.CID_MISMATCH):
                continue
            try:
                chain = _open(tip, policy)
            except VmdkError as error:
                above = above or error
            else:
                return self._opened(chain, above)
        chain = _open(self.path, policy)
        return self._opened(chain, above)

    def _opened(self, chain: Chain, above: VmdkError | None) -> ChainOpened:
        wanted = self.path.resolve()
        for index, link in enumerate(chain.links):
            if link.path.resolve() == wanted:
                return ChainOpened(chain, index, above)
        return ChainOpened(chain, len(chain.links) - 1, above)


def _open(path: Path, policy: Policy) -> Chain:
    return core.Chain.open(path, access=core.Access.INSPECT, policy=policy)


@dataclass(frozen=True, slots=True)
class ForestOpened:
    """The links that were found, and the chain to show of them."""

    source: Path
    """What was asked for: a folder, a disk or a .vmx."""
    forest: Forest
    opened: ChainOpened | None
    wanted: Path | None
    """The link that was to be shown; None if there is no link at all."""
    error: VmdkError | None
    """Why there is no chain, although there is a link."""

    def close(self) -> None:
        """Close the chain, for an answer that came too late."""
        if self.opened is not None:
            self.opened.close()


@dataclass(frozen=True, slots=True)
class OpenForest:
    """Find every link under *source* and open the chain of *wanted*, or the best one."""

    source: Path
    wanted: Path | None = None
    policy: Policy = field(default_factory=lambda: core.Policy())  # noqa: PLW0108  made when asked
    alone: bool = False
    """Open the one link that is wanted, without the others of its chain."""

    def run(self) -> ForestOpened:
        """Return the forest; a chain that does not open is told, not raised."""
        forest = core.Forest.scan(self.source, policy=self.policy)
        named = self._named(forest)
        if named is not None:
            return self._opened(forest, named)
        tips = core.tips_by_merit(forest.nodes, forest.tips)
        if len(tips) == 1:
            return self._opened(forest, tips[0])
        return self._soundest(forest, tips)

    def _named(self, forest: Forest) -> Path | None:
        for path in (self.wanted, self.source, forest.leaf):
            if path is not None:
                for known in (path, path.resolve()):
                    if known in forest.nodes:
                        return known
        return None

    def _soundest(self, forest: Forest, tips: list[Path]) -> ForestOpened:
        """Return the first of *tips* that can be read whole, or the best that was seen in time.

        Of those with as many links, one of which nothing odd is to be said is better.
        """
        best = ForestOpened(self.source, forest, None, None, None)
        least = _UNSEEN
        deadline = time.monotonic() + _PATIENCE
        for tip in tips:
            if least[0] == 0 and len(forest.chain_of(tip)) != -least[1]:
                break
            found = self._opened(forest, tip)
            doubt = _doubt(found)
            if doubt < least:
                best, found, least = found, best, doubt
            found.close()
            if (least[0] == 0 and not least[2]) or time.monotonic() > deadline:
                break
        return best

    def _opened(self, forest: Forest, wanted: Path) -> ForestOpened:
        try:
            alone = self.alone and wanted == self.wanted
            opened = OpenChain(forest, wanted, self.policy, alone).run()
        except VmdkError as error:
            return ForestOpened(self.source, forest, None, wanted, error)
        return ForestOpened(self.source, forest, opened, wanted, None)


def _doubt(found: ForestOpened) -> tuple[int, int, bool]:
    """Return how little one would show *found*: what can't be read, how short it is, what is odd.

    The tables are read for that; those of the chain that is shown are needed anyway.
    """
    if found.opened is None:
        return 2, 0, True
    links = found.opened.chain.links
    try:
        unread = any(link.is_damaged for link in links)
    except VmdkError:
        unread = True
    return int(unread), -len(links), any(link.findings for link in links)


@dataclass(frozen=True, slots=True)
class Closed:
    """A chain is closed."""


class Closeable(Protocol):
    """An open chain, or what holds one."""

    def close(self) -> None:
        """Close its files."""


@dataclass(frozen=True, slots=True)
class CloseChain:
    """Close a chain that is no longer shown, where nothing reads it any more."""

    chain: Closeable

    def run(self) -> Closed:
        """Close its files."""
        self.chain.close()
        return Closed()


@dataclass(frozen=True, slots=True)
class SampleMade:
    """The sample chain is there."""

    tip: Path
    changed: bool = False
    """Whether something was written into it since it was made."""
    instead_of: Path | None = None
    """The folder of an earlier one that does not open any more, and stays as it is."""


@dataclass(frozen=True, slots=True)
class MakeSample:
    """Make the sample chain in *folder*, or find the one made before."""

    folder: Path

    def run(self) -> Generator[Progress, None, SampleMade]:
        """Yield the progress; return the tip, and what became of the one made before."""
        found = yield from core.find_sample(self.folder)
        if found.state in {core.SampleState.WHOLE, core.SampleState.CHANGED}:
            return SampleMade(found.tip, found.state is core.SampleState.CHANGED)
        made = yield from core.fresh_sample(self.folder)
        spent = found.folder if found.state is core.SampleState.UNUSABLE else None
        return SampleMade(made.tip, instead_of=spent)
