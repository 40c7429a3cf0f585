"""What the picture of the map is made from, and what it tells of the mouse: rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["CellTable", "Spot"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the table, in cells; the fraction is the place inside the cell."""

    column: float
    row: float


@dataclass(frozen=True, slots=True)
class CellTable:
    """The cells that the picture shows."""

    classes: npt.NDArray[np.uint8]
    """Rows and columns of classes."""
    faintness: npt.NDArray[np.uint8]
    """How thinly each class fills its cell; rows and columns as in *classes*."""
    labels: Sequence[str]
    """One per row."""
    hatched: int
    """Class whose cells are hatched."""
    zeroed: int
    """Class whose cells carry a small 0 where they are large enough."""
    every_label: bool = False
    """Whether each row carries its label, however low it is."""
    addresses: Sequence[tuple[float, str]] = ()
    """Columns below which an address stands, and the addresses."""
