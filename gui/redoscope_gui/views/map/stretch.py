"""Arithmetic of the map: which sectors a grid of cells covers, and how it zooms and pans.

Cells run in reading order and hold a power of two of sectors. Zooming keeps the sector under the
pointer in its cell and lets the rows break elsewhere, as a text does in a narrower page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from redoscope_core import SECTOR

__all__ = ["Stretch", "address_text", "address_ticks", "fitted", "fitted_curve", "fitted_row"]

_CELL = 4.5
"""Pixels that a cell should have at least when the whole disk is shown."""
_WIDEST = 56
"""Pixels that a cell has at most."""
_ROW_CELL = 2.0
"""Pixels of a cell of the chain matrix."""
_APART = 1.1
"""How far addresses in a row are apart at least, in lengths of the longest."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The stretch of a disk that a grid shows."""

    capacity: int
    """Sectors of the disk."""
    columns: int
    rows: int
    per_cell: int
    """Sectors in a cell."""
    widest: int
    """Sectors in a cell when the whole disk is shown."""
    first: int = 0
    """First sector shown; a multiple of *per_cell*."""
    curved: bool = False
    """Whether the cells run along a Hilbert curve: *columns* and *rows* are the same then."""

    @property
    def cells(self) -> int:
        """Cells of the grid."""
        return self.columns * self.rows

    @property
    def count(self) -> int:
        """Sectors that the grid covers."""
        return self.cells * self.per_cell

    @property
    def whole(self) -> bool:
        """Whether the whole disk is shown."""
        return self.count >= self.capacity

    def sector_of(self, cell: int) -> int:
        """Return the first sector of a cell."""
        return self.first + cell * self.per_cell

    def cell_of(self, sector: int) -> int | None:
        """Return the cell that holds *sector*, or None if it is not shown."""
        cell = (sector - self.first) // self.per_cell
        return cell if 0 <= cell < self.cells and 0 <= sector < self.capacity else None

    def starting_at(self, first: int) -> Stretch:
        """Return the stretch from *first* on, or as near to it as the disk allows."""
        last = -(-self.capacity // self.per_cell) * self.per_cell - self.count
        first = first // self.per_cell * self.per_cell
        return replace(self, first=max(0, min(first, last)))

    def panned(self, cells: int) -> Stretch:
        """Return the stretch *cells* cells further on."""
        return self.starting_at(self.first + cells * self.per_cell)

    def zoomed(self, steps: int, cell: int, sector: int) -> Stretch:
        """Return the stretch zoomed in by *steps*, *sector* staying in *cell*."""
        # Along the curve a quarter of the sectors makes a patch twice as wide and as high.
        shift = self.per_cell.bit_length() - 1 - (2 * steps if self.curved else steps)
        per_cell = min(1 << max(0, shift), self.widest)
        changed = replace(self, per_cell=per_cell)
        return changed.starting_at(sector // per_cell * per_cell - cell * per_cell)

    def showing(self, sector: int) -> Stretch:
        """Return the stretch that shows *sector*: the same one if it does already."""
        if self.cell_of(sector) is not None:
            return self
        row = self.columns * self.per_cell
        return self.starting_at((sector // row - self.rows // 3) * row)

    def resized(self, other: Stretch) -> Stretch:
        """Return *other*, which fits another picture, at the zoom and the place of this stretch."""
        if self.whole or self.capacity != other.capacity:
            return other
        per_cell = min(self.per_cell, other.widest)
        return replace(other, per_cell=per_cell).starting_at(self.first)


def address_text(sector: int) -> str:
    """Return the byte offset of *sector* as it stands beside a row."""
    return f"0x{sector * SECTOR:X}"


def address_ticks(stretch: Stretch, room: float) -> tuple[tuple[float, str], ...]:
    """Return the columns below which addresses stand in one row of cells, and their texts.

    The addresses are multiples of a power of two of cells; the longest takes *room* columns, and
    the first is moved inwards rather than cut off.
    """
    span = _least_power(int(_APART * room) + 1) * stretch.per_cell
    end = min(stretch.sector_of(stretch.columns), stretch.capacity)
    longest = len(address_text(stretch.capacity))
    ticks = []
    for sector in range(-(-stretch.first // span) * span, end, span):
        text = address_text(sector)
        half = room / 2 * len(text) / longest
        column = max((sector - stretch.first) / stretch.per_cell, half)
        if column + half <= stretch.columns:
            ticks.append((column, text))
    return tuple(ticks)


def fitted(capacity: int, grain_size: int, width: int, height: int) -> Stretch:
    """Return the stretch that shows the whole disk in a picture of these pixels.

    A cell holds a grain at least, and the number of columns is a power of two, so that the rows of
    a disk start at round addresses.
    """
    most = max(1, int(width * height / _CELL**2))
    per_cell = _least_power(max(grain_size, 1))
    while -(-capacity // per_cell) > most:
        per_cell *= 2
    cells = max(1, -(-capacity // per_cell))
    columns = _near_power((cells * width / max(height, 1)) ** 0.5)
    columns = max(columns, _least_power(-(-width // _WIDEST)))
    rows = max(-(-cells // columns), -(-height // _WIDEST), 1)
    return Stretch(capacity, columns, rows, per_cell, per_cell)


def fitted_curve(capacity: int, grain_size: int, width: int, height: int) -> Stretch:
    """Return the stretch of the whole disk for cells along a Hilbert curve: a square of cells."""
    per_cell = _least_power(max(grain_size, 1))
    side = 1
    while side * side * per_cell < capacity:
        if (side * 2) ** 2 * _CELL**2 <= width * height:
            side *= 2
        else:
            per_cell *= 2
    return Stretch(capacity, side, side, per_cell, per_cell, curved=True)


def fitted_row(capacity: int, grain_size: int, width: int) -> Stretch:
    """Return the stretch that shows the whole disk in one row: for the chain matrix."""
    most = max(1, int(width / _ROW_CELL))
    per_cell = _least_power(max(grain_size, 1))
    while -(-capacity // per_cell) > most:
        per_cell *= 2
    columns = max(1, -(-capacity // per_cell))
    return Stretch(capacity, columns, 1, per_cell, per_cell)


def _least_power(number: int) -> int:
    """Return the smallest power of two that is not below *number*."""
    return 1 << max(0, (number - 1).bit_length())


def _near_power(number: float) -> int:
    """Return the power of two nearest to *number* by ratio."""
    power = 1
    while power * 2**0.5 < number:
        power *= 2
    return power
