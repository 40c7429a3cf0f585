"""How far edits are made in what their files hold now."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Standing", "together"]


class Standing(Enum):
    """How far an edit, or several, are made in what the files hold now."""

    OLD = "not made"
    NEW = "made"
    PART = "made in part"
    OTHER = "the file was changed otherwise"


def together(standings: Iterable[Standing]) -> Standing:
    """Return how far edits are made of which each is as *standings* say."""
    seen = set(standings)
    if Standing.OTHER in seen:
        return Standing.OTHER
    return seen.pop() if len(seen) == 1 else Standing.PART
