"""Reads what is typed in the go-to box: an offset, or a sum that starts from one.

0x2a0000   2752512   2M   s5376   g42   50%   end   +0x200   -s1   g42 + s3 + 16
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

__all__ = ["Fault", "NoDestination", "Place", "destination"]

SECTOR = 512

_SPACES = re.compile(r"[\s_\u2009\u202f]+")
_TERM = re.compile(
    r"(?P<sign>[+-]?)(?:"
    r"0x(?P<hex>[0-9a-f]+)|"
    r"s(?P<sector>[0-9]+)|"
    r"g(?P<grain>[0-9]+)|"
    r"(?P<percent>[0-9]+(?:\.[0-9]+)?)%|"
    r"(?P<end>end)|"
    r"(?P<number>[0-9]+)(?P<unit>[kmgt](?:i?b)?)?"
    r")(?=[+-]|$)",
    re.IGNORECASE,
)
_UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


class Fault(Enum):
    """Why a text leads nowhere."""

    EMPTY = "empty"
    NOT_UNDERSTOOD = "not understood"
    BEFORE_START = "before the first byte"
    PAST_END = "past the last byte"


class NoDestination(ValueError):
    """The text leads nowhere."""

    def __init__(self, fault: Fault, found: str) -> None:
        super().__init__(f"{fault.value}: {found}")
        self.fault = fault
        self.found = found


@dataclass(frozen=True, slots=True)
class Place:
    """Where one stands: what the relative and the named parts of a text refer to."""

    cursor: int
    capacity: int
    """Bytes."""
    grain_size: int
    """Sectors."""


def destination(text: str, place: Place) -> int:
    """Return the byte offset that *text* names.

    A text that starts with a sign counts from the cursor. `end` and `100%` are the capacity, so
    that `end - 512` is the last sector; alone they mean the last byte.

    Raises:
        NoDestination: The text says nothing that can be understood, or leaves the disk.
    """
    compact = _SPACES.sub("", text)
    if not compact:
        raise NoDestination(Fault.EMPTY, text)
    total = place.cursor if compact[0] in "+-" else 0
    position = 0
    while position < len(compact):
        found = _TERM.match(compact, position)
        if found is None or (position > 0 and not found["sign"]):
            raise NoDestination(Fault.NOT_UNDERSTOOD, text.strip())
        amount = _amount(found, place)
        total += -amount if found["sign"] == "-" else amount
        position = found.end()
    if total < 0:
        raise NoDestination(Fault.BEFORE_START, str(total))
    if total > place.capacity or not place.capacity:
        raise NoDestination(Fault.PAST_END, str(total))
    return min(total, place.capacity - 1)


def _amount(found: re.Match[str], place: Place) -> int:
    """Return the bytes that one term stands for."""
    if found["hex"]:
        return int(found["hex"], 16)
    if found["sector"]:
        return int(found["sector"]) * SECTOR
    if found["grain"]:
        return int(found["grain"]) * place.grain_size * SECTOR
    if found["percent"]:
        return int(place.capacity * Fraction(found["percent"]) / 100)
    if found["end"]:
        return place.capacity
    unit = found["unit"]
    return int(found["number"]) * (_UNITS[unit[0].lower()] if unit else 1)
