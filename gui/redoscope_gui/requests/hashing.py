"""Hash a whole generation, as if it were one flat file."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress, code
from redoscope_gui.requests.coded import opening_of
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import Policy

__all__ = ["GenerationHashed", "HashGeneration"]


@dataclass(frozen=True, slots=True)
class GenerationHashed:
    """The hash of a generation."""

    path: Path
    generation: int
    algorithm: str
    hexadecimal: str
    bytes_hashed: int


@dataclass(frozen=True, slots=True)
class HashGeneration:
    """Hash the disk as it reads at link *path*.

    It opens the chain for itself: the one on screen may be closed before this long work is over.
    """

    path: Path
    generation: int
    policy: Policy
    joined: tuple[Path, Path] | None = None
    """Child and parent that are attached for now only, if the generation holds that child."""
    algorithm: str = "sha256"

    @property
    def deed(self) -> code.HashDisk | None:
        """The same, to be shown as code; None if a link is attached for now only."""
        if self.joined is not None:
            return None
        return code.HashDisk(self.path, self.algorithm, opening_of(self.policy))

    def run(self) -> Generator[Progress, None, GenerationHashed]:
        """Yield the progress in bytes; return the hash.

        Raises:
            VmdkError: A sector can't be read.
        """
        place = (self.path, self.generation, self.policy, self.joined)
        with own_chain(*place) as chain:
            found = yield from core.digest(chain, self.algorithm)
        if found.hexadecimal is None:
            area = next(found.unread.areas())
            raise area.error
        return GenerationHashed(
            self.path, self.generation, found.algorithm, found.hexadecimal, found.bytes_hashed
        )
