"""A case, verified: the evidence against what it was, the trail, the database, the signatures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import FileMissing, InUse, VmdkError
from redoscope_core.operations.casework.hashing import Stepping, files_of, hashed_file
from redoscope_core.operations.casework.identity import DiskLikeness, known_as
from redoscope_core.operations.casework.making import CASE_DIGEST, read_head
from redoscope_core.operations.casework.recording import TRAIL, changing, kept_head, looking
from redoscope_core.operations.casework.rows import about, disks_in, entries_in, waiting_events
from redoscope_core.operations.casework.signing import SignedHead, check_signatures
from redoscope_core.operations.casework.store import NOTES
from redoscope_core.operations.reporting.trail import lines_at, trail_end, verify_trail
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from pathlib import Path

    from redoscope_core.chain.chain import Chain
    from redoscope_core.format.case_values import CaseDisk, CaseEntry, EvidenceFile
    from redoscope_core.format.trail import TrailHead, TrailVerdict
    from redoscope_core.operations.casework.rows import Event
    from redoscope_core.progress import Progress

__all__ = ["CaseDiskVerdict", "CaseVerdict", "EvidenceState", "EvidenceVerdict", "verify_case"]

_MOST_TOLD = 100
"""Files of which a record of the trail says that they differ."""
_LONGEST = 300
"""Characters of a path in such a record."""
_MOST_PROBLEMS = 20


class EvidenceState(StrEnum):
    """What became of a file of the evidence."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    NOT_HASHED = "not-hashed"
    """No digests were taken when it was added; it has the length that it had."""


class EvidenceVerdict(NamedTuple):
    """A file of the evidence then and now."""

    then: EvidenceFile
    now: EvidenceFile | None
    """None if it can't be read, or was written to meanwhile."""
    path: Path
    """Where it was looked for."""
    state: EvidenceState
    why: str | None = None
    """Why nothing is known of it now."""

    @property
    def is_touched(self) -> bool:
        """Whether its time of change is another one, whatever its bytes are."""
        return self.now is not None and self.now.modified != self.then.modified


class CaseDiskVerdict(NamedTuple):
    """A disk of the case, and its files."""

    disk: CaseDisk
    path: Path
    """Where its newest link was looked for."""
    files: tuple[EvidenceVerdict, ...]


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What a case comes to."""

    disks: tuple[CaseDiskVerdict, ...]
    trail: TrailVerdict | None
    """None if it can't be read."""
    database: tuple[str, ...]
    """What is wrong with the database, and with `case.json`; nothing if it is sound."""
    signatures: tuple[SignedHead, ...]
    problems: tuple[str, ...]
    """What else is wrong: with the trail against what the case keeps of it."""
    head: TrailHead | None
    """Of the trail, behind the record of this verdict."""
    unrecorded: VmdkError | None
    """Why the trail does not tell of this verdict."""

    @property
    def is_sound(self) -> bool:
        """Whether all evidence is as it was, and nothing is wrong with the case."""
        fine = {EvidenceState.SAME, EvidenceState.NOT_HASHED}
        evidence = all(file.state in fine for disk in self.disks for file in disk.files)
        trail = self.trail is not None and self.trail.is_sound
        signed = all(each.is_sound for each in self.signatures)
        return evidence and trail and signed and not self.database and not self.problems


class _Kept(NamedTuple):
    """What the database says, as far as it can be read."""

    disks: tuple[CaseDisk, ...]
    head: TrailHead | None
    problems: list[str]


def verify_case(
    folder: Path,
    *,
    chains: Sequence[Chain] = (),
    head: TrailHead | None = None,
    allowed_signers: Path | None = None,
) -> Generator[Progress, None, CaseVerdict]:
    """Verify the case in *folder*, and let its trail tell of that.

    *chains* are disks of it where they lie now, if that is elsewhere; *head* is one that was kept
    elsewhere. Nothing of the evidence is written.

    Raises:
        InvalidArgument: One of *chains* may be more than one disk of the case.
        FileMissing: One of them is none; ssh-keygen or *allowed_signers* is not there.
        InUse: Another program works on the case.
    """
    kept = _database(folder)
    trail, problems = _trail(folder / TRAIL, kept.head, head)
    signatures: list[SignedHead] = []
    if trail is not None:
        signatures = check_signatures(folder, folder / TRAIL, allowed_signers)
    places = _places(chains, kept.disks)
    files = [file for disk in kept.disks for file in places.get(disk.number, disk.files)]
    steps = Stepping(sum(file.length for file in files))
    disks: list[CaseDiskVerdict] = []
    for disk in kept.disks:
        disks += [(yield from _disk(disk, places.get(disk.number), steps))]
    verdict = CaseVerdict(
        tuple(disks),
        trail,
        tuple(kept.problems[:_MOST_PROBLEMS]),
        tuple(signatures),
        tuple(problems),
        None,
        None,
    )
    return _recorded(folder, verdict)


