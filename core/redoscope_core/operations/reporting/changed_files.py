"""Changed files: what became of each path of a volume, and what it was before and is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.operations.attributing.listing import shown_name
from redoscope_core.operations.attributing.side import Side
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.operations.attributing.difference import VolumeDifference
    from redoscope_core.operations.attributing.file_changes import FileChange
    from redoscope_core.operations.reporting.facts import ReportFacts

    Document = dict[str, object]

__all__ = ["change_documents"]

_MOST_RUNS = 1000
"""Runs that are told of one file; the rest are counted."""
_TIMES = ("mtime", "ctime", "atime", "crtime")
_KINDS = {kind: kind.name.lower().replace("_", "-") for kind in NodeKind}
_CONTENT = (StreamKind.DATA, StreamKind.JOURNAL, StreamKind.DIRECTORY)


def change_documents(facts: ReportFacts, volume: VolumeDifference) -> Iterator[Document]:
    """Yield what became of each path of *volume*, in the order of paths."""
    sides = [
        None if each is None or each.index is None else Side(of.chain, each.volume, each.index)
        for of, each in zip(facts.generations, volume.generations, strict=True)
    ]
    for change in volume.changes:
        was = change.raw if change.old_raw is None else change.old_raw
        told: Document = {
            "class": change.kind,
            "new": _node(sides[1], change.raw),
            "notes": list(change.notes),
            "old": _node(sides[0], was),
            "path": change.path,
            "path_hex": change.raw.hex(),
        }
        yield told | _before(change)


def _before(change: FileChange) -> Document:
    if change.old_raw is None:
        return {}
    return {"old_path": change.old_path, "old_path_hex": change.old_raw.hex()}


def _node(side: Side | None, path: bytes) -> Document | None:
    """Return what a generation says of *path*; None if it has no such file."""
    if side is None or path not in side.entries:
        return None
    index, node = side.index, side.node(path)
    nodes = index.nodes
    times = {name: int(getattr(nodes, name)[node]) for name in _TIMES}
    first, count = side.streams_of(np.array([node]))
    own = range(int(first[0]), int(first[0] + count[0]))
    content = next((s for s in own if index.streams.kind[s] in _CONTENT), None)
    named = [stream for stream in own if index.streams.kind[stream] == StreamKind.NAMED]
    return {
        "group": int(nodes.group[node]),
        "kind": _KINDS[NodeKind(int(nodes.kind[node]))],
        "links": int(nodes.links[node]),
        "mode": int(nodes.mode[node]),
        "number": int(nodes.number[node]),
        "sequence": int(nodes.sequence[node]),
        "streams": [_stream(side, stream) for stream in named],
        "user": int(nodes.user[node]),
        **{name: None if value == NOTHING else value for name, value in times.items()},
        **_content(side, content),
    }


def _stream(side: Side, stream: int) -> Document:
    name = side.index.stream_name(stream)
    told: Document = {"name": shown_name(name), "name_hex": name.hex()}
    return told | _content(side, stream)


def _content(side: Side, stream: int | None) -> Document:
    """Return size and place of *stream*: byte of it, first sector of the disk, sectors."""
    if stream is None:
        return {"inside": False, "runs": [], "runs_left_out": 0, "size": 0}
    first, count = side.extents_of(np.array([stream]))
    begin, number = int(first[0]), int(count[0])
    extents = side.index.extents.taking(np.arange(begin, begin + min(number, _MOST_RUNS)))
    columns = (extents.offset, extents.start + side.volume.start, extents.sectors)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {
        "inside": side.index.kept_inside(stream) is not None,
        "runs": [list(row) for row in rows],
        "runs_left_out": max(0, number - _MOST_RUNS),
        "size": int(side.index.streams.size[stream]),
    }
