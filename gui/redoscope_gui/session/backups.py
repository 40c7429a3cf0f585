"""Backups: the folder that is shown, its points, what was proved of them, and the work on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from redoscope_gui.requests.backing_up import (
    BackUp,
    PlanPruning,
    ProvePoints,
    PrunePoints,
    ReadShelf,
    RestorePoint,
)
from redoscope_gui.session.asking import Asking
from redoscope_gui.session.job import Job

if TYPE_CHECKING:
    from redoscope_core import BackupMade, Point, PointProved, Pruning, Restored, Shelf

__all__ = ["Backups"]


class Backups(QObject):
    """Knows one folder of backups, and has the engine work in it."""

    changed = Signal()
    """Another folder, other points, or more is known of them."""
    restored = Signal(object)
    """A point was restored that is to be opened; carries the Path of the new disk."""

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self.folder: Path | None = None
        self.shelf: Shelf | None = None
        """Its points; None while they are read, or can't be."""
        self.error: Exception | None = None
        """Why they can't be read."""
        self.proved: Mapping[str, PointProved] = {}
        """By name: what became of proving a point, as long as nothing changed since."""
        self.selected: str = ""
        """The name of the chosen point."""

    def show(self, folder: Path) -> None:
        """Show what is kept in *folder*."""
        if folder != self.folder:
            self.selected = ""
        self.folder, self.shelf, self.error, self.proved = folder, None, None, {}
        self.changed.emit()
        self._asking.ask("shelf", ReadShelf(folder), self._take, self._fail)

    def select(self, name: str) -> None:
        """Choose the point called *name*."""
        if name != self.selected:
            self.selected = name

    @property
    def point(self) -> Point | None:
        """The chosen point, else the newest."""
        points = () if self.shelf is None else self.shelf.points
        newest = points[-1] if points else None
        return next((each for each in points if each.name == self.selected), newest)

    def _take(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self.error = error
        self.changed.emit()

    # --- work --------------------------------------------------------------------------------

    def back_up(self, request: BackUp) -> Job:
        """Back a generation up."""
        title = self.tr("Back up {link} into {folder}").format(
            link=request.path.name, folder=request.folder.name
        )

        def told(made: BackupMade) -> str:
            words = self.tr("Point {number}, {kind}: {stream}")
            if made.already:
                words = self.tr("Done already: point {number}, {kind}: {stream}")
            words = words.format(
                number=made.head.number,
                kind=made.head.kind.value,
                stream="" if made.stream is None else made.stream.name,
            )
            if made.passed_over:
                names = ", ".join(point.name for point in made.passed_over)
                words = self.tr("%s; not built on %s, written to or lost since") % (words, names)
            return words

        def done(made: BackupMade) -> None:
            self._asking.message.emit(told(made))
            self.show(request.folder)

        return self._asking.run_job(title, request, done, told=told)

    def prove(self) -> Job | None:
        """Prove every point of the folder, as a job."""
        folder = self.folder
        if folder is None:
            return None

        def told(found: tuple[PointProved, ...]) -> str:
            bad = [each.name for each in found if each.error is not None]
            if bad:
                return self.tr("%d of %d can't be restored: %s") % (
                    *(len(bad), len(found)),
                    ", ".join(bad),
                )
            return self.tr("Each of %d can be restored, byte for byte") % len(found)

        def done(found: tuple[PointProved, ...]) -> None:
            self._asking.message.emit(told(found))
            if folder == self.folder:
                self.proved = {each.name: each for each in found}
                self.changed.emit()

        title = self.tr("Prove the backups in %s") % folder.name
        return self._asking.run_job(title, ProvePoints(folder), done, told=told)

    def plan_pruning(
        self,
        keep: int | None,
        drop: tuple[str, ...],
        reply: Callable[[Pruning], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Ask what would be removed; nothing is."""
        if self.folder is not None:
            request = PlanPruning(self.folder, keep, drop)
            self._asking.ask("plan-pruning", request, reply, failed)

    def prune(self, planned: Pruning) -> Job | None:
        """Remove what was planned, as a job."""
        folder = self.folder
        if folder is None:
            return None

        def told(gone: Pruning) -> str:
            names = ", ".join(point.name for point in gone.removed)
            return self.tr("Removed %s") % names if names else self.tr("Nothing was removed")

        def done(gone: Pruning) -> None:
            self._asking.message.emit(told(gone))
            self.show(folder)

        title = self.tr("Prune the backups in %s") % folder.name
        return self._asking.run_job(title, PrunePoints(folder, planned), done, told=told)

    def restore(self, request: RestorePoint, *, opened: bool) -> Job:
        """Restore a point as a new disk, as a job; with *opened* it is opened then."""

        def told(made: Restored) -> str:
            words = self.tr("Made {disk} of {point}")
            if made.already:
                words = self.tr("{disk} is {point} already: nothing was written")
            return words.format(disk=request.target.name, point=made.point.name)

        def done(made: Restored) -> None:
            self._asking.message.emit(told(made))
            if opened:
                self.restored.emit(request.target)

        title = self.tr("Restore {point} as {disk}").format(
            point=request.point, disk=request.target.name
        )
        return self._asking.run_job(title, request, done, told=told)
