"""Progress: what a long operation yields at each step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Progress", "Unit"]


class Unit(Enum):
    """What an operation counts."""

    BYTES = "bytes"
    LINKS = "links"
    STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long operation has come."""

    done: int
    """Units of work done so far."""
    total: int
    """Units of work in all; 0 where it is not known."""
    note: str = ""
    """What is being done now, in plain words."""
    unit: Unit = Unit.BYTES
    """What *done* and *total* count."""
