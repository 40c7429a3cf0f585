"""The index of a volume: every file, directory, stream and deleted entry, as columns.

    entries   a name in a directory          -> node
    nodes     an inode, a file record        what the name stands for: times, mode, owner
    streams   bytes of a node                its data, its other streams, what it keeps itself
    extents   runs of sectors of a stream    where they are stored

Names are bytes, and are kept end to end in one array, as is what is stored inside of nodes.
Numbers come out of hostile file systems: what leads outside of the columns is refused, once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.regions import Regions
from redoscope_core.volumes.source import Bytes, Numbers
from redoscope_core.volumes.views import JournalState, LaidOver, View

__all__ = [
    "NOTHING",
    "Entries",
    "Extents",
    "FileNames",
    "NodeKind",
    "Nodes",
    "StreamKind",
    "Streams",
    "VolumeIndex",
]

_LARGEST_UNIT = 2**20
NOTHING = -1
"""Stands where there is no row, no time, nothing kept inside."""


class NodeKind(IntEnum):
    """What a node is."""

    FILE = 0
    DIRECTORY = 1
    LINK = 2
    SPECIAL = 3
    """A device, a pipe, a socket."""
    INTERNAL = 4
    """The file system's own: $MFT, $FAT1, the journal of ext."""
    MADE_UP = 5
    """In no file system: a folder for what has no name any more, a volume label."""


class StreamKind(IntEnum):
    """What a stream of a node is."""

    DATA = 0
    """What people call the content of the file."""
    NAMED = 1
    """An alternate data stream."""
    DIRECTORY = 2
    """Entries of a directory."""
    JOURNAL = 3
    SYSTEM = 4
    """What the file system keeps for itself: maps, lists, indexes."""


@dataclass(frozen=True, slots=True, eq=False)
class Nodes(Columns):
    """Inodes or file records; times are nanoseconds since 1970, NOTHING if there is none."""

    narrow: ClassVar = {"kind": np.uint8, "allocated": np.bool_}
    number: Numbers
    sequence: Numbers
    """How often the record was used, of NTFS; the generation of an inode of ext; else 0."""
    kind: NDArray[np.uint8]
    allocated: NDArray[np.bool_]
    mode: Numbers
    user: Numbers
    group: Numbers
    links: Numbers
    mtime: Numbers
    atime: Numbers
    ctime: Numbers
    crtime: Numbers
    attributes: Numbers
    """What else is said of the node: attributes as the file system has them, and behind them,
    folded, security and what else is attached."""


@dataclass(frozen=True, slots=True, eq=False)
class Entries(Columns):
    """Names; the first is the root, and a directory comes before what is in it."""

    narrow: ClassVar = {"deleted": np.bool_}
    parent: Numbers
    """Index of the entry of the directory; NOTHING of the root."""
    node: Numbers
    """Index of the node; NOTHING where the entry is deleted and leads to none."""
    name_start: Numbers
    name_end: Numbers
    """Bytes of `VolumeIndex.names`."""
    deleted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Streams(Columns):
    """Bytes that belong to nodes."""

    narrow: ClassVar = {
        "kind": np.uint8,
        "packed": np.bool_,
        "broken": np.bool_,
    }
    node: Numbers
    kind: NDArray[np.uint8]
    size: Numbers
    """Bytes."""
    name_start: Numbers
    name_end: Numbers
    inside_start: Numbers
    """Bytes of `VolumeIndex.inside` where they are kept in the node itself; else NOTHING."""
    inside_end: Numbers
    attribute: Numbers
    """Kind of the attribute, as the file system counts; and which of that kind."""
    attribute_id: Numbers
    packed: NDArray[np.bool_]
    """Compressed or encrypted by the file system: sectors are not its bytes."""
    unit: Numbers
    """Bytes that are compressed together, where those of it are; else 0."""
    written: Numbers
    """Bytes that were ever written: those behind read as zeros, whatever is stored there."""
    broken: NDArray[np.bool_]
    """Whether nothing tells where some of it is: a part of its map is lost, or leads out."""


@dataclass(frozen=True, slots=True, eq=False)
class Extents(Columns):
    """Where streams are stored; what no extent has reads as zeros."""

    narrow: ClassVar = {"written": np.bool_}
    stream: Numbers
    start: Numbers
    """Sector of the volume."""
    sectors: Numbers
    offset: Numbers
    """Byte of the stream at which it begins."""
    written: NDArray[np.bool_]
    """Whether it was ever written; else it was given to the stream, and reads as zeros."""


