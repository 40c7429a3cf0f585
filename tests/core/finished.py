"""Long operations, driven to their end."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from redoscope_core import Progress

__all__ = ["finished"]

Answer = TypeVar("Answer")


def finished(steps: Generator[Progress, None, Answer]) -> Answer:
    """Return the answer of *steps*; on the way none of them may pass its own end."""
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            answer: Answer = stop.value
            return answer
        assert 0 <= step.done <= step.total, step
