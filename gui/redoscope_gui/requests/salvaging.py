"""Look which sectors of a generation can't be read, and write them down with their causes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import Policy

__all__ = ["ListUnreadable", "UnreadableListed"]


@dataclass(frozen=True, slots=True)
class UnreadableListed:
    """What can't be read of a generation."""

    path: Path
    sectors: int
    log: Path | None
    """The list, area by area with causes; beside it is the map. None if all can be read."""


@dataclass(frozen=True, slots=True)
class ListUnreadable:
    """Read the disk as it reads at link *path*, and list in *target* what can't be read of it.

    It opens the chain for itself: the one on screen may be closed before this long work is over.
    """

    path: Path
    generation: int
    policy: Policy
    joined: tuple[Path, Path] | None
    """Child and parent that are attached for now only, if the generation holds that child."""
    target: Path

    def run(self) -> Generator[Progress, None, UnreadableListed]:
        """Yield the progress in bytes; return how much it is.

        Raises:
            AlreadyExists: *target*, or the name of the map beside it, is taken.
            VmdkError: Nothing of the disk can be read.
        """
        policy = self.policy.allowing(core.Leniency.SALVAGE)
        with own_chain(self.path, self.generation, policy, self.joined) as chain:
            log = core.DamageLog(self.target, like=chain.all_files)
            log.refuse_taken()
            # A damaged grain shows only when it is read: every stored one is.
            unread = (yield from core.digest(chain)).unread
            if not unread.sectors:
                return UnreadableListed(self.path, 0, None)
            yield from log.write(unread)
        return UnreadableListed(self.path, unread.sectors, log.path)
