"""The past of a file: what became of it in each generation, asked for one file at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

import redoscope_core as core
from redoscope_gui.maps.shelf import SHELF
from redoscope_gui.requests.file_past import TellPast, arrays_of
from redoscope_gui.session.asking import Asking
from redoscope_gui.session.job import Job
from redoscope_gui.session.scene import Part
from redoscope_gui.session.screen import Screen
from redoscope_gui.session.selecting import shown_at

if TYPE_CHECKING:
    from redoscope_core import Chain
    from redoscope_gui.requests.file_past import FileAsked, PastTold

__all__ = ["Past"]


class Past(QObject):
    """Has the history of a file told, as a job, and keeps it on the shelf with the maps.

    It is that of all generations of the chosen chain, whichever the cursor is in.
    """

    changed = Signal()
    """The history of another file is asked for, or more is known of it."""

    def __init__(self, asking: Asking, screen: Screen, parent: QObject) -> None:
        super().__init__(parent)
        self._asking, self._screen = asking, screen
        self.file: FileAsked | None = None
        """The file that was asked for."""
        self.job: Job | None = None
        """The job that tells, or did."""
        self.error: Exception | None = None
        """Why it can't be told."""
        screen.changed.connect(self._look)
        asking.job_changed.connect(self._follow)

    @property
    def told(self) -> PastTold | None:
        """What became of the file, if that was found."""
        chain = self._screen.scene.chain
        found = None if chain is None else SHELF.find(chain, ("past", self.file))
        return cast("PastTold | None", found)

    @property
    def is_running(self) -> bool:
        """Whether it is being found out."""
        return self.job is not None and not self.job.over

    def ask(self, file: FileAsked) -> None:
        """Have the history of *file* told, if it is not; that of another one is given up."""
        if file == self.file and (self.is_running or self.told is not None):
            self.changed.emit()
            return
        self._cancel()
        self.file = file
        self.begin()

    def begin(self) -> None:
        """Have the history told of the file that was asked for."""
        scene, file = self._screen.scene, self.file
        if scene.chain is None or file is None or self.is_running or self.told is not None:
            self.changed.emit()
            return
        self.error = None
        shown = shown_at(scene, len(scene.chain.links) - 1)
        if shown is not None:
            title = self.tr("History of %s, %s") % (file.path, scene.chain.path.name)
            take = partial(self._take, scene.chain, file)
            known = SHELF.made(scene.chain, ("generations",), core.GenerationsKnown, arrays_of)
            request = TellPast(shown, file, known)
            self.job = self._asking.run_job(title, request, take, self._fail)
        self.changed.emit()

    def stop(self) -> None:
        """Stop what is under way, for the user."""
        self._cancel()
        self.changed.emit()

    def _cancel(self) -> None:
        job, self.job = self.job, None
        if job is not None and not job.over:
            self._asking.cancel(job)
        self.error = None

    def _take(self, chain: Chain, file: FileAsked, found: PastTold) -> None:
        if chain is self._screen.scene.chain:
            SHELF.keep(chain, ("past", file), found, found.arrays)
            self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self.error = error
        self.changed.emit()

    def _follow(self, job: object) -> None:
        if job is self.job and self.job is not None:
            self.changed.emit()

    def _look(self, parts: frozenset[Part]) -> None:
        """Forget a file of another chain."""
        if Part.CHAIN in parts:
            self._cancel()
            self.file = None
            self.changed.emit()
