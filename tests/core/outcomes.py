"""What a call came to: its answer, or the typed error it raised; anything else is a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from redoscope_core import VmdkError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["is_one_line", "outcome"]

Answer = TypeVar("Answer")


def outcome(call: Callable[[], Answer]) -> Answer | VmdkError:
    """Return what *call* returns, or the `VmdkError` it raises; others pass."""
    try:
        return call()
    except VmdkError as error:
        return error


def is_one_line(error: VmdkError) -> bool:
    """Say whether *error* reads as one clear line that a terminal can show."""
    text = str(error)
    return text.isprintable() and 10 < len(text) < 2000
