"""The one cursor, and the way it took."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from redoscope_core import SECTOR

__all__ = ["Cursor", "History"]

_KEPT = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the user is. Every pane shows this place."""

    path: Path | None = None
    """The link whose generation is shown."""
    generation: int = 0
    """Its index in the chosen chain; 0 is the base disk."""
    offset: int = 0
    """A byte of the disk."""

    @property
    def sector(self) -> int:
        """The sector of the offset."""
        return self.offset // SECTOR

    def at(self, offset: int) -> Cursor:
        """Return the same generation at *offset*."""
        return replace(self, offset=offset)


class History:
    """The places jumped to, for back and forward."""

    def __init__(self) -> None:
        self._places: list[Cursor] = []
        self._now = -1

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier place."""
        return self._now > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a later place."""
        return self._now + 1 < len(self._places)

    def move(self, cursor: Cursor) -> None:
        """Note that the current place moved a little: coming back leads here."""
        if self._now < 0:
            self.jump(cursor)
        else:
            self._places[self._now] = cursor

    def jump(self, cursor: Cursor) -> None:
        """Note a jump to *cursor*; what lay ahead is forgotten."""
        if self._now >= 0 and self._places[self._now] == cursor:
            return
        del self._places[self._now + 1 :]
        self._places.append(cursor)
        del self._places[:-_KEPT]
        self._now = len(self._places) - 1

    def back(self) -> Cursor | None:
        """Step back and return the place, if there is one."""
        if not self.can_go_back:
            return None
        self._now -= 1
        return self._places[self._now]

    def forward(self) -> Cursor | None:
        """Step forward and return the place, if there is one."""
        if not self.can_go_forward:
            return None
        self._now += 1
        return self._places[self._now]

    def clear(self) -> None:
        """Forget all places."""
        self._places.clear()
        self._now = -1
