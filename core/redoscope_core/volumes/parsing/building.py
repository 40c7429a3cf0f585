"""Building: an index, filled row by row as a parser walks through a file system."""

from __future__ import annotations

from array import array
from dataclasses import fields, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from redoscope_core.volumes.index import (
    NOTHING,
    Entries,
    Extents,
    FileNames,
    Nodes,
    StreamKind,
    Streams,
    VolumeIndex,
)
from redoscope_core.volumes.views import LaidOver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redoscope_core.volumes.columns import Columns
    from redoscope_core.volumes.parsing.kept import Kept

__all__ = ["IndexBuilding"]


class _Rows:
    """Rows of one kind of columns."""

    def __init__(self, kind: type[Columns]) -> None:
        """Hold no row."""
        self._kind = kind
        names = [each.name for each in fields(kind)]
        self._width, self._in_order = len(names), itemgetter(*names)
        self._values = array("q")

    def add(self, **values: int) -> int:
        """Add a row that has all columns, and return its index."""
        self._values.extend(self._in_order(values))
        return len(self._values) // self._width - 1

    def columns(self) -> Any:
        """Return the rows as columns."""
        table = np.array(self._values, np.int64).reshape(-1, self._width)
        return self._kind(
            *(
                np.ascontiguousarray(table[:, number]).astype(each)
                for number, each in enumerate(self._kind.types().values())
            )
        )


class IndexBuilding:
    """What a parser tells, one thing after the other."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.is_whole = True
        self._nodes, self._entries = _Rows(Nodes), _Rows(Entries)
        self._streams, self._extents = _Rows(Streams), _Rows(Extents)
        self._named = _Rows(FileNames)
        self._names, self._inside = bytearray(), bytearray()

    def node(self, **values: int) -> int:
        """Add a node; its values are those of `Nodes`."""
        return self._nodes.add(**values)

    def file_name(self, **values: int) -> None:
        """Add the times beside a name of a node; its values are those of `FileNames`."""
        self._named.add(**values)

    def entry(self, parent: int, name: bytes, node: int, *, deleted: bool = False) -> int:
        """Add a name in the directory *parent*, an entry too."""
        start = len(self._names)
        self._names += name
        end = len(self._names)
        return self._entries.add(
            parent=parent, node=node, name_start=start, name_end=end, deleted=deleted
        )

    def stream(
        self,
        node: int,
        kind: StreamKind,
        size: int,
        *,
        name: bytes = b"",
        inside: bytes | None = None,
        attribute: tuple[int, int] = (0, 0),
        packed: bool = False,
        unit: int = 0,
        broken: bool = False,
    ) -> int:
        """Add bytes of a *node*; *inside* are those that it keeps itself."""
        start = len(self._names)
        self._names += name
        begin = NOTHING if inside is None else len(self._inside)
        self._inside += inside or b""
        return self._streams.add(
            node=node,
            kind=kind,
            size=size,
            name_start=start,
            name_end=len(self._names),
            inside_start=begin,
            inside_end=NOTHING if inside is None else len(self._inside),
            attribute=attribute[0],
            attribute_id=attribute[1],
            packed=packed,
            unit=unit,
            written=size,
            broken=broken,
        )

    def extent(
        self, stream: int, start: int, sectors: int, offset: int, *, written: bool = True
    ) -> None:
        """Add a run of *sectors* of a stream, which reads as zeros if it was never *written*."""
        self._extents.add(
            stream=stream, start=start, sectors=sectors, offset=offset, written=written
        )

    def built(self, uuid: str, kept: Kept) -> VolumeIndex:
        """Return all of it, with what our own parsers say of it."""
        nodes = kept.times.told_of(kept.facts.told_of(self._nodes.columns()))
        extents = self._extents.columns()
        streams = _as_written(self._streams.columns(), extents, kept.written)
        return VolumeIndex(
            uuid,
            kept.cluster_sectors,
            self.is_whole and kept.is_sound,
            nodes,
            self._entries.columns(),
            streams,
            kept.unwritten.beside(nodes, streams, extents),
            kept.regions,
            np.frombuffer(bytes(self._names), np.uint8),
            np.frombuffer(bytes(self._inside), np.uint8),
            self._named.columns(),
            LaidOver.nothing(),
        )


def _as_written(streams: Streams, extents: Extents, written: Mapping[int, int]) -> Streams:
    """Return *streams* with how much of them was *written*, by the sector of their first extent."""
    if not written:
        return streams
    first = np.full(len(streams), np.iinfo(np.int64).max)
    np.minimum.at(first, extents.stream, extents.offset)
    begins = extents.offset == first[extents.stream]
    bytes_written = streams.written.copy()
    for row in np.flatnonzero(begins & np.isin(extents.start, list(written))).tolist():
        stream = int(extents.stream[row])
        size = int(streams.size[stream])
        bytes_written[stream] = min(written[int(extents.start[row])], size)
    return replace(streams, written=bytes_written)
