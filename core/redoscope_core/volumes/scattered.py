"""What is stored in runs here and there in a volume, as a volume of its own: a stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["scattered"]


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Runs in order of their place in the whole."""

    volume: Volume
    start: Numbers
    """Bytes of the whole."""
    end: Numbers
    place: Numbers
    """Byte of the volume at which each begins; below 0 where nothing is stored."""

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the whole; zeros where no run has them."""
        data = bytearray(count)
        first = int(np.searchsorted(self.end, offset, side="right"))
        for row in range(first, len(self.start)):
            begin = max(int(self.start[row]), offset)
            end = min(int(self.end[row]), offset + count)
            if begin >= offset + count:
                break
            if self.place[row] >= 0 and begin < end:
                at = int(self.place[row]) + begin - int(self.start[row])
                piece = self.volume.bytes_at(at, end - begin, "a run")
                data[begin - offset : end - offset] = piece
        return bytes(data)


def scattered(
    volume: Volume, *, first: Numbers, place: Numbers, count: Numbers, unit: int, size: int
) -> Volume:
    """Return the *size* bytes of what is stored in runs, counted in units of *unit* bytes.

    *first* is where each begins in the whole, *place* where in the volume, below 0 for a hole.
    What no run has is a hole too. Of runs that overlap the one that begins first has the bytes.
    """
    order = np.argsort(first, kind="stable")
    start, place, count = first[order], place[order], count[order]
    end = start + count
    before = np.concatenate(([0], np.maximum.accumulate(end)))[: len(end)]
    kept = (end > np.maximum(start, before)) & (start >= 0)
    cut = np.maximum(start, before)
    place = np.where(place < 0, place, place + cut - start)
    start, end, place = (column[kept] * unit for column in (cut, end, place))
    return Volume(_Runs(volume, start, end, place).read, size)
