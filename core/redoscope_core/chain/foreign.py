"""Children that VirtualBox made: their parent is told by a UUID alone.

Such a link has no hint and no parentCID, so to every other program it looks like a base
disk. Its parent is the disk beside it (or in a searched folder) with the image UUID that it
names; whether that was changed since, a modification UUID tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import ContentIdMismatch, MissingParent
from redoscope_core.link.file import DiskFile
from redoscope_core.link.link import read_descriptor
from redoscope_core.link.names import same_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.neighbours import Neighbours
    from redoscope_core.format.descriptor import Descriptor

__all__ = ["SNAPSHOTS", "find_foreign_parent", "fits", "foreign_candidates"]

SNAPSHOTS = "Snapshots"
"""The folder in which VirtualBox keeps the children of a machine's disks."""


def fits(child: Descriptor, parent: Descriptor) -> bool:
    """Tell whether *parent* is, unchanged, what *child* was made from."""
    if child.foreign_parent is None:
        return parent.cid == child.parent_cid
    wanted, found = child.uuid("parentmodification"), parent.uuid("modification")
    return child.foreign_parent == parent.uuid("image") and (
        wanted is None or found is None or wanted == found
    )


def find_foreign_parent(
    path: Path, descriptor: Descriptor, policy: Policy, neighbours: Neighbours
) -> Path:
    """Return where the parent of VirtualBox's child at *path* is.

    Raises:
        MissingParent: No disk has the UUID that the child names.
        ContentIdMismatch: It is there, and was changed since the child was made.
    """
    for candidate in foreign_candidates(path, descriptor, policy, neighbours):
        with DiskFile(candidate) as file:
            parent = read_descriptor(file)
        if fits(descriptor, parent) or policy.allow_cid_mismatch:
            return candidate
        mismatch = ContentIdMismatch(
            f"the parent {candidate} was changed after this child was made",
            path=path,
            where="descriptor key ddb.uuid.parentmodification",
            found=f"{parent.uuid('modification')} in the parent",
            expected=descriptor.uuid("parentmodification"),
            cure="put back the unchanged parent",
        )
        mismatch.parent = candidate
        raise mismatch
    raise MissingParent(
        "a VirtualBox child disk, whose parent is named only by a UUID, and no disk has it",
        path=path,
        where="descriptor key ddb.uuid.parent",
        found=descriptor.foreign_parent,
        expected="a disk beside it with this ddb.uuid.image",
        cure="put the parent beside the child, or name the folder it is in",
    )


def foreign_candidates(
    path: Path, descriptor: Descriptor, policy: Policy, neighbours: Neighbours
) -> Iterator[Path]:
    """Yield the disks beside *path*, and in the folders to search, with the UUID it names.

    VirtualBox keeps the children of a machine in a folder of their own below its disks.
    """
    own = (path.parent, path.parent.parent) if path.parent.name == SNAPSHOTS else (path.parent,)
    for folder in dict.fromkeys((*own, *policy.search)):
        for place in neighbours.with_image(folder, descriptor.foreign_parent or ""):
            if not same_file(place, path):
                yield place
