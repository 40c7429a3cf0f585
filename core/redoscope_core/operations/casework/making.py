"""A new case: its folder appears whole, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import uuid
from typing import TYPE_CHECKING

from redoscope_core.errors import AlreadyExists, FileMissing, FileRefused, MalformedDocument
from redoscope_core.files.file import DiskFile, folder_error, os_error, require_regular
from redoscope_core.files.locks import held_folder
from redoscope_core.files.names import real_path
from redoscope_core.files.new_file import NewFiles, part_beside, sync_folder
from redoscope_core.format.case_document import head_bytes, head_of_bytes
from redoscope_core.format.case_values import CaseHead, checked_head
from redoscope_core.operations.casework.hashing import now
from redoscope_core.operations.casework.recording import TRAIL, Changing, begin_trail
from redoscope_core.operations.casework.rows import add_disk, add_entries, tell_about
from redoscope_core.operations.casework.store import NOTES, make_store, writing

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.format.case_document import CaseDocument

__all__ = ["CASE", "CASE_DIGEST", "REPORTS", "make_folder", "new_head", "new_uid", "read_head"]

CASE = "case.json"
REPORTS = "reports"
CASE_DIGEST = "case"
"""What the digest of `case.json` is kept under."""
_LONGEST = 2**16
_OURS = (CASE, TRAIL, NOTES, f"{NOTES}-journal")


def new_uid() -> str:
    """Return 32 hex digits that nothing else has."""
    return uuid.uuid4().hex


def new_head(title: str, examiner: str, exhibit: str, *, beside_evidence: bool) -> CaseHead:
    """Return the head of a new case.

    Raises:
        InvalidArgument: A text is too long.
    """
    return checked_head(CaseHead(new_uid(), now(), title, examiner, exhibit, beside_evidence))


def read_head(folder: Path) -> tuple[CaseHead, str]:
    """Return the head of the case in *folder*, and the digest of the file that has it.

    Raises:
        FileMissing: There is no case.
        MalformedDocument: `case.json` is none.
        VmdkError: It can't be read.
    """
    path = folder / CASE
    try:
        require_regular(path)
    except FileMissing:
        raise FileMissing(
            "no case is here",
            path=folder,
            found=f"no {CASE} in it",
            cure="name the folder of a case; `redoscope case new FOLDER` makes one",
        ) from None
    with DiskFile(path) as file:
        data = file.read_at(0, min(file.file_bytes, _LONGEST), what="the case")
    try:
        return head_of_bytes(data), hashlib.sha256(data).hexdigest()
    except MalformedDocument as error:
        error.path = path
        raise


def make_folder(folder: Path, head: CaseHead, filled: CaseDocument | None = None) -> Path:
    """Make the case *head* as *folder*, which is not there or empty; return where it is.

    With disks and entries of the document *filled*, under the numbers that they have there.

    Raises:
        AlreadyExists: Something is in the folder, or it is none.
        VmdkError: It can't be made.
    """
    target = real_path(folder)
    _refuse_taken(folder, target)
    part = part_beside(target)
    try:
        part.mkdir(mode=0o700)
    except (OSError, ValueError) as error:
        problem = error if isinstance(error, OSError) else OSError(None, str(error))
        raise folder_error(problem, folder) from None
    try:
        # Held, so that nobody takes it for something that a kill left.
        with held_folder(part):
            _fill(part, head, filled)
            _give_name(part, target)
    except BaseException:
        _discard(part)
        raise
    return target


def _refuse_taken(folder: Path, target: Path) -> None:
    try:
        mode = target.lstat().st_mode
        is_free = stat.S_ISDIR(mode) and not any(target.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        if target.parent.is_dir():
            return
        raise FileMissing(
            "the folder in which the case is to be made is not there",
            path=target.parent,
            cure="make it first, or choose another",
        ) from None
    except (OSError, ValueError) as error:
        problem = error if isinstance(error, OSError) else OSError(None, str(error))
        raise os_error(problem, folder, "looking at it") from None
    if not is_free:
        is_case = os.path.lexists(target / CASE)
        raise AlreadyExists(
            "a case is there already" if is_case else "the name is taken",
            path=folder,
            cure="choose another name; nothing was changed",
        )


def _fill(part: Path, head: CaseHead, filled: CaseDocument | None) -> None:
    data = head_bytes(head)
    with NewFiles([part / CASE]) as (file,):
        file.write_at(0, data)
    (part / REPORTS).mkdir(mode=0o700)
    make_store(part / NOTES)
    digest = hashlib.sha256(data).hexdigest()
    told = {"uid": head.uid, "title": head.title, "examiner": head.examiner}
    told |= {"exhibit": head.exhibit}
    with writing(part / NOTES) as store:
        with store.all_or_nothing(writes=True):
            change = Changing(store)
            tell_about(store, CASE_DIGEST, digest)
            change.event("case", told, {"case_sha256": digest})
            if filled is not None:
                _bring_in(change, filled)
        begin_trail(part, store)
    sync_folder(part)


def _bring_in(change: Changing, filled: CaseDocument) -> None:
    for disk in filled.disks:
        add_disk(change.store, disk)
    add_entries(change.store, filled.entries, 0)
    args = {"trail_head": filled.trail_head}
    result = {"disks": len(filled.disks), "entries": len(filled.entries)}
    change.event("import", args, result)


def _give_name(part: Path, target: Path) -> None:
    try:
        # An empty folder of that name is replaced; one that is filled by now is not.
        part.rename(target)
    except OSError as error:
        if isinstance(error, FileExistsError) or os.path.lexists(target / CASE):
            raise AlreadyExists("the name was taken meanwhile", path=target) from None
        raise FileRefused(
            "the folder can't be made",
            path=target,
            found=error.strerror or str(error),
            cure="name a folder that is not there yet",
        ) from None
    sync_folder(target.parent)


def _discard(part: Path) -> None:
    """Remove what was made of a case; nothing else is in its folder."""
    for name in _OURS:
        with contextlib.suppress(OSError):
            (part / name).unlink(missing_ok=True)
    for place in (part / REPORTS, part):
        with contextlib.suppress(OSError):
            place.rmdir()
