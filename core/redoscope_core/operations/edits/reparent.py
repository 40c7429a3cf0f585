"""Reparent: the plan that makes an attach last by writing hint and parentCID of the child."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import AttachRefused, CapacityMismatch, VixCode
from redoscope_core.files.names import parent_hint
from redoscope_core.format.content_id import format_content_id
from redoscope_core.link.edit import Edit
from redoscope_core.link.link import Link
from redoscope_core.link.rewrite import descriptor_bytes
from redoscope_core.operations.edits.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.chain.chain import Chain
    from redoscope_core.format.descriptor import Descriptor

__all__ = ["descriptor_edit", "plan_reparent", "reparent_edit"]


def plan_reparent(child: Path, parent: Chain) -> Plan:
    """Return the edit after which the link *child* names the tip of *parent* as its parent.

    The data of the child stays. Whether it fits the parent's content is the caller's
    to judge: `can_attach` does it by the content ID.

    Raises:
        AttachRefused: *child* is a base disk.
        CapacityMismatch: Their capacities differ.
        InvalidArgument: The new text does not fit the embedded descriptor's place.
    """
    with Link.open(child) as link:
        if not link.is_child:
            raise AttachRefused(
                "a base disk can't be given a parent", path=child, code=VixCode.DISK_ATTACH_ROOTLINK
            )
        if link.capacity != parent.capacity:
            raise CapacityMismatch(
                "parent and child differ in capacity",
                path=child,
                found=f"{link.capacity} sectors",
                expected=f"the {parent.capacity} of {parent.path.name}",
            )
        return Plan.of([reparent_edit(link, parent.path, parent.tip.descriptor.cid)])


def reparent_edit(link: Link, parent: Path, cid: int) -> Edit:
    """Return the edit after which *link* names *parent*, with content ID *cid*, as its parent.

    Raises:
        InvalidArgument: The new text does not fit the embedded descriptor's place.
    """
    hint, digits = parent_hint(parent, link.path), format_content_id(cid)
    changed = link.descriptor.with_value("parentCID", digits).with_value("parentFileNameHint", hint)
    return descriptor_edit(
        link, changed, f"parentFileNameHint becomes {hint!r}, parentCID {digits}"
    )


def descriptor_edit(link: Link, changed: Descriptor, why: str) -> Edit:
    """Return the edit that puts *changed* in the place of the descriptor of *link*.

    Raises:
        InvalidArgument: The new text does not fit the embedded descriptor's place.
    """
    offset, new = descriptor_bytes(link, changed)
    file = link.descriptor_file
    there = max(0, min(len(new), file.file_bytes - offset))
    old = file.read_at(offset, there, what="the descriptor")
    return Edit(link.path, offset, old.ljust(len(new), b"\0"), new, why, len(new) - there)
