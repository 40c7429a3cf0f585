"""USN paths: where a file was when a change of it was logged, by the file table and by the log.

A record names the directory, not the path. What the directory was called then is told by the log,
if it was renamed, made or deleted since; else by the file table of the newer generation, or of
the older one. Between two renames of directories nothing moves, so each directory is looked up
once for each time between these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.operations.attributing.listing import shown_name
from redoscope_core.volumes.index import NOTHING, NodeKind
from redoscope_core.volumes.journals.usn_reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from redoscope_core.volumes.index import VolumeIndex
    from redoscope_core.volumes.journals.usn import UsnLog
    from redoscope_core.volumes.source import Numbers

__all__ = ["paths_of"]

_DIRECTORY = 0x10
"""The attribute of a directory."""
_DEEPEST = 512
_RENAMED = Reason.RENAME_OLD_NAME | Reason.RENAME_NEW_NAME
_ROOT = 5
_BITS = 48


def paths_of(log: UsnLog, rows: Numbers, indexes: Iterable[VolumeIndex]) -> list[str | None]:
    """Return the path of the file of each of *rows* when it was logged; None if nothing tells.

    *indexes* are those of generations, the newest first.
    """
    work = _Resolving(log, indexes)
    records = log.records
    parents = records.parent[rows]
    epochs = work.epoch(records.offset[rows])
    known, number = np.unique(parents, return_inverse=True)
    span = int(epochs.max(initial=0)) + 1
    keys, which = np.unique(number * span + epochs, return_inverse=True)
    found = [work.path(int(known[key // span]), key % span) for key in keys.tolist()]
    high = records.parent_high[rows].tolist()
    told: list[str | None] = []
    for folder, wide, name in zip(which.tolist(), high, log.names_of(rows), strict=True):
        above = None if wide else found[folder]
        told.append(None if above is None or not name else f"{above}/{name}")
    for place in np.flatnonzero(records.version[rows] == 4).tolist():  # noqa: PLR2004
        row = int(rows[place])
        if not records.file_high[row]:
            told[place] = work.whole(int(records.file[row]), int(epochs[place]))
    return told


class _Resolving:
    """What is known of directories, and of files whose records have no name."""

    def __init__(self, log: UsnLog, indexes: Iterable[VolumeIndex]) -> None:
        records = log.records
        self._log = log
        self._tables = [_Table(each) for each in indexes]
        named = records.in_place & (records.name_end > records.name) & (records.file_high == 0)
        folder = named & ((records.attributes & _DIRECTORY) != 0)
        moved = folder & ((records.reason & Reason.RENAME_OLD_NAME) != 0)
        self._moves = records.offset[moved]
        self._folders, self._all = _Logged(log, folder), _Logged(log, named)
        self._known: dict[tuple[int, int], str | None] = {}

    def epoch(self, places: Numbers) -> Numbers:
        """Return how many moves of directories were logged before each of *places*."""
        found: Numbers = np.searchsorted(self._moves, places)
        return found

    def path(self, file: int, epoch: int, depth: int = 0) -> str | None:
        """Return the path of a directory then, ``""`` of the root; None if nothing tells."""
        key = (file, epoch)
        if file & (2**_BITS - 1) == _ROOT:
            return ""
        if key not in self._known:
            # Whoever is in itself has no path.
            self._known[key] = None
            self._known[key] = self._path(file, epoch, depth, self._folders)
        return self._known[key]

    def whole(self, file: int, epoch: int) -> str | None:
        """Return the path of any file at that time; None if nothing tells."""
        return self._path(file, epoch, 0, self._all)

    def _path(self, file: int, epoch: int, depth: int, logged: _Logged) -> str | None:
        told = self._told(file, epoch, logged) if depth < _DEEPEST else None
        if told is None:
            return None
        parent, name = told
        above = self.path(parent, epoch, depth + 1)
        return None if above is None else f"{above}/{name}"

    def _told(self, file: int, epoch: int, logged: _Logged) -> tuple[int, str] | None:
        """Return the directory that *file* was in then, and its name; None if nothing tells."""
        row = logged.next(file, int(self._moves[epoch - 1]) + 1 if epoch else 0)
        if row is None:
            for table in self._tables:
                told = table.told(file)
                if told is not None:
                    return told
            row = logged.last(file)
        if row is None or self._log.records.parent_high[row]:
            return None
        return int(self._log.records.parent[row]), self._log.name_of(row)


class _Logged:
    """Records of a log that have names, file by file."""

    def __init__(self, log: UsnLog, which: NDArray[np.bool_]) -> None:
        rows = np.flatnonzero(which)
        self._records = log.records
        self._rows = rows[np.argsort(log.records.file[rows], kind="stable")]
        self._files = log.records.file[self._rows]

    def next(self, file: int, since: int) -> int | None:
        """Return the row that tells what *file* was called at byte *since* of the log.

        None if it was not logged from there on. It is the next row; but the one before it where
        that has the new name of a move whose record with the old name is not there.
        """
        rows = self._of(file)
        place = int(np.searchsorted(self._records.offset[rows], since))
        if place == len(rows):
            return None
        moves = [int(each) & _RENAMED for each in self._records.reason[rows[: place + 1][-2:]]]
        if place and moves[1] == Reason.RENAME_NEW_NAME and moves[0] != Reason.RENAME_OLD_NAME:
            place -= 1
        return int(rows[place])

    def last(self, file: int) -> int | None:
        """Return the last row of *file*; None if it was not logged."""
        rows = self._of(file)
        return int(rows[-1]) if len(rows) else None

    def _of(self, file: int) -> Numbers:
        key = np.uint64(file)
        low = np.searchsorted(self._files, key)
        return self._rows[low : np.searchsorted(self._files, key, side="right")]


class _Table:
    """Where files are by one generation's file table."""

    def __init__(self, index: VolumeIndex) -> None:
        entries, nodes = index.entries, index.nodes
        used = np.flatnonzero(~entries.deleted & (entries.node != NOTHING) & (entries.parent >= 0))
        used = used[nodes.kind[entries.node[used]] != NodeKind.MADE_UP]
        file = self._references(index, used)
        order = np.argsort(file, kind="stable")
        self._index, self._entries, self._files = index, used[order], file[order]

    @staticmethod
    def _references(index: VolumeIndex, entries: Numbers) -> NDArray[np.uint64]:
        """Return the file references of what *entries* stand for."""
        node = index.entries.node[entries]
        found = index.nodes.number[node] | index.nodes.sequence[node] << _BITS
        return found.astype(np.uint64)

    def told(self, file: int) -> tuple[int, str] | None:
        """Return the directory of *file*, and its name there; None if it is not in use."""
        place = int(np.searchsorted(self._files, np.uint64(file)))
        if place == len(self._files) or int(self._files[place]) != file:
            return None
        entry = int(self._entries[place])
        parent = self._references(self._index, self._index.entries.parent[entry : entry + 1])
        return int(parent[0]), shown_name(self._index.name(entry))
