"""Making: new disks, new children, the hash of a generation, the list of what can't be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from redoscope_gui.engine import Lane
from redoscope_gui.requests.changing import (
    AttachPlanned,
    AttachWritten,
    ChildCreated,
    CreateChild,
    CreateDisk,
    DiskCreated,
    PlanAttach,
    WriteAttach,
)
from redoscope_gui.requests.hashing import GenerationHashed, HashGeneration
from redoscope_gui.requests.salvaging import ListUnreadable, UnreadableListed
from redoscope_gui.session.asking import Asking, if_there
from redoscope_gui.session.job import Job
from redoscope_gui.session.scene import Scene

__all__ = ["Making"]

Failed = Callable[[Exception], None]


class Making(QObject):
    """Has the engine make what is asked for, and says so when it is there."""

    disk_made = Signal(object)
    """A base disk was made; carries its Path."""
    child_made = Signal(object)
    """A child was made; carries the ChildCreated."""

    attach_written = Signal(object)
    """A child names another parent for good; carries the AttachWritten."""

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking

    def create_disk(
        self,
        request: CreateDisk,
        *,
        done: Callable[[], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Make a new base disk; then open it."""

        def made(answer: DiskCreated) -> None:
            self._asking.message.emit(self.tr("Created %s") % answer.path.name)
            self.disk_made.emit(answer.path)
            if_there(done)()

        self._asking.submit(Lane.WRITE, "create", request, made, failed)

    def create_child(
        self, request: CreateChild, done: Callable[[], None], failed: Failed | None
    ) -> None:
        """Make a new child."""

        def made(answer: ChildCreated) -> None:
            self._asking.message.emit(self.tr("Created %s") % answer.path.name)
            self.child_made.emit(answer)
            done()

        self._asking.submit(Lane.WRITE, "create", request, made, failed)

    def plan_attach(
        self, request: PlanAttach, reply: Callable[[AttachPlanned], None], failed: Failed
    ) -> None:
        """Ask what would be written so that a child names another parent for good."""
        self._asking.ask("plan-attach", request, reply, failed)

    def write_attach(
        self, request: WriteAttach, done: Callable[[], None], failed: Failed | None
    ) -> None:
        """Write down what was planned."""

        def written(answer: AttachWritten) -> None:
            told = self.tr("%s names %s as its parent now") % (
                answer.child.name,
                answer.parent.name,
            )
            if answer.undo is not None:
                told = self.tr("%s; the inverse is saved in %s") % (told, answer.undo)
            self._asking.message.emit(told)
            self.attach_written.emit(answer)
            done()

        self._asking.submit(Lane.WRITE, "attach", request, written, failed)

    def list_unreadable(self, scene: Scene, target: Path) -> Job | None:
        """List in *target* what can't be read of the disk as it reads at the cursor."""
        path, generation = scene.cursor.path, scene.cursor.generation
        if scene.generation_chain is None or path is None:
            return None
        joined = scene.joined if scene.shows_joined else None
        request = ListUnreadable(path, generation, scene.policy, joined, target)
        title = self.tr("What can't be read of %s, generation %d") % (path.name, generation)

        def told(answer: UnreadableListed) -> str:
            if answer.log is None:
                return self.tr("Every sector can be read; no list was written")
            return self.tr("%d sectors can't be read, listed in %s") % (
                answer.sectors,
                answer.log.name,
            )

        def done(answer: UnreadableListed) -> None:
            self._asking.message.emit(self.tr("%s: %s") % (answer.path.name, told(answer)))

        return self._asking.run_job(title, request, done, told=told)

    def hash_generation(self, scene: Scene, algorithm: str) -> Job | None:
        """Hash the disk as it reads at the cursor; the Job tells how far it is and the result."""
        path, generation = scene.cursor.path, scene.cursor.generation
        if scene.generation_chain is None or path is None:
            return None
        joined = scene.joined if scene.shows_joined else None
        request = HashGeneration(path, generation, scene.policy, joined, algorithm)
        title = self.tr("Hash of %s, generation %d") % (path.name, generation)

        def told(answer: GenerationHashed) -> str:
            return f"{answer.algorithm} {answer.hexadecimal}"

        def done(answer: GenerationHashed) -> None:
            self._asking.message.emit(self.tr("%s: %s") % (answer.path.name, told(answer)))

        return self._asking.run_job(title, request, done, told=told)
