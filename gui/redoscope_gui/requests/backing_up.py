"""Back a generation up into a folder; prove, prune and restore what is kept there."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress, code
from redoscope_gui.requests.coded import opening_of
from redoscope_gui.requests.own_chain import own_chain

if TYPE_CHECKING:
    from redoscope_core import BackupKind, BackupMade, PointProved, Policy, Pruning, Restored, Shelf

__all__ = ["BackUp", "PlanPruning", "ProvePoints", "PrunePoints", "ReadShelf", "RestorePoint"]


@dataclass(frozen=True, slots=True)
class BackUp:
    """Back generation *generation* of the chain at *path* up into *folder*."""

    path: Path
    generation: int
    policy: Policy
    joined: tuple[Path, Path] | None
    folder: Path
    kind: BackupKind | None
    """None is incremental where the folder has something to build on, else full."""

    @property
    def deed(self) -> code.BackUp | None:
        """The same, to be shown as code; None if a link is attached for now only."""
        if self.joined is not None:
            return None
        kind = "" if self.kind is None else self.kind.value
        return code.BackUp(self.path, self.folder, kind, opening_of(self.policy))

    def run(self) -> Generator[Progress, None, BackupMade]:
        """Yield the progress in bytes; return what was made.

        Raises:
            VmdkError: It was not made, and nothing is left of it.
        """
        with own_chain(self.path, self.generation, self.policy, self.joined) as chain:
            whole = chain.up_to(self.generation)
            return (yield from core.backup_to_folder(whole, self.folder, self.kind))


@dataclass(frozen=True, slots=True)
class ReadShelf:
    """Read which points are kept in *folder*."""

    folder: Path

    def run(self) -> Shelf:
        """Return them.

        Raises:
            VmdkError: The folder can't be listed.
        """
        return core.Shelf.read(self.folder)


@dataclass(frozen=True, slots=True)
class ProvePoints:
    """Prove every point of *folder*, or *point* and all that it builds on; restore nothing."""

    folder: Path
    point: str | None = None

    @property
    def deed(self) -> code.VerifyBackups:
        """The same, to be shown as code."""
        return code.VerifyBackups(self.folder, self.point or "")

    def run(self) -> Generator[Progress, None, tuple[PointProved, ...]]:
        """Yield the progress in bytes; return what became of each.

        Raises:
            VmdkError: There are no backups, or no such point.
        """
        return (yield from core.verify(self.folder, self.point))


@dataclass(frozen=True, slots=True)
class PlanPruning:
    """Work out what would be removed. Writes nothing."""

    folder: Path
    keep: int | None
    """How many of the newest of each disk stay; None if *drop* says what goes."""
    drop: tuple[str, ...] = ()

    def run(self) -> Pruning:
        """Return what goes, and what stays though it was to go.

        Raises:
            VmdkError: It is refused.
        """
        return core.plan_pruning(self.folder, keep=self.keep, drop=self.drop)


@dataclass(frozen=True, slots=True)
class PrunePoints:
    """Remove what was planned."""

    folder: Path
    planned: Pruning

    @property
    def deed(self) -> code.PruneBackups:
        """The same, to be shown as code."""
        names = tuple(point.name for point in self.planned.removed)
        return code.PruneBackups(self.folder, drop=names)

    def run(self) -> Generator[Progress, None, Pruning]:
        """Yield the progress in points; return what went.

        Raises:
            VmdkError: It is refused, or a file can't be removed.
        """
        names = tuple(point.name for point in self.planned.removed)
        return (yield from core.prune(self.folder, drop=names))


@dataclass(frozen=True, slots=True)
class RestorePoint:
    """Restore *point* of *folder* as the new disk *target*."""

    folder: Path
    point: str
    target: Path
    kind: str

    @property
    def deed(self) -> code.Restore:
        """The same, to be shown as code."""
        return code.Restore(self.folder, self.target, self.point, self.kind)

    def run(self) -> Generator[Progress, None, Restored]:
        """Yield the progress in bytes; return the point, and whether the disk was there before.

        Raises:
            VmdkError: Something that is needed is missing or damaged, or the name is taken.
        """
        return (yield from core.restore(self.folder, self.target, self.kind, point=self.point))
