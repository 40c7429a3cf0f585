"""Tally: spots of one kind, all of them counted and the first ones kept; and what was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redoscope_core.findings import Finding, Kind
from redoscope_core.spots import MOST_TOLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from redoscope_core.spots import GrainSpot, RunSpot

__all__ = ["Looked", "Tally"]


@dataclass(slots=True)
class Looked:
    """What a check has looked at."""

    links: int = 0
    copies: int = 0
    """Extents whose redundant tables were compared with the others."""
    marks: int = 0
    """Compressed grains whose marks were judged."""
    data: bool = False
    """Whether all that is stored was to be read, too."""
    grains: int = 0
    """Compressed grains that were inflated."""
    bytes: int = 0
    """Bytes of grains and of flat extents that were read as they are; holes of files are not."""

    def add(self, other: Looked) -> None:
        """Count what *other* counts, too."""
        self.links += other.links
        self.copies += other.copies
        self.marks += other.marks
        self.grains += other.grains
        self.bytes += other.bytes


@dataclass(slots=True)
class Tally:
    """What is wrong with the stored data of one extent."""

    damaged: int = 0
    """Compressed grains that can't be read."""
    odd: int = 0
    """Compressed grains whose marks do not fit."""
    tailed: int = 0
    """Compressed grains with bytes behind their end."""
    unread: int = 0
    """Sectors that can't be read, though the tables lead to them."""
    _damaged: list[GrainSpot] = field(default_factory=list)
    _odd: list[GrainSpot] = field(default_factory=list)
    _unread: list[RunSpot] = field(default_factory=list)

    def add_damaged(self, spots: Iterable[GrainSpot]) -> None:
        """Count grains that can't be read."""
        found = sorted(spots)
        self.damaged += len(found)
        self._damaged += found[: MOST_TOLD - len(self._damaged)]

    def add_odd(self, spots: Iterable[GrainSpot]) -> None:
        """Count grains whose marks do not fit."""
        found = sorted(spots, key=lambda spot: spot.grain)
        self.odd += len(found)
        self._odd += found[: MOST_TOLD - len(self._odd)]

    def add_unread(self, spots: Iterable[RunSpot]) -> None:
        """Count runs that can't be read."""
        found = sorted(spots, key=lambda spot: spot.sector)
        self.unread += sum(spot.sectors for spot in found)
        self._unread += found[: MOST_TOLD - len(self._unread)]

    def findings(self, path: Path) -> Iterator[Finding]:
        """Yield what that means, of the file *path*."""
        if self.damaged:
            facts = {"grains": self.damaged, "spots": tuple(self._damaged)}
            yield Finding.of(Kind.DAMAGED_GRAINS, path, **facts)
        if self.odd:
            facts = {"grains": self.odd, "spots": tuple(self._odd)}
            yield Finding.of(Kind.ODD_MARKS, path, **facts)
        if self.unread:
            facts = {"sectors": self.unread, "spots": tuple(self._unread)}
            yield Finding.of(Kind.UNREADABLE_DATA, path, **facts)
        if self.tailed:
            yield Finding.of(Kind.BYTES_BEHIND_GRAINS, path, grains=self.tailed)
