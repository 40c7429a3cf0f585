"""List what changed since an older link or a change id, or all that is in use."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from redoscope_core import Areas, Chain, Policy, Runs

__all__ = ["ChangesListed", "ListChanges", "RefineChanges"]


@dataclass(frozen=True, slots=True, eq=False)
class ChangesListed:
    """What changed, as runs of bytes."""

    runs: Runs
    oldest: NDArray[np.int64]
    """Of each run the oldest of the links that decide it now; -1 where none does."""
    newest: NDArray[np.int64]
    since: int | None
    """The link that it changed after; None if all that is in use was asked for."""
    change_id: str
    """Of the generation that was asked: with it one asks next time."""
    capacity: int
    """Bytes."""
    exact: bool = False
    """Whether bytes were read, so that each sector in it differs; else exact to the grain."""

    @property
    def total(self) -> int:
        """Bytes that changed."""
        return self.runs.total


@dataclass(frozen=True, slots=True)
class ListChanges:
    """List what changed in the generation *chain*, exact to the grain; only tables are read."""

    chain: Chain
    since: str
    """A change id, the number of a link, or `*` for all that is in use."""

    def run(self) -> ChangesListed:
        """Return it.

        Raises:
            InvalidArgument: The id is none of this chain, or the link is not older.
            VmdkError: A table can't be read.
        """
        since = since_of(self.chain, self.since)
        page = core.changes_since(self.chain, since)
        return listed(self.chain, since, page.areas)


@dataclass(frozen=True, slots=True)
class RefineChanges:
    """List the sectors that differ from those at *since*, by reading what changed."""

    path: Path
    generation: int
    since: str
    policy: Policy
    joined: tuple[Path, Path] | None = None

    def run(self) -> Generator[Progress, None, ChangesListed]:
        """Yield the progress in bytes; return what differs.

        Raises:
            VmdkError: As `ListChanges`; or a sector can't be read.
        """
        with own_chain(self.path, self.generation, self.policy, self.joined) as chain:
            since = since_of(chain, self.since)
            if since is None:
                return listed(chain, None, core.changes_since(chain, None).areas)
            runs = yield from core.refined_runs(chain, since)
            return listed(chain, since, runs.times(core.SECTOR), exact=True)


def since_of(chain: Chain, text: str) -> int | None:
    """Return the link of *chain* that *text* means; None for all that is in use."""
    if text == core.ALL_IN_USE:
        return None
    return int(text) if text.isascii() and text.isdecimal() else core.link_of_id(chain, text)


def listed(chain: Chain, since: int | None, runs: Runs, *, exact: bool = False) -> ChangesListed:
    """Return *runs* of bytes with the links that decide each of them now."""
    areas = core.used_areas(chain) if since is None else core.changed_areas(chain, since)
    oldest, newest = _deciders(areas, runs)
    identity = str(core.change_id_of(chain))
    return ChangesListed(runs, oldest, newest, since, identity, chain.capacity * core.SECTOR, exact)


def _deciders(areas: Areas, runs: Runs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the lowest and the highest link of the *areas* that each of *runs* meets.

    areas    |--2--|-1-|       |--2--|
    runs     |---------|  |-|    |-|
                 1..2      -        2
    """
    import numpy as np  # noqa: PLC0415 - the window imports it when it is needed

    none = np.full(len(runs.start), -1, np.int64)
    if not len(areas) or not len(runs.start):
        return none, none
    first = np.searchsorted(areas.end * core.SECTOR, runs.start, side="right")
    behind = np.searchsorted(areas.start * core.SECTOR, runs.end, side="left")
    met = behind > first
    cuts = np.stack((first[met], behind[met]), axis=1).ravel()
    # One more at the end: reduceat takes no place behind the last.
    links = np.append(areas.link, areas.link[-1:]).astype(np.int64)
    oldest, newest = none, none.copy()
    if len(cuts):
        oldest[met] = np.minimum.reduceat(links, cuts)[::2]
        newest[met] = np.maximum.reduceat(links, cuts)[::2]
    return oldest, newest
