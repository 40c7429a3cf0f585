"""Following: under which path a file is found in each generation of its volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.operations.attributing.file_changes import Comparing
from redoscope_core.operations.attributing.listing import shown_name
from redoscope_core.operations.attributing.side import is_one_file_system

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.areas.runs import Runs
    from redoscope_core.operations.attributing.side import Side

__all__ = ["Following", "path_in"]


class Following:
    """The generations of a volume, and the steps between them.

    generation    0       1       2       3
    path         /a  <-  /a  <-  /b       -      asked for /b: the newest that has it is 2
                     same   renamed  gone        from there down, then up
    """

    def __init__(self, sides: Sequence[Side | None], steps: Sequence[tuple[Runs, Runs]]) -> None:
        """Follow files through *sides*, of which None are those of which nothing is known.

        *steps* are for each generation the sectors of the volume that differ from the one before,
        and those that could not be read in one or the other.
        """
        self.sides = sides
        self._steps = steps
        self._known: dict[int, Comparing | None] = {}

    def comparing(self, number: int) -> Comparing | None:
        """Return generation *number* held against the one before it.

        None if there is none, or nothing is known of one, or it is another file system.
        """
        if number not in self._known:
            self._known[number] = self._compared(number)
        return self._known[number]

    def _compared(self, number: int) -> Comparing | None:
        old, new = (self.sides[number - 1] if number else None), self.sides[number]
        if old is None or new is None or not is_one_file_system(old, new):
            return None
        return Comparing(old, new, *self._steps[number], new.volume.holding)

    def names(self, wanted: str) -> list[bytes | None]:
        """Return the path in each generation of the file that is called *wanted* in the newest.

        That is the newest that has such a path; below it a path that is there is taken for the same
        file, as a difference of files takes it, and else what is the same inode or record is.
        """
        found: list[bytes | None] = [None] * len(self.sides)
        known = [(n, path_in(side, wanted)) for n, side in enumerate(self.sides)]
        newest, path = next(((n, p) for n, p in reversed(known) if p is not None), (-1, None))
        if path is None:
            return found
        found[newest] = path
        for number in reversed(range(newest)):
            side, above = self.sides[number], found[number + 1]
            if side is None:
                continue
            was = path if path in side.entries else self._before(number + 1, above)
            found[number], path = was, was or path
        for number in range(newest + 1, len(self.sides)):
            found[number] = self._after(number, found[number - 1])
        return found

    def _before(self, number: int, path: bytes | None) -> bytes | None:
        """Return what was called otherwise before *path* of generation *number*, if anything."""
        step = self.comparing(number)
        return None if step is None or path is None else step.moved().get(path)

    def _after(self, number: int, path: bytes | None) -> bytes | None:
        """Return what a file that was called *path* before is called in generation *number*."""
        step, side = self.comparing(number), self.sides[number]
        if step is None or side is None or path is None:
            return None
        if path in side.entries:
            return path
        return next((now for now, was in step.moved().items() if was == path), None)


def path_in(side: Side | None, wanted: str) -> bytes | None:
    """Return the path in use that is shown as *wanted*."""
    if side is None:
        return None
    raw = wanted.encode("utf-8", "surrogateescape")
    if raw in side.entries and shown_name(raw) == wanted:
        return raw
    return next((path for path in side.entries if shown_name(path) == wanted), None)
