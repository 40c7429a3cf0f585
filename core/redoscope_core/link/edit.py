"""An edit: bytes of a file that are to be replaced by as many others.

What a power cut may leave of one, per sector of the file, is the old bytes or the new. So an
edit can be made, and taken back, wherever each sector is one of the two:

    sectors of the file    |   512   |   512   |   512   |
    the edit                    [old old old old old]
    after a power cut           [new.|old.old..|new.]       PART: goes both ways
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.units import SECTOR, ceil_div
from redoscope_core.link.standing import Standing

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from redoscope_core.files.file import DiskFile

__all__ = ["Edit"]


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes of a file that are to be replaced by as many others."""

    path: Path
    offset: int
    """Bytes from the start of the file."""
    old: bytes
    new: bytes
    why: str
    """In plain words."""
    longer: int = 0
    """Bytes by which the file becomes longer: the last ones of `old`, NULs, are not in it yet.
    Below 0 it becomes shorter: the last ones of `new` are NULs that are cut off."""

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return replace(
            self, old=self.new, new=self.old, why=f"undo: {self.why}", longer=-self.longer
        )

    def narrowed(self) -> Edit | None:
        """Return the edit without the equal bytes at both ends; None if nothing is left.

        Raises:
            InvalidArgument: The old and the new bytes differ in number.
        """
        if len(self.old) != len(self.new):
            raise InvalidArgument(
                f"an edit in place of {len(self.old)} bytes by {len(self.new)}", path=self.path
            )
        differs = _bytes_of(self.old) != _bytes_of(self.new)
        if self.longer:
            differs[len(differs) - abs(self.longer) :] = True
        places = np.flatnonzero(differs)
        if not len(places):
            return None
        first, stop = int(places[0]), int(places[-1]) + 1
        old, new = self.old[first:stop], self.new[first:stop]
        return replace(self, offset=self.offset + first, old=old, new=new)

    def by_lines(self) -> list[Edit]:
        """Return an edit for each line of a text that it changes, the last line first.

        For keys that do not lean on each other in between: each is flushed before the next, and
        what stands in front and decides, as the content ID does, comes last. If a line moves,
        the text stays one edit, since half of it would be no text.
        """
        before, after = self.old.split(b"\n"), self.new.split(b"\n")
        if self.longer or [len(line) for line in before] != [len(line) for line in after]:
            return [self]
        starts = accumulate((len(line) + 1 for line in after), initial=self.offset)
        lines = zip(starts, before, after, strict=False)
        return [
            replace(self, offset=start, old=old, new=new) for start, old, new in lines if old != new
        ][::-1]

    def standing(self, file: DiskFile) -> Standing:
        """Return how far the edit is made in *file*.

        What the end of the file cuts off of a sector counts as either.
        """
        length, end = file.file_bytes, self.offset + len(self.old)
        least = end - abs(self.longer)
        if length < least or (self.longer and length > end):
            return Standing.OTHER
        there = max(0, min(len(self.old), length - self.offset))
        found = _bytes_of(file.read_at(self.offset, there, what="the bytes to replace"))
        unlike_old = self._sectors(found != _bytes_of(self.old[:there]))
        unlike_new = self._sectors(found != _bytes_of(self.new[:there]))
        if (unlike_old & unlike_new).any():
            return Standing.OTHER
        before, after = (least, end) if self.longer >= 0 else (end, least)
        if not unlike_old.any() and (not self.longer or length == before):
            return Standing.OLD
        made = not unlike_new.any() and (not self.longer or length == after)
        return Standing.NEW if made else Standing.PART

    def _sectors(self, differs: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return of each sector of the file, from that of the offset on, if a byte *differs*."""
        before = self.offset % SECTOR
        whole = np.zeros(ceil_div(before + len(differs), SECTOR) * SECTOR, np.bool_)
        whole[before : before + len(differs)] = differs
        any_of: NDArray[np.bool_] = np.any(whole.reshape(-1, SECTOR), axis=1)
        return any_of

    def make(self, file: DiskFile) -> None:
        """Make the edit in *file*, durably."""
        # Before a file is cut its end is NULs, which all readers of texts stop at or pass over:
        # whoever looks in between sees the new text, and nothing of the old one behind it.
        file.write_at(self.offset, self.new)
        if self.longer < 0:
            file.truncate(self.offset + len(self.new) + self.longer)
        file.sync()


def _bytes_of(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)
