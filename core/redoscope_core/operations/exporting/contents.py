"""Contents: where the bytes of a stream are, each of them, or why that is not known.

stream    |  stored  |  hole  |  stored  |  hole  |
              |                   |                     a hole reads as zeros because its file
volume     ---####----------------####---               system says so, and for no other reason
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.ntfs.compressed import whole_units

if TYPE_CHECKING:
    from redoscope_core.operations.attributing.side import Side
    from redoscope_core.volumes.source import Numbers

__all__ = ["Contents", "WhyLeft", "contents_of"]

_WITH_HOLES = frozenset({Holding.EXT2, Holding.EXT3, Holding.EXT4, Holding.NTFS, Holding.XFS})
_NONE = Runs.joined([], [])


class WhyLeft(Enum):
    """Why something is not written; the value is its word for programs."""

    LINK = "symbolic-link"
    SPECIAL = "special"
    """A device, a pipe, a socket."""
    INTERNAL = "internal"
    """The file system's own; it is written where it is asked for by its path."""
    RECORD_REUSED = "record-reused"
    """A deleted entry that leads nowhere: its record is another file's now."""
    NO_DATA = "no-data"
    """Nothing is known that would be its bytes."""
    PACKED = "compressed-or-encrypted"
    """By its file system, in a way that nobody undoes here; what is stored are not its bytes."""
    LOST = "lost"
    """Nothing tells where some of its bytes are, or two things do."""
    TOO_LARGE = "larger-than-its-volume"
    """Nearly all of it is a hole, or it is a lie."""
    UNREADABLE = "unreadable"
    """Sectors that hold it can't be read."""


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """Where the bytes of a stream are; if not all are known, why it is not to be written."""

    size: int
    """Bytes."""
    why: WhyLeft | None = None
    unknown: Runs = _NONE
    """Bytes that are nowhere."""
    inside: bytes | None = None
    """All of it, where it is kept in its node."""
    stored: Runs = _NONE
    """Bytes that are stored, in order, one run for each extent."""
    sector: Numbers | None = None
    """Sector of the volume at which each of these runs begins."""
    unit: int = 0
    """Bytes that are compressed together, where these are; else 0."""

    @property
    def holes(self) -> Runs:
        """Bytes that were never written, and are zeros: its file system says so."""
        if self.inside is not None:
            return _NONE
        return Runs.joined([0], [self.size]).minus(self.told)

    @property
    def told(self) -> Runs:
        """Bytes that what is stored tells of."""
        runs = Runs.joined(*self.stored)
        return whole_units(runs, self.unit) if self.unit else runs


def contents_of(side: Side, stream: int) -> Contents:
    """Return where the bytes of *stream* are."""
    streams = side.index.streams
    size, holding = int(streams.size[stream]), side.volume.holding
    kept = side.index.kept_inside(stream)
    if kept is not None:
        return Contents(size, None if len(kept) == size else WhyLeft.LOST, inside=kept)
    unit = int(streams.unit[stream])
    if streams.packed[stream] and not unit:
        return Contents(size, WhyLeft.PACKED)
    if size > side.volume.sectors * SECTOR:
        return Contents(size, WhyLeft.TOO_LARGE)
    written, layout = int(streams.written[stream]), side.layout(stream)
    layout = layout[np.argsort(layout[:, 2], kind="stable")]
    begin, end = layout[:, 2], layout[:, 2] + layout[:, 1] * SECTOR
    # Of a compressed unit all is needed, where the file ends within it too.
    end = end if unit else np.minimum(end, written)
    layout, begin, end = (each[begin < end] for each in (layout, begin, end))
    contents = Contents(size, stored=Runs(begin, end), sector=layout[:, 0], unit=unit)
    unknown = _NONE
    if holding not in _WITH_HOLES:
        unknown = contents.holes.within(Runs.joined([0], [written]))
    if len(unknown.start) or streams.broken[stream] or (end[:-1] > begin[1:]).any():
        return Contents(size, WhyLeft.LOST, unknown)
    return contents
