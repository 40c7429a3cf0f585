"""Side: one generation of a volume, ready to be held against another one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.attributing.listing import shown_name
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind, VolumeIndex

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain
    from redoscope_core.volumes.disk_volumes import DiskVolume
    from redoscope_core.volumes.source import Numbers

__all__ = ["Side", "same_bytes"]

_PIECE = 2**20
_COMPARED = (StreamKind.DATA, StreamKind.NAMED)


@dataclass(slots=True)
class Side:
    """A generation of a volume."""

    chain: Chain
    volume: DiskVolume
    index: VolumeIndex
    entries: dict[bytes, int] = field(default_factory=dict)
    """Index of the entry that each path in use has."""
    streams: dict[int, dict[bytes, int]] = field(default_factory=dict)
    """Of each node its streams that are compared, by name; the unnamed one is the data."""
    _bounds: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        """Look up paths and streams once."""
        index = self.index
        deleted, node = index.entries.deleted.tolist(), index.entries.node.tolist()
        for entry, path in enumerate(index.paths()):
            if entry and not deleted[entry] and node[entry] != NOTHING:
                self.entries.setdefault(path, entry)
        for stream in np.flatnonzero(np.isin(index.streams.kind, _COMPARED)).tolist():
            owned = self.streams.setdefault(int(index.streams.node[stream]), {})
            owned.setdefault(index.stream_name(stream), stream)
        # Extents come stream after stream, as they were found.
        self._bounds = np.searchsorted(index.extents.stream, np.arange(len(index.streams) + 1))

    def shown_paths(self) -> list[str]:
        """Return the paths of all files that are people's, in order."""
        kinds, node = self.index.nodes.kind, self.index.entries.node
        own = (NodeKind.INTERNAL, NodeKind.MADE_UP)
        return sorted(shown_name(p) for p, e in self.entries.items() if kinds[node[e]] not in own)

    def layout(self, stream: int) -> Numbers:
        """Return start, sectors and offset of each extent of *stream*, as rows."""
        rows = slice(int(self._bounds[stream]), int(self._bounds[stream + 1]))
        extents = self.index.extents
        return np.stack([extents.start[rows], extents.sectors[rows], extents.offset[rows]], axis=1)

    def read(self, stream: int, offset: int, count: int) -> bytes:
        """Return bytes of *stream*; what no extent has is zeros.

        Raises:
            VmdkError: They can't be read.
        """
        kept = self.index.kept_inside(stream)
        if kept is not None:
            return kept[offset : offset + count].ljust(count, b"\0")
        data = bytearray(count)
        layout = self.layout(stream)
        end = layout[:, 2] + layout[:, 1] * SECTOR
        for start, sectors, at in layout[(layout[:, 2] < offset + count) & (end > offset)].tolist():
            low, high = max(offset, at), min(offset + count, at + sectors * SECTOR)
            first, behind = (low - at) // SECTOR, -(-(high - at) // SECTOR)
            raw = self.chain.read(self.volume.start + start + first, behind - first)
            begin = low - at - first * SECTOR
            data[low - offset : high - offset] = raw[begin : begin + high - low]
        # What is stored behind the last byte that was ever written is somebody else's.
        written = max(0, int(self.index.streams.written[stream]) - offset)
        data[written:] = bytes(max(0, count - written))
        return bytes(data)

    def stored_runs(self, stream: int) -> Runs:
        """Return which bytes of *stream* are stored, and are not zeros by that alone."""
        kept = self.index.kept_inside(stream)
        if kept is not None:
            return Runs.joined([0], [len(kept)])
        layout = self.layout(stream)
        return Runs.joined(layout[:, 2], layout[:, 2] + layout[:, 1] * SECTOR)


def same_bytes(old: Side, one: int, new: Side, other: int) -> bool:
    """Return whether the streams *one* of *old* and *other* of *new* have the same bytes.

    Raises:
        VmdkError: They can't be read.
    """
    size = int(new.index.streams.size[other])
    if int(old.index.streams.size[one]) != size:
        return False
    stored = old.stored_runs(one).plus(new.stored_runs(other)).within(Runs.joined([0], [size]))
    for start, end in zip(stored.start.tolist(), stored.end.tolist(), strict=True):
        for offset in range(start, end, _PIECE):
            count = min(_PIECE, end - offset)
            if old.read(one, offset, count) != new.read(other, offset, count):
                return False
    return True
