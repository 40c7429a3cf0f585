"""Folders: which entries stand below which, as far as anybody opened them. It holds no Qt.

    folder 0     the volumes
    folder n     what is in one directory: entries of the newer tree, and what is gone, of the older

An entry is no object: a row is its place in the arrays of its folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from redoscope_core import shown_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core import Examining, FileChange, FileFound, FileTree
    from redoscope_gui.requests import FilesCompared, FilesListed, VolumeChanges

__all__ = ["Folder", "Folders", "Item", "Wanted"]

_TOP = 0
_STATE = 3
"""The column that says what became of an entry."""
_ORDER = ("added", "deleted", "renamed", "modified", "unread", "metadata", "directory", "internal")
_CLASSES = {kind: place for place, kind in enumerate(_ORDER)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a tree is shown, and in which order."""

    deleted: bool = False
    """Whether deleted entries are."""
    text: str = ""
    """What names hold."""
    changed: bool = False
    """Whether only what differs from A is."""
    column: int = 0
    """What it is sorted by: name, size, time, what became of it."""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a volume."""

    volume: int
    """Index of the volume among those shown."""
    entry: int
    is_gone: bool
    """Whether it is an entry of the older tree."""


@dataclass(frozen=True, slots=True, eq=False)
class Folder:
    """What is in one directory."""

    above: int
    """The folder that it lies in, and its row there; -1 of the volumes."""
    row: int
    entries: NDArray[np.int64]
    gone: NDArray[np.bool_]
    filled: list[bool]
    """Of each row whether something is below it: a tree asks that of all rows that it lays out."""

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.entries)


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A volume as it is shown."""

    examining: Examining
    entropy: float | None
    newer: FileTree | None
    changes: VolumeChanges | None
    """What became of it, if something did."""

    @property
    def older(self) -> FileTree | None:
        """The tree in which what is gone stands."""
        return None if self.changes is None else self.changes.older


