"""Placing: what each chosen file becomes in a folder, and where; nothing leads out of that."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.files.safe_names import SafeNames
from redoscope_core.operations.attributing.listing import shown_name
from redoscope_core.operations.exporting.contents import WhyLeft
from redoscope_core.volumes.index import NOTHING, NodeKind, StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redoscope_core.operations.attributing.side import Side
    from redoscope_core.operations.exporting.choosing import Chosen

__all__ = ["Placed", "Placing"]

_LONGEST = 3500
"""Bytes of the path of a folder: systems take 4,096, and the name of a file is to fit behind."""
_OF_DATA = frozenset({0, 1, 128})
"""Attributes that are the data of a file, as The Sleuth Kit counts."""
_WHY = {NodeKind.LINK: WhyLeft.LINK, NodeKind.SPECIAL: WhyLeft.SPECIAL}


@dataclass(frozen=True, slots=True)
class Placed:
    """A stream of a file, and where it goes; or that it goes nowhere, and why."""

    side: Side
    path: str
    """In its volume, as `files` tells it."""
    stream: str
    """Name of an alternate stream; else nothing."""
    deleted: bool
    row: int
    """Of the streams of the index; NOTHING if it has none."""
    target: Path | None
    why: WhyLeft | None = None


class Placing:
    """Where the files of one volume go: below a folder of its own, or the one that was named."""

    def __init__(self, base: Path, chosen: Chosen) -> None:
        """Place what was *chosen* below *base*."""
        self.folders: dict[Path, None] = {base: None}
        """Folders that are needed, each behind the one that it is in."""
        self._base, self._chosen, self._side = base, chosen, chosen.side
        self._names = SafeNames()
        self._paths = self._side.index.paths()
        self._of_entry: dict[int, Path] = {0: base}
        self._own: dict[int, list[int]] = {}
        for row, node in enumerate(self._side.index.streams.node.tolist()):
            self._own.setdefault(node, []).append(row)

    def placed(self) -> Iterator[Placed]:
        """Yield each stream of each chosen file; a directory is among `folders` from then on."""
        entries, kinds = self._side.index.entries, self._side.index.nodes.kind
        for entry in self._chosen.entries:
            node = int(entries.node[entry])
            if node == NOTHING:
                yield self._left(entry, WhyLeft.RECORD_REUSED)
                continue
            kind = NodeKind(int(kinds[node]))
            if kind is NodeKind.DIRECTORY or (kind is NodeKind.MADE_UP and entry == 0):
                self._folder(entry)
                yield from self._streams(entry, node, alternate=True)
            elif kind is NodeKind.INTERNAL and entry not in self._chosen.named:
                yield self._left(entry, WhyLeft.INTERNAL)
            elif kind in _WHY:
                yield self._left(entry, _WHY[kind])
            elif kind is not NodeKind.MADE_UP:
                yield from self._streams(entry, node)

    def _streams(self, entry: int, node: int, *, alternate: bool = False) -> Iterator[Placed]:
        """Yield the data of a file, unless only *alternate* streams are wanted, and those."""
        index, only = self._side.index, self._chosen.streams.get(entry)
        kinds, types = index.streams.kind, index.streams.attribute
        internal = index.nodes.kind[node] == NodeKind.INTERNAL
        has_data = alternate or only is not None
        for row in self._own.get(node, ()):
            name = index.stream_name(row)
            if internal and int(types[row]) in _OF_DATA:
                more = b"" if not has_data else b"data %d" % int(index.streams.attribute_id[row])
                has_data = True
                yield self._one(entry, row, more)
            elif kinds[row] == StreamKind.NAMED and (only is None or name in only):
                yield self._one(entry, row, name)
            elif kinds[row] == StreamKind.DATA and not has_data:
                has_data = True
                yield self._one(entry, row, b"")
        if not has_data:
            yield self._left(entry, WhyLeft.NO_DATA)

    def _one(self, entry: int, row: int, stream: bytes) -> Placed:
        folder = self._folder(int(self._side.index.entries.parent[entry]))
        name = self._side.index.name(entry) or b"volume"
        target = self._names.given(folder, name + b":" * bool(stream) + stream)
        return self._told(entry, row, target, stream=stream)

    def _left(self, entry: int, why: WhyLeft) -> Placed:
        node = int(self._side.index.entries.node[entry])
        rows = self._own.get(node, ()) if node != NOTHING else ()
        return self._told(entry, rows[0] if rows else NOTHING, None, why)

    def _told(
        self,
        entry: int,
        row: int,
        target: Path | None,
        why: WhyLeft | None = None,
        *,
        stream: bytes = b"",
    ) -> Placed:
        path, gone = shown_name(self._paths[entry]), bool(self._side.index.entries.deleted[entry])
        return Placed(self._side, path, shown_name(stream), gone, row, target, why)

    def _folder(self, entry: int) -> Path:
        """Return the folder that the directory *entry* becomes; that of the root is the base."""
        index = self._side.index
        above = [max(entry, 0)]
        while above[-1] not in self._of_entry:
            above.append(int(index.entries.parent[above[-1]]))
        for each in reversed(above):
            if each not in self._of_entry:
                parent = self._of_entry[int(index.entries.parent[each])]
                made = self._names.given(parent, index.name(each))
                if len(os.fsencode(made.absolute())) > _LONGEST:
                    digest = hashlib.sha256(self._paths[each]).hexdigest()[:12]
                    made = self._names.given(self._base, f"deep~{digest}".encode())
                self._of_entry[each] = made
                self.folders[made] = None
        return self._of_entry[max(entry, 0)]
