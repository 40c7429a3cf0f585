"""By what a disk is known wherever it lies, and which disk of a case a chain is.

A content ID is drawn at random when a disk changes, and evidence does not change; with UUIDs and
capacity it tells a link. One that proves nothing alone (`kinship.is_vague`) needs the very same
descriptor beside it.

    the case has   base + c1 + c2        what is opened is
    base + c1 + c2                       the disk itself
    base + c1                            an older generation of it
    base + c1 + c2 + c3                  a child that was made of it
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.family.kinship import is_vague
from redoscope_core.errors import InvalidArgument
from redoscope_core.files.names import real_path, same_file
from redoscope_core.format.case_values import CaseDisk, LinkIdentity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redoscope_core.chain.chain import Chain
    from redoscope_core.link.link import Link

__all__ = ["DiskLikeness", "KnownDisk", "identities_of", "is_at", "known_as", "same_links"]

_LONGEST_UUID = 400


class DiskLikeness(StrEnum):
    """What an opened chain is to a disk of a case."""

    SAME = "same"
    OLDER = "older"
    """It is an older generation of that disk."""
    NEWER = "newer"
    """Links were made from that disk."""


class KnownDisk(NamedTuple):
    """The disk of a case that a chain is, or is akin to."""

    disk: CaseDisk
    likeness: DiskLikeness


def identities_of(chain: Chain) -> tuple[LinkIdentity, ...]:
    """Return by what each link of *chain* is known, the base disk first."""
    return tuple(_identity(link) for link in chain.links)


def _identity(link: Link) -> LinkIdentity:
    text = link.descriptor
    uuids = (text.get("ddb.uuid"), text.uuid("image"), text.uuid("modification"))
    told = " ".join(each.strip() for each in uuids if each and each.strip())
    digest = hashlib.sha256(text.to_bytes()).hexdigest()
    return LinkIdentity(text.cid & 0xFFFFFFFF, told[:_LONGEST_UUID], link.capacity, digest)


def _is_of(one: LinkIdentity, other: LinkIdentity) -> bool:
    same = (one.cid, one.uuid, one.capacity) == (other.cid, other.uuid, other.capacity)
    return same and (not is_vague(one.cid) or one.descriptor == other.descriptor)


def same_links(ones: Sequence[LinkIdentity], others: Sequence[LinkIdentity]) -> bool:
    """Tell whether these are the same links, as far as that is known without reading their data."""
    return len(ones) == len(others) and all(map(_is_of, ones, others))


def known_as(chain: Chain, disks: Sequence[CaseDisk]) -> KnownDisk | None:
    """Return which of *disks* the *chain* is; None if it is none of them.

    Of copies the one that lies where *chain* does is meant. Where it is none of them, the first
    of which it is an older generation, then the one that most of its links are of.

    Raises:
        InvalidArgument: It may be more than one of them.
    """
    mine = identities_of(chain)
    same = [each for each in disks if same_links(each.links, mine)]
    if same:
        return KnownDisk(_the_one(chain.path, mine, same), DiskLikeness.SAME)
    for each in disks:
        if len(each.links) > len(mine) and same_links(each.links[: len(mine)], mine):
            return KnownDisk(each, DiskLikeness.OLDER)
    made_from = [
        each
        for each in disks
        if len(each.links) < len(mine) and same_links(each.links, mine[: len(each.links)])
    ]
    if not made_from:
        return None
    return KnownDisk(max(made_from, key=lambda each: len(each.links)), DiskLikeness.NEWER)


def _the_one(path: Path, links: Sequence[LinkIdentity], disks: Sequence[CaseDisk]) -> CaseDisk:
    """Return which of *disks*, whose identity all have, the one at *path* is."""
    if len(disks) == 1:
        return disks[0]
    there = [each for each in disks if is_at(each, path)]
    alike = [
        each
        for each in disks
        if [link.descriptor for link in each.links] == [link.descriptor for link in links]
    ]
    for found in (there, alike):
        if len(found) == 1:
            return found[0]
    raise InvalidArgument(
        "more than one disk of the case may be this",
        path=path,
        found=", ".join(f"disk {each.number} ({each.path})" for each in disks),
        cure="open it where it lay when it was added",
    )


def is_at(disk: CaseDisk, path: Path) -> bool:
    """Tell whether *disk* was at *path* when the case was told."""
    return same_file(disk.path, path) or real_path(disk.path) == real_path(path)
