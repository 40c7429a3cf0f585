"""Evidence is added to a case: a disk, every file of it, and the digests that it has now."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import FileRefused
from redoscope_core.files.names import is_there
from redoscope_core.format.case_document import file_document
from redoscope_core.format.case_values import CaseDisk
from redoscope_core.format.trail import told_text
from redoscope_core.operations.casework.hashing import Stepping, files_of, hashed_file, now
from redoscope_core.operations.casework.identity import identities_of, is_at, same_links
from redoscope_core.operations.casework.making import new_uid
from redoscope_core.operations.casework.recording import changing
from redoscope_core.operations.casework.rows import add_disk, disks_in, replace_files

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from redoscope_core.chain.chain import Chain
    from redoscope_core.format.case_values import EvidenceFile, LinkIdentity
    from redoscope_core.format.trail import TrailHead
    from redoscope_core.operations.casework.recording import Changing
    from redoscope_core.progress import Progress

__all__ = ["AddedAs", "DiskAdded", "add_chain"]

_RECORD = 2**18
"""Bytes of files that one record tells of, at most, but for a single one."""


class AddedAs(StrEnum):
    """What became of a disk that was to be added."""

    NEW = "new"
    KNOWN = "known"
    """The case had it, and it is as it was."""
    HASHED = "hashed"
    """The case had it without digests, and has these now."""
    MOVED = "moved"
    """The case had it, and knows now where it lies."""


class DiskAdded(NamedTuple):
    """A disk of a case, and what became of it."""

    disk: CaseDisk
    outcome: AddedAs
    head: TrailHead | None
    """Of the trail, behind the record of it."""


def add_chain(folder: Path, chain: Chain, *, hashed: bool) -> Generator[Progress, None, DiskAdded]:
    """Add the disk *chain* to the case in *folder*, *hashed* or to be hashed later.

    Raises:
        FileRefused: It is there, with other bytes than it has now.
        VmdkError: A file of it can't be read, or the case not be changed.
    """
    files = files_of(chain)
    if hashed:
        steps = Stepping(sum(each.length for each in files))
        found: list[EvidenceFile] = []
        for each in files:
            found += [(yield from hashed_file(each.path, each.generation, steps))]
        files = tuple(found)
    links, path = identities_of(chain), chain.path.absolute()
    with changing(folder) as change:
        known = _known(disks_in(change.store), links, path, files)
        if known is None:
            outcome = AddedAs.NEW
            disk = CaseDisk(0, new_uid(), path, now(), links, files)
            number = add_disk(change.store, disk)
        else:
            number, outcome = known.number, _outcome(known, path, files)
            if outcome in {AddedAs.HASHED, AddedAs.MOVED}:
                kept = files if outcome is AddedAs.HASHED else _with_digests(files, known.files)
                replace_files(change.store, number, path, kept)
        disk = next(each for each in disks_in(change.store) if each.number == number)
        _tell(change, disk, outcome, files if hashed else ())
    return DiskAdded(disk, outcome, change.head)


def _known(
    disks: Sequence[CaseDisk],
    links: Sequence[LinkIdentity],
    path: Path,
    files: Sequence[EvidenceFile],
) -> CaseDisk | None:
    """Return which of *disks* this one is: the one of that place, or of these bytes.

    Raises:
        FileRefused: The one of that place has other bytes.
    """
    same = [each for each in disks if same_links(each.links, links)]
    there = next((each for each in same if is_at(each, path)), None)
    if there is not None:
        _refuse_changed(there, files)
        return there
    alike = [each for each in same if not _differs(each.files, files)]
    gone = next((each for each in alike if not is_there(each.path)), None)
    # A copy of one that is where it was is that disk only if all bytes are the same.
    hashed = all(each.digests is not None for each in files)
    return gone or next((each for each in alike if hashed and _is_hashed(each)), None)


def _is_hashed(disk: CaseDisk) -> bool:
    return all(each.digests is not None for each in disk.files)


def _differs(then: Sequence[EvidenceFile], now_: Sequence[EvidenceFile]) -> str | None:
    """Return the name of a file that is another one now, as far as lengths and digests tell."""
    if len(then) != len(now_):
        return f"{len(now_)} files of the disk, where it had {len(then)}"
    for old, new in zip(then, now_, strict=True):
        known = old.digests is not None and new.digests is not None
        differ = known and (old.digests or ())[:3] != (new.digests or ())[:3]
        if differ or old.length != new.length:
            return str(new.path)
    return None


def _refuse_changed(disk: CaseDisk, files: Sequence[EvidenceFile]) -> None:
    changed = _differs(disk.files, files)
    if changed is not None:
        raise FileRefused(
            f"the evidence is not as it was when it was added as disk {disk.number}",
            path=disk.path,
            found=changed,
            expected="the bytes that the case has the digests of",
            cure="`redoscope case verify` tells which files differ",
        )


def _outcome(known: CaseDisk, path: Path, files: Sequence[EvidenceFile]) -> AddedAs:
    if not _is_hashed(known) and all(each.digests is not None for each in files):
        return AddedAs.HASHED
    return AddedAs.KNOWN if is_at(known, path) or is_there(known.path) else AddedAs.MOVED


def _with_digests(
    files: Sequence[EvidenceFile], then: Sequence[EvidenceFile]
) -> tuple[EvidenceFile, ...]:
    """Return *files* with the digests that they had *then*: they have the same lengths."""
    from dataclasses import replace  # noqa: PLC0415 - seldom

    return tuple(replace(new, digests=old.digests) for new, old in zip(files, then, strict=True))


def _tell(
    change: Changing, disk: CaseDisk, outcome: AddedAs, files: Sequence[EvidenceFile]
) -> None:
    """Let the trail tell of the disk, and of the digests that were taken."""
    args = {"disk": disk.number, "path": told_text(str(disk.path))}
    change.event("add", args, {"outcome": outcome.value, "files": len(disk.files)})
    part: list[dict[str, object]] = []
    length = 0
    for each in files:
        told = file_document(each) | {"path": told_text(str(each.path))}
        part.append(told)
        length += len(json.dumps(told))
        if length > _RECORD:
            change.event("digests", {"disk": disk.number}, {"files": part})
            part, length = [], 0
    if part:
        change.event("digests", {"disk": disk.number}, {"files": part})
