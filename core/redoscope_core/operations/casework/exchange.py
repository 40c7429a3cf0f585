"""A case goes out as a document, and what another has in one comes in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import MalformedDocument
from redoscope_core.files.file import DiskFile
from redoscope_core.format.case_document import read_case_document
from redoscope_core.operations.casework.identity import same_links
from redoscope_core.operations.casework.making import new_uid
from redoscope_core.operations.casework.rows import (
    add_disk,
    add_entries,
    disks_in,
    entries_in,
    next_number,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core.format.case_document import CaseDocument
    from redoscope_core.format.case_values import CaseDisk, CaseEntry, LinkIdentity
    from redoscope_core.operations.casework.recording import Changing

__all__ = ["CaseBroughtIn", "bring_in", "document_at"]

_WHAT = "the document of a case"
_LONGEST = 2**29
"""Bytes: more than a million entries have."""


class CaseBroughtIn(NamedTuple):
    """What a document brought into a case."""

    disks: int
    """Those that are new in the case."""
    entries: int
    """Those that are new in the case."""
    already: int
    """Entries that the case had, as they are in the document."""
    differing: tuple[int, ...]
    """Numbers, in the case, of entries that it had otherwise: they stay as they were."""


def document_at(path: Path) -> CaseDocument:
    """Read the document at *path*.

    Raises:
        MalformedDocument: It is something else, or has a value that can't be.
        VmdkError: It can't be read.
    """
    with DiskFile(path) as file:
        if file.file_bytes > _LONGEST:
            raise MalformedDocument(
                "too long to be the document of a case",
                path=path,
                found=f"{file.file_bytes} bytes",
                expected=f"at most {_LONGEST}",
            )
        data = file.read_at(0, file.file_bytes, what=_WHAT)
    try:
        return read_case_document(data)
    except MalformedDocument as error:
        error.path = path
        raise


def bring_in(change: Changing, document: CaseDocument) -> CaseBroughtIn:
    """Add what *document* has and the case does not.

    A disk is the same by its uid, or by its links and digests; an entry by its uid.
    """
    store = change.store
    ours: dict[LinkIdentity, list[CaseDisk]] = {}
    for each in disks_in(store):
        ours.setdefault(_newest(each), []).append(each)
    uids = {each.uid for alike in ours.values() for each in alike}
    numbers: dict[int, int] = {}
    added = 0
    for disk in document.disks:
        known = _known(disk, ours.get(_newest(disk), ()))
        if known is None:
            uid = new_uid() if disk.uid in uids else disk.uid
            numbers[disk.number] = add_disk(store, replace(disk, number=0, uid=uid))
            added += 1
        else:
            numbers[disk.number] = known.number
    have = {entry.uid: entry for entry in entries_in(store)}
    new: list[CaseEntry] = []
    already, differing = 0, []
    for entry in document.entries:
        place = entry.place
        if place is not None:
            place = replace(place, disk=numbers[place.disk])
        moved = replace(entry, place=place, number=0)
        mine = have.get(entry.uid)
        if mine is None:
            new.append(moved)
        elif replace(mine, number=0) == moved:
            already += 1
        else:
            differing.append(mine.number)
    add_entries(store, new, next_number(store))
    return CaseBroughtIn(added, len(new), already, tuple(differing))


def _newest(disk: CaseDisk) -> LinkIdentity:
    """Return by what the newest link is known; without its text, which may have been edited."""
    return disk.links[-1]._replace(descriptor="")


def _known(disk: CaseDisk, ours: Sequence[CaseDisk]) -> CaseDisk | None:
    for each in ours:
        if each.uid == disk.uid and same_links(each.links, disk.links):
            return each
    digests = [file.digests and file.digests[:3] for file in disk.files]
    for each in ours:
        theirs = [file.digests and file.digests[:3] for file in each.files]
        if same_links(each.links, disk.links) and theirs == digests and None not in digests:
            return each
    return None
