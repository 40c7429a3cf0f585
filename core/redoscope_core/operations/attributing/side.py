"""Side: one generation of a volume, ready to be held against another one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.attributing.listing import shown_name
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind, VolumeIndex
from redoscope_core.volumes.ntfs.compressed import unit_at, whole_units
from redoscope_core.volumes.views import seen_through, volume_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.chain.chain import Chain
    from redoscope_core.volumes.disk_volumes import DiskVolume
    from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["Side", "is_one_file_system", "same_bytes"]

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
    seen: Volume = field(init=False)
    """The bytes of the volume in the view that the index tells of."""

    def __post_init__(self) -> None:
        """Look up paths once."""
        index, volume = self.index, self.volume
        stored = volume_in(self.chain, volume.start, volume.sectors)
        self.seen = seen_through(stored, index.laid)
        if self.entries:
            return  # they were looked up for another chain that reads the same
        deleted, node = index.entries.deleted.tolist(), index.entries.node.tolist()
        for entry, path in enumerate(index.paths()):
            if entry and not deleted[entry] and node[entry] != NOTHING:
                self.entries.setdefault(path, entry)

    def nodes(self, paths: Sequence[bytes]) -> Numbers:
        """Return the node of each of *paths*."""
        entries = np.fromiter((self.entries[path] for path in paths), np.int64, len(paths))
        found: Numbers = self.index.entries.node[entries]
        return found

    def node(self, path: bytes) -> int:
        """Return the node of *path*."""
        return int(self.index.entries.node[self.entries[path]])

    def streams(self, node: int) -> dict[bytes, int]:
        """Return the streams of *node* that are compared, by name; the unnamed one is the data."""
        first, count = self.streams_of(np.array([node]))
        found: dict[bytes, int] = {}
        for stream in range(int(first[0]), int(first[0] + count[0])):
            if self.index.streams.kind[stream] in _COMPARED:
                found.setdefault(self.index.stream_name(stream), stream)
        return found

    def streams_of(self, nodes: Numbers) -> tuple[Numbers, Numbers]:
        """Return of each of *nodes* its first stream, and how many it has."""
        return _within(self.index.streams.node, nodes)

    def extents_of(self, streams: Numbers) -> tuple[Numbers, Numbers]:
        """Return of each of *streams* its first extent, and how many it has."""
        return _within(self.index.extents.stream, streams)

    def own_paths(self) -> list[bytes]:
        """Return the paths of all files that are people's, in the order in which they are shown."""
        kinds, node = self.index.nodes.kind, self.index.entries.node
        own = (NodeKind.INTERNAL, NodeKind.MADE_UP)
        found = (path for path, entry in self.entries.items() if kinds[node[entry]] not in own)
        return sorted(found, key=shown_name)

    def layout(self, stream: int) -> Numbers:
        """Return start, sectors and offset of each extent of *stream* that was written, as rows."""
        first, count = self.extents_of(np.array([stream]))
        rows = np.arange(first[0], first[0] + count[0])
        extents = self.index.extents.taking(rows).taking(self.index.extents.written[rows])
        return np.stack([extents.start, extents.sectors, extents.offset], axis=1)

    def read(self, stream: int, offset: int, count: int) -> bytes:
        """Return bytes of *stream*; what no extent has, or what was never written, is zeros.

        Raises:
            VmdkError: They can't be read.
        """
        kept = self.index.kept_inside(stream)
        if kept is not None:
            return kept[offset : offset + count].ljust(count, b"\0")
        if self.index.streams.unit[stream]:
            return self._unpacked(stream, offset, count)
        data, valid = bytearray(count), int(self.index.streams.written[stream])
        layout = self.layout(stream)
        end = layout[:, 2] + layout[:, 1] * SECTOR
        for start, sectors, at in layout[(layout[:, 2] < offset + count) & (end > offset)].tolist():
            low, high = max(offset, at), min(offset + count, at + sectors * SECTOR, valid)
            if low >= high:
                continue
            first, behind = (low - at) // SECTOR, -(-(high - at) // SECTOR)
            raw = self.seen.read((start + first) * SECTOR, (behind - first) * SECTOR)
            begin = low - at - first * SECTOR
            data[low - offset : high - offset] = raw[begin : begin + high - low]
        # What is stored behind the last byte that was ever written is somebody else's.
        written = max(0, int(self.index.streams.written[stream]) - offset)
        data[written:] = bytes(max(0, count - written))
        return bytes(data)

    def _unpacked(self, stream: int, offset: int, count: int) -> bytes:
        """Return bytes of a compressed *stream*."""
        unit, layout = int(self.index.streams.unit[stream]), self.layout(stream)

        def read(sector: int, sectors: int) -> bytes:
            return self.seen.read(sector * SECTOR, sectors * SECTOR)

        first, behind = offset // unit, -(-(offset + count) // unit)
        data = b"".join(unit_at(read, layout, unit, number) for number in range(first, behind))
        begin, written = offset - first * unit, int(self.index.streams.written[stream]) - offset
        return data[begin : begin + max(0, min(count, written))].ljust(count, b"\0")

    def stored_runs(self, stream: int) -> Runs:
        """Return which bytes of *stream* are stored, and are not zeros by that alone."""
        kept = self.index.kept_inside(stream)
        if kept is not None:
            return Runs.joined([0], [len(kept)])
        layout = self.layout(stream)
        runs = Runs.joined(layout[:, 2], layout[:, 2] + layout[:, 1] * SECTOR)
        unit = int(self.index.streams.unit[stream])
        return whole_units(runs, unit) if unit else runs

    def stored_sector(self, stream: int, place: int) -> bytes:
        """Return the whole sector that holds byte *place* of *stream*, as it is stored.

        Raises:
            VmdkError: It can't be read.
        """
        for start, sectors, at in self.layout(stream).tolist():
            if at <= place < at + sectors * SECTOR:
                return self.seen.read((start + (place - at) // SECTOR) * SECTOR, SECTOR)
        return bytes(SECTOR)


def is_one_file_system(one: Side | None, other: Side | None) -> bool:
    """Return whether both are one file system, so that their files can be told apart."""
    if one is None or other is None:
        return False
    shapes = [
        (each.volume.holding, each.index.uuid, each.index.cluster_sectors) for each in (one, other)
    ]
    return shapes[0] == shapes[1]


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


def _within(ordered: Numbers, wanted: Numbers) -> tuple[Numbers, Numbers]:
    """Return of each of *wanted* where it begins in *ordered*, and how often it is there."""
    first = np.searchsorted(ordered, wanted, side="left")
    return first, np.searchsorted(ordered, wanted, side="right") - first
