"""Folders: which entries stand below which, as far as anybody opened them. It holds no Qt.

    folder 0     the volumes
    folder n     what is in one directory: entries of the newer tree, and what is gone, of the older

An entry is no object: a row is its place in the arrays of its folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core import shown_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core import Examining, FileChange, FileFound, FileTree
    from redoscope_gui.requests import FilesCompared, FilesListed, VolumeChanges

__all__ = ["Folder", "Folders", "Item", "Wanted"]

_TOP = 0


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
    """What it is sorted by: name, size, time."""
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
        top = Folder(-1, -1, np.arange(count), np.zeros(count, np.bool_))
        self._folders = [top]
        self._below: dict[tuple[int, int], int] = {}
        self._masks: dict[int, NDArray[np.bool_] | None] = {}

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

    def change(self, item: Item) -> FileChange | None:
        """Return what became of an entry since A, if anything did."""
        changes = self.volumes[item.volume].changes
        if changes is None:
            return None
        return (changes.gone if item.is_gone else changes.of_entry).get(item.entry)

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
        if (folder, row) in self._below:
            return bool(len(self._folders[self._below[folder, row]]))
        item = self.item(folder, row)
        tree, changes = self.tree_of(item), self.volumes[item.volume].changes
        if changes is not None:
            lost = changes.gone_with if item.is_gone else changes.gone_from
            if lost.get(item.entry):
                return True
        if tree is None or item.is_gone:
            return False
        below = tree.order[int(tree.bounds[item.entry]) : int(tree.bounds[item.entry + 1])]
        mask = self._mask(item.volume)
        shown = tree.told if self.wanted.deleted else tree.shown
        return bool((shown[below] if mask is None else mask[below] & shown[below]).any())

    def opened(self, folder: int, row: int) -> int:
        """Return the number of the folder below a row; it is made if it is asked for first."""
        place = folder, row
        if place not in self._below:
            entries, gone = self._children(self.item(folder, row))
            self._below[place] = len(self._folders)
            self._folders.append(Folder(folder, row, entries, gone))
        return self._below[place]

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

    def _mask(self, volume: int) -> NDArray[np.bool_] | None:
        """Return which entries of the newer tree are shown; None if all that are listed are."""
        if volume not in self._masks:
            self._masks[volume] = self._masked(volume)
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
            mask = self._mask(item.volume)
            below = below if mask is None else below[mask[below]]
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
        keys: list[tuple[bool, int | str]] = []
        for entry, lost in zip(entries.tolist(), gone.tolist(), strict=True):
            item = Item(volume, entry, lost)
            tree = self.tree_of(item)
            inner = tree is not None and bool(tree.are_directories(np.array([entry]))[0])
            keys.append((not inner, self._key(tree, item)))
        way = -1 if self.wanted.descending else 1
        found = sorted(range(len(keys)), key=lambda n: keys[n][1], reverse=way < 0)
        return np.array(sorted(found, key=lambda n: keys[n][0]), np.int64)

    def _key(self, tree: FileTree | None, item: Item) -> int | str:
        if tree is None or self.wanted.column == 0:
            return self.name(item).lower()
        node = int(tree.index.entries.node[item.entry])
        values = tree.sizes if self.wanted.column == 1 else tree.index.nodes.mtime
        return int(values[node]) if node >= 0 else -1


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
