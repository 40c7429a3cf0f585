"""Arithmetic of the hex view: which row shows which bytes, and where the scroll bar stands.

Rows are Python integers, so the arithmetic is exact over any capacity. Each sector takes one
heading row and then its bytes. Qt's scroll bar counts in 32 bits, so it is a coarse picture of the
top row.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from redoscope_core import SECTOR

__all__ = [
    "COLUMN_CHOICES",
    "FITTING_COLUMNS",
    "AddressUnit",
    "DiskRows",
    "ScrollRange",
    "address_text",
]

COLUMN_CHOICES = (8, 16, 32, 48)
FITTING_COLUMNS = (4, *COLUMN_CHOICES)
"""Columns to fit into a pane: four, which nobody would choose, rather than rows that are cut."""
_UNITS = 1 << 20
_GROUP = 8


class AddressUnit(Enum):
    """What the address column counts in."""

    BYTE = "byte"
    SECTOR = "sector"
    GRAIN = "grain"


@dataclass(frozen=True, slots=True)
class DiskRows:
    """Rows of a disk of *sectors* sectors shown *columns* bytes wide.

    A sector begins a row of its own, so that its last row is shorter where *columns* do not divide
    it:

        columns 48      48 48 48 48 48 48 48 48 48 48 32
    """

    sectors: int
    columns: int

    @property
    def rows_per_sector(self) -> int:
        """The heading and the rows of bytes."""
        return -(-SECTOR // self.columns) + 1

    @property
    def rows(self) -> int:
        """All rows of the disk."""
        return self.sectors * self.rows_per_sector

    @property
    def capacity(self) -> int:
        """Bytes of the disk."""
        return self.sectors * SECTOR

    def row_of(self, offset: int) -> int:
        """Return the row that shows the byte at *offset*."""
        sector, within = divmod(offset, SECTOR)
        return sector * self.rows_per_sector + 1 + within // self.columns

    def place(self, row: int) -> tuple[int, int | None]:
        """Return the sector of *row* and the offset of its first byte; None for a heading."""
        sector, line = divmod(row, self.rows_per_sector)
        return sector, None if line == 0 else sector * SECTOR + (line - 1) * self.columns

    def length(self, offset: int) -> int:
        """Return how many bytes the row has that begins at *offset*."""
        return min(self.columns, SECTOR - offset % SECTOR)

    def column_of(self, offset: int) -> int:
        """Return the column that the byte at *offset* stands in."""
        return offset % SECTOR % self.columns

    def row_start(self, offset: int) -> int:
        """Return the first byte of the row that shows *offset*."""
        return offset - self.column_of(offset)

    def shifted(self, offset: int, lines: int) -> int:
        """Return the byte in the same column *lines* rows of bytes further down.

        A row too short for the column has its last byte instead; past an end of the disk stands
        the column in the first row, or the last byte of the disk.
        """
        each = self.rows_per_sector - 1
        sector, within = divmod(offset, SECTOR)
        line = max(0, sector * each + within // self.columns + lines)
        sector, row = divmod(line, each)
        start = sector * SECTOR + row * self.columns
        column = min(self.column_of(offset), self.length(start) - 1)
        return min(start + column, self.capacity - 1)

    def first_offset(self, row: int) -> int:
        """Return the first byte shown in *row* or, if it is a heading, below it."""
        sector, offset = self.place(row)
        return sector * SECTOR if offset is None else offset

    def last_top(self, visible: int) -> int:
        """Return the top row that shows the end of the disk at the bottom."""
        return max(0, self.rows - max(1, visible))

    def top_showing(self, offset: int, top: int, visible: int) -> int:
        """Return the top row to use so that *offset* shows: the same one if it shows already."""
        row = self.row_of(offset)
        heading = row - 1 if row % self.rows_per_sector == 1 else row
        if top <= heading and row < top + visible:
            return top
        if top - visible < heading < top:
            wanted = heading
        elif top + visible <= row < top + 2 * visible:
            wanted = row - visible + 1
        else:
            wanted = heading - visible // 4
        return min(max(0, wanted), self.last_top(visible))


@dataclass(frozen=True, slots=True)
class ScrollRange:
    """The scroll bar's coarse range for a view whose last top row is *last_top*."""

    last_top: int

    @property
    def maximum(self) -> int:
        """Largest value of the bar: one unit a row as long as that fits."""
        return min(self.last_top, _UNITS)

    def value_of(self, top: int) -> int:
        """Return where the bar stands for *top*; for one past the end, at the end."""
        top = min(top, self.last_top)
        return top if self.last_top <= _UNITS else top * _UNITS // self.last_top

    def top_of(self, value: int) -> int:
        """Return the top row for a bar pulled to *value*; both ends are exact."""
        return value if self.last_top <= _UNITS else value * self.last_top // _UNITS


def address_text(offset: int, unit: AddressUnit, grain_size: int, digits: int) -> str:
    """Return *offset* in the unit of the address column, right-aligned to *digits* hex digits."""
    if unit is AddressUnit.BYTE:
        return f"{offset:0{digits}X}"
    span = SECTOR if unit is AddressUnit.SECTOR else SECTOR * grain_size
    number, rest = divmod(offset, span)
    tail = f"+{rest:0{len(f'{span - 1:X}')}X}"
    return f"{number:>{max(1, digits - len(tail) + 1)}}{tail}"
