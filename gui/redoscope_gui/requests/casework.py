"""Work on a case: made, opened, told of disks, of entries and of what was done.

Each of these is answered by the case as it is then: whoever shows it needs to ask nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import VmdkError

if TYPE_CHECKING:
    from redoscope_core import (
        Case,
        CaseDisk,
        CaseEntry,
        Chain,
        KnownDisk,
        MarkedPlace,
        TrailHead,
        TrailRecord,
    )

__all__ = [
    "CaseState",
    "ChangeEntry",
    "DiskMet",
    "EntryKept",
    "FindCase",
    "KeepEntry",
    "MakeCase",
    "MeetDisk",
    "OpenCase",
    "PlaceWanted",
    "RecordAct",
    "RemoveEntries",
    "told_path",
]

_RECORDS = 500
"""Records of the trail that are shown, at most, the newest: each is judged when it is read."""


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case as it was read."""

    case: Case
    disks: tuple[CaseDisk, ...]
    entries: tuple[CaseEntry, ...]
    head: TrailHead | None
    """Of the trail."""
    records: tuple[TrailRecord, ...]
    """The last of the trail, the newest last."""

    @classmethod
    def of(cls, case: Case) -> CaseState:
        """Read *case*.

        Raises:
            VmdkError: It can't be read.
        """
        head, records = case.trail_head(), core.trail_records(case.trail, _RECORDS)
        return cls(case, case.disks(), case.entries(), head, tuple(records))


@dataclass(frozen=True, slots=True)
class MakeCase:
    """Make a case as *folder*, which is not there yet, or empty."""

    folder: Path
    title: str = ""
    examiner: str = ""
    exhibit: str = ""
    beside_evidence: bool = False

    def run(self) -> CaseState:
        """Return it.

        Raises:
            VmdkError: Something is there, or disks are beside it, or it can't be written.
        """
        made = core.Case.new(
            self.folder,
            title=self.title,
            examiner=self.examiner,
            exhibit=self.exhibit,
            beside_evidence=self.beside_evidence,
        )
        return CaseState.of(made)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open the case in *folder*."""

    folder: Path

    def run(self) -> CaseState:
        """Return it.

        Raises:
            VmdkError: There is none, or it is damaged.
        """
        return CaseState.of(core.Case.open(self.folder))


@dataclass(frozen=True, slots=True)
class DiskMet:
    """A disk that was opened while a case is, and what it is to that."""

    state: CaseState
    known: KnownDisk | None
    """None if it is no disk of the case."""


@dataclass(frozen=True, slots=True)
class MeetDisk:
    """Tell which disk of *case* the *chain* is, and have the trail tell that it was opened."""

    case: Case
    chain: Chain
    allowed: tuple[str, ...] = ()
    """By which leniencies it was opened: what it reads may depend on them."""

    def run(self) -> DiskMet:
        """Return it.

        Raises:
            VmdkError: The case can't be read or written; the disk may be more than one of it.
        """
        known = self.case.known(self.chain)
        told: dict[str, object] = {"links": len(self.chain.links), "disk": None}
        if known is not None:
            told |= {"disk": known.disk.number, "as": known.likeness.value}
        args: dict[str, object] = {"path": told_path(self.chain.path)}
        if self.allowed:
            args["allowed"] = list(self.allowed)
        self.case.record("open", args, told)
        return DiskMet(CaseState.of(self.case), known)


@dataclass(frozen=True, slots=True)
class FindCase:
    """Find the case that knows the disk *chain*, among those in *folders*; the first one is it."""

    folders: tuple[Path, ...]
    chain: Chain
    allowed: tuple[str, ...] = ()

    def run(self) -> DiskMet | None:
        """Return it opened, or None: one that can't be read is no reason to say anything.

        Raises:
            VmdkError: The trail of the one that knows it can't tell that the disk was opened.
        """
        for folder in self.folders:
            with suppress(VmdkError):
                case = core.Case.open(folder)
                if case.known(self.chain) is not None:
                    break
        else:
            return None
        return MeetDisk(case, self.chain, self.allowed).run()


@dataclass(frozen=True, slots=True)
class PlaceWanted:
    """Sectors of a generation, a file of it, or all of it: what an entry is to be about."""

    chain: Chain
    generation: int
    start: int | None = None
    """First sector."""
    count: int | None = None
    file: str | None = None
    """`1:/path` in volume 1."""


@dataclass(frozen=True, slots=True)
class EntryKept:
    """An entry that a case has now."""

    state: CaseState
    entry: CaseEntry
    known: KnownDisk | None
    """Which disk of the case it is about; None if it is about none."""


@dataclass(frozen=True, slots=True)
class KeepEntry:
    """Keep a new *entry* about *wanted*; None is about the case.

    A disk that the case does not know is added to it first, its digests to be taken later.
    """

    case: Case
    entry: CaseEntry
    wanted: PlaceWanted | None

    def run(self) -> EntryKept:
        """Return it as it is kept.

        Raises:
            VmdkError: It can't be kept, or the disk not be added.
        """
        known = None
        entry = self.entry
        if self.wanted is not None:
            entry = replace(entry, place=self._place(self.wanted))
            known = self.case.known(self.wanted.chain)
        (kept,) = self.case.keep([entry])
        return EntryKept(CaseState.of(self.case), kept, known)

    def _place(self, wanted: PlaceWanted) -> MarkedPlace:
        known = self.case.known(wanted.chain)
        if known is None or wanted.generation >= len(known.disk.links):
            for _ in self.case.add(wanted.chain, hashed=False):
                pass
        return self.case.place(
            wanted.chain,
            wanted.start,
            wanted.count,
            file=wanted.file,
            generation=wanted.generation,
        )


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """Keep *entry* instead of the one that has its number."""

    case: Case
    entry: CaseEntry

    def run(self) -> CaseState:
        """Return the case.

        Raises:
            VmdkError: There is none of that number, or it can't be changed.
        """
        self.case.change(self.entry)
        return CaseState.of(self.case)


@dataclass(frozen=True, slots=True)
class RemoveEntries:
    """Remove the entries of these *numbers*; the trail still tells what they were."""

    case: Case
    numbers: tuple[int, ...]

    def run(self) -> CaseState:
        """Return the case.

        Raises:
            VmdkError: There is none of such a number, or the case can't be changed.
        """
        self.case.remove(self.numbers)
        return CaseState.of(self.case)


@dataclass(frozen=True, slots=True)
class RecordAct:
    """Have the trail tell that *act* was done to *args*, and what came of it."""

    case: Case
    act: str
    args: Mapping[str, object]
    result: Mapping[str, object]

    def run(self) -> CaseState:
        """Return the case.

        Raises:
            VmdkError: The trail can't tell of it.
        """
        self.case.record(self.act, self.args, self.result)
        return CaseState.of(self.case)


def told_path(path: Path) -> object:
    """Return *path* as a record of a trail tells it."""
    return core.told_text(str(path.absolute()))
