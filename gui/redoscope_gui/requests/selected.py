"""Hash selected bytes, and save them as a file that says where they come from."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import Policy, SavedSelection, SelectedDigest

__all__ = ["HashSelected", "SaveSelected", "Shown"]


@dataclass(frozen=True, slots=True)
class Shown:
    """The disk as it is shown: a generation, or one link alone."""

    path: Path
    generation: int
    policy: Policy
    joined: tuple[Path, Path] | None
    alone: bool


@dataclass(frozen=True, slots=True)
class HashSelected:
    """Hash *length* bytes from *offset* on. It opens the chain for itself."""

    shown: Shown
    offset: int
    length: int
    algorithm: str = "sha256"

    def run(self) -> Generator[Progress, None, SelectedDigest]:
        """Yield the progress in bytes; return the hash.

        Raises:
            VmdkError: A sector can't be read.
        """
        shown = self.shown
        place = (shown.path, shown.generation, shown.policy, shown.joined)
        with own_chain(*place, alone=shown.alone) as chain:
            return (
                yield from core.digest_selected(chain, self.offset, self.length, self.algorithm)
            )


@dataclass(frozen=True, slots=True)
class SaveSelected:
    """Save *length* bytes from *offset* on as *target*; a name that is taken is refused."""

    shown: Shown
    offset: int
    length: int
    target: Path

    def run(self) -> Generator[Progress, None, SavedSelection]:
        """Yield the progress in bytes; return what was saved.

        Raises:
            VmdkError: A sector can't be read, or the file can't be written.
        """
        shown = self.shown
        place = (shown.path, shown.generation, shown.policy, shown.joined)
        with own_chain(*place, alone=shown.alone) as chain:
            return (yield from core.save_selected(chain, self.offset, self.length, self.target))
