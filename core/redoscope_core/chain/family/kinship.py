"""Is this disk, unchanged, what that child was made from? The one rule, whoever made them.

VMware and qemu tell a parent by its content ID: the child's parentCID is the CID that the parent
had then, and whoever changes a parent gives it another. VirtualBox tells it by two UUIDs: which
disk it is, and in which state.

Source: the vendor's "Virtual Disk Format 5.0", "Content ID"; VirtualBox, VMDK.cpp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import BrokenChain, ContentIdMismatch
from redoscope_core.format.content_id import format_content_id
from redoscope_core.phrases import Naming

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.format.descriptor import Descriptor

__all__ = [
    "Unfit",
    "changed_parent",
    "contradiction",
    "fits",
    "has_its_uuid",
    "is_vague",
    "refuse_unfit",
    "why_unfit",
]

_VAGUE = (0, 0xFFFFFFFE)
"""Content IDs that many disks have: those that nobody has written since they were made."""


class Unfit(NamedTuple):
    """In what a disk is not what a child was made from."""

    where: str
    """The key of the child's descriptor that says so."""
    found: str
    """What the disk has."""
    expected: str
    """What the child wants."""


def why_unfit(child: Descriptor, parent: Descriptor) -> Unfit | None:
    """Return why *parent* is not, or no longer, what *child* was made from; None if it is."""
    if child.foreign_parent is None:
        if parent.cid == child.parent_cid:
            return None
        found = f"CID {format_content_id(parent.cid)} in the parent"
        return Unfit("descriptor key parentCID", found, format_content_id(child.parent_cid))
    image = parent.uuid("image")
    if image != child.foreign_parent:
        found = f"{image} in the parent" if image else "a parent without ddb.uuid.image"
        return Unfit("descriptor key ddb.uuid.parent", found, child.foreign_parent)
    wanted, state = child.uuid("parentmodification"), parent.uuid("modification")
    # Either may be unset: then the image alone decides.
    if wanted is None or state is None or wanted == state:
        return None
    where = "descriptor key ddb.uuid.parentmodification"
    return Unfit(where, f"{state} in the parent", wanted)


def fits(child: Descriptor, parent: Descriptor) -> bool:
    """Tell whether *parent* is, unchanged, what *child* was made from."""
    return why_unfit(child, parent) is None


def refuse_unfit(
    path: Path, child: Descriptor, parent: Descriptor, cure: str | None = None
) -> None:
    """Refuse to write where *parent* is not what the child at *path* was made from.

    Raises:
        BrokenChain: It is not.
    """
    unfit = why_unfit(child, parent)
    if unfit is not None:
        raise BrokenChain(
            "a chain whose content IDs do not fit is only read",
            path=path,
            where=unfit.where,
            found=unfit.found,
            expected=unfit.expected,
            cure=cure,
        )


def is_vague(content_id: int) -> bool:
    """Tell whether many disks have *content_id*, so that it proves nothing alone."""
    return content_id in _VAGUE


def contradiction(child: Descriptor, parent: Descriptor) -> Unfit | None:
    """Return why *parent* is another disk, though it may have the content ID; None if it may be it.

    Content IDs that prove nothing alone are believed only of a disk of the child's capacity.
    """
    if parent.capacity == child.capacity:
        return None
    found, expected = f"{parent.capacity} sectors in the disk", f"{child.capacity} sectors"
    return Unfit("the extent description", found, expected)


def has_its_uuid(child: Descriptor, parent: Descriptor) -> bool:
    """Tell whether *parent* is the disk that *child* is a state of by the name that guests see."""
    uuid = child.get("ddb.uuid")
    return bool(uuid) and parent.get("ddb.uuid") == uuid


def changed_parent(
    path: Path, child: Descriptor, parent: Path, disk: Descriptor
) -> ContentIdMismatch:
    """Return the error that *disk*, at *parent*, is not what the child at *path* was made from."""
    other = contradiction(child, disk)
    unfit = why_unfit(child, disk) or other
    changed = " was changed after this child was made, or is another disk of its name"
    words = (
        Naming("the parent ", parent, changed)
        if other is None
        else Naming(parent, " has the name of the parent, and is another disk")
    )
    mismatch = ContentIdMismatch(
        words,
        path=path,
        where=None if unfit is None else unfit.where,
        found=None if unfit is None else unfit.found,
        expected=None if unfit is None else unfit.expected,
        cure="put back the unchanged parent, or name the folder it is in",
    )
    mismatch.parent = parent if other is None else None
    return mismatch
