"""Files: those of the generation at the cursor, and what became of them since generation A."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtCore import QObject, Signal

from redoscope_core import SECTOR
from redoscope_gui.engine import Request
from redoscope_gui.maps.shelf import SHELF
from redoscope_gui.requests.attributing import CompareFiles, ExportFiles, ListVolumes
from redoscope_gui.requests.file_past import FileAsked
from redoscope_gui.session.asking import Asking
from redoscope_gui.session.comparing import Comparing
from redoscope_gui.session.job import Job
from redoscope_gui.session.past import Past
from redoscope_gui.session.scene import Part
from redoscope_gui.session.screen import Screen
from redoscope_gui.session.selecting import shown_at, shown_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redoscope_core import Chain, Exported, SectorOwner
    from redoscope_gui.requests.attributing import FilesCompared, FilesListed
    from redoscope_gui.requests.comparing import CompareGenerations

__all__ = ["Files"]

Answer = TypeVar("Answer")

_MOST_OWNERS = 4096
_TOLD_BY = {Part.CHAIN, Part.GENERATION, Part.COMPARISON}


class Files(QObject):
    """Has the files listed when somebody looks, and keeps them on the shelf with the maps.

    Whoever only wants to name what is at a byte asks for what is listed, and waits for nothing.
    """

    changed = Signal()
    """Other files are listed, or are to be; or more is known of them."""

    def __init__(
        self, asking: Asking, screen: Screen, comparing: Comparing, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._asking, self._screen, self._comparing = asking, screen, comparing
        self.job: Job | None = None
        """The job that lists or compares, or did."""
        self.error: Exception | None = None
        """Why the files of what is shown can't be listed, or not be compared."""
        self.is_stopped = False
        """Whether the user stopped it: it does not begin again by itself."""
        self.chosen: FileAsked | None = None
        """The file that is chosen in the list of them, which says so."""
        self.past = Past(asking, screen, self)
        """The history of one of them."""
        self.awaits_past = False
        """Whether the history is wanted of the file at the cursor, once files are listed."""
        self._doing: object = None
        self._owners: dict[tuple[FilesListed, int], SectorOwner] = {}
        """What was told of sectors: a list asks for each of its rows again and again."""
        screen.changed.connect(self._look)
        asking.job_changed.connect(self._follow)

    # --- what is known -----------------------------------------------------------------------

    @property
    def listed(self) -> FilesListed | None:
        """The files of the generation at the cursor, if they were listed."""
        return self.listed_at(self._screen.scene.cursor.generation)

    def listed_at(self, generation: int) -> FilesListed | None:
        """Return the files of a generation of the chosen chain, if they were listed."""
        chain = self._screen.scene.chain
        found = None if chain is None else SHELF.find(chain, ("files", generation))
        return cast("FilesListed | None", found)

    @property
    def compared(self) -> FilesCompared | None:
        """What became of them since A, if that was found."""
        chain, wanted = self._screen.scene.chain, self._comparing.wanted
        if chain is None or wanted is None:
            return None
        return cast("FilesCompared | None", SHELF.find(chain, ("files since", wanted)))

    def owner_at(self, offset: int, generation: int | None = None) -> SectorOwner | None:
        """Return whose byte *offset* of a generation is, else of that at the cursor.

        None if its files were not listed: nobody waits for that.
        """
        scene = self._screen.scene
        generation = scene.cursor.generation if generation is None else generation
        listed = None if scene.is_alone else self.listed_at(generation)
        if listed is None:
            return None
        place = listed, offset // SECTOR
        if place not in self._owners:
            import numpy as np  # noqa: PLC0415 - the window imports it when it is needed

            if len(self._owners) >= _MOST_OWNERS:
                self._owners.clear()
            self._owners[place] = listed.whose(np.array([offset // SECTOR], np.int64))[0]
        return self._owners[place]

    def file_at(self, offset: int) -> FileAsked | None:
        """Return the file that has byte *offset* of the generation at the cursor, if one has."""
        owner = self.owner_at(offset)
        if owner is None or owner.volume is None or not owner.paths:
            return None
        volume, path = owner.volume.volume, owner.paths[0]
        asked_as = path if volume.number is None else f"{volume.number}:{path}"
        return FileAsked(volume.start, path, asked_as)

    @property
    def can_list(self) -> bool:
        """Whether the disk can be parsed as it is shown.

        Other processes parse it, and know nothing of what is attached in this one alone.
        """
        scene = self._screen.scene
        return scene.chain is not None and not scene.is_alone and not scene.shows_joined

    @property
    def is_running(self) -> bool:
        """Whether files are being listed or compared."""
        return self.job is not None and not self.job.over

    # --- having it made ----------------------------------------------------------------------

    def begin(self) -> None:
        """List what is not listed, and compare it with A if there is one; it is no matter if so."""
        scene = self._screen.scene
        shown, chain = shown_in(scene), scene.chain
        if self.is_running or not self.can_list or shown is None or chain is None:
            return
        self.error, self.is_stopped = None, False
        listed, wanted = self.listed, self._comparing.wanted
        if listed is None:
            title = self.tr("Files of %s, generation %d") % (shown.path.name, shown.generation)
            take = partial(self._take_listed, chain, shown.generation)
            self._doing = shown
            self._run(title, ListVolumes(shown), take)
        elif wanted is not None and self.compared is None:
            older = self.listed_at(wanted.a) if wanted.other is None else None
            title = self.tr("Files of %s since generation %d") % (shown.path.name, wanted.a)
            self._doing = wanted
            take_compared = partial(self._take_compared, chain, wanted)
            self._run(title, CompareFiles(wanted, listed, older), take_compared)

    def _run(self, title: str, request: Request, take: Callable[[Answer], None]) -> None:
        job = self._asking.run_job(title, request, take, self._fail)
        self.job = job
        if not job.over:  # else it is known already what came of it
            self.changed.emit()

    def tell_past(self, file: FileAsked | None = None) -> None:
        """Have the history of *file* told, else of that at the cursor, once files are listed."""
        self.awaits_past = file is None and self.listed is None and self.can_list
        if self.awaits_past:
            self.begin()
            return
        found = file or self.file_at(self._screen.scene.cursor.offset)
        if found is None:
            self._asking.message.emit(self.tr("No file that is listed has the byte at the cursor"))
        else:
            self.past.ask(found)

    def export(
        self, path: str, folder: Path, *, deleted: bool = False, generation: int | None = None
    ) -> Job | None:
        """Write the file or directory at *path*, `1:/path` in volume 1, to *folder*, as a job.

        It is that of a *generation* of the chosen chain, else of that at the cursor.
        """
        scene = self._screen.scene
        shown = shown_in(scene) if generation is None else shown_at(scene, generation)
        if shown is None or not self.can_list:
            return None

        def told(found: Exported) -> str:
            written = sum(each.written is not None for each in found.files)
            left = len(found.files) - written
            text = self.tr("%d files in %s") % (written, folder)
            return f"{text}; {self.tr('%d left out') % left}" if left else text

        def done(found: Exported) -> None:
            self._asking.message.emit(self.tr("Exported %s") % told(found))

        title = self.tr("Export %s, generation %d") % (path, shown.generation)
        request = ExportFiles(shown, (path,), folder, deleted)
        return self._asking.run_job(title, request, done, told=told)

    def stop(self) -> None:
        """Stop what is under way, for the user."""
        self.is_stopped = True
        self._cancel()

    def _cancel(self) -> None:
        if self.job is not None and not self.job.over:
            self._asking.cancel(self.job)
        self.job = self._doing = None
        self.awaits_past = False
        self.changed.emit()

    def _take_listed(self, chain: Chain, generation: int, found: FilesListed) -> None:
        if chain is self._screen.scene.chain:
            SHELF.keep(chain, ("files", generation), found, found.arrays)
            self.changed.emit()
            if self.awaits_past:
                self.tell_past()

    def _take_compared(self, chain: Chain, asked: CompareGenerations, found: FilesCompared) -> None:
        if chain is not self._screen.scene.chain:
            return
        SHELF.keep(chain, ("files since", asked), found, found.arrays)
        if found.older is not None and asked.other is None:
            SHELF.keep(chain, ("files", asked.a), found.older, found.older.arrays)
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self.error, self.awaits_past = error, False
        self.changed.emit()

    def _follow(self, job: object) -> None:
        if job is self.job and self.job is not None:
            self.changed.emit()

    def _look(self, parts: frozenset[Part]) -> None:
        """Stop what would answer for something that is not shown any more."""
        if not parts & _TOLD_BY:
            return
        if parts & {Part.CHAIN, Part.GENERATION}:
            self.awaits_past = False
            self._owners.clear()  # they hold what was listed, which is not the shelf's any more
        if Part.CHAIN in parts:
            self.chosen = None
        self.error, self.is_stopped = None, False
        if self._doing not in (None, shown_in(self._screen.scene), self._comparing.wanted):
            self._cancel()
        else:
            self.changed.emit()
