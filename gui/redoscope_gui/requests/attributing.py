"""List the files of a generation, and what became of them since another one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import redoscope_core as core
from redoscope_core import Progress, Unit
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from redoscope_core import (
        Chain,
        ContentRuns,
        Examining,
        Exported,
        FileChange,
        FilesDifference,
        FileTree,
        Policy,
        Runs,
        SectorOwner,
        VolumeDifference,
    )
    from redoscope_gui.requests.comparing import CompareGenerations
    from redoscope_gui.requests.selected import Shown

__all__ = [
    "CompareFiles",
    "ExportFiles",
    "FilesCompared",
    "FilesListed",
    "ListVolumes",
    "VolumeChanges",
]

_OWN = frozenset({"directory", "internal"})
"""Changes that follow from those of files: they are shown, and not counted."""


@dataclass(frozen=True, slots=True, eq=False)
class FilesListed:
    """The volumes of a generation, and the files of those that could be parsed."""

    volumes: tuple[Examining, ...]
    trees: tuple[FileTree | None, ...]
    """The names of each; None where there are none, for the reason that the volume has."""
    entropy: tuple[float | None, ...]
    """Of each: bits a byte of its beginning where nothing in it is known, else None."""
    tables: Runs
    """The sectors of tables of partitions."""
    content: ContentRuns | None = None
    """What all sectors of the disk are for, by their class."""

    @property
    def files(self) -> int:
        """How many files there are: names that are no directories, deleted ones aside."""
        return sum(tree.files for tree in self.trees if tree is not None)

    def whose(self, sectors: NDArray[np.int64]) -> list[SectorOwner]:
        """Return what each of *sectors* of the disk is for."""
        return core.whose(sectors, self.tables, self.volumes)

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Yield all that it holds."""
        yield from self.tables
        if self.content is not None:
            yield from (self.content.start, self.content.end, self.content.kind)
        for tree in self.trees:
            if tree is not None:
                index = tree.index
                yield from (getattr(tree, each.name) for each in fields(tree)[1:])
                yield from (index.names, index.inside)
                for part in index.parts().values():
                    yield from (getattr(part, each.name) for each in fields(part))


@dataclass(frozen=True, slots=True)
class ListVolumes:
    """List the files of what is shown. Each file system is parsed in a process of its own."""

    shown: Shown

    def run(self) -> Generator[Progress, None, FilesListed]:
        """Yield the progress in volumes; return them.

        Raises:
            VmdkError: The chain does not open.
        """
        shown = self.shown
        place = (shown.path, shown.generation, shown.policy, shown.joined)
        with own_chain(*place, alone=shown.alone) as chain:
            return (yield from _listed(chain, shown.policy))


def _listed(chain: Chain, policy: Policy) -> Generator[Progress, None, FilesListed]:
    found = core.list_volumes(chain)
    volumes = yield from core.examine([(chain, each) for each in found.disk.volumes], policy)
    trees = tuple(None if each.index is None else core.FileTree.of(each.index) for each in volumes)
    tables = found.disk.table_runs
    yield Progress(len(volumes), len(volumes), "telling what sectors are for", Unit.STEPS)
    content = core.content_runs(0, chain.capacity, tables, volumes)
    return FilesListed(volumes, trees, found.entropy, tables, content)


