"""Opening: how a folder, a disk or a chain of it comes on screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

import redoscope_core as core
from redoscope_gui.engine import Lane
from redoscope_gui.requests.changing import AttachChild, Attached
from redoscope_gui.requests.opening import (
    ChainOpened,
    ForestOpened,
    MakeSample,
    OpenChain,
    OpenForest,
    SampleMade,
)
from redoscope_gui.session.asking import Asking
from redoscope_gui.session.book import ProblemBook
from redoscope_gui.session.cursor import Cursor
from redoscope_gui.session.problem import Problem, from_error
from redoscope_gui.session.scene import Scene
from redoscope_gui.session.screen import Screen

if TYPE_CHECKING:
    from redoscope_core import Forest, Policy

__all__ = ["Opener"]


class Opener(QObject):
    """Asks for forests and chains, and shows what comes."""

    begun = Signal(object)
    """A folder, disk or .vmx is about to be opened; carries its Path."""
    done = Signal(object)
    """A folder, disk or .vmx was opened; carries its Path."""

    attached = Signal(object, object)
    """A child was attached for now; carries its Path and that of the parent."""

    def __init__(self, asking: Asking, screen: Screen, book: ProblemBook, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self._screen = screen
        self._book = book

    def open(self, path: Path, policy: Policy | None, offset: int) -> None:
        """Open a folder, a disk or a .vmx, and show its best chain from byte *offset* on."""
        request = OpenForest(path.absolute(), None, policy or core.Policy())
        self._open(request, Cursor(offset=offset))

    def reopen(
        self, policy: Policy, select: Path | None = None, searched: Path | None = None
    ) -> None:
        """Read everything again under *policy*, and stay or go to link *select*.

        *searched* is the folder in which its parent was looked for, to tell whether it is there.
        """
        scene = self._screen.scene
        if scene.source is not None:
            alone = scene.is_alone and select in {None, scene.cursor.path}
            request = OpenForest(scene.source, select or scene.cursor.path, policy, alone)
            self._open(request, scene.cursor, searched)

    def search_in(self, folder: Path, select: Path | None) -> None:
        """Look for parents in *folder* too, and read everything again."""
        policy = self._screen.scene.policy
        known = tuple(other for other in policy.search if other != folder)
        self.reopen(replace(policy, search=(*known, folder)), select, folder)

    def set_aside(self) -> None:
        """Let go of the chain while its files are changed, until everything is read again."""
        scene = self._screen.scene
        bare = replace(scene, chain=None, error=None, joined=None)
        self._screen.show(bare, None, scene.cursor, jump=False)

    def leave(self) -> None:
        """Let go of what is open, and show nothing."""
        self._book.clear()
        self._screen.show(Scene(), None, Cursor())
        self._screen.history.clear()
        self._book.changed.emit()

    def open_sample(self, folder: Path) -> None:
        """Make the sample chain in *folder*, unless it is there, and open it."""

        def made(answer: SampleMade) -> None:
            self._open(OpenForest(answer.tip), Cursor(offset=core.DIARY_SECTOR * core.SECTOR))
            if answer.changed:
                self._asking.message.emit(self.tr("This sample was changed since it was made"))
            elif answer.instead_of is not None:
                text = self.tr("The sample in %s can't be used any more: made a new one")
                self._asking.message.emit(text % answer.instead_of)

        self._asking.run_job(self.tr("Looking for the sample chain"), MakeSample(folder), made)

    def choose_chain(
        self, path: Path, offset: int, *, jump: bool = True, alone: bool = False
    ) -> None:
        """Show the chain that link *path* lies on, or that link *alone*, at byte *offset*."""
        scene = self._screen.scene
        if scene.forest is None:
            return

        def opened(answer: ChainOpened) -> None:
            self._book.take_chain(_above(answer))
            after = replace(self._screen.scene, error=None, joined=None)
            self._show_opened(after, answer, Cursor(path, 0, offset), jump=jump)
            self._book.changed.emit()

        def failed(error: Exception) -> None:
            problem = from_error(error, path)
            self._book.take_chain((problem,))
            after = replace(self._screen.scene, chain=None, error=error, joined=None)
            self._screen.show(after, None, Cursor(path, 0, offset), jump=jump)
            self._asking.message.emit(problem.text)
            self._book.changed.emit()

        request = OpenChain(scene.forest, path, scene.policy, alone)
        self._asking.ask("chain", request, opened, failed)

    def attach(
        self,
        child: Path,
        parent: Path,
        done: Callable[[], None],
        failed: Callable[[Exception], None] | None,
    ) -> None:
        """Attach *child* to *parent* for reading, and show the joined chain. No file changes."""

        def joined(answer: Attached) -> None:
            text = self.tr("Attached %s to %s; no file was changed")
            self._asking.message.emit(text % (child.name, parent.name))
            self._book.take_chain(())
            before = self._screen.scene
            pair = (child, parent)
            after = replace(before, chain=answer.chain, error=None, joined=pair)
            self._screen.show(after, answer, Cursor(child, -1, before.cursor.offset))
            self._book.changed.emit()
            self.attached.emit(child, parent)
            done()

        request = AttachChild(child, parent, self._screen.scene.policy)
        self._asking.submit(Lane.WRITE, "attach", request, joined, failed)

    def _open(self, request: OpenForest, cursor: Cursor, searched: Path | None = None) -> None:
        lacked = self._lacking()

        def opened(answer: ForestOpened) -> None:
            self._take_forest(answer, request.policy, cursor)
            if searched is not None:
                self._tell_search(searched, lacked, answer.forest)

        self.begun.emit(request.source)
        self._asking.ask("open", request, opened)

    def _lacking(self) -> dict[Path, None]:
        """Return the links whose parents are missing, and the files that are."""
        sought = (problem for problem in self._book.problems if problem.is_sought)
        return dict.fromkeys(problem.path for problem in sought if problem.path is not None)

    def _tell_search(self, folder: Path, lacked: Iterable[Path], forest: Forest) -> None:
        """Say what of all that was *lacked* was found in *folder*, and what still is missing."""
        lacking = self._lacking()
        found = dict.fromkeys(
            str((forest.nodes[path].parent if path in forest.nodes else None) or path.name)
            for path in lacked
            if path not in lacking
        )
        still = ", ".join(path.name for path in lacking)
        if not found:
            said = self.tr("Not in %s, nor below it: what is missing to %s") % (folder, still)
        elif still:
            said = self.tr("Found %s; something is missing still to %s")
            said %= (", ".join(found), still)
        else:
            said = self.tr("Found %s") % ", ".join(found)
        self._asking.message.emit(said)

    def _take_forest(self, answer: ForestOpened, policy: Policy, cursor: Cursor) -> None:
        another = self._screen.scene.source != answer.source
        if another:
            self._screen.history.clear()
        self._book.begin(answer.forest, policy)
        wanted = Cursor(answer.wanted, cursor.generation, cursor.offset)
        after = Scene(answer.source, answer.forest, policy, error=answer.error)
        if answer.opened is None:
            if answer.error is not None:
                self._book.take_chain((from_error(answer.error, answer.wanted),))
            self._screen.show(after, None, wanted)
        else:
            self._book.take_chain(_above(answer.opened))
            self._show_opened(after, answer.opened, wanted)
        self._book.changed.emit()
        self.done.emit(answer.source)
        if another:
            self._asking.message.emit(self.tr("Links found: %d") % len(answer.forest.nodes))

    def _show_opened(
        self, after: Scene, opened: ChainOpened, cursor: Cursor, *, jump: bool = True
    ) -> None:
        place = Cursor(cursor.path, opened.generation, cursor.offset)
        self._screen.show(replace(after, chain=opened.chain), opened.chain, place, jump=jump)


def _above(opened: ChainOpened) -> tuple[Problem, ...]:
    """Return why the chain ends below the tip of its branch, if it does."""
    return () if opened.above is None else (from_error(opened.above),)
