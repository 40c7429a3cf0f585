"""What the cells of a map can be: the ways to read a map, and the class of a cell."""

from __future__ import annotations

from enum import Enum, IntEnum

__all__ = ["COMPARING", "FIRST_OWNER", "LAST_OWNER", "MapClass", "MapMode", "owner_class"]


class MapMode(Enum):
    """What the colour of a cell tells."""

    CHANGED = "changed"
    """What this link decided, against what it takes from the links below."""
    OWNER = "owner"
    """Which generations own the cell, each by its share."""
    HEAT = "heat"
    """How many generations decided the same place."""
    DIFFERENCE = "difference"
    """What any link after generation A, up to this one, decided."""
    EXACT = "exact"
    """In what bytes generation A and this one really differ, once they were compared."""
    MATRIX = "matrix"
    """What each link of the chain decided: generations down, addresses across."""
    CONTENT = "content"
    """What sectors are for: files, directories, what file systems keep, free space."""


COMPARING = frozenset({MapMode.DIFFERENCE, MapMode.EXACT})
"""The ways that compare with generation A."""


class MapClass(IntEnum):
    """Class of a cell: the one that stands before all others in it.

    The classes from 6 on are links in OWNER, numbers of generations in HEAT, and in CONTENT what
    `content` says.
    """

    PAST_END = 0
    ABSENT = 1
    """No link of the chain has stored anything here."""
    INHERITED = 2
    ZERO = 3
    DATA = 4
    """Decided here."""
    UNREADABLE = 5


FIRST_OWNER = 6
LAST_OWNER = 255
"""Classes fit in one byte: links beyond the 250th share the last class."""


def owner_class(link: int) -> int:
    """Return the class of a cell that *link* owns."""
    return min(FIRST_OWNER + link, LAST_OWNER)
