"""Ask which structures are recognised: on a disk, and at a byte of it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress
from redoscope_gui.maps.generations import generation_of
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import Chain, Recognised, Structure
    from redoscope_gui.requests.selected import Shown

__all__ = ["FindStructure", "FindStructures", "ListStructures", "StructureFound"]


@dataclass(frozen=True, slots=True)
class StructureFound:
    """The structure at a byte of a generation."""

    generation: int
    offset: int
    structure: Structure | None


@dataclass(frozen=True, slots=True)
class FindStructure:
    """Tell which structure has the byte at *offset* of *generation*."""

    chain: Chain
    generation: int
    offset: int

    def run(self) -> StructureFound:
        """Return it; None in it if nothing is recognised, or it can't be read."""
        found = core.structure_around(generation_of(self.chain, self.generation), self.offset)
        return StructureFound(self.generation, self.offset, found)


@dataclass(frozen=True, slots=True)
class ListStructures:
    """List what partitions and file systems of *generation* lead to."""

    chain: Chain
    generation: int

    def run(self) -> tuple[Recognised, ...]:
        """Return it in the order of the disk."""
        return core.list_structures(generation_of(self.chain, self.generation))


@dataclass(frozen=True, slots=True)
class FindStructures:
    """Look at every stored sector of what is shown; *found* grows meanwhile."""

    shown: Shown
    found: list[Recognised]

    def run(self) -> Generator[Progress, None, tuple[Recognised, ...]]:
        """Yield the progress in bytes; return all in the order of the disk.

        Raises:
            VmdkError: A sector can't be read.
        """
        shown = self.shown
        place = (shown.path, shown.generation, shown.policy, shown.joined)
        with own_chain(*place, alone=shown.alone) as chain:
            return (yield from core.find_structures(chain, self.found))
