"""What the judging of an extent's tables found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.errors import VmdkError

if TYPE_CHECKING:
    from numpy.typing import NDArray


__all__ = ["TableReport"]


@dataclass(slots=True)
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
    leaked: int = 0
    """Grains of the file that no entry leads to."""
    half_written: int = 0
    """Entries in one copy of the tables alone, by an interrupted write: no damage."""
    differing: int = 0
    """Entries that differ from their redundant copy."""
    first_differing: int = 0
    """Grain of the first of them."""
    lost_copies: int = 0
    """Tables of the redundant copy that can't be read."""
    copy_error: VmdkError | None = None
    """Why the redundant copy could not be compared."""
