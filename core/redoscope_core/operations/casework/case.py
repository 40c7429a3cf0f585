"""A case: what an examiner keeps of disks, in a folder of its own.

    case.json      who examines what; never changed
    notes.sqlite   the disks, bookmarks, notes, saved searches
    audit.jsonl    what was done, when, by whom: each line has the digest of the one before
    reports/       for what is made of it
    signatures/    heads of the trail that were signed

A `Case` is a value: it holds no open file, so any thread may use it, and several programs may work
on one case. Each change is made whole or not at all, and has its record in the trail.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from redoscope_core.errors import FileRefused, InvalidArgument
from redoscope_core.files.names import real_path
from redoscope_core.format.case_document import CaseDocument, written_case_document
from redoscope_core.format.case_values import (
    CaseDisk,
    CaseEntry,
    CaseHead,
    MarkedPlace,
    checked_entry,
    checked_tag,
)
from redoscope_core.format.trail import told_text
from redoscope_core.operations.casework.adding import DiskAdded, add_chain
from redoscope_core.operations.casework.entries import (
    disk_to_drop,
    entries_called,
    refuse_unknown_places,
    tell_entries,
)
from redoscope_core.operations.casework.exchange import CaseBroughtIn, bring_in, document_at
from redoscope_core.operations.casework.hashing import now
from redoscope_core.operations.casework.identity import KnownDisk, known_as
from redoscope_core.operations.casework.lying import refuse_among_disks, refuse_beside
from redoscope_core.operations.casework.making import (
    CASE,
    REPORTS,
    make_folder,
    new_head,
    new_uid,
    read_head,
)
from redoscope_core.operations.casework.recording import (
    TRAIL,
    changing,
    kept_head,
    looking,
    require_trail,
)
from redoscope_core.operations.casework.rows import (
    add_entries,
    change_entry,
    disks_in,
    drop_disk,
    entries_in,
    next_number,
    remove_entries,
)
from redoscope_core.operations.casework.signing import sign_head
from redoscope_core.operations.casework.store import NOTES
from redoscope_core.operations.casework.verifying import CaseVerdict, verify_case
from redoscope_core.operations.making.document import save_document

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import Self

    from redoscope_core.chain.chain import Chain
    from redoscope_core.format.trail import TrailHead
    from redoscope_core.progress import Progress

__all__ = ["Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """A case in a folder. Each method raises `VmdkError` if it can't be read, or not be changed."""

    folder: Path
    head: CaseHead

    @classmethod
    def new(
        cls,
        folder: Path,
        *,
        title: str = "",
        examiner: str = "",
        exhibit: str = "",
        beside_evidence: bool = False,
    ) -> Self:
        """Make a case as *folder*, which is not there yet, or empty.

        Raises:
            AlreadyExists: Something is there.
            FileRefused: Disks are there or in the folder above, and *beside_evidence* is false.
            InvalidArgument: A text is too long.
        """
        head = new_head(title, examiner, exhibit, beside_evidence=beside_evidence)
        if not beside_evidence:
            refuse_among_disks(folder)
        return cls(make_folder(folder, head), head)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the case in *folder*.

        Raises:
            FileMissing: There is none.
            MalformedDocument: `case.json` is damaged.
        """
        head, _ = read_head(folder)
        return cls(real_path(folder), head)

    @classmethod
    def from_document(cls, folder: Path, path: Path, *, beside_evidence: bool = False) -> Self:
        """Make the case of the document at *path* as *folder*, with the numbers that it has there.

        Raises:
            AlreadyExists: Something is there.
            FileRefused: It would lie beside the evidence, and *beside_evidence* is false.
            MalformedDocument: The document is none.
        """
        document = document_at(path)
        if not beside_evidence:
            refuse_among_disks(folder)
            refuse_beside(folder, _files(document.disks))
        return cls(make_folder(folder, document.head, document), document.head)

    @property
    def trail(self) -> Path:
        """The file of what was done."""
        return self.folder / TRAIL

    @property
    def reports(self) -> Path:
        """The folder for what is made of the case."""
        return self.folder / REPORTS

    def disks(self) -> tuple[CaseDisk, ...]:
        """Return the evidence, by number."""
        with looking(self.folder) as store:
            return disks_in(store)

    def entries(self) -> tuple[CaseEntry, ...]:
        """Return the bookmarks, notes and saved searches, by number."""
        with looking(self.folder) as store:
            return entries_in(store)

    def entry(self, number: int) -> CaseEntry:
        """Return the entry of that *number*.

        Raises:
            InvalidArgument: There is none.
        """
        with looking(self.folder) as store:
            return entries_called(store, [number])[0]

    def trail_head(self) -> TrailHead | None:
        """Return the head of the trail behind the last change of the case."""
        with looking(self.folder) as store:
            return kept_head(store)

    def require_trail(self) -> None:
        """Raise a VmdkError if a record can't be put behind the trail; nothing is written."""
        require_trail(self.folder)

    def known(self, chain: Chain) -> KnownDisk | None:
        """Return which disk of the case *chain* is, wherever it lies now; None if it is none.

        Raises:
            InvalidArgument: It may be more than one.
        """
        return known_as(chain, self.disks())

    def place(
        self,
        chain: Chain,
        start: int | None = None,
        count: int | None = None,
        *,
        file: str | None = None,
        generation: int | None = None,
    ) -> MarkedPlace:
        """Return the place of *count* sectors of the disk *chain*, of a *file* of it, or of all.

        It is read at its link *generation*, 0 for the base disk; None is the newest.

        Raises:
            InvalidArgument: That link is of no disk of the case.
            OutOfRange: The sectors leave the disk.
        """
        at = len(chain.links) - 1 if generation is None else generation
        known = self.known(chain)
        most = 0 if known is None else min(len(known.disk.links), len(chain.links))
        if known is None or not 0 <= at < most:
            raise InvalidArgument(
                "not a disk of this case",
                path=chain.path,
                cure="add it first: `redoscope case add`",
            )
        if start is not None:
            count = 1 if count is None else count
            chain.up_to(at).refuse_outside(start, count)
        return MarkedPlace(known.disk.number, at, start, count, file)

    def add(
        self, chain: Chain, *, hashed: bool = True, beside_evidence: bool = False
    ) -> Generator[Progress, None, DiskAdded]:
        """Add the disk *chain*: every file of it, with its digests unless they are to come later.

        One that the case has is known again wherever it lies: it gets the digests that it lacks,
        and its new place if it is gone from the old one. Progress is in bytes.

        Raises:
            FileRefused: The case lies beside it, and nothing allowed that; or it is not as it was.
            InUse: A file of it is written to meanwhile.
        """
        if not (beside_evidence or self.head.beside_evidence):
            refuse_beside(self.folder, chain.all_files)
        return (yield from add_chain(self.folder, chain, hashed=hashed))

    def verify(
        self,
        chains: Sequence[Chain] = (),
        *,
        head: TrailHead | None = None,
        allowed_signers: Path | None = None,
    ) -> Generator[Progress, None, CaseVerdict]:
        """Compare the evidence with what it was, and judge trail, database and signatures.

        *chains* are disks of the case where they lie now, *head* is one that was kept elsewhere,
        *allowed_signers* a list as ssh-keygen has it. Progress is in bytes.

        Raises:
            FileMissing: One of *chains* is no disk of the case; ssh-keygen or the list is missing.
            InUse: Another program works on the case.
        """
        return verify_case(self.folder, chains=chains, head=head, allowed_signers=allowed_signers)

    def keep(self, entries: Iterable[CaseEntry]) -> list[CaseEntry]:
        """Keep new *entries*, all or none, and return them with numbers, uids and times.

        Raises:
            InvalidArgument: One is not what its kind needs, or about no disk of the case.
        """
        at = now()
        new = [
            replace(checked_entry(entry), number=0, uid=new_uid(), made=at, changed=at)
            for entry in entries
        ]
        with changing(self.folder) as change:
            refuse_unknown_places(new, disks_in(change.store))
            kept = add_entries(change.store, new, next_number(change.store))
            tell_entries(change, "keep", kept)
        return kept

    def change(self, entry: CaseEntry) -> CaseEntry:
        """Keep *entry* instead of the one that has its number; uid and times are not taken from it.

        Raises:
            InvalidArgument: There is no such entry, or it is not what its kind needs.
        """
        with changing(self.folder) as change:
            (old,) = entries_called(change.store, [entry.number])
            new = replace(checked_entry(entry), uid=old.uid, made=old.made, changed=now())
            refuse_unknown_places([new], disks_in(change.store))
            change_entry(change.store, new)
            tell_entries(change, "change", [new])
        return new

    def tag(
        self, numbers: Iterable[int], tags: Iterable[str], *, off: bool = False
    ) -> list[CaseEntry]:
        """Give *tags* to the entries of these *numbers*, or take them *off*; return these.

        Raises:
            InvalidArgument: There is no such entry, or a tag is none.
        """
        meant = {checked_tag(tag) for tag in tags}
        with changing(self.folder) as change:
            changed = []
            for old in entries_called(change.store, numbers):
                left = set(old.tags) - meant if off else set(old.tags) | meant
                new = checked_entry(replace(old, tags=tuple(left)))
                if new.tags != old.tags:
                    new = replace(new, changed=now())
                    change_entry(change.store, new)
                changed.append(new)
            tell_entries(change, "tag", changed)
        return changed

    def remove(self, numbers: Iterable[int]) -> list[CaseEntry]:
        """Remove the entries of these *numbers*, all or none, and return them.

        Raises:
            InvalidArgument: There is no such entry.
        """
        with changing(self.folder) as change:
            gone = entries_called(change.store, numbers)
            remove_entries(change.store, [each.number for each in gone])
            tell_entries(change, "remove", gone)
        return gone

    def remove_disk(self, number: int) -> CaseDisk:
        """Take the disk of that *number* out of the case, about which no entry is; return it.

        Raises:
            InvalidArgument: There is no such disk, or entries are about it.
        """
        with changing(self.folder) as change:
            disk = disk_to_drop(change.store, number)
            drop_disk(change.store, number)
            told = {"disk": number, "uid": disk.uid, "path": told_text(str(disk.path))}
            change.event("remove", told, {"files": len(disk.files)})
        return disk

    def record(
        self, act: str, args: Mapping[str, object], result: Mapping[str, object] | None = None
    ) -> TrailHead | None:
        """Let the trail tell that *act* was done: a report, a comparison, whatever it was.

        Raises:
            InvalidArgument: The record is too long.
        """
        with changing(self.folder) as change:
            change.event(act, args, result)
        return change.head

    def document(self) -> CaseDocument:
        """Return all of the case but the evidence and the trail."""
        with looking(self.folder) as store:
            head = kept_head(store)
            told = None if head is None else str(head)
            return CaseDocument(self.head, disks_in(store), entries_in(store), told)

    def export(self, path: Path, *, force: bool = False) -> TrailHead | None:
        """Save the document of the case as *path*; return the head of the trail.

        Raises:
            AlreadyExists: The name is taken, and *force* does not say that it may be replaced.
            FileRefused: It is a disk, a piece of one, or a file of this case.
        """
        target = real_path(path)
        if target.parent == self.folder and target.name in {CASE, TRAIL, NOTES}:
            raise FileRefused("a file of the case itself", path=path, cure="choose another name")
        data = written_case_document(self.document())
        save_document(path, data, force=force)
        digest = hashlib.sha256(data).hexdigest()
        return self.record("export", {"path": told_text(str(path))}, {"sha256": digest})

    def bring_in(self, path: Path, *, beside_evidence: bool = False) -> CaseBroughtIn:
        """Add what the document at *path* has and this case does not: disks, entries.

        What both have stays as it is here.

        Raises:
            FileRefused: The case lies beside a disk of it, and nothing allowed that.
            MalformedDocument: The document is none.
        """
        document = document_at(path)
        if not (beside_evidence or self.head.beside_evidence):
            refuse_beside(self.folder, _files(document.disks))
        with changing(self.folder) as change:
            brought = bring_in(change, document)
            args = {"path": told_text(str(path)), "uid": document.head.uid}
            told = {"disks": brought.disks, "entries": brought.entries}
            told |= {"already": brought.already, "differing": len(brought.differing)}
            change.event("import", args | {"trail_head": document.trail_head}, told)
        return brought

    def sign(self, key: Path) -> tuple[Path, TrailHead]:
        """Sign the head of the trail by *key* with ssh-keygen; return the signature and the head.

        Raises:
            FileMissing: ssh-keygen, or the key, is not there.
            FileRefused: ssh-keygen does not sign with it.
        """
        head = self.trail_head()
        if head is None:
            raise InvalidArgument("a trail without a record has no head", path=self.trail)
        signature = sign_head(self.folder, head, key)
        self.record("sign", {"key": told_text(str(key))}, {"head": str(head)})
        return signature, head


def _files(disks: Iterable[CaseDisk]) -> list[Path]:
    return [file.path for disk in disks for file in disk.files]
