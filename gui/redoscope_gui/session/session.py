"""The session as views and dialogs know it: what is shown, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

import redoscope_core as core
from redoscope_gui import theme
from redoscope_gui.engine import EngineThread, Request
from redoscope_gui.requests.changing import CreateChild, Verdict, WhyNotAttach
from redoscope_gui.session.asking import Asking, if_there
from redoscope_gui.session.backups import Backups
from redoscope_gui.session.book import ProblemBook
from redoscope_gui.session.casework import Casework
from redoscope_gui.session.comparing import Comparing
from redoscope_gui.session.cursor import Cursor
from redoscope_gui.session.deeds import Deeds
from redoscope_gui.session.files import Files
from redoscope_gui.session.job import Job
from redoscope_gui.session.machines import Machines
from redoscope_gui.session.making import Making
from redoscope_gui.session.marked import Marked
from redoscope_gui.session.opening import Opener
from redoscope_gui.session.problem import Problem
from redoscope_gui.session.reports import Reports
from redoscope_gui.session.scene import Compared, Part, Scene
from redoscope_gui.session.screen import Screen
from redoscope_gui.session.selecting import Selecting

if TYPE_CHECKING:
    from redoscope_core import Chain, Finding, Forest, Leniency, Policy, VmdkError
    from redoscope_gui.maps import Older
    from redoscope_gui.requests import LinkCount

__all__ = ["Session"]

Answer = TypeVar("Answer")
Failed = Callable[[Exception], None]


class Session(QObject):
    """What is open, selected and shown. Views ask it, listen to it, and know nobody else.

    It has the way to the engine, what is on screen with its history, the book of problems, and
    what opens and makes disks; each of them is a class of its own, and none of them knows this one.
    """

    chain_changed = Signal()
    """Another chain is chosen; `chain` may be None now."""
    generation_to_draw = Signal()
    """As `generation_changed`, and before it: for who draws at once."""
    generation_changed = Signal()
    """Another generation of the chosen chain."""
    cursor_changed = Signal(object)
    """The cursor moved in any way; carries the Cursor."""
    comparison_changed = Signal()
    """Another generation A is compared with, or the same one with another generation."""
    forest_changed = Signal()
    """Another folder, or the same one read again."""
    problems_changed = Signal()
    """The list of problems is another one."""
    opening = Signal(object)
    """A folder, disk or .vmx is about to be opened; carries its Path."""
    opened = Signal(object)
    """A folder, disk or .vmx was opened; carries its Path."""
    busy_changed = Signal(object)
    """Whether the engine works; carries a bool."""
    job_changed = Signal(object)
    """A long job began, came further or ended; carries the Job."""
    message = Signal(str)
    """A line for the status bar."""

    def __init__(self, engine: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.asking = asking = Asking(engine, self.report, self)
        self._screen = Screen(self.asking, self)
        self._book = ProblemBook(self)
        self._opening = Opener(self.asking, self._screen, self._book, self)
        self.comparing, self.marked = Comparing(self.asking, self._screen, self), Marked(self)
        self.files = Files(self.asking, self._screen, self.comparing, self)
        self.making, self.selecting = Making(asking, self), Selecting(asking, self)
        self.deeds, self.backups = Deeds(asking, self), Backups(asking, self)
        self.machines, self.reports = Machines(asking, self._book, self), Reports(asking, self)
        self.casework = Casework(asking, self._screen, self.marked, self)
        self.asking.message.connect(self.message)
        self.asking.busy_changed.connect(self.busy_changed)
        self.asking.job_changed.connect(self.job_changed)
        self._book.changed.connect(self.problems_changed)
        self._opening.begun.connect(self.opening)
        self._opening.done.connect(self.opened)
        for made in (self.making.disk_made, self.backups.restored, self.casework.disk_wanted):
            made.connect(self.open)
        self.making.child_made.connect(self.deeds.note_child)
        self.making.attach_written.connect(self.deeds.note_written)
        self._opening.attached.connect(self.deeds.note_attached)
        self.deeds.to_reread.connect(self.reload)
        self.machines.files_given_up.connect(self._opening.set_aside)
        self.machines.was_changed.connect(self.deeds.note_snapshots)
        self.machines.to_reread.connect(self.reload)
        self._screen.changed.connect(self._tell)

    def _tell(self, parts: frozenset[Part]) -> None:
        """Have every part asked again that is another one now: what others stand on comes first."""
        if parts & {Part.CHAIN, Part.LINKS}:
            theme.use_branches(self.scene.branches)
        if Part.CHAIN in parts:
            self.chain_changed.emit()
        if Part.GENERATION in parts:
            self.generation_to_draw.emit()
            self.generation_changed.emit()
        if Part.PLACE in parts:
            self.cursor_changed.emit(self.cursor)
        if Part.COMPARISON in parts:
            self.comparison_changed.emit()
        if Part.LINKS in parts:
            self.deeds.end_attached(self.joined)
            self.forest_changed.emit()
        if parts & {Part.LINKS, Part.CHAIN}:
            self.machines.follow(self.scene)

    @property
    def scene(self) -> Scene:
        """All that is on screen, as one value."""
        return self._screen.scene

    @property
    def source(self) -> Path | None:
        """The folder, disk or .vmx that was opened."""
        return self.scene.source

    @property
    def forest(self) -> Forest | None:
        """The links that were found there."""
        return self.scene.forest

    @property
    def policy(self) -> Policy:
        """How forgiving opening is."""
        return self.scene.policy

    @property
    def chain(self) -> Chain | None:
        """The chosen chain, up to the tip of its branch."""
        return self.scene.chain

    @property
    def chain_error(self) -> Exception | None:
        """Why there is no chain, if one was wanted."""
        return self.scene.error

    @property
    def generation_chain(self) -> Chain | None:
        """The chain up to the generation at the cursor."""
        return self.scene.generation_chain

    @property
    def cursor(self) -> Cursor:
        """Where the user is."""
        return self.scene.cursor

    @property
    def comparison(self) -> Compared | None:
        """What the generation at the cursor is compared with, if that was chosen."""
        return self.scene.comparison

    @property
    def generation_a(self) -> Older | None:
        """Generation A that is really compared with, of this chain or of another disk."""
        return self.scene.generation_a

    @property
    def joined(self) -> tuple[Path, Path] | None:
        """Child and parent that are attached for this session only, if any."""
        return self.scene.joined

    @property
    def is_alone(self) -> bool:
        """Whether one link is looked at alone, without its parents."""
        return self.scene.is_alone

    @property
    def is_older_generation(self) -> bool:
        """Whether links with children are shown as they read without those."""
        return self.scene.is_older_generation

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with what is open, worst first."""
        return self._book.problems

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier place."""
        return self._screen.history.can_go_back

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a later place."""
        return self._screen.history.can_go_forward

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self.asking.busy

    @property
    def jobs(self) -> Sequence[Job]:
        """The long jobs since the window was opened."""
        return self.asking.jobs

    # Asking

    def ask(
        self,
        key: str,
        request: Request,
        reply: Callable[[Answer], None],
        failed: Failed | None = None,
    ) -> None:
        """Ask for something on screen; of one *key* only the newest answer arrives.

        An answer about a chain that is no longer chosen does not arrive either. Errors become a
        line in Problems unless *failed* takes them.
        """
        self.asking.ask(key, request, reply, failed)

    def prefetch(self, key: str, request: Request, reply: Callable[[Answer], None]) -> None:
        """Ask for something that may be shown soon; errors are kept quiet."""
        self.asking.prefetch(key, request, reply)

    def run_job(self, title: str, request: Request, reply: Callable[[Answer], None]) -> Job:
        """Start long work that shows its progress and can be cancelled."""
        return self.asking.run_job(title, request, reply)

    def cancel(self, job: Job) -> None:
        """Ask *job* to stop; it says so itself when it has cleaned up."""
        self.asking.cancel(job)

    def report(self, error: Exception, path: Path | None = None) -> None:
        """Put *error* into Problems and the status bar; *path* says where if the error does not."""
        self.message.emit(self._book.report(error, path).text)

    def note_counts(
        self,
        counts: Mapping[Path, LinkCount],
        errors: Mapping[Path, VmdkError],
        findings: Sequence[Finding] = (),
    ) -> None:
        """Take down what tables of links, by path, are like, and how the chosen chain fits."""
        tip = None if self.chain is None else self.chain.path
        self._book.note_counts(tip, counts, errors, findings)

    # Opening

    def open(self, path: Path, policy: Policy | None = None, *, offset: int = 0) -> None:
        """Open a folder, a disk or a .vmx, and show its best chain; strictly unless told.

        *offset* is the byte to begin at.
        """
        self._opening.open(path, policy, offset)

    def reload(self, select: Path | None = None) -> None:
        """Read everything again from disk and stay at the same place, or go to link *select*."""
        self._opening.reopen(self.policy, select)

    def allow(self, leniency: Leniency, select: Path | None = None) -> None:
        """Read everything again, with *leniency* too, until something else is opened."""
        self._opening.reopen(self.policy.allowing(leniency), select)

    def take_back(self, leniencies: frozenset[Leniency], select: Path | None = None) -> None:
        """Read everything again without what was allowed by *leniencies*."""
        kept = self.policy.allowed - leniencies
        self._opening.reopen(replace(self.policy, allowed=kept), select)

    def search_in(self, folder: Path, select: Path | None = None) -> None:
        """Look for parents in *folder* too, and read everything again."""
        self._opening.search_in(folder, select)

    def open_flat(self, path: Path) -> None:
        """Take what is no virtual disk, as *path*, for the data of one, and show that."""
        if self.forest is not None and path in self.forest.nodes:
            self.allow(core.Leniency.BARE_FLAT, path)
        else:
            self.open(path, core.Policy().allowing(core.Leniency.BARE_FLAT))

    def open_sample(self, folder: Path) -> None:
        """Make the sample chain in *folder*, unless it is there, and open it."""
        self._opening.open_sample(folder)

    def leave(self) -> None:
        """Let go of what is open, and show nothing."""
        self._opening.leave()

    def close(self) -> None:
        """Let go of the chain: for the end of the program."""
        self._screen.let_go()
        theme.use_branches(())

    def select_link(self, path: Path, offset: int | None = None) -> None:
        """Show the disk as it reads at link *path*, in the chain that the link lies on.

        The byte shown stays, unless *offset* says another.
        """
        offset = self.cursor.offset if offset is None else offset
        generation = self.scene.generation_of(path)
        if generation is not None:
            self._screen.go(Cursor(path, generation, offset), jump=True)
        elif self.forest is not None and path in self.forest.nodes:
            self._opening.choose_chain(path, offset)

    def look_alone(self, path: Path | None = None) -> None:
        """Show what link *path*, else the chosen one, stores; its parents need not be there."""
        if (path := path or self.cursor.path) is not None:
            self._opening.choose_chain(path, self.cursor.offset, alone=True)

    def look_at_chain(self) -> None:
        """Show the whole chain of the chosen link again, at the same place."""
        if self.cursor.path is not None:
            self._opening.choose_chain(self.cursor.path, self.cursor.offset)

    def select_generation(self, index: int, *, jump: bool = True) -> None:
        """Show generation *index* of the chosen chain; 0 is the base disk alone."""
        if self.chain is None:
            return
        index = min(max(index, 0), len(self.chain.links) - 1)
        place = Cursor(self.chain.links[index].path, index, self.cursor.offset)
        self._screen.go(place, jump=jump)

    def step_generation(self, delta: int) -> None:
        """Go *delta* generations up (newer) or down (older)."""
        self.select_generation(self.cursor.generation + delta, jump=False)

    def go_to(self, offset: int, *, jump: bool = True) -> None:
        """Move the cursor to byte *offset*; with *jump* the old place can be gone back to."""
        self._screen.go(self.cursor.at(offset), jump=jump)

    def back(self) -> None:
        """Go to the place before the last jump."""
        self._restore(self._screen.history.back())

    def forward(self) -> None:
        """Go where `back` came from."""
        self._restore(self._screen.history.forward())

    def _restore(self, cursor: Cursor | None) -> None:
        if cursor is None or cursor.path is None:
            return
        generation = self.scene.generation_of(cursor.path)
        if generation is not None:
            self._screen.go(Cursor(cursor.path, generation, cursor.offset), jump=False)
        else:
            self._opening.choose_chain(cursor.path, cursor.offset, jump=False)

    def compare(self, comparison: Compared | None) -> None:
        """Compare the generation at the cursor with another one, or with none."""
        self.comparing.unpin()
        self._screen.compare(comparison)

    # Making and attaching

    def create_child(
        self,
        path: Path,
        kind: str = core.CHILD_KINDS[0],
        comment: str = "",
        *,
        parent: Path | None = None,
        done: Callable[[], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Make a child of *parent*, else of the chosen link, at *path*; then show it."""
        below = parent or self.cursor.path
        if below is not None:
            request = CreateChild(below, path, kind, comment, policy=self.policy)
            self.making.create_child(request, if_there(done), failed)

    def attach(
        self,
        child: Path,
        parent: Path,
        *,
        done: Callable[[], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Attach *child* to *parent* for reading, and show the joined chain. No file changes."""
        self._opening.attach(child, parent, if_there(done), failed)

    def why_not_attach(self, child: Path, parent: Path, reply: Callable[[Verdict], None]) -> None:
        """Ask whether *child* can be attached to *parent*; the Verdict carries the reason."""
        self.ask("why-not-attach", WhyNotAttach(child, parent, self.policy), reply)

    def hash_generation(self, algorithm: str = "sha256") -> Job | None:
        """Hash the disk as it reads at the cursor; the Job tells how far it is and the result."""
        return self.making.hash_generation(self.scene, algorithm)
