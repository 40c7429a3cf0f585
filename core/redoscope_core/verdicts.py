"""Verdicts: what an extent can say of a sector, as values; `explanations` has the words."""

from __future__ import annotations

from enum import Enum

__all__ = ["Onward", "Verdict"]


class Verdict(Enum):
    """What was found where a sector was looked up; the numbers are in the answer."""

    NO_TABLE = "no-table"
    """The directory entry is 0: nothing of the whole table is stored."""
    TABLE_LOST = "table-lost"
    """The directory entry leads to no table."""
    NO_GRAIN = "no-grain"
    """The table entry is 0."""
    ZERO_GRAIN = "zero-grain"
    """The table entry says that the grain is zeros."""
    UNMAPPED = "unmapped"
    """The guest unmapped the grain."""
    GRAIN = "grain"
    """The table entry leads to the grain."""
    PACKED_GRAIN = "packed-grain"
    """The table entry leads to the grain, which is compressed."""
    GRAIN_LOST = "grain-lost"
    """The table entry leads to no grain."""
    WALKED = "walked"
    """The grain was found by walking a stream that has lost its directory."""
    NOT_IN_STREAM = "not-in-stream"
    """The walk found that there is no such grain."""
    LOST_IN_STREAM = "lost-in-stream"
    """The walk found no such grain, and it may have been stored."""
    FLAT = "flat"
    """A flat extent stores every sector."""
    FLAT_ENDS = "flat-ends"
    """The file of a flat extent ends before, or is not to be read."""
    ZEROS = "zeros"
    """An extent of zeros, without a file."""
    ELSEWHERE = "elsewhere"
    """The data is in no file that could be read; the answer's cause tells where."""
    LOST = "lost"
    """The file of the extent, or a parent, can't be used; the answer's cause tells why."""
    ENDED = "ended"
    """The link is smaller than the disk."""


class Onward(Enum):
    """Who is asked after a link."""

    NOBODY = "nobody"
    """The link decided."""
    PARENT = "parent"
    NO_PARENT = "no-parent"
    """Nobody, since there is no parent."""
