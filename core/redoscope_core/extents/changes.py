"""Changes: which areas a writer made, kept so that nobody reads its tables again for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redoscope_core.areas.areas import Areas

__all__ = ["Changes"]

_MOST_PARTS = 64
_MOST_AREAS = 2**18
"""More than these, and reading all tables once takes less room and time (14 MiB of arrays)."""


class Changes:
    """The areas of what was stored, a part for each time, the newest last."""

    def __init__(self) -> None:
        """Know of no change."""
        self._parts: list[Areas] | None = []

    def note(self, areas: Areas) -> None:
        """Keep *areas*, ascending, that lie over all that was noted before."""
        if self._parts is None or not len(areas):
            return
        self._parts.append(areas)
        total = sum(len(part) for part in self._parts)
        if len(self._parts) > _MOST_PARTS or total > _MOST_AREAS:
            self._parts = None

    def take(self) -> tuple[Areas, ...] | None:
        """Return what was noted since the last time; None if that was too much to keep."""
        parts, self._parts = self._parts, []
        return None if parts is None else tuple(parts)
