"""What the picture of the map is made from, and what it tells of the mouse: rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redoscope_gui.views.map.inking import Held

__all__ = ["CellTable", "Spot"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the table, in cells; the fraction is the place inside the cell."""

    column: float
    row: float


@dataclass(frozen=True, slots=True)
class CellTable:
    """The cells that the picture shows."""

    held: Held
    labels: Sequence[str]
    """One per row."""
    hatched: int
    """Class whose cells are hatched."""
    zeroed: int
    """Class whose cells carry a small 0 where they are large enough."""
    bars: bool = False
    """Whether cells are bars in rows with a label each, however low those are."""
    stripes: bool = False
    """Whether a cell that is large enough shows the classes in it side by side."""
    addresses: Sequence[tuple[float, str]] = ()
    """Columns below which an address stands, and the addresses."""
    totals: Sequence[str] = ()
    """What stands at the right end of each row."""