def _database(folder: Path) -> _Kept:
    problems: list[str] = []
    disks: tuple[CaseDisk, ...] = ()
    head = None
    digest = read_head(folder)[1]
    try:
        with looking(folder) as store:
            problems += [
                row[0]
                for row in store.ask(f"PRAGMA integrity_check({_MOST_PROBLEMS})")
                if row[0] != "ok"
            ]
            if about(store, CASE_DIGEST) != digest:
                problems.append("case.json is not the one that the case was made with")
            head = kept_head(store)
            disks = disks_in(store)
            problems += _lost_places(disks, entries_in(store))
            problems += _unknown(folder / TRAIL, head, waiting_events(store))
    except InUse:
        raise
    except VmdkError as error:
        problems.append(str(error))
    return _Kept(disks, head, problems)


def _lost_places(disks: Iterable[CaseDisk], entries: Iterable[CaseEntry]) -> list[str]:
    links = {disk.number: len(disk.links) for disk in disks}
    return [
        f"entry {each.number} is about generation {each.place.generation} of disk"
        f" {each.place.disk}, which the case does not have"
        for each in entries
        if each.place is not None and each.place.generation >= links.get(each.place.disk, 0)
    ]


def _unknown(path: Path, kept: TrailHead | None, waiting: Iterable[Event]) -> list[str]:
    """Return that the trail tells of changes that the database does not have, if it does.

    That some wait for their records is no fault: a kill leaves them.
    """
    try:
        told = trail_end(path, kept).events
    except VmdkError:
        return []  # what is wrong with the trail is told of it
    lacking = told.difference(event.uid for event in waiting)
    if not lacking:
        return []
    return [f"{NOTES} is an older copy: the trail tells of {counted(len(lacking), 'later record')}"]


def _trail(
    path: Path, kept: TrailHead | None, head: TrailHead | None
) -> tuple[TrailVerdict | None, list[str]]:
    """Return the verdict on the trail, and what is wrong with it against the heads."""
    try:
        verdict = verify_trail(path, head or kept)
        lines = lines_at(path, {each.number for each in (kept, head) if each is not None})
    except VmdkError as error:
        return None, [str(error)]
    if kept is None or lines.get(kept.number) == kept.sha256:
        return verdict, []
    return verdict, [f"the trail has not the line that the case keeps as its head, {kept}"]


def _places(
    chains: Sequence[Chain], disks: Sequence[CaseDisk]
) -> dict[int, tuple[EvidenceFile, ...]]:
    """Return, by the numbers of disks, the files of those that lie elsewhere now."""
    found = {}
    for chain in chains:
        known = known_as(chain, disks)
        if known is None or known.likeness is not DiskLikeness.SAME:
            raise FileMissing(
                "not a disk of this case",
                path=chain.path,
                cure="`redoscope case list` tells its disks, and `case add` adds one",
            )
        found[known.disk.number] = files_of(chain)
    return found


def _disk(
    disk: CaseDisk, files: Sequence[EvidenceFile] | None, steps: Stepping
) -> Generator[Progress, None, CaseDiskVerdict]:
    where = [each.path for each in (disk.files if files is None else files)]
    verdicts = []
    for at, then in enumerate(disk.files):
        path = where[at] if at < len(where) else then.path
        verdicts.append((yield from _file(then, path, steps)))
    at_tip = [each for each in disk.files if each.generation == len(disk.links) - 1]
    first = disk.files.index(at_tip[0]) if at_tip else 0
    path = disk.path if files is None or first >= len(where) else where[first]
    return CaseDiskVerdict(disk, path, tuple(verdicts))


def _file(
    then: EvidenceFile, path: Path, steps: Stepping
) -> Generator[Progress, None, EvidenceVerdict]:
    try:
        found = yield from hashed_file(path, then.generation, steps)
    except InUse as error:
        return EvidenceVerdict(then, None, path, EvidenceState.CHANGED, error.facts)
    except FileMissing as error:
        return EvidenceVerdict(then, None, path, EvidenceState.MISSING, error.facts)
    except VmdkError as error:
        return EvidenceVerdict(then, None, path, EvidenceState.UNREADABLE, error.facts)
    state = EvidenceState.SAME
    if found.length != then.length:
        state = EvidenceState.CHANGED
    elif then.digests is None or found.digests is None:
        state = EvidenceState.NOT_HASHED
    elif found.digests[:3] != then.digests[:3]:
        state = EvidenceState.CHANGED
    return EvidenceVerdict(then, found, path, state)


def _recorded(folder: Path, verdict: CaseVerdict) -> CaseVerdict:
    """Let the trail tell of *verdict*, if the case can be written; return it with the head."""
    files = [file for disk in verdict.disks for file in disk.files]
    differing = [
        file for file in files if file.state not in {EvidenceState.SAME, EvidenceState.NOT_HASHED}
    ]
    told = {
        "sound": verdict.is_sound,
        "files": len(files),
        "differing": [
            {"path": str(file.path)[:_LONGEST], "state": file.state.value}
            for file in differing[:_MOST_TOLD]
        ],
        "differing_files": len(differing),
        "signatures": len(verdict.signatures),
    }
    try:
        with changing(folder) as change:
            change.event("verify", {}, told)
    except VmdkError as error:
        head = None if verdict.trail is None else verdict.trail.head
        return replace(verdict, head=head, unrecorded=error)
    return replace(verdict, head=change.head)
