"""What a generation is compared with: the one rule, for maps and for bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from typing_extensions import override

if TYPE_CHECKING:
    from redoscope_core import Chain

__all__ = ["Older", "OtherDisk", "compared_with", "own_generation"]


@dataclass(frozen=True, slots=True)
class OtherDisk:
    """Generation A where it is one of another disk than the chosen one."""

    chain: Chain
    """That disk, as it reads at A."""

    @property
    def generation(self) -> int:
        """Its index in the chain of that disk."""
        return len(self.chain.links) - 1

    @property
    def path(self) -> Path:
        """The link that it is the disk of."""
        return self.chain.path

    @override
    def __str__(self) -> str:
        """Tell it as a generation of the chosen disk is told by its number."""
        return f"{self.generation} ({self.path.name})"


Older: TypeAlias = int | OtherDisk
"""Generation A: a number in the chosen chain, or one of another disk."""


def own_generation(since: Older | None) -> int | None:
    """Return A where it is a generation of the chosen chain."""
    return since if isinstance(since, int) else None


def compared_with(generation: int, since: int | None) -> int:
    """Return the generation that *generation* is compared with: *since*, or else its parent.

    -1, the parent of the base disk, stores nothing.
    """
    return generation - 1 if since is None else since
