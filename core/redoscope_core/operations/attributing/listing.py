"""Listing: the files of an index, one row for each name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.volumes.index import VolumeIndex
    from redoscope_core.volumes.source import Numbers

__all__ = [
    "FileFound",
    "file_found",
    "list_files",
    "path_of",
    "paths_of",
    "shown_name",
    "sizes_of",
    "stored_of",
]

_WORDS = {kind: kind.name.lower().replace("_", "-") for kind in NodeKind}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FileFound(NamedTuple):
    """A name in a file system."""

    path: str
    """From the root of the volume; bytes that are no UTF-8 are spelled as `\\xNN`."""
    kind: str
    deleted: bool
    number: int | None
    """Inode or file record; None if a deleted entry leads nowhere."""
    size: int
    """Bytes."""
    modified: str | None
    """As the file system has it: of FAT it is local time."""
    sectors: int
    """Stored for it, all streams together."""
    streams: tuple[tuple[str, int], ...]
    """Name and size of its other streams."""


def shown_name(name: bytes) -> str:
    """Return *name* as text; a byte that is no UTF-8 is spelled in hex behind a backslash."""
    return name.decode("utf-8", "backslashreplace")


def list_files(index: VolumeIndex, *, deleted: bool = False) -> list[FileFound]:
    """Return every name of *index* but the root, those that are *deleted* only if asked for."""
    nodes = index.nodes
    amounts, others = (sizes_of(index), stored_of(index)), _others(index)
    rows = []
    for entry, path in enumerate(index.paths()):
        node = int(index.entries.node[entry])
        gone = bool(index.entries.deleted[entry])
        if not entry or (gone and not deleted) or (node == NOTHING and not gone):
            continue
        if not gone and nodes.kind[node] == NodeKind.MADE_UP:
            continue
        rows.append(file_found(index, entry, path, amounts, others.get(node, ())))
    return rows


def sizes_of(index: VolumeIndex) -> Numbers:
    """Return the bytes of what people call the content, of each node."""
    nodes, streams = index.nodes, index.streams
    sizes = np.zeros(len(nodes), np.int64)
    data = streams.kind == StreamKind.DATA
    own = np.isin(nodes.kind[streams.node], [NodeKind.INTERNAL]) if len(nodes) else data
    journal = streams.kind == StreamKind.JOURNAL
    counted = data | (own & ((streams.name_start == streams.name_end) | journal))
    np.maximum.at(sizes, streams.node[counted], streams.size[counted])
    return sizes


def stored_of(index: VolumeIndex) -> Numbers:
    """Return the sectors that are stored of each node, all streams together."""
    stored = np.zeros(len(index.nodes), np.int64)
    np.add.at(stored, index.streams.node[index.extents.stream], index.extents.sectors)
    return stored


def file_found(
    index: VolumeIndex,
    entry: int,
    path: bytes,
    amounts: tuple[Numbers, Numbers],
    streams: Sequence[tuple[str, int]] | None = None,
) -> FileFound:
    """Return what is said of *entry*, which is called *path*.

    *amounts* are those of `sizes_of` and `stored_of`; *streams* are looked up if they lack.
    """
    node, gone = int(index.entries.node[entry]), bool(index.entries.deleted[entry])
    if node == NOTHING:
        return FileFound(shown_name(path), "file", gone, None, 0, None, 0, ())
    nodes = index.nodes
    if streams is None:
        streams = _others(index, node).get(node, ())
    return FileFound(
        shown_name(path),
        _WORDS[NodeKind(int(nodes.kind[node]))],
        gone,
        int(nodes.number[node]),
        int(amounts[0][node]),
        _time(int(nodes.mtime[node])),
        int(amounts[1][node]),
        tuple(streams),
    )


def path_of(index: VolumeIndex, entry: int) -> bytes:
    """Return the path of *entry*, from `/` on: as `VolumeIndex.paths` has it, but of one."""
    parts: list[bytes] = []
    while (above := int(index.entries.parent[entry])) != NOTHING:
        parts.append(index.name(entry))
        entry = above
    return b"/" + b"/".join(reversed(parts))


def paths_of(index: VolumeIndex, number: int, most: int = 3) -> tuple[str, ...]:
    """Return the paths of inode or file record *number* that are in use, at *most* so many."""
    nodes, entries = np.flatnonzero(index.nodes.number == number), index.entries
    found = np.flatnonzero(np.isin(entries.node, nodes) & ~entries.deleted)[:most]
    return tuple(shown_name(path_of(index, entry)) for entry in found.tolist())


def _others(index: VolumeIndex, node: int | None = None) -> dict[int, list[tuple[str, int]]]:
    """Return name and size of the named streams of each node, or of *node* alone."""
    named = index.streams.kind == StreamKind.NAMED
    if node is not None:
        named &= index.streams.node == node
    found: dict[int, list[tuple[str, int]]] = {}
    for each in np.flatnonzero(named).tolist():
        told = (shown_name(index.stream_name(each)), int(index.streams.size[each]))
        found.setdefault(int(index.streams.node[each]), []).append(told)
    return found


def _time(nanoseconds: int) -> str | None:
    """Return a time as ISO 8601 has it; None if there is none, or no calendar has it."""
    if nanoseconds == NOTHING:
        return None
    try:
        told = _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return None
    return told.strftime("%Y-%m-%dT%H:%M:%SZ")
