"""Progress: what a long operation yields at each step."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Progress"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long operation has come."""

    done: int
    """Units of work done so far, bytes unless the operation says otherwise."""
    total: int
    """Units of work in all; 0 where it is not known."""
    note: str = ""
    """What is being done now, in plain words."""
