"""Consolidation: which links are merged into which older one, what that writes, and why not.

A link is never written while others were made from it, except here and by a repair. So
all that would be wrong afterwards is refused beforehand, and the rest is told first.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import State
from redoscope_core.chain.access import Policy
from redoscope_core.chain.chain import Chain
from redoscope_core.chain.family.children import children_left, children_of
from redoscope_core.chain.family.kinship import refuse_unfit, why_unfit
from redoscope_core.chain.tip_writer import TipWriter, changed_content
from redoscope_core.errors import (
    BrokenChain,
    CapacityMismatch,
    DiskFull,
    HasChildren,
    InvalidArgument,
    PartialChain,
    UnsupportedVmdk,
)
from redoscope_core.extents.contract import is_writable
from redoscope_core.files.locks import refuse_if_locked
from redoscope_core.files.names import same_file
from redoscope_core.format.content_id import format_content_id
from redoscope_core.format.descriptor import MERGED_INTO
from redoscope_core.link.link import Link
from redoscope_core.operations.consolidating.places import count_places
from redoscope_core.operations.edits.reparent import descriptor_edit, reparent_edit

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from redoscope_core.leniency import Leniency
    from redoscope_core.link.edit import Edit

__all__ = ["Consolidation", "cut_off_edit", "plan_consolidation"]


@dataclass(frozen=True, slots=True)
class Consolidation:
    """What a consolidation does, known before anything is written."""

    target: Path
    """The link that takes it all in. It is written, and gets a new content ID."""
    merged: tuple[Path, ...]
    """The links above it whose content it takes, the oldest first. Of them only the texts are
    written: in the end each says what it was merged into. Nobody needs them then."""
    children: tuple[Path, ...]
    """Links made from the newest of these; they get the target as their parent."""
    written_files: tuple[Path, ...]
    """Every file that is written."""
    redundant_files: tuple[Path, ...]
    """The files of the merged links."""
    sectors: int
    """Sectors of data that are copied."""
    zero_sectors: int
    """Sectors that the target is told to be zeros."""
    overwritten_sectors: int
    """Those of `sectors` that replace what the target stores now; the rest is new to it."""
    appended_bytes: int
    """How much longer the files of the target become by new grains."""
    grown_bytes: int
    """By how much all files that stay become longer: with what the end of a file is rounded up
    by, and texts that have more to say."""
    written_bytes: int
    """Bytes of data in the files of the target that change or are new."""
    old_cid: int


def plan_consolidation(
    chain: Chain,
    into: Path | None = None,
    *,
    policy: Policy | None = None,
    without: Collection[Path] = (),
) -> Consolidation:
    """Return what merging the newest link of *chain* into its parent does, or into *into*.

    *into* is an older link of the chain; all links above it are merged. Nothing is changed.
    The children *without* are as good as gone: somebody removes them before.

    Raises:
        InvalidArgument: *into* is no older link of the chain.
        HasChildren: A link whose content is lost has other children, which would be broken.
        UnsupportedVmdk: The target is of a kind that is only read.
        BrokenChain: Content IDs or capacities do not fit.
        CorruptVmdk: A table is damaged, or something can't be read.
        InUse: Another program holds a lock on a link that is written, or on one above it.
        DiskFull: The file system has no room for what is new to the target.
    """
    policy = policy or Policy()
    index = _target_index(chain, into)
    target, merged = chain.links[index], chain.links[index + 1 :]
    _refuse_unfit(chain, index)
    made = children_left([link.path for link in chain.links[index:]], without, policy)
    _refuse_branches(chain, index, made)
    children = made[chain.path]
    longer = _refuse_children(chain.tip, children, target, policy.allowed)
    for link in merged:
        cut_off_edit(link, target.path, target.descriptor.cid)  # raises what it would later
    _refuse_users([target, *merged], children, policy)
    _refuse_target(chain, index)
    newer = Chain(merged, owner=False)
    names = tuple(link.path for link in merged)
    places = count_places(target, newer.stored)
    longer += places.beside + _longer_text(target)
    _refuse_narrow(target, places.appended)
    return Consolidation(
        target=target.path,
        merged=names,
        children=children,
        written_files=tuple(dict.fromkeys((*target.all_files, *names, *children))),
        redundant_files=tuple(file for link in merged for file in link.all_files),
        sectors=newer.stored.sectors_in(State.DATA),
        zero_sectors=newer.stored.sectors_in(State.ZERO),
        overwritten_sectors=places.overwritten,
        appended_bytes=places.appended,
        grown_bytes=places.appended + longer,
        written_bytes=places.written_bytes,
        old_cid=target.descriptor.cid,
    )


def _target_index(chain: Chain, into: Path | None) -> int:
    if len(chain.links) == 1:
        raise InvalidArgument(
            "a base disk has no parent to be merged into",
            path=chain.path,
            cure="name a child of it",
        )
    if into is None:
        return len(chain.links) - 2
    for index, link in enumerate(chain.links[:-1]):
        if same_file(link.path, into):
            return index
    raise InvalidArgument(
        "not an older link of this chain",
        path=into,
        found=into.name,
        expected="one of " + ", ".join(link.path.name for link in chain.links[:-1]),
    )


def _refuse_unfit(chain: Chain, index: int) -> None:
    cure = f"clone {chain.path.name} instead, or attach the child to the right parent"
    for parent, child in pairwise(chain.links):
        _refuse_foreign(child, chain.tip)
        refuse_unfit(child.path, child.descriptor, parent.descriptor, cure)
    target = chain.links[index]
    for link in chain.links[index + 1 :]:
        if link.capacity != target.capacity:
            raise CapacityMismatch(
                f"a link that differs in capacity from {target.path.name}",
                path=link.path,
                found=f"{link.capacity} sectors",
                expected=f"{target.capacity}",
                cure=f"clone {chain.path.name} instead",
            )
    kept = {file.identity for link in chain.links[: index + 1] for file in link.disk_files}
    for link in chain.links[index:]:
        shared = [file.path for file in link.disk_files if file.identity in kept]
        if link is not target and shared:
            raise BrokenChain(
                "a file that an older link uses too", path=shared[0], found=link.path.name
            )
        if link.is_bare:
            raise PartialChain(
                "an extent without its descriptor, so its content ID can't change",
                path=link.path,
                cure="put the descriptor that names it beside it and open that",
            )
        if link.is_damaged:
            stored = link.stored
            raise link.unreadable(int(stored.start[stored.state == State.UNREADABLE][0]))


def _refuse_foreign(child: Link, tip: Link) -> None:
    if child.descriptor.foreign_parent is not None:
        raise UnsupportedVmdk(
            "a VirtualBox child disk, which is only read: it knows its parent by UUIDs",
            path=child.path,
            cure=f"clone {tip.path.name} instead",
        )


def _refuse_branches(chain: Chain, index: int, made: dict[Path, tuple[Path, ...]]) -> None:
    """Refuse other children of the links whose content is lost: they would read nonsense."""
    for link, kept in pairwise(chain.links[index:]):
        others = [child for child in made[link.path] if not same_file(child, kept.path)]
        if others:
            raise HasChildren(
                "the link has other children, which need its content as it is",
                path=link.path,
                found=f"{', '.join(child.name for child in others)} made from it",
                expected=f"no child but {kept.path.name}",
                cure=f"clone {chain.path.name} instead, which changes no link",
            )


def cut_off_edit(link: Link, target: Path, cid: int) -> Edit:
    """Return the edit after which *link*, merged into *target*, leads to no parent any more.

    Its parentCID is (again, for the first one) *cid*, that of the content it was made from:
    should a copy of that turn up, the link fits it. What it was merged into is told in place
    of the hint.

    Raises:
        InvalidArgument: The new text does not fit the embedded descriptor's place.
    """
    hint, digits = f"{MERGED_INTO}{target.name}", format_content_id(cid)
    changed = link.descriptor.with_value("parentCID", digits)
    changed = changed.with_value("parentFileNameHint", hint)
    return descriptor_edit(link, changed, f"cut off: parentCID {digits}, {hint}")


def _refuse_children(
    tip: Link, children: tuple[Path, ...], target: Link, allowed: frozenset[Leniency]
) -> int:
    """Refuse children that can't get another parent; return by what their files get longer."""
    longer = 0
    for child in children:
        with Link.open(child, allowed=allowed) as link:
            _refuse_foreign(link, tip)
            unfit = why_unfit(link.descriptor, tip.descriptor)
            if unfit is None:
                longer += reparent_edit(link, target.path, 0).longer  # raises what it would later
                continue
            raise BrokenChain(
                f"a link that names {tip.path.name} as its parent, but was made from other content",
                path=child,
                where=unfit.where,
                found=unfit.found,
                expected=unfit.expected,
                cure="move it away, or attach it to the right parent",
            )
    return longer


