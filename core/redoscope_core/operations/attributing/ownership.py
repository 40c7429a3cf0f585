"""Ownership: which stream has a sector of a volume, and at which byte of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.volumes.index import Extents, VolumeIndex
    from redoscope_core.volumes.source import Numbers

__all__ = ["Ownership"]


@dataclass(frozen=True, slots=True)
class Ownership:
    """The extents of an index in the order of the volume: those of what is in use."""

    extents: Extents

    @classmethod
    def of(cls, index: VolumeIndex) -> Ownership:
        """Return who owns what by *index*; deleted files own nothing.

        It is worked out once for as long as the index is there.
        """
        found = _KNOWN.get(index)
        if found is None:
            found = _KNOWN[index] = cls._made(index)
        return found

    @classmethod
    def _made(cls, index: VolumeIndex) -> Ownership:
        streams, extents = index.streams, index.extents
        used = index.nodes.allocated[streams.node[extents.stream]]
        kept = extents.taking(used)
        return cls(kept.taking(np.argsort(kept.start, kind="stable")))

    def rows(self, sectors: Numbers) -> Numbers:
        """Return for each of *sectors* of the volume the row of its extent; -1 without one."""
        if not len(self.extents):
            return np.full(sectors.shape, -1, np.int64)
        row = np.searchsorted(self.extents.start, sectors, side="right") - 1
        behind = self.extents.start[row] + self.extents.sectors[row]
        return np.where((row >= 0) & (sectors < behind), row, -1).astype(np.int64)

    @property
    def edges(self) -> Numbers:
        """The sectors at which another extent may begin, or nobody's: in no order."""
        extents = self.extents
        found: Numbers = np.concatenate((extents.start, extents.start + extents.sectors))
        return found

    def positions(self, sectors: Numbers, rows: Numbers) -> Numbers:
        """Return at which byte of its stream each of *sectors* begins; they lie in *rows*."""
        extents = self.extents
        found: Numbers = extents.offset[rows] + (sectors - extents.start[rows]) * SECTOR
        return found


_KNOWN: WeakKeyDictionary[VolumeIndex, Ownership] = WeakKeyDictionary()
