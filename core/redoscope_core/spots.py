"""Spots: the single places of which a finding counts many, each with what is wrong there.

A finding holds as many as are worth telling one by one (`MOST_TOLD`); its count holds all.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

__all__ = ["MOST_TOLD", "EntrySpot", "GrainSpot", "RunSpot", "Sound", "Spot", "Why"]

MOST_TOLD = 1000
"""Spots that a finding holds at most, the first ones on the disk."""


class Why(Enum):
    """What is wrong at a spot, or why one of two entries is right; the value is for programs."""

    BAD_LENGTH = "bad-length"
    """The mark of a compressed grain has a length that none can have."""
    CUT_OFF = "cut-off"
    """The file ends inside the grain."""
    DAMAGED_STREAM = "damaged-stream"
    """It does not inflate, or not to what its Adler-32 says."""
    SYSTEM = "system"
    """The operating system can't read it."""
    OTHER_SECTOR = "other-sector"
    """The mark says another sector than the table."""
    OVERLAPS = "overlaps"
    """The length in the mark reaches into the next grain."""
    LEADS_NOWHERE = "leads-nowhere"
    """The other entry leads into the metadata or past the end of the file."""
    SHARED = "shared"
    """The other entry leads to what another grain or a table has."""
    NOT_STORED = "not-stored"
    """The other entry is 0, and this one leads to a grain that nothing else has."""
    UNDECIDED = "undecided"
    """Nothing tells which of the two is right."""


class Sound(Enum):
    """Which of two entries is sound."""

    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"
    UNKNOWN = "unknown"


class GrainSpot(NamedTuple):
    """A compressed grain."""

    grain: int
    """Its number in its extent."""
    sector: int
    """Its first sector on the disk."""
    offset: int
    """Byte of the file where its mark is."""
    why: Why
    says: int | None = None
    """What the mark says: the sector or the length that is wrong."""


class EntrySpot(NamedTuple):
    """A table entry that differs from its redundant copy."""

    grain: int
    """Its number in its extent."""
    sector: int
    """The first sector of the grain on the disk."""
    first: int
    """The entry in the tables that are read; a sector of the file."""
    second: int
    """That of the redundant tables."""
    sound: Sound
    why: Why


class RunSpot(NamedTuple):
    """A run of stored sectors."""

    sector: int
    """The first, on the disk."""
    sectors: int
    offset: int
    """Byte of the file where they are."""
    why: Why


Spot = GrainSpot | EntrySpot | RunSpot
