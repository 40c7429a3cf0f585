"""Packed areas: compressed grains, read together where they lie behind one another in a file.

How long a compressed grain is, only its mark tells. That the next one lies close behind it
says nearly as much, so that a read of many grains takes one call and not two for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.areas.areas import Areas
    from redoscope_core.link.link import Link

__all__ = ["PackedAreas", "Run"]

_FAR = 2**18
"""Bytes from one grain to the next above which more than the first would be read for nothing."""
_MOST = 2**21
"""Bytes read in one call."""
_ALONE = 65536 + SECTOR
"""Bytes that a grain of the usual size takes at most, read where none is known to follow."""


_NO_BYTES = memoryview(b"")


@dataclass(frozen=True, slots=True)
class Run:
    """Bytes of a file that hold the grains of some areas that follow each other."""

    last: int = -1
    """Index of the last of the areas."""
    place: int = 0
    """Where in the file the bytes begin."""
    data: memoryview = _NO_BYTES


class PackedAreas:
    """Fills buffers from compressed grains. Any thread may use it."""

    def __init__(self, areas: Areas, links: Sequence[Link]) -> None:
        """Read those of *areas* that are packed."""
        self._links = links
        self._start, self._offset = areas.start.data, areas.offset.data
        self._link, self._file = areas.link.data, areas.file.data
        self._packed = areas.packed.data

    def fill(self, view: memoryview, sector: int, at: int, run: Run, stop: int) -> Run:
        """Fill *view* from *sector* on, of area *at*, and return what was read to do so.

        *run* is what the call before this one, of an area before this one, returned; areas from
        sector *stop* on will not be asked for. Raises as `Link.read_packed` does.
        """
        if at > run.last:
            run = self._read_run(at, stop)
        place = self._offset[at]
        known = run.data[place - run.place :]
        self._links[self._link[at]].read_packed(view, sector, place, known)
        return run

    def _read_run(self, at: int, stop: int) -> Run:
        place, last = self._offset[at], at
        while self._is_next(last, place) and self._start[last + 1] < stop:
            last += 1
        end = self._offset[last + 1] if self._is_next(last, place) else self._offset[last] + _ALONE
        file = self._links[self._link[at]].disk_files[self._file[at]]
        data = bytearray(max(0, min(end, file.file_bytes) - place))
        try:
            file.read_into(memoryview(data), place, what="compressed grains")
        except VmdkError:
            # Each grain is read by itself then, so that the error tells which one is bad.
            data = bytearray()
        return Run(last, place, memoryview(data))

    def _is_next(self, at: int, first: int) -> bool:
        """Tell whether the grain of the area behind *at* lies close behind that one's."""
        behind = at + 1
        return bool(
            behind < len(self._packed)
            and self._packed[behind]
            and (self._link[behind], self._file[behind]) == (self._link[at], self._file[at])
            and 0 < self._offset[behind] - self._offset[at] <= _FAR
            and self._offset[behind] - first <= _MOST
        )
