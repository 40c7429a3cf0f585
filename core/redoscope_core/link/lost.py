"""Opening an extent by salvage: what can't be used is lost, and the others are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import TooManyFiles, VmdkError
from redoscope_core.extents.lost import LostExtent

if TYPE_CHECKING:
    from collections.abc import Callable

    from redoscope_core.extents.contract import Extent
    from redoscope_core.format.extent_line import ExtentLine

__all__ = ["opened_or_lost"]


def opened_or_lost(line: ExtentLine, opened: Callable[[], Extent]) -> Extent:
    """Return the extent of *line* as *opened*; one that is lost if that fails.

    Raises:
        TooManyFiles: The system allows no more open files, which says nothing of this one.
    """
    try:
        extent = opened()
        extent.areas()  # tables that lead to more than the file holds make it useless, too
    except TooManyFiles:
        raise
    except VmdkError as error:
        return LostExtent(line, error)
    return extent
