"""What the judging of an extent's tables found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.errors import VmdkError
from redoscope_core.spots import EntrySpot

if TYPE_CHECKING:
    from numpy.typing import NDArray


__all__ = ["TableReport"]


@dataclass(slots=True, eq=False)
class TableReport:
    """What was found; counts of entries, tables or grains."""

    lost_tables: NDArray[np.int64]
    """Directory indices whose entry leads to no table."""
    bad: int = 0
    """Entries that lead into the metadata or past the end of the file."""
    first_bad: tuple[int, int] = (0, 0)
    """Grain and entry of the first of them."""
    stored: int = 0
    """Entries that lead to a grain."""
    shared: int = 0
    """Grains of the file that overlap another one."""
    over_tables: int = 0
    """Grains of the file that overlap a table."""
    leaked: int = 0
    """Grains of the file that no entry leads to."""
    behind: int = 0
    """Entries for grains behind the end of the extent."""
    behind_stored: int = 0
    """Those of them that lead to where a grain could be."""
    has_copies: bool = False
    """Whether there are redundant tables at all."""
    half_written: int = 0
    """Entries in one copy of the tables alone, by an interrupted write: no damage."""
    differing: int = 0
    """Entries that differ from their redundant copy."""
    spots: tuple[EntrySpot, ...] = ()
    """The first of them, one by one; their sectors count from the extent's first."""
    lost_copies: int = 0
    """Tables of the redundant copy that can't be read."""
    mended_tables: int = 0
    """Tables that are lost, and that the redundant directory leads to."""
    copies_outside: bool = False
    """Whether the redundant directory is not inside the file."""
    copy_error: VmdkError | None = None
    """Why the redundant copy could not be compared."""

    @property
    def first_differing(self) -> int:
        """Grain of the first entry that differs from its copy."""
        return self.spots[0].grain if self.spots else 0