def _longer_text(target: Link) -> int:
    """Return by how much the file of *target* gets longer when its text has a new content ID."""
    return descriptor_edit(target, changed_content(target.descriptor), "").longer


def _refuse_users(links: list[Link], children: tuple[Path, ...], policy: Policy) -> None:
    """Refuse if somebody works with one of *links*, or with a link above them."""
    for link in links:
        refuse_if_locked(link.path, [link.descriptor_file, *link.disk_files])
    seen: set[tuple[int, int]] = set()
    above = list(children)
    while above:
        with Link.open(above.pop(), allowed=policy.allowed) as link:
            if link.identity not in seen:
                seen.add(link.identity)
                refuse_if_locked(link.path, [link.descriptor_file, *link.disk_files])
                above += children_of(link.path, policy)


def _refuse_target(chain: Chain, index: int) -> None:
    target = chain.links[index]
    for extent in target.extents:
        if not is_writable(extent):
            raise UnsupportedVmdk(
                "an extent that can't be written",
                path=target.path,
                where="the extent description",
                found=extent.line.text,
                expected="an RW extent with a file",
                cure=f"clone {chain.path.name} instead",
            )
    try:
        # All that the writer would refuse; it changes nothing before its first write.
        TipWriter(chain.up_to(index))
    except UnsupportedVmdk as error:
        error.cure = f"clone {chain.path.name} instead"
        raise


def _refuse_narrow(target: Link, appended: int) -> None:
    status = os.statvfs(target.disk_files[0].path)
    room = status.f_bavail * status.f_frsize
    if appended > room:
        raise DiskFull(
            "no room for what is new to the link",
            path=target.path,
            found=f"{room} bytes free",
            expected=f"{appended} bytes",
            cure="free some space and try again; nothing was changed",
        )
