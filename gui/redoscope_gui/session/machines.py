"""The machines of what is open: which one is shown, its snapshots, and which links are lit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

import redoscope_core as core
from redoscope_gui.requests.machines import ForecastDeletion, MachineRead, ReadMachine
from redoscope_gui.requests.snapshots import (
    ChangeSnapshots,
    PlanSnapshots,
    SnapshotsChanged,
    SnapshotsPlanned,
    SnapshotsWanted,
    SnapshotVerb,
)
from redoscope_gui.session.asking import Asking
from redoscope_gui.session.book import ProblemBook
from redoscope_gui.session.job import Job
from redoscope_gui.session.problem import from_error, from_finding
from redoscope_gui.session.scene import Scene

if TYPE_CHECKING:
    from redoscope_core import Forecast, Forest, MachineSnapshot, Policy

__all__ = ["Machines"]


class Machines(QObject):
    """Knows the machines that run on the links of the forest; one of them is shown."""

    changed = Signal()
    """Another machine is shown, or the same one was read again."""
    selected_changed = Signal()
    """Another snapshot is the chosen one."""
    forecast_changed = Signal()
    """It is known of one more snapshot what deleting it would do."""
    files_given_up = Signal()
    """Files of the machine are about to be merged: nobody should hold them open."""
    was_changed = Signal(object)
    """Its snapshots were changed; carries the SnapshotsChanged."""
    to_reread = Signal()
    """Work on its files is over, however it ended: everything is to be read again."""
    lit_changed = Signal(object)
    """Other links are lit, because they or what froze them is looked at; a frozenset of Path."""

    def __init__(self, asking: Asking, book: ProblemBook, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self._book = book
        self._forest: Forest | None = None
        self._policy: Policy | None = None
        self._source: Path | None = None
        self.known: tuple[tuple[Path, str], ...] = ()
        """The .vmx of each machine that is here, and its name."""
        self.path: Path | None = None
        """The .vmx of the one that is shown."""
        self.shown: MachineRead | None = None
        """All of it; None while it is read, or can't be."""
        self.error: Exception | None = None
        """Why it can't be read."""
        self.selected: int | None = None
        """The uid of the chosen snapshot."""
        self.forecasts: dict[int, Forecast] = {}
        """What deleting a snapshot alone would do, by uid, as far as it is worked out."""
        self._wanted: list[int] = []
        """Uids whose forecasts are still to come, the next one first."""
        self.lit: frozenset[Path] = frozenset()
        self._is_new = True
        self._job: Job | None = None
        asking.job_changed.connect(self._follow_job)

    @property
    def is_reading(self) -> bool:
        """Whether the machine is being read."""
        return self.path is not None and self.shown is None and self.error is None

    @property
    def is_opened(self) -> bool:
        """Whether a machine was opened: its .vmx, or the folder that it lies in."""
        folder = None if self._forest is None else self._forest.folder
        opened = self._source is not None and self._source != folder
        if opened:
            return self._source == self.path
        return self.path is not None and self.path.parent == folder

    @property
    def snapshot(self) -> MachineSnapshot | None:
        """The chosen snapshot."""
        return None if self.shown is None else self.shown.snapshot(self.selected)

    def follow(self, scene: Scene) -> None:
        """Know the machines of what is on screen; read again what is shown if all is new."""
        if scene.forest is not self._forest:
            self._forest, self._policy = scene.forest, scene.policy
            self._source = scene.source
            self.known = _machines_of(scene)
            paths = [path for path, _name in self.known]
            kept = self.path if self.path in paths else None
            self._show(kept or _usual(scene, paths))
        elif self.is_reading:
            self._ask()  # another chain was chosen, and answers to what was asked before are lost
        else:
            self._forecast_next()

    def choose(self, path: Path) -> None:
        """Show another machine of those that are known."""
        if path != self.path:
            self._show(path)

    def select(self, uid: int | None) -> None:
        """Choose the snapshot *uid*."""
        if uid != self.selected:
            self.selected = uid
            if uid is not None and uid not in self.forecasts:
                self._wanted = [uid, *(each for each in self._wanted if each != uid)]
                self._forecast_next()
            self.selected_changed.emit()

    def light(self, links: frozenset[Path]) -> None:
        """Light *links*, in every pane that shows them."""
        if links != self.lit:
            self.lit = links
            self.lit_changed.emit(links)

    @property
    def is_changing(self) -> bool:
        """Whether its snapshots are being changed now."""
        return self._job is not None and not self._job.over

    def plan(
        self,
        wanted: SnapshotsWanted,
        reply: Callable[[SnapshotsPlanned], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Ask what *wanted* would do; a refusal goes to *failed*. Nothing is written."""
        if self.path is not None and self._policy is not None:
            request = PlanSnapshots(self.path, wanted, self._policy)
            self._asking.ask("snapshots-plan", request, reply, failed)

    def change(self, planned: SnapshotsPlanned) -> Job:
        """Do what was planned, as a job; then everything is read again."""
        if planned.wanted.verb.merges:
            self.files_given_up.emit()
        title = self._title(planned)
        request = ChangeSnapshots(planned, self._policy or core.Policy())
        job = self._asking.run_job(title, request, self._changed, self._not_changed, self._told)
        self._job = job
        self._follow_job(job)  # it may have ended before it had its name here
        return job

    def _title(self, planned: SnapshotsPlanned) -> str:
        words = {
            SnapshotVerb.TAKE: self.tr("Take snapshot {name} of {machine}"),
            SnapshotVerb.REVERT: self.tr("Go back to snapshot {name} of {machine}"),
            SnapshotVerb.DELETE: self.tr("Delete snapshot {name} of {machine}"),
            SnapshotVerb.DELETE_ALL: self.tr("Delete all snapshots of {machine}"),
            SnapshotVerb.MERGE: self.tr("Merge links of {machine} that no snapshot names"),
        }[planned.wanted.verb]
        return words.format(name=planned.name, machine=planned.machine.path.name)

    def _told(self, answer: SnapshotsChanged) -> str:
        if answer.undo is None:
            return self.tr("Done; what was merged or removed can't be taken back")
        return self.tr("Done; the inverse is saved in %s") % answer.undo.name

    def _changed(self, answer: SnapshotsChanged) -> None:
        words = self._told(answer)
        if answer.taken_back is not None:
            words = self.tr("%s; a call that had been stopped was taken back first") % words
        self._asking.message.emit(words)
        self.was_changed.emit(answer)

    def _not_changed(self, error: Exception) -> None:
        self._asking.message.emit(str(error))

    def _follow_job(self, job: Job) -> None:
        if job is self._job and job.over:
            self._job = None
            self.to_reread.emit()

    def _show(self, path: Path | None) -> None:
        if path != self.path:
            self.selected, self._is_new = None, True
        self.path, self.shown, self.error = path, None, None
        self.forecasts, self._wanted = {}, []
        self._book.take_machine(())
        self.light(frozenset())
        self.changed.emit()
        self._ask()

    def _ask(self) -> None:
        if self.path is not None and self._policy is not None:
            request = ReadMachine(self.path, self._policy)
            self._asking.ask("machine", request, self._take, self._fail)

    def _take(self, answer: MachineRead) -> None:
        self.shown = answer
        gone = self.selected is not None and answer.snapshot(self.selected) is None
        if self._is_new or gone:
            self.selected, self._is_new = answer.machine.snapshot_text.current, False
        self._book.take_machine(from_finding(each, each.path) for each in answer.findings)
        self._book.changed.emit()
        uids = dict.fromkeys(each.entry.uid for each in answer.machine.snapshots)
        first = [] if self.selected is None else [self.selected]
        # Of large disks only those that are looked at: each one holds the engine up for a while.
        self._wanted = first if answer.is_large else [*dict.fromkeys((*first, *uids))]
        self.changed.emit()
        self._forecast_next()

    def _forecast_next(self) -> None:
        """Have the next forecast worked out, when nothing else waits."""
        if self.shown is None or not self._wanted or self._policy is None or self.is_changing:
            return
        machine = self.shown.machine

        def take(answer: Forecast) -> None:
            if self.shown is None or self.shown.machine is not machine:
                return
            self.forecasts[answer.uid] = answer
            self._wanted = [uid for uid in self._wanted if uid != answer.uid]
            self.forecast_changed.emit()
            self._forecast_next()

        request = ForecastDeletion(machine, self._wanted[0], self._policy)
        self._asking.prefetch("forecast", request, take)

    def _fail(self, error: Exception) -> None:
        self.error = error
        self._book.take_machine((from_error(error, self.path),))
        self._book.changed.emit()
        self.changed.emit()


def _machines_of(scene: Scene) -> tuple[tuple[Path, str], ...]:
    if scene.forest is None:
        return ()
    found = {machine.path: machine.name for machine in scene.forest.machines}
    source = scene.source
    if source is not None and source.suffix.lower() == ".vmx" and source not in found:
        found = {source: "", **found}
    return tuple(found.items())


def _usual(scene: Scene, paths: list[Path]) -> Path | None:
    """Return the machine that was opened, else the one that runs on what is shown, else a first."""
    if scene.source in paths:
        return scene.source
    machines = () if scene.forest is None else scene.forest.machines
    chain = () if scene.chain is None else tuple(link.path for link in scene.chain.links)
    for machine in machines:
        if set(chain).intersection(machine.runs_on):
            return machine.path
    return paths[0] if paths else None
