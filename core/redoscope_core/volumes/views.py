"""Views of a volume: as it is stored, or as the next mount makes it read, never a mix of both.

stored    | superblock | inodes, old  | ... | journal: inodes, new | ...
replayed  | superblock | inodes, new  | ... | journal: inodes, new | ...     nothing is written
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from redoscope_core.areas.runs import Runs
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.source import Numbers, Volume

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["ESCAPED", "JournalState", "LaidOver", "View", "seen_through", "volume_in"]

ESCAPED = bytes.fromhex("c03b3998")
"""The magic of the journal of ext: data that begins with it is stored with zeros there."""


class View(Enum):
    """How a volume is read; the value is its word for programs."""

    STORED = "stored"
    REPLAYED = "replayed"


class JournalState(Enum):
    """What the journal of a volume has for the next mount; the value is its word for programs."""

    NONE = "none"
    """It has no journal."""
    CLEAN = "clean"
    """Nothing is to be done again."""
    DIRTY = "dirty"
    """It was not unmounted: what is stored is not all that was logged."""
    ELSEWHERE = "elsewhere"
    """It is dirty, and its journal is on another device."""
    DAMAGED = "damaged"
    """The journal, or what says where it is, contradicts itself."""
    UNKNOWN = "unknown"
    """Nothing here reads the journal that it may have."""


@dataclass(frozen=True, slots=True, eq=False)
class LaidOver(Columns):
    """Runs of sectors of a volume that read as what is stored elsewhere in it, by their start."""

    narrow: ClassVar = {"escaped": np.bool_}
    start: Numbers
    """Sector of the volume."""
    sectors: Numbers
    source: Numbers
    """Sector of the volume that has the bytes."""
    escaped: NDArray[np.bool_]
    """Whether its first four bytes are `ESCAPED`, for which zeros are stored."""

    @classmethod
    def nothing(cls) -> LaidOver:
        """Return no run: what is stored."""
        none = np.zeros(0, np.int64)
        return cls(none, none, none, np.zeros(0, np.bool_))

    @property
    def runs(self) -> Runs:
        """The sectors that do not read as they are stored."""
        return Runs.joined(self.start, self.start + self.sectors)


def volume_in(chain: Chain, start: int, sectors: int) -> Volume:
    """Return the bytes of a volume of *chain*, as they are stored."""
    return Volume(partial(_read, chain, start), sectors * SECTOR)


def _read(chain: Chain, start: int, offset: int, count: int) -> bytes:
    first, behind = offset // SECTOR, -(-(offset + count) // SECTOR)
    data = chain.read(start + first, behind - first)
    begin = offset - first * SECTOR
    return data[begin : begin + count]


def seen_through(volume: Volume, laid: LaidOver) -> Volume:
    """Return *volume* as it reads with *laid* over it."""
    return Volume(partial(_read_through, volume, laid), volume.size) if len(laid) else volume


def _read_through(volume: Volume, laid: LaidOver, offset: int, count: int) -> bytes:
    data = bytearray(volume.read(offset, count))
    ends = laid.start + laid.sectors
    low = int(np.searchsorted(ends, offset // SECTOR, side="right"))
    high = int(np.searchsorted(laid.start, -(-(offset + count) // SECTOR)))
    for row in range(low, high):
        first, source = int(laid.start[row]) * SECTOR, int(laid.source[row]) * SECTOR
        begin = max(first, offset)
        end = min(int(ends[row]) * SECTOR, offset + count)
        raw = volume.bytes_at(source + begin - first, end - begin, "a block of the journal")
        if laid.escaped[row] and begin < first + len(ESCAPED):
            magic = ESCAPED[begin - first :]
            raw = (magic + raw[len(magic) :])[: end - begin]
        data[begin - offset : end - offset] = raw
    return bytes(data)