@dataclass(frozen=True, slots=True, eq=False)
class VolumeChanges:
    """What became of the names of a volume: those that are there, and those that are gone.

    What is gone is told by entries of the older tree, and hangs on what is still there of its path.
    """

    difference: VolumeDifference
    older: FileTree | None
    of_entry: dict[int, tuple[FileChange, ...]]
    """By entry of the newer tree: two where it was renamed and modified, the new name first."""
    gone: dict[int, FileChange]
    """By entry of the older tree."""
    gone_from: dict[int, list[int]]
    """By the entry of a directory that is still there: what is gone from it."""
    gone_with: dict[int, list[int]]
    """By the entry of a directory that is gone too, of the older tree: what is gone with it."""
    below: Counter[int]
    """How much changed in each directory of the newer tree, and below it."""

    @classmethod
    def of(
        cls, difference: VolumeDifference, older: FileTree | None, newer: FileTree | None
    ) -> VolumeChanges:
        """Return what *difference* tells, by entries."""
        before, now = _entries(older), _entries(newer)
        found = cls(difference, older, {}, {}, defaultdict(list), defaultdict(list), Counter())
        for change in difference.changes:
            at, was = now.get(change.path), before.get(change.path)
            # What was modified and renamed is told twice, the new name last.
            told = change.kind not in _OWN and at not in found.of_entry
            if change.kind == "deleted" or at is None:
                if older is None or was is None:
                    continue
                found.gone[was] = change
                above = int(older.index.entries.parent[was])
                path = change.path.rpartition("/")[0] or "/"
                if path in now:
                    found.gone_from[now[path]].append(was)
                else:
                    found.gone_with[above].append(was)
                at = now.get(path)
            else:
                found.of_entry[at] = (change, *found.of_entry.get(at, ()))
                at = None if newer is None else int(newer.index.entries.parent[at])
            while told and at is not None and at >= 0 and newer is not None:
                found.below[at] += 1
                at = int(newer.index.entries.parent[at])
        return found


def _entries(tree: FileTree | None) -> dict[str, int]:
    """Return the entry of each path in use."""
    found: dict[str, int] = {}
    if tree is not None:
        deleted = tree.index.entries.deleted.tolist()
        for entry, path in enumerate(tree.index.paths()):
            if not deleted[entry]:
                found.setdefault(core.shown_name(path), entry)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class FilesCompared:
    """What became of the files of a generation since generation A."""

    difference: FilesDifference
    older: FilesListed | None
    """The files of A, if any sector differs."""
    volumes: dict[int, VolumeChanges]
    """By the sector at which each begins that either has."""

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Yield all that it holds."""
        if self.older is not None:
            yield from self.older.arrays()


@dataclass(frozen=True, slots=True)
class CompareFiles:
    """Tell what became of files from A to B, the two of *asked*."""

    asked: CompareGenerations
    newer: FilesListed
    """The files of B."""
    older: FilesListed | None = None
    """Those of A, if they are listed already."""

    def run(self) -> Generator[Progress, None, FilesCompared]:
        """Yield the progress; return it.

        Raises:
            VmdkError: Something that has to be compared can't be read.
        """
        policy = self.asked.policy
        with self.asked.pair() as (one, other):
            found = yield from core.files_difference(one, other, (policy, policy))
            if not found.sectors:
                return FilesCompared(found, self.older, {})
            older = self.older or (yield from _listed(one, policy))
        before, now = _by_start(older), _by_start(self.newer)
        volumes = {}
        for each in found.volumes:
            start = each.volume.start
            volumes[start] = VolumeChanges.of(each, before.get(start), now.get(start))
        return FilesCompared(found, older, volumes)


@dataclass(frozen=True, slots=True)
class ExportFiles:
    """Write the files that *paths* mean to *folder*, as the engine's `export_files` does."""

    shown: Shown
    paths: tuple[str, ...]
    folder: Path
    deleted: bool = False

    def run(self) -> Generator[Progress, None, Exported]:
        """Yield the progress in bytes; return what was written, and what was not.

        Raises:
            VmdkError: A name is taken, or something can't be written; nothing is left then.
        """
        shown = self.shown
        place = (shown.path, shown.generation, shown.policy, shown.joined)
        with own_chain(*place, alone=shown.alone) as chain:
            return (
                yield from core.export_files(
                    chain, self.paths, self.folder, deleted=self.deleted, policy=shown.policy
                )
            )


def _by_start(listed: FilesListed) -> dict[int, FileTree | None]:
    pairs = zip(listed.volumes, listed.trees, strict=True)
    return {each.volume.start: tree for each, tree in pairs}
