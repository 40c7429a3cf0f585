"""What is open, selected and shown: the only state of the window, and how it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

import redoscope_core as core
from redoscope_gui.engine import EngineThread, Lane
from redoscope_gui.requests.changing import Attached
from redoscope_gui.requests.opening import (
    ChainOpened,
    CloseChain,
    ForestOpened,
    MakeSample,
    OpenChain,
    OpenForest,
    SampleMade,
)
from redoscope_gui.session.asking import Asking
from redoscope_gui.session.cursor import SECTOR, Cursor, History
from redoscope_gui.session.problem import (
    Problem,
    Remedy,
    Severity,
    from_error,
    from_forest,
    from_tables,
    merged,
)

if TYPE_CHECKING:
    from redoscope_core import Chain, Forest, Policy, VmdkError
    from redoscope_gui.requests import LinkCount

__all__ = ["State"]


class State(Asking):
    """What is open, selected and shown; the Session adds what can be done to it."""

    forest_changed = Signal()
    """Another folder, or the same one read again."""
    chain_changed = Signal()
    """Another chain is chosen; `chain` may be None now."""
    generation_changed = Signal()
    """Another generation of the chosen chain."""
    cursor_changed = Signal(object)
    """The cursor moved in any way; carries the Cursor."""
    opening = Signal(object)
    """A folder, disk or .vmx is about to be opened; carries its Path."""
    opened = Signal(object)
    """A folder, disk or .vmx was opened; carries its Path."""

    def __init__(self, engine: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(engine, parent)
        self.forest: Forest | None = None
        self.source: Path | None = None
        self.chain: Chain | None = None
        self.chain_error: Exception | None = None
        self.generation_chain: Chain | None = None
        self.cursor = Cursor()
        self.policy = core.Policy()
        self._history = History()
        self._joined: tuple[Path, Path] | None = None
        self._chain_owner: Chain | Attached | None = None
        self._forest_problems: tuple[Problem, ...] = ()
        self._chain_problems: tuple[Problem, ...] = ()
        self._found: dict[Path, tuple[Problem, ...]] = {}

    # What is shown

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with what is open, worst first."""
        found = [problem for problems in self._found.values() for problem in problems]
        known = {problem.gist for problem in found}
        # What a view met while it read may be told already, of another sector.
        reported = (problem for problem in self._reported if problem.gist not in known)
        return merged(reported, self._chain_problems, self._forest_problems, found)

    @property
    def mismatch_allowed(self) -> bool:
        """Whether a parent counts although its content ID is not the expected one."""
        return self.policy.allow_cid_mismatch

    @property
    def joined(self) -> tuple[Path, Path] | None:
        """Child and parent that are attached for this session only, if any."""
        return self._joined

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier place."""
        return self._history.can_go_back

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a later place."""
        return self._history.can_go_forward

    @property
    def is_older_generation(self) -> bool:
        """Whether links with children are shown as they read without those."""
        if self.forest is None or self.cursor.path is None:
            return False
        node = self.forest.nodes.get(self.cursor.path)
        return node is not None and bool(node.children)

    # Opening

    def open(self, path: Path, policy: Policy | None = None, *, offset: int = 0) -> None:
        """Open a folder, a disk or a .vmx, and show its best chain; strictly unless told.

        *offset* is the byte to begin at.
        """
        request = OpenForest(path.absolute(), None, policy or core.Policy())
        self._open(request, Cursor(offset=offset))

    def reload(self, select: Path | None = None) -> None:
        """Read everything again from disk and stay at the same place, or go to link *select*."""
        self._reopen(self.policy, select)

    def open_anyway(self, select: Path | None = None) -> None:
        """Open the chosen link although a parent's content ID is not the expected one."""
        self._reopen(replace(self.policy, allow_cid_mismatch=True), select)

    def search_in(self, folder: Path, select: Path | None = None) -> None:
        """Look for parents in *folder* too, and read everything again."""
        known = tuple(other for other in self.policy.search if other != folder)
        self._reopen(replace(self.policy, search=(*known, folder)), select, folder)

    def allow_outside(self, select: Path | None = None) -> None:
        """Follow names that lead out of the folder of a link, and read everything again."""
        self._reopen(replace(self.policy, allow_outside=True), select)

    def open_unreplayed(self, select: Path | None = None) -> None:
        """Read SESparse links as they stand though their journal was not replayed."""
        self._reopen(replace(self.policy, allow_dirty_journal=True), select)

    def open_flat(self, path: Path) -> None:
        """Take what is no virtual disk, as *path*, for the data of one, and show that."""
        if self.forest is not None and path in self.forest.nodes:
            self._reopen(replace(self.policy, bare_flat=True), path)
        else:
            self.open(path, core.Policy(bare_flat=True))

    def open_sample(self, folder: Path) -> None:
        """Make the sample chain in *folder*, unless it is there, and open it."""

        def made(answer: SampleMade) -> None:
            self._open(OpenForest(answer.tip), Cursor(offset=core.DIARY_SECTOR * core.SECTOR))
            if answer.changed:
                self.message.emit(self.tr("This sample was changed since it was made"))
            elif answer.instead_of is not None:
                text = self.tr("The sample in %s can't be used any more: made a new one")
                self.message.emit(text % answer.instead_of)

        self.run_job(self.tr("Looking for the sample chain"), MakeSample(folder), made)

    # Moving

    def select_link(self, path: Path, offset: int | None = None) -> None:
        """Show the disk as it reads at link *path*, in the chain that the link lies on.

        The byte shown stays, unless *offset* says another.
        """
        offset = self.cursor.offset if offset is None else offset
        generation = self._generation_of(path)
        if generation is not None:
            self._place(Cursor(path, generation, offset), jump=True)
        elif self.forest is not None and path in self.forest.nodes:
            self._choose_chain(path, offset)

    def select_generation(self, index: int, *, jump: bool = True) -> None:
        """Show generation *index* of the chosen chain; 0 is the base disk alone."""
        if self.chain is None:
            return
        index = min(max(index, 0), len(self.chain.links) - 1)
        self._place(Cursor(self.chain.links[index].path, index, self.cursor.offset), jump=jump)

    def step_generation(self, delta: int) -> None:
        """Go *delta* generations up (newer) or down (older)."""
        self.select_generation(self.cursor.generation + delta, jump=False)

    def go_to(self, offset: int, *, jump: bool = True) -> None:
        """Move the cursor to byte *offset*; with *jump* the old place can be gone back to."""
        self._place(self.cursor.at(offset), jump=jump)

    def back(self) -> None:
        """Go to the place before the last jump."""
        self._restore(self._history.back())

    def forward(self) -> None:
        """Go where `back` came from."""
        self._restore(self._history.forward())

    def note_counts(
        self,
        counts: Mapping[Path, LinkCount],
        errors: Mapping[Path, VmdkError],
        notes: tuple[str, ...] = (),
    ) -> None:
        """Take down what the tables of links, by path, were found to be like.

        *notes* are about how the links of the chosen chain fit together.
        """
        before = self.problems
        if notes and self.chain is not None:
            tip = self.chain.path
            told = (Problem(Severity.NOTE, tip, note, "") for note in notes)
            self._chain_problems = merged(self._chain_problems, told)
        self._found.update((path, (from_error(error, path),)) for path, error in errors.items())
        self._found.update((path, from_tables(path, count)) for path, count in counts.items())
        if self.problems != before:
            self.problems_changed.emit()

    def close(self) -> None:
        """Let go of the chain: for the end of the program."""
        self._let_go()

    # Inside

    def _reopen(
        self, policy: Policy, select: Path | None = None, searched: Path | None = None
    ) -> None:
        if self.source is not None:
            request = OpenForest(self.source, select or self.cursor.path, policy)
            self._open(request, self.cursor, searched)

    def _open(self, request: OpenForest, cursor: Cursor, searched: Path | None = None) -> None:
        def opened(answer: ForestOpened) -> None:
            self.policy = request.policy
            self._take_forest(answer, cursor)
            if searched is not None:
                self._tell_search(searched, request.wanted)

        self.opening.emit(request.source)
        self.ask("open", request, opened)

    def _tell_search(self, folder: Path, link: Path | None) -> None:
        """Say whether the parent of *link* was found in *folder*."""
        missing = any(
            link in {problem.path, problem.link} and Remedy.LOCATE_PARENT in problem.remedies
            for problem in self.problems
        )
        text = self.tr("The parent is not in %s") if missing else self.tr("Found the parent in %s")
        self.message.emit(text % folder)

    def _take_forest(self, answer: ForestOpened, cursor: Cursor) -> None:
        another = self.source != answer.source
        if another:
            self._history.clear()
        self.forest = answer.forest
        self.source = answer.source
        self._joined = None
        self._reported = ()
        self._forest_problems = from_forest(answer.forest)
        self._chain_problems = ()
        self._found = {}
        self.chain_error = answer.error
        if answer.error is not None:
            self._chain_problems = (from_error(answer.error, answer.wanted),)
        wanted = Cursor(answer.wanted, cursor.generation, cursor.offset)
        if answer.opened is None:
            self._take_chain(None, None, wanted)
        else:
            self._take_opened(answer.opened, wanted)
        self.forest_changed.emit()
        self.problems_changed.emit()
        self.opened.emit(answer.source)
        if another:
            self.message.emit(self.tr("Links found: %d") % len(answer.forest.nodes))

    def _choose_chain(self, path: Path, offset: int, *, jump: bool = True) -> None:
        if self.forest is None:
            return

        def opened(answer: ChainOpened) -> None:
            self._chain_problems = ()
            self.chain_error = None
            self._joined = None
            self._take_opened(answer, Cursor(path, 0, offset), jump=jump)
            self.problems_changed.emit()

        def failed(error: Exception) -> None:
            problem = from_error(error, path)
            self._chain_problems = (problem,)
            self.chain_error = error
            self._take_chain(None, None, Cursor(path, 0, offset), jump=jump)
            self.message.emit(problem.text)
            self.problems_changed.emit()

        self.ask("chain", OpenChain(self.forest, path, self.policy), opened, failed)

    def _take_opened(self, opened: ChainOpened, cursor: Cursor, *, jump: bool = True) -> None:
        if opened.above is not None:
            self._chain_problems = (from_error(opened.above),)
        place = Cursor(cursor.path, opened.generation, cursor.offset)
        self._take_chain(opened.chain, opened.chain, place, jump=jump)

    def _take_chain(
        self,
        chain: Chain | None,
        owner: Chain | Attached | None,
        cursor: Cursor,
        *,
        jump: bool = True,
    ) -> None:
        """Show *chain* instead of the one before, which is closed once nothing reads it."""
        self._let_go()
        self.chain = chain
        self._chain_owner = owner
        self.generation_chain = None
        if chain is None:
            self.cursor = cursor
        else:
            index = cursor.generation % len(chain.links)
            self.cursor = Cursor(chain.links[index].path, index, -1)
        self.chain_changed.emit()
        self._place(Cursor(self.cursor.path, self.cursor.generation, cursor.offset), jump=jump)

    def _let_go(self) -> None:
        self._engine.raise_epoch()
        if self._chain_owner is not None:
            owner = self._chain_owner
            self._chain_owner = None
            self.submit(Lane.WRITE, "close", CloseChain(owner), lambda _closed: None, None)

    def _place(self, cursor: Cursor, *, jump: bool) -> None:
        """Set the cursor, within the disk, and tell everyone."""
        before = self.cursor
        stale = self.generation_chain is None or before.generation != cursor.generation
        if self.chain is not None:
            if stale:
                self.generation_chain = self.chain.up_to(cursor.generation)
            capacity = self.chain.capacity * SECTOR
            cursor = cursor.at(min(max(cursor.offset, 0), max(capacity - 1, 0)))
        self.cursor = cursor
        (self._history.jump if jump else self._history.move)(cursor)
        if stale:
            self.generation_changed.emit()
        if stale or cursor != before:
            self.cursor_changed.emit(cursor)

    def _restore(self, cursor: Cursor | None) -> None:
        if cursor is None:
            return
        generation = self._generation_of(cursor.path)
        if generation is not None and cursor.path is not None:
            self._place(Cursor(cursor.path, generation, cursor.offset), jump=False)
        elif cursor.path is not None:
            self._choose_chain(cursor.path, cursor.offset, jump=False)

    def _generation_of(self, path: Path | None) -> int | None:
        if self.chain is None or path is None:
            return None
        for index, link in enumerate(self.chain.links):
            if link.path == path:
                return index
        return None
