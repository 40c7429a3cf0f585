"""Ask which link supplies a sector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core import State
from redoscope_gui.maps.generations import generation_of

if TYPE_CHECKING:
    from redoscope_core import Chain, Lookup

__all__ = ["CountOwners", "FindOwner", "OwnerFound", "OwnersCounted"]

_NOBODY = -1


@dataclass(frozen=True, slots=True)
class OwnerFound:
    """The look-up of one sector."""

    lookup: Lookup


@dataclass(frozen=True, slots=True)
class FindOwner:
    """Look *sector* up in *chain*."""

    chain: Chain
    sector: int

    def run(self) -> OwnerFound:
        """Return who supplies the sector."""
        return OwnerFound(self.chain.owner(self.sector))


@dataclass(frozen=True, slots=True)
class OwnersCounted:
    """Sectors by owner, of a stretch."""

    first: int
    count: int
    owners: tuple[tuple[int, int, int], ...]
    """(link, sectors of data, sectors of zeros), base disk first; the link -1 is nobody."""
    unreadable: int


@dataclass(frozen=True, slots=True)
class CountOwners:
    """Count who owns the *count* sectors from *first* on, as the disk reads at *generation*."""

    chain: Chain
    generation: int
    first: int
    count: int

    def run(self) -> OwnersCounted:
        """Return the sectors of each owner; past the end of the disk there are none."""
        disk = generation_of(self.chain, self.generation)
        count = max(0, min(self.count, disk.capacity - self.first))
        areas = disk.areas(self.first, count) if count else disk.areas(0, 0)
        found = []
        for link in range(-1, len(disk.links)):
            own = areas.take(areas.link == link)
            data, zero = own.sectors_in(State.DATA), own.sectors_in(State.ZERO)
            if link == _NOBODY:
                zero += own.sectors_in(State.ABSENT)
            if data or zero:
                found.append((link, data, zero))
        lost = areas.sectors_in(State.UNREADABLE)
        return OwnersCounted(self.first, count, tuple(found), lost)
