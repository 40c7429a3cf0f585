"""The one comparison: which disk A is, and in what bytes it really differs, once that is asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from redoscope_gui.maps import OtherDisk
from redoscope_gui.requests.comparing import CompareGenerations, OpenOther
from redoscope_gui.session.asking import Asking
from redoscope_gui.session.job import Job
from redoscope_gui.session.scene import Compared, Part
from redoscope_gui.session.screen import Screen

if TYPE_CHECKING:
    from redoscope_core import Chain
    from redoscope_gui.maps.differences import Differences

__all__ = ["Comparing"]


class Comparing(QObject):
    """Opens another disk to compare with, and compares byte by byte, as a job."""

    changed = Signal()
    """Something else was found to differ, or is to be compared."""

    def __init__(self, asking: Asking, screen: Screen, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self._screen = screen
        self._asked: CompareGenerations | None = None
        self._pinned: Path | None = None
        self.job: Job | None = None
        """The job that compares, or did."""
        self.found: Differences | None = None
        """In what A and B differ, or until it is over, what was found so far."""
        self._pinning = QTimer(self, singleShot=True, interval=0)
        self._pinning.timeout.connect(self._follow_pin)
        screen.changed.connect(self._look)
        asking.job_changed.connect(self._follow)

    @property
    def asked(self) -> CompareGenerations | None:
        """What was compared, or is being compared."""
        return self._asked

    @property
    def wanted(self) -> CompareGenerations | None:
        """What would have to be compared for what is on screen; None if there is no A."""
        scene = self._screen.scene
        older, path = scene.generation_a, scene.cursor.path
        if scene.generation_chain is None or older is None or path is None or scene.is_alone:
            return None
        joined = scene.joined if scene.shows_joined else None
        if isinstance(older, OtherDisk):
            a, other = older.generation, older.path
        else:
            a, other = older, None
        return CompareGenerations(path, a, scene.cursor.generation, scene.policy, joined, other)

    @property
    def is_running(self) -> bool:
        """Whether it is being compared."""
        return self.job is not None and not self.job.over

    @property
    def whole(self) -> Differences | None:
        """In what A and B differ, once all of them was compared."""
        return None if self.is_running else self.found

    # --- which A -----------------------------------------------------------------------------

    def with_link(self, path: Path) -> None:
        """Let A be the disk as it reads at link *path*, of this chain or of any other disk.

        In one chain A is the older one: if *path* is newer than what is shown, it becomes B.
        """
        scene = self._screen.scene
        if scene.chain is None:
            return
        generation = scene.generation_of(path)
        if generation is None:
            self._asking.ask("compare-other", OpenOther(path, scene.policy), self._take_other)
        elif generation == scene.cursor.generation:
            self._asking.message.emit(self.tr("%s is what is shown already") % path.name)
        else:
            older, newer = sorted((generation, scene.cursor.generation))
            if newer != scene.cursor.generation:
                self._screen.go(scene.cursor_in(newer), jump=False)
            self._screen.compare(Compared(older))

    def _take_other(self, disk: Chain) -> None:
        """Compare with a disk that was opened; it is closed with the chain that is shown."""
        self._screen.keep(disk)
        other = OtherDisk(disk)
        self._screen.compare(Compared(other.generation, other))

    @property
    def is_pinned(self) -> bool:
        """Whether a link stays A, whatever is chosen."""
        return self._pinned is not None

    def pin(self) -> None:
        """Let the chosen link stay A, whatever is chosen from now on; or no link any more."""
        chosen = self._screen.scene.cursor.path
        if self._pinned is not None or chosen is None:
            self._pinned = None
            return
        self._pinned = chosen
        words = self.tr("%s is A from now on: choose what it is compared with")
        self._asking.message.emit(words % chosen.name)

    def unpin(self) -> None:
        """Let no link stay A."""
        self._pinned = None

    def _follow_pin(self) -> None:
        """Compare what is chosen now with the link that stays A."""
        scene, pinned = self._screen.scene, self._pinned
        if scene.chain is None or pinned is None or pinned == scene.cursor.path:
            return
        generation = scene.generation_of(pinned)
        if generation is None:
            older = scene.generation_a
            if not isinstance(older, OtherDisk) or older.path != pinned:
                self.with_link(pinned)
        elif generation < scene.cursor.generation:
            self._screen.compare(Compared(generation))

    # --- byte by byte ------------------------------------------------------------------------

    def begin(self) -> None:
        """Compare A and B byte by byte; the job tells how far it is, and can be cancelled."""
        wanted = self.wanted
        if wanted is None:
            return
        self.stop()
        self._asked, self.found = wanted, None
        title = self.tr("Compare %s with %s") % (self._name(wanted), wanted.path.name)
        self.job = self._asking.run_job(title, wanted, partial(self._take, wanted))
        self.changed.emit()

    def _name(self, wanted: CompareGenerations) -> str:
        chain = self._screen.scene.chain
        if wanted.other is not None or chain is None:
            return "" if wanted.other is None else wanted.other.name
        return chain.links[wanted.a].path.name

    def stop(self) -> None:
        """Stop comparing; what was found so far is forgotten."""
        if self.job is not None and not self.job.over:
            self._asking.cancel(self.job)
        self.job = None

    def _take(self, asked: CompareGenerations, found: Differences) -> None:
        if asked == self._asked:
            self.found = found
            self.changed.emit()

    def _follow(self, job: object) -> None:
        """Show what the job found so far; forget it if the job ends without an answer."""
        if job is not self.job or self.job is None or self._asked is None:
            return
        so_far = self._asked.so_far.found
        if not self.job.over and so_far is not None and so_far is not self.found:
            self.found = so_far
        elif self.job.over and self.job.failed:
            self.found = None
        else:
            return
        self.changed.emit()

    def _look(self, parts: frozenset[Part]) -> None:
        """Forget what was found between others, and stop looking for it."""
        if self._pinned is not None and parts & {Part.CHAIN, Part.GENERATION}:
            self._pinning.start()
        if self._asked is not None and self._asked != self.wanted:
            self.stop()
            self._asked, self.found = None, None
            self.changed.emit()
