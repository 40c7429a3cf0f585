"""Fast commits applied to an index: files as they are after the next mount.

They change no block of the journal's, but files; so it is the index that they are laid over, and
no byte of the volume. Sectors of inodes and directories stay as the transactions left them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.index import (
    NOTHING,
    Entries,
    Extents,
    NodeKind,
    Nodes,
    StreamKind,
    Streams,
    VolumeIndex,
)
from redoscope_core.volumes.journals.fast_commits import (
    FastChange,
    InodeWritten,
    Named,
    RangeGiven,
    RangeGone,
)
from redoscope_core.volumes.parsing.raw_inode import attributes_with, inline_data, node_values
from redoscope_core.volumes.regions import RegionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["with_fast_commits"]

_OF_FILES = (StreamKind.DATA, StreamKind.DIRECTORY)
Run = tuple[int, int, int, bool]
"""First sector of the file, of the volume, how many, and whether it was ever written."""


def with_fast_commits(
    index: VolumeIndex, changes: Sequence[FastChange], block_size: int, sectors: int
) -> VolumeIndex:
    """Return *index*, of a volume of so many *sectors*, with what fast commits change."""
    work = _Applying(index, block_size // SECTOR, sectors)
    for change in changes:
        work.apply(change)
    return work.index()


class _Applying:
    """An index, changed file by file."""

    def __init__(self, index: VolumeIndex, each: int, sectors: int) -> None:
        """Change *index*; a block has so many sectors *each*."""
        self._index, self._each, self._sectors = index, each, sectors
        used = np.flatnonzero(index.nodes.allocated)
        self._rows = dict(zip(index.nodes.number[used].tolist(), used.tolist(), strict=True))
        self._nodes: dict[int, dict[str, int]] = {}
        self._runs: dict[int, list[Run]] = {}
        self._inside: dict[int, bytes | None] = {}
        self._gone: set[int] = set()
        self._named: list[tuple[int, bytes, int]] = []
        self._directories = self._known_directories()
        self._whole = True

    def _known_directories(self) -> dict[int, int]:
        """Return the entry of each directory, by its inode."""
        entries, nodes = self._index.entries, self._index.nodes
        found: dict[int, int] = {}
        for entry in np.flatnonzero(~entries.deleted & (entries.node != NOTHING)).tolist():
            node = int(entries.node[entry])
            if nodes.kind[node] == NodeKind.DIRECTORY:
                found.setdefault(int(nodes.number[node]), entry)
        return found

    def apply(self, change: FastChange) -> None:
        """Make one change."""
        if isinstance(change, InodeWritten):
            self._write(change)
        elif isinstance(change, Named):
            self._name(change)
        else:
            self._move(change)

    def _values(self, number: int) -> dict[str, int]:
        """Return the columns of an inode, to be changed; of a new one all are 0."""
        row = self._rows.get(number)
        if row is None:
            row = self._rows[number] = len(self._index.nodes) + sum(
                each >= len(self._index.nodes) for each in self._nodes
            )
            empty = {each.name: 0 for each in fields(Nodes)}
            self._nodes[row] = empty | {"number": number, "allocated": 1, "kind": NodeKind.FILE}
        elif row not in self._nodes:
            nodes = self._index.nodes
            self._nodes[row] = {
                each.name: int(getattr(nodes, each.name)[row]) for each in fields(Nodes)
            }
        self._runs.setdefault(number, self._stored(row))
        return self._nodes[row]

    def _stored(self, row: int) -> list[Run]:
        """Return the runs of a node as they are."""
        index = self._index
        mine = np.flatnonzero((index.streams.node == row) & np.isin(index.streams.kind, _OF_FILES))
        extents = index.extents.taking(np.isin(index.extents.stream, mine))
        columns = (extents.offset // SECTOR, extents.start, extents.sectors, extents.written)
        return list(zip(*(each.tolist() for each in columns), strict=True))

    def _write(self, change: InodeWritten) -> None:
        values = self._values(change.number)
        before = values["attributes"]
        values.update(node_values(change.raw))
        values["attributes"] = attributes_with(change.raw, before)
        self._inside[change.number] = inline_data(change.raw)

    def _move(self, change: RangeGiven | RangeGone) -> None:
        self._values(change.number)
        first, behind = change.logical * self._each, (change.logical + change.count) * self._each
        kept: list[Run] = []
        for start, place, count, written in self._runs[change.number]:
            # What lies before the range, and what behind it.
            for low, high in (
                (start, min(start + count, first)),
                (max(start, behind), start + count),
            ):
                if low < high:
                    kept.append((low, place + low - start, high - low, written))
        if isinstance(change, RangeGiven):
            place, count = change.block * self._each, behind - first
            if place + count <= self._sectors:
                kept.append((first, place, count, change.written))
            else:
                self._whole = False
        self._runs[change.number] = sorted(kept)

    def _name(self, change: Named) -> None:
        folder = self._directories.get(change.parent)
        values = self._values(change.number)
        if folder is None:
            self._whole = False
        elif change.gone:
            self._unname(folder, change.name)
            values["links"] = max(0, values["links"] - 1)
            if not values["links"] or values["kind"] == NodeKind.DIRECTORY:
                values["allocated"] = 0
        else:
            entry = len(self._index.entries) + len(self._named)
            self._named.append((folder, change.name, self._rows[change.number]))
            values["links"] += not change.is_new
            values["allocated"] = 1
            self._directories.setdefault(change.number, entry)

    def _unname(self, folder: int, name: bytes) -> None:
        entries = self._index.entries
        below = np.flatnonzero((entries.parent == folder) & ~entries.deleted).tolist()
        self._gone |= {entry for entry in below if self._index.name(entry) == name}
        base = len(entries)
        for at, (parent, known, _) in enumerate(self._named):
            if (parent, known) == (folder, name):
                self._gone.add(base + at)

    def index(self) -> VolumeIndex:
        """Return the index with all changes."""
        index = self._index
        nodes = _with_rows(index.nodes, self._nodes)
        names, entries = self._entries()
        streams, extents, inside = self._streams(nodes)
        touched = np.isin(index.regions.owner, [nodes.number[row] for row in self._nodes])
        own = index.regions.of_kind(RegionKind.FILE, RegionKind.DIRECTORY).start
        regions = index.regions.taking(~(touched & np.isin(index.regions.start, own)))
        return replace(
            index,
            is_whole=index.is_whole and self._whole,
            nodes=nodes,
            entries=entries,
            streams=streams,
            extents=extents,
            regions=regions,
            names=names,
            inside=inside,
        )

    def _entries(self) -> tuple[Any, Entries]:
        index = self._index
        start = len(index.names)
        rows = []
        for parent, name, node in self._named:
            rows.append((parent, node, start, start + len(name), 0))
            start += len(name)
        table = np.array(rows, np.int64).reshape(-1, 5)
        above, lead, begin, end = (table[:, at] for at in range(4))
        more = Entries(above, lead, begin, end, table[:, 4].astype(np.bool_))
        entries = Entries.joined([index.entries, more])
        deleted = entries.deleted.copy()
        deleted[list(self._gone)] = True
        # A name that is gone leads nowhere, if its file goes on under another.
        lost = deleted & np.isin(np.arange(len(entries)), list(self._gone))
        leads = np.where(lost, NOTHING, entries.node)
        raw = b"".join(name for _, name, _ in self._named)
        names = np.concatenate((index.names, np.frombuffer(raw, np.uint8)))
        return names, replace(entries, deleted=deleted, node=leads)

    def _streams(self, nodes: Nodes) -> tuple[Streams, Extents, Any]:
        """Return streams and extents, those of changed files made anew."""
        index = self._index
        changed = np.isin(index.streams.node, list(self._nodes))
        dropped = changed & np.isin(index.streams.kind, _OF_FILES)
        kept = np.flatnonzero(~dropped)
        place = np.full(len(index.streams), NOTHING, np.int64)
        place[kept] = np.arange(len(kept))
        old = index.extents.taking(~dropped[index.extents.stream])
        old = replace(old, stream=place[old.stream])
        rows: dict[str, list[int]] = defaultdict(list)
        runs: list[tuple[int, int, int, int, bool]] = []
        inside = bytearray(index.inside.tobytes())
        for row in sorted(self._nodes):
            number, kind = int(nodes.number[row]), int(nodes.kind[row])
            if kind not in {NodeKind.FILE, NodeKind.DIRECTORY, NodeKind.LINK}:
                continue
            stream = len(kept) + len(rows["node"])
            size = self._size(row, dropped)
            values = self._stream_values(row, kind, size)
            held = self._held(row, number, kind, size, dropped)
            if held is not None:
                values |= {"inside_start": len(inside), "inside_end": len(inside) + len(held)}
                inside += held
            for name in (each.name for each in fields(Streams)):
                rows[name].append(values[name])
            own = [] if held is not None else self._runs[number]
            runs += [(stream, at, n, first * SECTOR, ok) for first, at, n, ok in own]
        types = Streams.types()
        made = Streams(*(np.array(rows[n], np.int64).astype(types[n]) for n in types))
        streams = Streams.joined([index.streams.taking(kept), made])
        table = np.array(runs, np.int64).reshape(-1, 5)
        of, start, count, offset = (table[:, at] for at in range(4))
        more = Extents(of, start, count, offset, table[:, 4].astype(np.bool_))
        return *_in_order(streams, Extents.joined([old, more])), np.frombuffer(
            bytes(inside), np.uint8
        )

    def _held(self, row: int, number: int, kind: int, size: int, dropped: Any) -> bytes | None:
        """Return what a file is kept in its inode with, if it is."""
        if number in self._inside:
            held = self._inside[number]
            is_short = kind == NodeKind.LINK and not self._runs[number]
            return None if held is None or (kind == NodeKind.LINK and not is_short) else held[:size]
        for stream in np.flatnonzero(dropped & (self._index.streams.node == row)).tolist():
            return self._index.kept_inside(stream)
        return None

    def _size(self, row: int, dropped: Any) -> int:
        told = self._nodes[row].get("size")
        if told is not None:
            return told
        mine = dropped & (self._index.streams.node == row)
        return int(self._index.streams.size[mine].max(initial=0))

    def _stream_values(self, row: int, kind: int, size: int) -> dict[str, int]:
        of = StreamKind.DIRECTORY if kind == NodeKind.DIRECTORY else StreamKind.DATA
        values = {each.name: 0 for each in fields(Streams)}
        given = {"node": row, "kind": int(of), "size": size, "written": size}
        return values | given | {"inside_start": NOTHING, "inside_end": NOTHING, "attribute": 1}


def _with_rows(nodes: Nodes, changed: dict[int, dict[str, int]]) -> Nodes:
    """Return *nodes* with some rows changed, and others behind them."""
    columns = []
    more = sorted(row for row in changed if row >= len(nodes))
    for each in fields(nodes):
        old = getattr(nodes, each.name)
        column = np.concatenate((old, np.zeros(len(more), old.dtype)))
        for row, values in changed.items():
            column[row] = values[each.name]
        columns.append(column)
    return Nodes(*columns)


def _in_order(streams: Streams, extents: Extents) -> tuple[Streams, Extents]:
    """Return streams by their nodes, and extents by their streams."""
    order = np.argsort(streams.node, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    moved = replace(extents, stream=place[extents.stream])
    return streams.taking(order), moved.taking(np.lexsort((moved.offset, moved.stream)))