@dataclass(frozen=True, slots=True, eq=False)
class FileNames(Columns):
    """Times that NTFS keeps beside each name of a file record, where they were asked for."""

    node: Numbers
    attribute_id: Numbers
    size: Numbers
    """Bytes of the attribute."""
    mtime: Numbers
    atime: Numbers
    ctime: Numbers
    crtime: Numbers

    @classmethod
    def nothing(cls) -> FileNames:
        """Return no row."""
        return cls(*(np.zeros(0, np.int64) for _ in fields(cls)))


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class VolumeIndex:
    """All that a file system says of what is on it."""

    uuid: str
    """Serial number or UUID, in hex."""
    cluster_sectors: int
    """What the file system gives away at a time."""
    is_whole: bool
    """Whether all is here; a file system may be too large, or lead in circles."""
    nodes: Nodes
    entries: Entries
    streams: Streams
    extents: Extents
    regions: Regions
    """What the volume keeps for itself, as far as its own structures tell."""
    names: Bytes
    inside: Bytes
    named: FileNames
    laid: LaidOver
    """What of the journal is laid over the volume: nothing in the stored view."""
    view: str = View.STORED.value
    journal: str = JournalState.NONE.value
    transactions: int = 0
    """How many of the journal are laid over it."""
    fast_commits: bool = False
    """Whether fast commits follow those, which are not replayed here."""

    def name(self, entry: int) -> bytes:
        """Return the name of an entry, without its directory."""
        start, end = int(self.entries.name_start[entry]), int(self.entries.name_end[entry])
        return self.names[start:end].tobytes()

    def stream_name(self, stream: int) -> bytes:
        """Return the name of a stream; empty of most."""
        start, end = int(self.streams.name_start[stream]), int(self.streams.name_end[stream])
        return self.names[start:end].tobytes()

    def kept_inside(self, stream: int) -> bytes | None:
        """Return the bytes of a stream that is kept in its node; None if it is not."""
        start, end = int(self.streams.inside_start[stream]), int(self.streams.inside_end[stream])
        return None if start == NOTHING else self.inside[start:end].tobytes()

    def paths(self) -> list[bytes]:
        """Return the path of each entry, from `/` on; the root is `/`."""
        found: list[bytes] = []
        names = self.names.tobytes()
        columns = (self.entries.parent, self.entries.name_start, self.entries.name_end)
        for parent, start, end in zip(*(each.tolist() for each in columns), strict=True):
            if parent == NOTHING:
                found.append(b"/")
            else:
                above = found[parent]
                found.append((b"/" if above == b"/" else above + b"/") + names[start:end])
        return found

    def check(self, sectors: int) -> None:
        """Refuse what leads outside of the columns, or of a volume of so many *sectors*.

        Raises:
            CorruptVolume: Something does.
        """
        entry, stream, extent = self.entries, self.streams, self.extents
        number = np.arange(len(entry))
        is_root = number == 0
        inside_of = (
            _within(entry.parent[1:], 0, number[1:]),
            (entry.parent[is_root] == NOTHING).all(),
            _within(entry.node, NOTHING, len(self.nodes)),
            _ranges(entry.name_start, entry.name_end, len(self.names)),
            _within(stream.node, 0, len(self.nodes)),
            _ranges(stream.name_start, stream.name_end, len(self.names)),
            _inside(stream, len(self.inside)),
            _within(stream.size, 0, 2**62),
            _within(stream.written, 0, stream.size + 1),
            _within(stream.unit, 0, _LARGEST_UNIT + 1) and not (stream.unit % SECTOR).any(),
            (stream.node[1:] >= stream.node[:-1]).all(),
            (extent.stream[1:] >= extent.stream[:-1]).all(),
            _within(extent.stream, 0, len(stream)),
            _within(extent.start, 0, sectors),
            _within(extent.sectors, 1, sectors - extent.start + 1),
            _within(extent.offset, 0, 2**62),
            _within(self.nodes.kind, 0, len(NodeKind)),
            _within(stream.kind, 0, len(StreamKind)),
            self._is_laid_inside(sectors),
            _within(self.named.node, 0, len(self.nodes)),
        )
        if not all(inside_of):
            raise CorruptVolume("an index that leads outside of itself", found=inside_of.index(0))

    def _is_laid_inside(self, sectors: int) -> bool:
        laid = self.laid
        known = {each.value for each in View}, {each.value for each in JournalState}
        return (
            self.view in known[0]
            and self.journal in known[1]
            and _within(laid.start, 0, sectors)
            and _within(laid.sectors, 1, sectors - laid.start + 1)
            and _within(laid.source, 0, sectors - laid.sectors + 1)
            and _within(laid.start[1:], (laid.start + laid.sectors)[:-1], sectors)
        )

    def parts(self) -> dict[str, Columns]:
        """Return what is columns, by name."""
        found = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in found if isinstance(value, Columns)}


def _within(
    values: Numbers | NDArray[np.uint8], first: int | Numbers, behind: int | Numbers
) -> bool:
    return bool(((values >= first) & (values < behind)).all())


def _ranges(start: Numbers, end: Numbers, length: int) -> bool:
    return bool(((start >= 0) & (start <= end) & (end <= length)).all())


def _inside(stream: Streams, length: int) -> bool:
    some = stream.inside_start != NOTHING
    return _ranges(stream.inside_start[some], stream.inside_end[some], length)
