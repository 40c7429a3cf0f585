"""Tree: the names of a volume, directory by directory, and where each file is stored.

Nothing is worked out of a directory that nobody opens, but for which entries are in it:

    entries   0 /   1 a   2 b   3 c   4 d        parent   -1 0 0 1 1
    order     0 | 1 2 | 3 4 |                    by parent; a row of `bounds` for each entry
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.operations.attributing.listing import (
    FileFound,
    file_found,
    path_of,
    sizes_of,
    stored_of,
)
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind
from redoscope_core.volumes.regions import RegionKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core.volumes.index import Extents, VolumeIndex
    from redoscope_core.volumes.source import Numbers

__all__ = ["FileTree"]

_RANKS = np.array([each is StreamKind.NAMED for each in StreamKind], np.int64)
"""Of each kind of stream: named ones come behind the others."""
_BITS = 4096
"""Of a sector."""


@dataclass(frozen=True, slots=True, eq=False)
class FileTree:
    """The names of a volume as a tree; entry 0 is the root."""

    index: VolumeIndex
    sizes: Numbers
    """Bytes of what people call the content, of each node."""
    stored: Numbers
    """Sectors of all streams, of each node."""
    order: Numbers
    """Entries by their parents, the root first."""
    bounds: Numbers
    """Where in that the children of each entry begin; and behind the last."""
    shown: NDArray[np.bool_]
    """Of each entry whether it is listed where deleted ones are not asked for."""
    told: NDArray[np.bool_]
    """The same where they are."""

    @classmethod
    def of(cls, index: VolumeIndex) -> FileTree:
        """Return the names of *index* as a tree."""
        entries = index.entries
        count = len(entries)
        parent = np.minimum(entries.parent, count)
        order = np.argsort(parent, kind="stable").astype(np.int64)
        bounds = np.searchsorted(parent[order], np.arange(count + 1)).astype(np.int64)
        made_up = np.zeros(count, np.bool_)
        known = entries.node != NOTHING
        made_up[known] = index.nodes.kind[entries.node[known]] == NodeKind.MADE_UP
        shown = ~entries.deleted & known & ~made_up
        told = shown | entries.deleted
        shown[:1] = told[:1] = True
        sizes, stored = sizes_of(index), stored_of(index)
        tree = cls(index, sizes, stored, order, bounds, shown, told)
        # A folder that was made up for what has no name any more is there if something is in it.
        return cls(index, sizes, stored, order, bounds, shown, tree.with_ways(told))

    @property
    def files(self) -> int:
        """How many names of people's there are that are no directories, deleted ones aside."""
        node = self.index.entries.node[self.shown]
        kinds = self.index.nodes.kind[node[node != NOTHING]]
        return int(np.isin(kinds, (NodeKind.FILE, NodeKind.LINK, NodeKind.SPECIAL)).sum())

    def with_ways(self, entries: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return *entries*, and all directories on the way to them."""
        found, parent = entries.copy(), self.index.entries.parent
        above = np.unique(parent[np.flatnonzero(found)])
        while len(above := above[above >= 0]):
            above = above[~found[above]]
            found[above] = True
            above = np.unique(parent[above])
        return found

    def children(self, entry: int, *, deleted: bool = False) -> Numbers:
        """Return what is in the directory *entry*: directories first, each by name."""
        below = self.order[int(self.bounds[entry]) : int(self.bounds[entry + 1])]
        below = below[(self.told if deleted else self.shown)[below]]
        names = [name.lower() for name in self._names(below)]
        rank = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
        below = below[rank]
        return below[np.argsort(~self.are_directories(below), kind="stable")]

    def are_directories(self, entries: Numbers) -> NDArray[np.bool_]:
        """Return of each of *entries* whether it is one, or has something in it."""
        node = self.index.entries.node[entries]
        kind = np.where(node >= 0, self.index.nodes.kind[np.maximum(node, 0)], NodeKind.FILE)
        filled = self.bounds[entries + 1] > self.bounds[entries]
        found: NDArray[np.bool_] = (kind == NodeKind.DIRECTORY) | filled
        return found

    def file(self, entry: int) -> FileFound:
        """Return what is said of *entry*."""
        path = path_of(self.index, entry)
        return file_found(self.index, entry, path, (self.sizes, self.stored))

    def matching(self, text: str, *, deleted: bool = False) -> NDArray[np.bool_]:
        """Return of each entry whether its name holds *text*, large or small letters alike."""
        sought = text.lower().encode("utf-8", "surrogateescape")
        found = np.zeros(len(self.index.entries), np.bool_)
        names = self._names(np.arange(len(found)))
        if text.isascii():
            found[:] = [sought in name.lower() for name in names]
        else:
            decoded = (name.decode("utf-8", "replace").lower() for name in names)
            found[:] = [text.lower() in name for name in decoded]
        found[:1] = False
        return found & (self.told if deleted else self.shown)

    def extents(self, entry: int) -> Extents:
        """Return where *entry* is stored: its content in order, then its other streams."""
        index, node = self.index, int(self.index.entries.node[entry])
        if node == NOTHING:
            return index.extents.taking(slice(0))
        streams = np.flatnonzero(index.streams.node == node)
        found = index.extents.taking(np.isin(index.extents.stream, streams))
        rank = _RANKS[index.streams.kind[found.stream]]
        return found.taking(np.lexsort((found.offset, found.stream, rank)).astype(np.int64))

    def record_sector(self, entry: int) -> int | None:
        """Return the sector of the volume that tells of the node of *entry*, if that is known.

        What is so small that it is kept there is stored nowhere else.
        """
        node = int(self.index.entries.node[entry])
        tables = self.index.regions.of_kind(RegionKind.MFT, RegionKind.INODE_TABLE)
        if node == NOTHING or not len(tables):
            return None
        bit = (int(self.index.nodes.number[node]) - tables.first) * tables.unit
        sector = tables.origin + bit // _BITS
        inside = (bit >= 0) & (tables.start <= sector) & (sector < tables.end) & (tables.unit > 0)
        found = sector[inside]
        return int(found[0]) if len(found) else None

    def _names(self, entries: Numbers) -> list[bytes]:
        """Return the names of *entries*."""
        names = self.index.names.tobytes()
        start, end = self.index.entries.name_start, self.index.entries.name_end
        pairs = zip(start[entries].tolist(), end[entries].tolist(), strict=True)
        return [names[first:behind] for first, behind in pairs]
