"""The case that is open: what it holds, which disk of it is shown, and the work on it.

    a chain is shown ──> which disk of the case is it?  ──> its bookmarks are there again
    a request ends   ──> is it an act? (requests/acts)  ──> a record in the trail

All of it goes through the write lane: in order, and none is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

import redoscope_core as core
from redoscope_core import SECTOR
from redoscope_gui.engine import Lane, Request
from redoscope_gui.requests.casework import (
    CaseState,
    ChangeEntry,
    DiskMet,
    EntryKept,
    FindCase,
    KeepEntry,
    MakeCase,
    MeetDisk,
    OpenCase,
    PlaceWanted,
    RecordAct,
    RemoveEntries,
)
from redoscope_gui.requests.evidence import (
    AddEvidence,
    CaseSigned,
    CaseVerified,
    EvidenceAdded,
    JudgeTrail,
    SignCase,
    TrailJudged,
    VerifyCase,
)
from redoscope_gui.session.asking import Asking, if_there
from redoscope_gui.session.case_words import (
    added_words,
    judged_words,
    signed_words,
    verified_words,
)
from redoscope_gui.session.cursor import Cursor
from redoscope_gui.session.job import Job
from redoscope_gui.session.marked import Marked
from redoscope_gui.session.scene import Part
from redoscope_gui.session.screen import Screen
from redoscope_gui.session.selecting import shown_at

if TYPE_CHECKING:
    from redoscope_core import CaseEntry, CaseVerdict, Chain, KnownDisk, MarkedPlace, TrailVerdict

__all__ = ["Casework"]

Done = Callable[[], None] | None
Failed = Callable[[Exception], None] | None
Answer = TypeVar("Answer", bound="CaseState | DiskMet | EntryKept | CaseSigned")


class Casework(QObject):
    """Knows one case, or none, and has the engine work on it."""

    changed = Signal()
    """Another case is open, or none, or more is in it, or another disk of it is shown."""
    choice_changed = Signal()
    """Another entry is chosen."""
    opened = Signal(object)
    """A case was opened or made; carries its Path."""
    disk_wanted = Signal(object)
    """A disk of the case is to be opened; carries its Path."""
    file_wanted = Signal(str)
    """A file of the generation at the cursor is to be shown; carries what it is asked for as."""

    def __init__(self, asking: Asking, screen: Screen, marked: Marked, parent: QObject) -> None:
        super().__init__(parent)
        self._asking, self._screen, self._marked = asking, screen, marked
        self.state: CaseState | None = None
        """The case as it was read last."""
        self.known: KnownDisk | None = None
        """Which disk of it is shown."""
        self.verdict: CaseVerdict | None = None
        """What it came to when all of it was verified last, in this window."""
        self.trail_verdict: TrailVerdict | None = None
        """The same of the trail alone."""
        self.chosen: int = 0
        """The number of the entry that is chosen; 0 if none is."""
        self.recent: Callable[[], Sequence[Path]] = tuple
        """Cases that may know a disk which is opened while no case is."""
        self._left = False
        self._awaits: MarkedPlace | None = None
        screen.changed.connect(self._look)
        asking.ended.connect(self._note)

    # --- what is known -----------------------------------------------------------------------

    @property
    def entry(self) -> CaseEntry | None:
        """The chosen entry."""
        entries = () if self.state is None else self.state.entries
        return next((each for each in entries if each.number == self.chosen), None)

    def choose(self, number: int) -> None:
        """Choose the entry of that *number*."""
        if number != self.chosen:
            self.chosen = number
            self.choice_changed.emit()

    @property
    def can_mark(self) -> bool:
        """Whether a case is open, and a whole chain is shown that it can be told of."""
        scene = self._screen.scene
        shown = scene.chain is not None and not scene.is_alone and not scene.shows_joined
        return self.state is not None and shown

    @property
    def marks(self) -> tuple[CaseEntry, ...]:
        """The bookmarks and notes of sectors of the disk that is shown."""
        if self.state is None or self.known is None:
            return ()
        disk = self.known.disk.number
        return tuple(
            each
            for each in self.state.entries
            if each.place is not None and each.place.disk == disk and each.place.start is not None
        )

    def is_shown(self, place: MarkedPlace) -> bool:
        """Tell whether *place* is of the disk that is shown, in a generation that it has."""
        chain = self._screen.scene.chain
        known = self.known is not None and self.known.disk.number == place.disk
        return known and chain is not None and place.generation < len(chain.links)

    def sectors_here(self) -> PlaceWanted | None:
        """Return the selected sectors, else that at the cursor, of the generation shown."""
        scene = self._screen.scene
        if not self.can_mark or scene.chain is None:
            return None
        first, last = self._marked.span or (scene.cursor.offset, scene.cursor.offset)
        start, end = first // SECTOR, last // SECTOR + 1
        return PlaceWanted(scene.chain, scene.cursor.generation, start, end - start)

    def file_here(self, asked_as: str) -> PlaceWanted | None:
        """Return the file that is asked for as *asked_as*, of the generation shown."""
        scene = self._screen.scene
        if not self.can_mark or scene.chain is None:
            return None
        return PlaceWanted(scene.chain, scene.cursor.generation, file=asked_as)

    def link_here(self) -> PlaceWanted | None:
        """Return the chosen link."""
        scene = self._screen.scene
        if not self.can_mark or scene.chain is None:
            return None
        return PlaceWanted(scene.chain, scene.cursor.generation)

    # --- opening and closing -----------------------------------------------------------------

    def make(self, request: MakeCase, done: Done = None, failed: Failed = None) -> None:
        """Make a case and have it open."""
        self._do(request, partial(self._enter, done), failed)

    def open(self, folder: Path, done: Done = None, failed: Failed = None) -> None:
        """Open the case in *folder*."""
        self._do(OpenCase(folder.absolute()), partial(self._enter, done), failed)

    def read_again(self) -> None:
        """Show what other programs put into the case; of what can't be read the next act tells."""
        if self.state is not None:
            self._do(OpenCase(self.state.case.folder), self._take_news, lambda _error: None)

    def _take_news(self, state: CaseState) -> None:
        if self._is_of(state) and self.state is not None and state.head != self.state.head:
            self._become(state)

    def close(self) -> None:
        """Let go of the case; none is opened by itself from now on."""
        self._left = True
        self._forget()
        self.changed.emit()

    def _forget(self) -> None:
        self.state = self.known = self.verdict = self.trail_verdict = self._awaits = None
        self.chosen = 0

    def _enter(self, done: Done, state: CaseState) -> None:
        self._forget()
        self._left = False
        self._become(state)
        self.opened.emit(state.case.folder)
        if_there(done)()
        self._meet()

    def _become(self, state: CaseState) -> None:
        """Show *state*, if it is of the case that is open still."""
        if self.state is None or self.state.case.folder == state.case.folder:
            self.state = state
            self.changed.emit()

    # --- the disk that is shown --------------------------------------------------------------

    def _look(self, parts: frozenset[Part]) -> None:
        if Part.CHAIN in parts:
            self.known = None
            self._meet()
            self.changed.emit()

    def _meet(self) -> None:
        """Ask which disk of the case is shown; where no case is open, which case knows it."""
        chain, policy = self._screen.scene.chain, self._screen.scene.policy
        if chain is None:
            return
        allowed = tuple(sorted(each.value for each in policy.allowed))
        take = partial(self._take_met, chain)
        if self.state is not None:
            self._do(MeetDisk(self.state.case, chain, allowed), take)
        elif not self._left and (folders := tuple(self.recent())):
            self._do(FindCase(folders, chain, allowed), partial(self._take_found, chain))

    def _take_found(self, chain: Chain, met: DiskMet | None) -> None:
        if met is None or self.state is not None or self._left:
            return
        self.state = met.state
        self.opened.emit(met.state.case.folder)
        self._asking.message.emit(self.tr("The case %s knows this disk, and is open") % self.name)
        self._take_met(chain, met)

    def _take_met(self, chain: Chain, met: DiskMet) -> None:
        if chain is self._screen.scene.chain and self._is_of(met.state):
            self.known = met.known
        self._become(met.state)
        awaited, self._awaits = self._awaits, None
        if awaited is not None and self.is_shown(awaited):
            self._go_to(awaited)

    def _is_of(self, state: CaseState) -> bool:
        return self.state is not None and self.state.case.folder == state.case.folder

    @property
    def name(self) -> str:
        """What the case is called: its title, else its folder; empty if none is open."""
        if self.state is None:
            return ""
        return self.state.case.head.title or self.state.case.folder.name

    # --- entries -----------------------------------------------------------------------------

    def keep(
        self,
        entry: CaseEntry,
        wanted: PlaceWanted | None,
        done: Done = None,
        failed: Failed = None,
    ) -> None:
        """Keep a new *entry* about *wanted*, and choose it."""

        def kept(answer: EntryKept) -> None:
            self.chosen = answer.entry.number
            chain = self._screen.scene.chain
            if answer.known is not None and wanted is not None and wanted.chain is chain:
                self.known = answer.known
            self._become(answer.state)
            self._asking.message.emit(self.tr("Kept as entry %d") % answer.entry.number)
            if_there(done)()

        if self.state is not None:
            self._do(KeepEntry(self.state.case, entry, wanted), kept, failed)

    def change(self, entry: CaseEntry, done: Done = None, failed: Failed = None) -> None:
        """Keep *entry* instead of the one that has its number."""

        def changed(state: CaseState) -> None:
            self._become(state)
            if_there(done)()

        if self.state is not None:
            self._do(ChangeEntry(self.state.case, entry), changed, failed)

    def remove(self, entry: CaseEntry) -> None:
        """Remove *entry*; the trail still tells what it was."""
        if self.state is not None:
            told = self.tr("Entry %d is removed; the trail still tells what it was") % entry.number

            def removed(state: CaseState) -> None:
                self._become(state)
                self._asking.message.emit(told)

            self._do(RemoveEntries(self.state.case, (entry.number,)), removed)

    def go(self, entry: CaseEntry) -> None:
        """Go to what *entry* is about; the disk is opened if another one is shown."""
        place = entry.place
        if place is None or self.state is None:
            return
        if self.is_shown(place):
            self._go_to(place)
            return
        disk = next((each for each in self.state.disks if each.number == place.disk), None)
        if disk is not None:
            self._awaits = place
            self.disk_wanted.emit(disk.path)

    def _go_to(self, place: MarkedPlace) -> None:
        chain = self._screen.scene.chain
        if chain is None:
            return
        offset = self._screen.scene.cursor.offset if place.start is None else place.start * SECTOR
        link = chain.links[place.generation].path
        self._screen.go(Cursor(link, place.generation, offset), jump=True)
        if place.start is not None and place.count is not None:
            self._marked.mark((offset, offset + place.count * SECTOR - 1))
        if place.file is not None:
            self.file_wanted.emit(place.file)

    # --- evidence and trail ------------------------------------------------------------------

    def hash_evidence(self) -> Job | None:
        """Take the digests of every file of the disk that is shown, as a job."""
        scene = self._screen.scene
        if self.state is None or not self.can_mark or scene.chain is None:
            return None
        shown = shown_at(scene, len(scene.chain.links) - 1)
        if shown is None:
            return None

        def done(answer: EvidenceAdded) -> None:
            self.known = core.KnownDisk(answer.added.disk, core.DiskLikeness.SAME)
            self._become(answer.state)
            self._asking.message.emit(added_words(answer))

        title = self.tr("Digests of the evidence: %s") % shown.path.name
        request = AddEvidence(self.state.case, shown)
        return self._asking.run_job(title, request, done, told=added_words)

    def verify(self) -> Job | None:
        """Compare all evidence with its digests, and judge all of the case, as a job."""
        if self.state is None:
            return None
        scene = self._screen.scene
        shown = None
        if scene.chain is not None and self.can_mark:
            shown = shown_at(scene, len(scene.chain.links) - 1)

        def done(answer: CaseVerified) -> None:
            if self._is_of(answer.state):
                self.verdict, self.trail_verdict = answer.verdict, answer.verdict.trail
            self._become(answer.state)
            self._asking.message.emit(verified_words(answer))

        title = self.tr("Verify the case %s") % self.name
        return self._asking.run_job(
            title, VerifyCase(self.state.case, shown), done, told=verified_words
        )

    def judge_trail(self) -> Job | None:
        """Verify the trail alone, as a job."""
        if self.state is None:
            return None

        def done(answer: TrailJudged) -> None:
            if self._is_of(answer.state):
                self.trail_verdict = answer.verdict
            self._become(answer.state)
            self._asking.message.emit(judged_words(answer))

        title = self.tr("Verify the trail of %s") % self.name
        return self._asking.run_job(title, JudgeTrail(self.state.case), done, told=judged_words)

    def sign(self, key: Path) -> None:
        """Sign the head of the trail by *key*."""

        def signed(answer: CaseSigned) -> None:
            self._become(answer.state)
            self._asking.message.emit(signed_words(answer))

        if self.state is not None:
            self._do(SignCase(self.state.case, key), signed)

    # --- the trail ---------------------------------------------------------------------------

    def _note(self, request: object, answer: object, error: Exception | None) -> None:
        """Have the trail tell of what ended, if it is an act."""
        if self.state is None:
            return
        from redoscope_gui.requests.acts import act_of  # noqa: PLC0415  imports numpy

        act = act_of(request, answer, error)
        if act is not None:
            self._do(RecordAct(self.state.case, act.act, act.args, act.result), self._become)

    def _do(self, request: Request, reply: Callable[[Answer], None], failed: Failed = None) -> None:
        self._asking.submit(Lane.WRITE, "case", request, reply, failed)
