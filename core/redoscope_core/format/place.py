"""Places of a disk as people write them: one language for the commands and for the window.

    s5376   g42   0x2a0000   512B   64K   1.5G   50%   end   end-s8   g42+s3+16   +0x200

`s` counts sectors, `g` grains; a number with a unit (K, M, G, T) and one in hex are bytes. What
a bare number counts is the caller's to say: sectors in the commands, bytes in the window.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.units import SECTOR

__all__ = ["NoPlace", "PlaceFault", "Standpoint", "amount_of", "place_of"]

_SPACES = re.compile(r"[\s_\u2009\u202f]+")
# Thirty digits are more than any disk has bytes, and less than Python refuses to read.
_TERM = re.compile(
    r"(?P<sign>[+-]?)(?:"
    r"0x(?P<hex>[0-9a-f]{1,30})|"
    r"s(?P<sector>[0-9]{1,30})|"
    r"g(?P<grain>[0-9]{1,30})|"
    r"(?P<percent>[0-9]{1,30}(?:\.[0-9]{1,30})?)%|"
    r"(?P<end>end)|"
    r"(?P<amount>[0-9]{1,30}(?:\.[0-9]{1,30})?)(?P<unit>[kmgt])(?:i?b)?|"
    r"(?P<bytes>[0-9]{1,30})b|"
    r"(?P<number>[0-9]{1,30})"
    r")(?=[+-]|$)",
    re.IGNORECASE | re.ASCII,
)
_UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


class PlaceFault(Enum):
    """Why a text leads nowhere."""

    EMPTY = "empty"
    NOT_UNDERSTOOD = "not understood"
    NOT_WHOLE = "not a whole number of bytes"
    BEFORE_START = "before the first byte"
    PAST_END = "past the last byte"


class NoPlace(InvalidArgument):
    """The text leads nowhere; `fault` says why, `found` what was read there."""

    fault: PlaceFault = PlaceFault.NOT_UNDERSTOOD

    @classmethod
    def of(cls, fault: PlaceFault, found: str) -> NoPlace:
        """Return the error of *fault*, met at *found*."""
        error = cls(f"no place of a disk: {fault.value}", found=found)
        error.fault = fault
        return error


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What the relative, the named and the bare parts of a text refer to."""

    cursor: int | None
    """Byte that a text with a sign counts from; None where nobody stands anywhere."""
    capacity: int
    """Bytes."""
    grain_size: int
    """Sectors."""
    bare: int = 1
    """Bytes that a bare number counts: 1, or 512 where it means sectors."""


def place_of(text: str, standpoint: Standpoint) -> int:
    """Return the byte offset that *text* names, inside the disk.

    A text that starts with a sign counts from the cursor. `end` and `100%` are the capacity, so
    that `end - s1` is the last sector; alone they mean the last byte.

    Raises:
        NoPlace: The text says nothing that can be understood, or leaves the disk.
    """
    total = amount_of(text, standpoint)
    if total < 0:
        raise NoPlace.of(PlaceFault.BEFORE_START, str(total))
    if total > standpoint.capacity or not standpoint.capacity:
        raise NoPlace.of(PlaceFault.PAST_END, str(total))
    return min(total, standpoint.capacity - 1)


def amount_of(text: str, standpoint: Standpoint) -> int:
    """Return the bytes that *text* comes to, wherever that leads; raises as `place_of` does."""
    compact = _SPACES.sub("", text)
    if not compact:
        raise NoPlace.of(PlaceFault.EMPTY, text)
    if compact[0] in "+-" and standpoint.cursor is None:
        raise NoPlace.of(PlaceFault.NOT_UNDERSTOOD, text.strip())
    total = (standpoint.cursor or 0) if compact[0] in "+-" else 0
    position = 0
    while position < len(compact):
        found = _TERM.match(compact, position)
        if found is None or (position > 0 and not found["sign"]):
            raise NoPlace.of(PlaceFault.NOT_UNDERSTOOD, text.strip())
        amount = _term(found, standpoint)
        total += -amount if found["sign"] == "-" else amount
        position = found.end()
    return total


def _term(found: re.Match[str], standpoint: Standpoint) -> int:
    """Return the bytes that one term stands for."""
    if found["hex"]:
        return int(found["hex"], 16)
    if found["percent"]:
        numerator, denominator = _ratio(found["percent"])
        part = standpoint.capacity * numerator // (100 * denominator)
        # A share is no exact place: where sectors are counted, the first byte of one.
        return part - part % standpoint.bare
    if found["end"]:
        return standpoint.capacity
    if found["amount"]:
        numerator, denominator = _ratio(found["amount"])
        amount, rest = divmod(numerator * _UNITS[found["unit"].lower()], denominator)
        if rest:
            raise NoPlace.of(PlaceFault.NOT_WHOLE, found[0])
        return amount
    units = {
        "sector": SECTOR,
        "grain": standpoint.grain_size * SECTOR,
        "bytes": 1,
        "number": standpoint.bare,
    }
    return next(int(found[name]) * unit for name, unit in units.items() if found[name])


def _ratio(text: str) -> tuple[int, int]:
    """Return the decimal number *text* as numerator and denominator."""
    whole, _, part = text.partition(".")
    return int(whole + part), 10 ** len(part)
