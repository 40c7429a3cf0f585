"""Where the parts of a hex row stand: gutter, address, bytes, text. Whole pixels only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["GUTTER", "Columns", "fitting"]

GUTTER = 6
"""Pixels of the strip at the left that carries the colour of the owner."""
_GAP = 2
"""Characters between address, bytes and text; one where the address is longer than usual."""
_USUAL_DIGITS = 8
_GROUP = 8
_CELL = 3
_MARGIN = 6
_END = 2


@dataclass(frozen=True, slots=True)
class Columns:
    """Horizontal layout of one row, before it is scrolled sideways."""

    advance: int
    """Pixels of one character."""
    address_digits: int
    columns: int

    @property
    def gap(self) -> int:
        """Characters between address, bytes and text."""
        return _GAP if self.address_digits <= _USUAL_DIGITS else _GAP - 1

    @property
    def address_x(self) -> int:
        """Left edge of the address."""
        return GUTTER + _MARGIN

    @property
    def bytes_x(self) -> int:
        """Left edge of the first byte."""
        return self.address_x + (self.address_digits + self.gap) * self.advance

    @property
    def bytes_chars(self) -> int:
        """Characters that the bytes of one row take."""
        return _CELL * self.columns - 1 + (self.columns - 1) // _GROUP

    @property
    def text_x(self) -> int:
        """Left edge of the text."""
        return self.bytes_x + (self.bytes_chars + self.gap) * self.advance

    @property
    def width(self) -> int:
        """Pixels that a whole row takes."""
        return self.text_x + self.columns * self.advance + _END

    def char_of(self, column: int) -> int:
        """Return the character at which the byte in *column* starts, counted from the first."""
        return _CELL * column + column // _GROUP

    def byte_x(self, column: int) -> int:
        """Left edge of the byte in *column*."""
        return self.bytes_x + self.char_of(column) * self.advance

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Left edge and width of the bytes from column *first* to *last*, padded by half a gap."""
        half = self.advance // 2
        left = self.byte_x(first) - half
        return left, self.byte_x(last) + 2 * self.advance + half - left

    def text_span(self, first: int, last: int) -> tuple[int, int]:
        """Left edge and width of the characters from column *first* to *last*."""
        return self.text_x + first * self.advance, (last - first + 1) * self.advance

    def column_at(self, x: int) -> int | None:
        """Return the column under *x* in the bytes or in the text; None left of the bytes."""
        if x < self.bytes_x - self.advance:
            return None
        if x >= self.text_x - self.advance // 2:
            return min(max(0, (x - self.text_x) // self.advance), self.columns - 1)
        nearest = min(
            range(self.columns), key=lambda each: abs(self.byte_x(each) + self.advance - x)
        )
        return min(nearest, self.columns - 1)


def fitting(advance: int, address_digits: int, choices: Sequence[int], room: int) -> int:
    """Return the most of *choices*, fewest first, that take at most *room* pixels, or the first."""
    fit = [each for each in choices if Columns(advance, address_digits, each).width <= room]
    return fit[-1] if fit else choices[0]
