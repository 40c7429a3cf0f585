"""Listing: the files of an index, one row for each name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind

if TYPE_CHECKING:
    from redoscope_core.volumes.index import VolumeIndex

__all__ = ["FileFound", "list_files", "shown_name"]

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
    nodes, streams = index.nodes, index.streams
    sizes = np.zeros(len(nodes), np.int64)
    data = streams.kind == StreamKind.DATA
    own = np.isin(nodes.kind[streams.node], [NodeKind.INTERNAL]) if len(nodes) else data
    journal = streams.kind == StreamKind.JOURNAL
    counted = data | (own & ((streams.name_start == streams.name_end) | journal))
    np.maximum.at(sizes, streams.node[counted], streams.size[counted])
    stored = np.zeros(len(nodes), np.int64)
    np.add.at(stored, streams.node[index.extents.stream], index.extents.sectors)
    others: dict[int, list[tuple[str, int]]] = {}
    for each in np.flatnonzero(streams.kind == StreamKind.NAMED).tolist():
        told = (shown_name(index.stream_name(each)), int(streams.size[each]))
        others.setdefault(int(streams.node[each]), []).append(told)
    rows = []
    for entry, path in enumerate(index.paths()):
        node = int(index.entries.node[entry])
        gone = bool(index.entries.deleted[entry])
        if not entry or (gone and not deleted) or (node == NOTHING and not gone):
            continue
        if not gone and nodes.kind[node] == NodeKind.MADE_UP:
            continue
        if node == NOTHING:
            rows.append(FileFound(shown_name(path), "file", True, None, 0, None, 0, ()))
            continue
        rows.append(
            FileFound(
                shown_name(path),
                _WORDS[NodeKind(int(nodes.kind[node]))],
                gone,
                int(nodes.number[node]),
                int(sizes[node]),
                _time(int(nodes.mtime[node])),
                int(stored[node]),
                tuple(others.get(node, ())),
            )
        )
    return rows


def _time(nanoseconds: int) -> str | None:
    """Return a time as ISO 8601 has it; None if there is none, or no calendar has it."""
    if nanoseconds == NOTHING:
        return None
    try:
        told = _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return None
    return told.strftime("%Y-%m-%dT%H:%M:%SZ")
