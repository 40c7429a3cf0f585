"""Compare two generations byte by byte, and write what differs into files."""

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
    from redoscope_gui.maps.differences import Differences

__all__ = ["CompareGenerations", "SaveDocument", "SavePatch"]


@dataclass(frozen=True, slots=True)
class CompareGenerations:
    """Compare generation *a* with *b*, which is the disk as it reads at link *path*."""

    path: Path
    a: int
    b: int
    policy: Policy
    joined: tuple[Path, Path] | None = None
    """Child and parent that are attached for now only, if the generation holds that child."""

    def run(self) -> Generator[Progress, None, Differences]:
        """Yield the progress in bytes; return what differs.

        Raises:
            VmdkError: A sector that matters can't be read.
        """
        from redoscope_gui.maps.differences import Differences  # noqa: PLC0415 - numpy

        with own_chain(self.path, self.b, self.policy, self.joined) as chain:
            found = yield from core.compare(chain.up_to(self.a), chain)
            return Differences.of(chain, self.a, self.b, found)


@dataclass(frozen=True, slots=True)
class SavePatch:
    """Write as *target* a patch that makes the raw image of A that of B, as they were compared."""

    compared: CompareGenerations
    found: Differences
    target: Path

    def run(self) -> Generator[Progress, None, int]:
        """Yield the progress in bytes; return the bytes of the patch.

        Raises:
            VmdkError: A sector can't be read, or the file can't be written.
        """
        asked = self.compared
        with own_chain(asked.path, asked.b, asked.policy, asked.joined) as chain:
            older = chain.up_to(asked.a)
            steps = core.write_patch(self.target, older, chain, self.found.comparison, force=True)
            return (yield from steps)


@dataclass(frozen=True, slots=True)
class SaveDocument:
    """Save *data* as *target*, a file that the user named and whose replacing was allowed."""

    target: Path
    data: bytes

    def run(self) -> Path:
        """Return where it is.

        Raises:
            VmdkError: It is a disk or a piece of one, or it can't be written.
        """
        core.save_document(self.target, self.data, force=True)
        return self.target
