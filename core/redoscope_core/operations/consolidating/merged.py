"""Links that were merged by an earlier call: knowing them again, and removing their files.

What counts is what each link says of itself, `Descriptor.merged_into`; the inverse saved by the
call only tells which links belong together. So no file is removed on the word of a document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redoscope_core.chain.family.children import children_left
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.errors import (
    CorruptVmdk,
    FileRefused,
    HasChildren,
    MalformedDocument,
    NotAVmdk,
    TooManyFiles,
    VmdkError,
)
from redoscope_core.files.file import DiskFile, os_error
from redoscope_core.files.locks import refuse_if_locked
from redoscope_core.files.names import is_there, real_path
from redoscope_core.files.new_file import sync_folder
from redoscope_core.format.content_id import format_content_id
from redoscope_core.link.first_bytes import named_as_disk
from redoscope_core.link.link import read_descriptor
from redoscope_core.link.opening import extents_beside
from redoscope_core.link.plans_beside import undo_words
from redoscope_core.link.saved_plan import MergedLinks, SavedPlan
from redoscope_core.operations.edits.interrupted import saved_for
from redoscope_core.operations.edits.plan import Plan, drop_saved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from redoscope_core.chain.access import Policy

__all__ = [
    "MergedBefore",
    "files_of_text",
    "merged_before",
    "refuse_if_used",
    "refuse_shared",
    "remove_merged",
]


@dataclass(frozen=True, slots=True)
class MergedBefore:
    """A consolidation whose last step is made already."""

    target: Path
    links: tuple[Path, ...]
    """The merged links, the oldest first; those that are removed too."""
    saved: Path | None
    """The inverse of the last step; without it nobody knows which links belong together."""

    @property
    def left(self) -> tuple[Path, ...]:
        """The files of the merged links that are still there."""
        there = [link for link in self.links if _says_merged(link, self.target)]
        return tuple(file for link in there for file in files_of_text(link))


def merged_before(disk: Path, undo: Path | None = None) -> MergedBefore | None:
    """Return what an earlier call on *disk* came to the end of; None if none did.

    Either *disk* says itself that it was merged, or it is removed and the inverse that the
    call saved, as *undo* or by itself, names it as the newest of the merged links.
    """
    is_left = is_there(disk)
    for saved in saved_for(disk, undo):
        merged = _merged_in(saved)
        if merged is None or real_path(merged.links[-1]) != real_path(disk):
            continue
        left = [link for link in merged.links if is_there(link)]
        if is_there(merged.into) and all(_says_merged(link, merged.into) for link in left):
            return MergedBefore(merged.into, merged.links, saved)
    into = _mark_of(disk) if is_left else None
    if into is None or not is_there(disk.parent / into):
        return None
    return MergedBefore(disk.parent / into, (disk,), None)


def _merged_in(saved: Path) -> MergedLinks | None:
    try:
        return SavedPlan.read(saved).merged
    except TooManyFiles:
        raise
    except VmdkError:
        return None  # a file of somebody else


def _mark_of(link: Path) -> str | None:
    """Return the name of what *link* says it was merged into; None if it says nothing so."""
    try:
        with DiskFile(link) as file:
            return read_descriptor(file).merged_into
    except TooManyFiles:
        raise
    except VmdkError:
        return None


def _says_merged(link: Path, target: Path) -> bool:
    return _mark_of(link) == target.name


def remove_merged(
    saved: Path, policy: Policy, files: Mapping[Path, Sequence[Path]] | None = None
) -> tuple[Path, ...]:
    """Remove the files of the links whose merging *saved* would take back, then *saved*.

    The newest link goes first, and of each its descriptor last: what is left if that fails or
    is stopped still has its parents, once *saved* is applied. To take back the rest of the last
    step would give children a parent that is not there any more: so that is no part of *saved*
    from now on. *files* are those of a link where that is known better than by its text.

    Returns what was removed.

    Raises:
        MalformedDocument: *saved* is of no consolidation.
        CorruptVmdk: The target has other content than after the merging.
        HasChildren: Links were made from a merged one since.
        FileRefused: A file of a merged link is one of another disk too.
        InUse: Another program has one of the links.
        VmdkError: A file can't be removed.
    """
    plan = SavedPlan.read(saved)
    merged = plan.merged
    if merged is None:
        raise MalformedDocument("not the inverse of a consolidation", path=saved)
    left = [link for link in merged.links if _says_merged(link, merged.into)]
    _refuse_other_content(merged, left)
    _refuse_children(left, policy)
    known = files or {}
    each = [known.get(real_path(link)) or files_of_text(link) for link in left]
    refuse_shared(merged.into, left, [file for own in each for file in own])
    for link, own in zip(left, each, strict=True):
        refuse_if_used(link, own)
    back = tuple(edit for edit in plan.edits if edit.path in left)
    Plan(back, merged=merged).save(saved, replace=True)
    for own in reversed(each):
        _remove(own, saved)
    drop_saved(saved)
    return tuple(file for own in each for file in own)


def files_of_text(link: Path) -> tuple[Path, ...]:
    """Return those files of *link* that its text names and that are there."""
    with DiskFile(link) as file:
        return tuple(dict.fromkeys((link, *extents_beside(file))))


def _refuse_other_content(merged: MergedLinks, left: Sequence[Path]) -> None:
    with DiskFile(merged.into) as file:
        cid = read_descriptor(file).cid
    if left and cid != merged.cid:
        raise CorruptVmdk(
            "the link was changed since the others were merged into it",
            path=merged.into,
            where="descriptor key CID",
            found=format_content_id(cid),
            expected=format_content_id(merged.cid),
            cure="see that it holds what you want, and remove by hand: "
            + ", ".join(link.name for link in left),
        )


def _refuse_children(left: Sequence[Path], policy: Policy) -> None:
    for link, others in children_left(left, left, policy).items():
        if others:
            raise HasChildren(
                "the merged link has children, which need it",
                path=link,
                found=f"{', '.join(child.name for child in others)} made from it",
                expected="no child",
                cure="attach them to another parent, or move them away",
            )


def refuse_shared(target: Path, left: Sequence[Path], files: Sequence[Path]) -> None:
    """Refuse if one of *files*, those of the links *left*, is a disk of its own or a piece of one.

    What a descriptor names may be anything, also what other descriptors beside it name, or a letter
    that is called the data of a flat disk.

    Raises:
        FileRefused: So it is.
    """
    own, removed = {real_path(link) for link in left}, {real_path(file): file for file in files}
    for place, file in removed.items():
        if place not in own and not named_as_disk(file):
            raise FileRefused(
                "a file that a merged link names as its data is not called as one of a disk",
                path=file,
                expected="a name that ends in .vmdk",
                cure="merge without --delete, and remove by hand what is no longer needed",
            )
    folders = dict.fromkeys(path.parent for path in (*left, *removed, *removed.values()))
    neighbours = Neighbours()
    beside = (link for folder in folders for link in neighbours.links_in(folder))
    for other in dict.fromkeys((target, *beside)):
        shared = removed.keys() & {real_path(file) for file in _files_known(other)}
        if real_path(other) not in own and shared:
            raise FileRefused(
                "a file of the merged link is one of another disk too",
                path=removed[min(shared)],
                found=f"{other.name} needs it",
                expected="files of the merged links alone",
                cure="see which disk it belongs to, and remove the others by hand",
            )


def _files_known(link: Path) -> tuple[Path, ...]:
    """Return the files that *link* needs; itself alone if its text can't be read, none if none."""
    try:
        return files_of_text(link)
    except TooManyFiles:
        raise
    except NotAVmdk:
        return ()
    except VmdkError:
        return (link,)


def refuse_if_used(link: Path, files: Sequence[Path]) -> None:
    """Refuse if another program has one of *files*, those of *link*."""
    for path in files:
        with DiskFile(path) as file:
            refuse_if_locked(link, [file])


def _remove(files: Sequence[Path], saved: Path) -> None:
    for file in reversed(files):
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            failed = os_error(error, file, "removing it")
            failed.cure = (
                "the links are merged, and it can be removed by hand;"
                f" {undo_words(saved)} lets one look at what is left of them"
            )
            raise failed from None
    for folder in {file.parent for file in files}:
        sync_folder(folder)
