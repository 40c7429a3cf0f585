"""What became of the files of a volume from one generation to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.errors import CorruptVolume, VmdkError
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.attributing.listing import shown_name
from redoscope_core.operations.attributing.ownership import Ownership
from redoscope_core.operations.attributing.pairing import OF_FAT, is_same, renamed
from redoscope_core.operations.attributing.remains import Remains
from redoscope_core.operations.attributing.side import Side, same_bytes
from redoscope_core.operations.attributing.unchanged import alike, same_streams
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.index import NOTHING, NodeKind, VolumeIndex

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from redoscope_core.areas.runs import Runs

__all__ = ["Comparing", "FileChange", "file_changes"]

_META = ("kind", "mode", "user", "group", "links", "attributes", "mtime", "ctime", "crtime")
_NOT_ALL_READ = "not_all_read"
"""Some of its bytes could not be read in one generation or the other."""
_OF_STREAMS = ("stream_", "slack_written", _NOT_ALL_READ)
_OF_DIRECTORY = ("mode", "user", "group", "attributes")
_OWN = frozenset({int(NodeKind.INTERNAL), int(NodeKind.MADE_UP)})
_DIRECTORY, _FILE = int(NodeKind.DIRECTORY), int(NodeKind.FILE)


class FileChange(NamedTuple):
    """What became of one path."""

    kind: str
    path: str
    notes: tuple[str, ...] = ()
    old_path: str | None = None
    raw: bytes = b""
    """The path as the file system has it: in `path` what is no UTF-8 is spelled."""
    old_raw: bytes | None = None

    @classmethod
    def of(
        cls, kind: str, path: bytes, notes: Sequence[str] = (), was: bytes | None = None
    ) -> Self:
        """Return what became of *path*, which was called *was* if that is told."""
        before = None if was is None else shown_name(was)
        return cls(kind, shown_name(path), tuple(notes), before, path, was)


@dataclass(slots=True)
class _Verdict:
    """What is found of a file that both generations have."""

    content: bool
    """Whether a byte of a stream differs, or a stream came or went."""
    metadata: bool
    notes: list[str]


def file_changes(
    old: Side, new: Side, changed: Runs, unread: Runs, holding: Holding
) -> list[FileChange]:
    """Return what became of every file; *changed* are the sectors of the volume that differ.

    *unread* are those that could not be read in one or the other: of files that have some it is
    not known whether their bytes are the same.

    Paths that both have are one file; what else is the same inode or record was renamed, and is
    told once more if it was modified too.

    Raises:
        VmdkError: Bytes that have to be compared can't be read.
    """
    work = Comparing(old, new, changed, unread, holding)
    moved = work.moved()
    known, kept = {*old.entries, *moved}, {*new.entries, *moved.values()}
    found = [work.added(path) for path in new.entries if path not in known]
    found += [work.deleted(path) for path in old.entries if path not in kept]
    both = work.doubtful([path for path in new.entries if path in old.entries])
    for path, was in [*moved.items(), *((path, path) for path in both)]:
        found += [each for each in (work.kept(was, path), work.written(was, path)) if each]
    return sorted(found, key=lambda each: (each.path, each.kind))


class Comparing:
    """Two generations of a volume, held against each other."""

    def __init__(self, old: Side, new: Side, changed: Runs, unread: Runs, holding: Holding) -> None:
        """Compare *new* with *old*, which differ in *changed* and could not be read in *unread*."""
        self._old, self._new, self._holding = old, new, holding
        owners = Ownership.of(new.index)
        pieces = changed.cut_at(owners.edges)
        rows = owners.rows(pieces.start)
        owned = rows >= 0
        stream = owners.extents.stream[rows[owned]]
        order = np.argsort(stream, kind="stable")
        begin = owners.positions(pieces.start[owned], rows[owned])
        length = (pieces.end - pieces.start)[owned] * SECTOR
        # From which byte of its stream to which each piece differs.
        self._begin, self._end = begin[order], (begin + length)[order]
        self._written = owners.extents.written[rows[owned]][order]
        self._touched = stream[order]
        self._touched_nodes = np.unique(new.index.streams.node[np.unique(stream)])
        self._remains = Remains(changed, owners)
        self._snapshot = _latest(old)
        self._unread = _streams_in(unread, old.index), _streams_in(unread, new.index)

    def doubtful(self, paths: Sequence[bytes]) -> list[bytes]:
        """Return those of *paths*, which both have, of which anything at all differs."""
        one, other = self._old.nodes(paths), self._new.nodes(paths)
        named = (*_META, "atime", *(() if self._holding in OF_FAT else ("number", "sequence")))
        same = alike(self._old, one, self._new, other, named)
        same &= ~np.isin(other, self._touched_nodes)
        for side, nodes, unread in zip(
            (self._old, self._new), (one, other), self._unread, strict=True
        ):
            same &= ~np.isin(nodes, side.index.streams.node[sorted(unread)])
        same[same] = same_streams(self._old, one[same], self._new, other[same])
        return [paths[number] for number in np.flatnonzero(~same).tolist()]

    def moved(self) -> dict[bytes, bytes]:
        """Return the older path of each that was renamed or moved."""
        found = renamed(self._old, self._new, self._holding)
        return {path: was for path, was in found.items() if self.is_one(was, path)}

    def differs(self, was: bytes, path: bytes) -> bool:
        """Return whether a byte of a file differs, or a stream of it came or went."""
        same = was == path
        return self._verdict(self._old.node(was), self._new.node(path), same=same).content

    def is_one(self, was: bytes, path: bytes) -> bool:
        """Return whether a file that was called *was* and lies at the same place is called *path*.

        In a FAT another file may have been put there. One that was written since has another time.
        """
        if self._holding not in OF_FAT:
            return True
        one, other = self._old.node(was), self._new.node(path)
        if self._old.index.nodes.kind[one] != self._new.index.nodes.kind[other]:
            return False
        if self._old.index.nodes.mtime[one] != self._new.index.nodes.mtime[other]:
            return True
        return not self._verdict(one, other, same=True).content

    def added(self, path: bytes) -> FileChange:
        """Return that a file is new."""
        node = self._new.node(path)
        notes = [f"stream_added:{shown_name(each)}" for each in self._named(self._new, node)]
        notes += self._of_new(node)
        nodes = self._new.index.nodes
        early = {int(nodes.mtime[node]), int(nodes.crtime[node])} - {NOTHING}
        is_stomped = self._holding not in OF_FAT and early and min(early) < self._snapshot
        if is_stomped and nodes.kind[node] == _FILE:
            notes.append("timestomped")
        return self._told("added", path, node, notes)

    def deleted(self, path: bytes) -> FileChange:
        """Return that a file is gone."""
        node = self._old.node(path)
        kind = int(self._old.index.nodes.kind[node])
        if kind in _OWN:
            return FileChange.of("internal", path)
        streams = list(self._old.streams(node).values())
        return FileChange.of("deleted", path, self._remains.note(self._old, streams))

    def kept(self, was: bytes, path: bytes) -> FileChange | None:
        """Return what became of a file that was called *was*; None if nothing did."""
        one, other = self._old.node(was), self._new.node(path)
        kind = int(self._new.index.nodes.kind[other])
        if kind in _OWN:
            return FileChange.of("internal", path) if self._is_touched(other) else None
        same = was != path or is_same(self._old, was, self._new, path, self._holding)
        found = self._verdict(one, other, same=same)
        notes = found.notes
        only_unread = notes == [_NOT_ALL_READ] and not (found.content or found.metadata)
        if found.content or found.metadata or notes:
            notes += [*self._of_new(other), *self._of_both(one, other, found)]
        if was != path:
            return FileChange.of("renamed", path, notes, was)
        if kind == _DIRECTORY:
            return self._directory(one, other, path, found)
        if not (found.content or found.metadata or notes):
            return None
        changed = "modified" if found.content else "metadata"
        return self._told("unread" if only_unread else changed, path, other, notes)

    def written(self, was: bytes, path: bytes) -> FileChange | None:
        """Return that a file with another name than before was modified too; None if it was not."""
        if was == path or self._new.index.nodes.kind[self._new.node(path)] in _OWN:
            return None
        one, other = self._old.node(was), self._new.node(path)
        found = self._verdict(one, other, same=True)
        if not found.content:
            return None
        notes = found.notes + self._of_new(other) + self._of_both(one, other, found)
        return FileChange.of("modified", path, notes)

    def _directory(self, one: int, other: int, path: bytes, found: _Verdict) -> FileChange | None:
        # NTFS lets a directory have streams; what else is told of files is not told of directories.
        of_streams = tuple(n for n in found.notes if n.startswith(_OF_STREAMS))
        if found.content or of_streams:
            kind = "modified" if found.content else "metadata"
            return FileChange.of(kind, path, of_streams)
        old, new = self._old.index.nodes, self._new.index.nodes
        if any(getattr(old, name)[one] != getattr(new, name)[other] for name in _OF_DIRECTORY):
            return FileChange.of("metadata", path)
        if self._is_touched(other) or old.mtime[one] != new.mtime[other]:
            return FileChange.of("directory", path)
        return None

    def _told(self, kind: str, path: bytes, node: int, notes: list[str]) -> FileChange:
        own = int(self._new.index.nodes.kind[node]) in _OWN
        return FileChange.of("internal" if own else kind, path, notes)

    def _named(self, side: Side, node: int) -> list[bytes]:
        return sorted(name for name in side.streams(node) if name)

    def _is_touched(self, node: int) -> bool:
        row = int(np.searchsorted(self._touched_nodes, node))
        return row < len(self._touched_nodes) and int(self._touched_nodes[row]) == node

    def _of_new(self, node: int) -> list[str]:
        """Return notes of what a file is now."""
        index = self._new.index
        stream = self._new.streams(node).get(b"")
        notes = []
        if index.nodes.links[node] > 1 and index.nodes.kind[node] != _DIRECTORY:
            notes.append("hard_link")
        if self._holding is Holding.NTFS and stream is not None:
            notes += ["resident"] if index.kept_inside(stream) is not None else []
        return notes

    def _of_both(self, one: int, other: int, found: _Verdict) -> list[str]:
        old, new = self._old.index, self._new.index
        before, now = (
            side.streams(node).get(b"") for side, node in ((self._old, one), (self._new, other))
        )
        notes = []
        if before is not None and now is not None and self._holding is Holding.NTFS:
            inside = [index.kept_inside(s) is not None for index, s in ((old, before), (new, now))]
            notes += ["resident_to_nonresident"] if inside == [True, False] else []
        if not found.content:
            return notes
        mtime, ctime = int(new.nodes.mtime[other]), int(new.nodes.ctime[other])
        if mtime == old.nodes.mtime[one] and ctime == old.nodes.ctime[one]:
            notes.append("no_metadata_trace")
        elif self._holding not in OF_FAT and self._is_set_back(mtime, ctime, old, one):
            notes.append("timestomped")
        return notes

    def _is_set_back(self, mtime: int, ctime: int, old: VolumeIndex, one: int) -> bool:
        """Return whether the time of writing of what was written since says otherwise."""
        stays = mtime == old.nodes.mtime[one] and ctime != old.nodes.ctime[one]
        return stays or (mtime < self._snapshot and ctime > mtime)

    def _verdict(self, one: int, other: int, *, same: bool) -> _Verdict:
        """Compare two nodes that are one file; *same* if they are one inode or record too."""
        old, new = self._old, self._new
        before, now = old.streams(one), new.streams(other)
        notes: list[str] = []
        content = unread = False
        for name in sorted(before.keys() | now.keys()):
            if name and (name not in before or name not in now):
                word = "stream_added" if name in now else "stream_deleted"
                notes.append(f"{word}:{shown_name(name)}")
                content = True
            elif name not in before or name not in now:
                # Of an empty file there may be no stream at all.
                index, stream = (new.index, now[name]) if name in now else (old.index, before[name])
                content = content or bool(index.streams.size[stream])
            else:
                differs, slack = self._stream(before[name], now[name])
                if differs is None:
                    unread = True
                content = content or bool(differs)
                notes += [f"stream_changed:{shown_name(name)}"] if differs and name else []
                notes += ["slack_written"] if slack else []
        first, second = old.index.nodes, new.index.nodes
        unlike = [n for n in _META if getattr(first, n)[one] != getattr(second, n)[other]]
        if unread:
            notes.append(_NOT_ALL_READ)
        if not same and not content and not unread:
            notes.append("same_bytes_new_inode")
        if not unlike and first.atime[one] != second.atime[other] and not content:
            notes.append("atime_only")
        return _Verdict(content, bool(unlike) or not same, notes)

    def _stream(self, one: int, other: int) -> tuple[bool | None, bool]:
        """Return whether bytes of a stream differ, and whether what is behind its end does.

        The first is None if all that could be read is the same.
        """
        try:
            differs, slack = self._readable(one, other)
        except CorruptVolume:
            # Compressed bytes that nobody can unpack.
            return None, False
        except VmdkError:
            if not (self._old.chain.salvages and self._new.chain.salvages):
                raise
            return None, False
        unread = one in self._unread[0] or other in self._unread[1]
        return (differs or None if unread else differs), slack

    def _readable(self, one: int, other: int) -> tuple[bool, bool]:
        old, new = self._old, self._new
        size = int(new.index.streams.size[other])
        if int(old.index.streams.size[one]) != size:
            return True, False
        written = int(new.index.streams.written[other])
        inside = new.index.kept_inside(other), old.index.kept_inside(one)
        moved = not np.array_equal(old.layout(one), new.layout(other))
        moved |= int(old.index.streams.written[one]) != written
        if inside != (None, None) or moved:
            return not same_bytes(old, one, new, other), False
        low, high = np.searchsorted(self._touched, [other, other + 1])
        begin, end = self._begin[low:high], self._end[low:high]
        if new.index.streams.packed[other]:
            return self._packed(one, other, touched=bool(len(begin)))
        shown = self._written[low:high]
        content = bool((shown & (begin + SECTOR <= written)).any())
        slack = bool((~shown | (end - SECTOR >= written)).any())
        # The sector in which the file ends has bytes of both kinds.
        rest = written % SECTOR
        last = written - rest
        if rest and (shown & (begin <= last) & (last < end)).any():
            before, now = old.stored_sector(one, last), new.stored_sector(other, last)
            content = content or before[:rest] != now[:rest]
            slack = slack or before[rest:] != now[rest:]
        return content, slack

    def _packed(self, one: int, other: int, *, touched: bool) -> tuple[bool, bool]:
        """Compare streams that lie where they lay, and of which sectors are not bytes.

        Of a compressed one, what differs and makes no other bytes lies behind them.
        """
        if not touched:
            return False, False
        units = self._old.index.streams.unit[one], self._new.index.streams.unit[other]
        if not all(units):
            return True, False
        differs = not same_bytes(self._old, one, self._new, other)
        return differs, not differs


def _streams_in(sectors: Runs, index: VolumeIndex) -> set[int]:
    """Return the streams in use that have any of *sectors*."""
    owners = Ownership.of(index)
    rows = owners.rows(sectors.cut_at(owners.edges).start)
    return set(owners.extents.stream[rows[rows >= 0]].tolist())


def _latest(side: Side) -> int:
    """Return the last time at which anything in use was changed: when the generation was left.

    That of the inode or record: the others are set by people, to years to come too.
    """
    nodes = side.index.nodes
    return int(nodes.ctime[nodes.allocated].max(initial=NOTHING))
