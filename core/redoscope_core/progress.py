"""Progress: what a long operation yields at each step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["Progress", "Unit", "finished"]

_Outcome = TypeVar("_Outcome")


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


def finished(steps: Generator[object, None, _Outcome]) -> _Outcome:
    """Go through all *steps* at once and return what comes of them."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            outcome: _Outcome = end.value
            return outcome
