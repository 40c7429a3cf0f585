"""Where VirtualBox keeps the parents of its children, which are told by a UUID alone.

Such a link has no hint and no parentCID, so to every other program it looks like a base disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import MissingParent
from redoscope_core.files.names import same_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.neighbours import Neighbours
    from redoscope_core.format.descriptor import Descriptor

__all__ = ["SNAPSHOTS", "image_candidates", "no_such_image"]

SNAPSHOTS = "Snapshots"
"""The folder in which VirtualBox keeps the children of a machine's disks."""


def image_candidates(
    path: Path, descriptor: Descriptor, policy: Policy, neighbours: Neighbours
) -> Iterator[Path]:
    """Yield the disks beside *path*, and in the folders to search, with the UUID it names.

    VirtualBox keeps the children of a machine in a folder of their own below its disks.
    """
    own = (path.parent, path.parent.parent) if path.parent.name == SNAPSHOTS else (path.parent,)
    for folder in dict.fromkeys((*own, *policy.search)):
        for place in neighbours.fitting(folder, descriptor).links:
            if not same_file(place, path):
                yield place


def no_such_image(path: Path, descriptor: Descriptor) -> MissingParent:
    """Return the error that no disk has the UUID that the child at *path* names."""
    return MissingParent(
        "a VirtualBox child disk, whose parent is named only by a UUID, and no disk has it",
        path=path,
        where="descriptor key ddb.uuid.parent",
        found=descriptor.foreign_parent,
        expected="a disk beside it with this ddb.uuid.image",
        cure="put the parent beside the child, or name the folder it is in",
    )