class Folders:
    """The opened directories of all volumes; another one is made when it is asked for."""

    def __init__(
        self, listed: FilesListed | None, compared: FilesCompared | None, wanted: Wanted
    ) -> None:
        """Show nothing but the volumes yet."""
        self.wanted = wanted
        self.volumes = _volumes(listed, compared)
        count = len(self.volumes)
        self._below: dict[tuple[int, int], int] = {}
        self._masks: dict[int, NDArray[np.bool_]] = {}
        self._counts: dict[int, NDArray[np.int64]] = {}
        filled = [self._is_filled(row, each) for row, each in enumerate(self.volumes)]
        self._folders = [Folder(-1, -1, np.arange(count), np.zeros(count, np.bool_), filled)]

    def __getitem__(self, number: int) -> Folder:
        """Return a folder."""
        return self._folders[number]

    def __len__(self) -> int:
        """Return how many are opened."""
        return len(self._folders)

    def item(self, folder: int, row: int) -> Item:
        """Return what stands in a row."""
        here = self._folders[folder]
        if folder == _TOP:
            return Item(row, 0, self.volumes[row].newer is None)
        entry, gone = int(here.entries[row]), bool(here.gone[row])
        while folder != _TOP:
            folder, row = self._folders[folder].above, self._folders[folder].row
        return Item(row, entry, gone)

    def tree_of(self, item: Item) -> FileTree | None:
        """Return the tree that an entry is one of."""
        shown = self.volumes[item.volume]
        return shown.older if item.is_gone else shown.newer

    def name(self, item: Item) -> str:
        """Return the name of an entry."""
        tree = self.tree_of(item)
        return "" if tree is None else shown_name(tree.index.name(item.entry))

    def file(self, item: Item) -> FileFound | None:
        """Return what is said of an entry; None of a volume that has none."""
        tree = self.tree_of(item)
        return None if tree is None else tree.file(item.entry)

    def changes_of(self, item: Item) -> tuple[FileChange, ...]:
        """Return what became of an entry since A: two changes where a file was renamed as well."""
        changes = self.volumes[item.volume].changes
        if changes is None:
            return ()
        if item.is_gone:
            return (changes.gone[item.entry],) if item.entry in changes.gone else ()
        return changes.of_entry.get(item.entry, ())

    def changes_below(self, item: Item) -> int:
        """Return how much changed in a directory and below it."""
        changes = self.volumes[item.volume].changes
        if changes is None:
            return 0
        return (
            len(changes.gone_with.get(item.entry, ()))
            if item.is_gone
            else changes.below[item.entry]
        )

    def has_children(self, folder: int, row: int) -> bool:
        """Return whether there is anything below a row; nothing is opened for it."""
        return self._folders[folder].filled[row]

    def opened(self, folder: int, row: int) -> int:
        """Return the number of the folder below a row; it is made if it is asked for first."""
        known = self._below.get((folder, row))
        if known is not None:
            return known
        item = self.item(folder, row)
        entries, gone = self._children(item)
        filled = self._filled(item.volume, entries, gone).tolist()
        self._folders.append(Folder(folder, row, entries, gone, filled))
        self._below[folder, row] = len(self._folders) - 1
        return len(self._folders) - 1

    def find(self, start: int, path: str) -> tuple[int, int] | None:
        """Return folder and row of *path* in the volume that begins at sector *start*."""
        starts = [each.examining.volume.start for each in self.volumes]
        if start not in starts:
            return None
        place = _TOP, starts.index(start)
        for name in path.split("/"):
            if not name:
                continue
            folder = self.opened(*place)
            rows = range(len(self._folders[folder]))
            row = next((n for n in rows if self.name(self.item(folder, n)) == name), None)
            if row is None:
                return None
            place = folder, row
        return place

    def _is_filled(self, volume: int, shown: Shown) -> bool:
        """Return whether anything is in a volume."""
        gone = np.array([shown.newer is None])
        return bool(self._filled(volume, np.zeros(1, np.int64), gone)[0])

    def _filled(
        self, volume: int, entries: NDArray[np.int64], gone: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return of each of *entries* whether something that is shown is below it."""
        tree, changes = self.volumes[volume].newer, self.volumes[volume].changes
        found = np.zeros(len(entries), np.bool_)
        if tree is not None:
            count, here = self._count(volume, tree), entries[~gone]
            found[~gone] = count[tree.bounds[here + 1]] > count[tree.bounds[here]]
        if changes is not None:
            found |= ~gone & np.isin(entries, list(changes.gone_from))
            found |= gone & np.isin(entries, list(changes.gone_with))
        return found

    def _count(self, volume: int, tree: FileTree) -> NDArray[np.int64]:
        """Return how many entries that are shown come before each place of the tree's order."""
        if volume not in self._counts:
            shown = self._mask(volume, tree)[tree.order]
            self._counts[volume] = np.concatenate(([0], np.cumsum(shown)))
        return self._counts[volume]

    def _mask(self, volume: int, tree: FileTree) -> NDArray[np.bool_]:
        """Return which entries of the newer tree are shown."""
        if volume not in self._masks:
            told = tree.told if self.wanted.deleted else tree.shown
            mask = self._masked(volume)
            self._masks[volume] = told if mask is None else told & mask
        return self._masks[volume]

    def _masked(self, volume: int) -> NDArray[np.bool_] | None:
        tree, wanted = self.volumes[volume].newer, self.wanted
        if tree is None or not (wanted.text or wanted.changed):
            return None
        found = np.ones(len(tree.index.entries), np.bool_)
        if wanted.text:
            found = tree.matching(wanted.text, deleted=wanted.deleted)
        changes = self.volumes[volume].changes
        if wanted.changed:
            only = np.zeros(len(found), np.bool_)
            only[[] if changes is None else list(changes.of_entry)] = True
            found &= only
        if changes is not None:
            # What is gone is seen where it was.
            found[[at for at, lost in changes.gone_from.items() if self._some(volume, lost)]] = True
        return tree.with_ways(found)

    def _some(self, volume: int, lost: list[int]) -> list[int]:
        """Return which of the entries that are *lost* are shown: those that the filter leaves."""
        changes, text = self.volumes[volume].changes, self.wanted.text.lower()
        if changes is None or not text:
            return lost

        def fits(entry: int) -> bool:
            if text in self.name(Item(volume, entry, True)).lower():
                return True
            return any(map(fits, changes.gone_with.get(entry, ())))

        return [entry for entry in lost if fits(entry)]

    def _children(self, item: Item) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return what stands below an entry, in order, and which of it is gone."""
        tree, changes = self.tree_of(item), self.volumes[item.volume].changes
        below = np.empty(0, np.int64)
        if tree is not None and not item.is_gone:
            below = tree.children(item.entry, deleted=self.wanted.deleted)
            below = below[self._mask(item.volume, tree)[below]]
        lost: list[int] = []
        if changes is not None:
            kept = changes.gone_with if item.is_gone else changes.gone_from
            lost = self._some(item.volume, kept.get(item.entry, []))
        gone = np.zeros(len(below) + len(lost), np.bool_)
        gone[len(below) :] = True
        entries = np.concatenate((below, np.array(lost, np.int64)))
        if lost or self.wanted.column or self.wanted.descending:
            order = self._ordered(item.volume, entries, gone)
            entries, gone = entries[order], gone[order]
        return entries, gone

    def _ordered(
        self, volume: int, entries: NDArray[np.int64], gone: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """Return the order in which *entries* stand: directories first, then by what is wanted."""
        keys: list[Any] = [None] * len(entries)
        inner = np.zeros(len(entries), np.bool_)
        shown = self.volumes[volume]
        for tree, rows in ((shown.newer, ~gone), (shown.older, gone)):
            if tree is None or not rows.any():
                continue
            inner[rows] = tree.are_directories(entries[rows])
            told = self._keys(shown, tree, entries[rows])
            for row, key in zip(np.flatnonzero(rows).tolist(), told, strict=True):
                keys[row] = key
        order = sorted(range(len(keys)), key=keys.__getitem__, reverse=self.wanted.descending)
        found = np.array(order, np.int64)
        return found[np.argsort(~inner[found], kind="stable")]

    def _keys(self, shown: Shown, tree: FileTree, entries: NDArray[np.int64]) -> list[Any]:
        """Return what *entries* of a *tree* of the volume *shown* are sorted by."""
        if self.wanted.column in {0, _STATE}:
            names = [shown_name(tree.index.name(entry)).lower() for entry in entries.tolist()]
            if self.wanted.column == 0:
                return names
            return list(zip(_classes(shown, tree, entries), names, strict=True))
        node = tree.index.entries.node[entries]
        values = tree.sizes if self.wanted.column == 1 else tree.index.nodes.mtime
        found: list[Any] = np.where(node >= 0, values[np.maximum(node, 0)], -1).tolist()
        return found


def _classes(shown: Shown, tree: FileTree, entries: NDArray[np.int64]) -> list[int]:
    """Return the place of what became of each of *entries*; what did not change comes last."""
    changes = shown.changes
    if changes is None:
        return [len(_CLASSES)] * len(entries)
    is_newer, last = tree is shown.newer, len(_CLASSES)
    places = []
    for entry in entries.tolist():
        one = changes.gone.get(entry)
        found = changes.of_entry.get(entry, ()) if is_newer else () if one is None else (one,)
        places.append(min((_CLASSES.get(each.kind, last) for each in found), default=last))
    return places


def _volumes(listed: FilesListed | None, compared: FilesCompared | None) -> list[Shown]:
    """Return the volumes of a generation, and those that are gone since A."""
    if listed is None:
        return []
    changes = {} if compared is None else compared.volumes
    found = [
        Shown(each, entropy, tree, changes.get(each.volume.start))
        for each, entropy, tree in zip(listed.volumes, listed.entropy, listed.trees, strict=True)
    ]
    here = {each.examining.volume.start for each in found}
    gone = [each for start, each in changes.items() if start not in here and each.older is not None]
    found += [Shown(each.difference.examined, None, None, each) for each in gone]
    return sorted(found, key=lambda each: each.examining.volume.start)
