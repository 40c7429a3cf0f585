"""The children that a machine runs on from now on: their names, places and kinds.

    web.vmdk, web-000002.vmdk  ->  web-000003.vmdk

The number is the first that is free for all disks of the machine; it says nothing of the order.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from redoscope_core.chain.access import ADVISED_LINKS
from redoscope_core.chain.chain import Chain
from redoscope_core.errors import FileMissing
from redoscope_core.operations.making.create import create_child, refuse_parent
from redoscope_core.operations.making.pieces import DiskPieces
from redoscope_core.operations.snapshots.refusals import refuse_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.machine.machine import VirtualMachine

__all__ = ["NewLink", "Parent", "is_numbered", "new_links"]

_NAME = re.compile(r"(?P<stem>.*?)(-[0-9]{6})?(?P<ending>\.vmdk.*)?", re.IGNORECASE | re.DOTALL)
_SPLIT = "twoGbMaxExtent"


@dataclass(frozen=True, slots=True)
class Parent:
    """A link that is frozen, and the disk of the machine that it is."""

    node: str
    """Where the disk is plugged in."""
    link: Path
    file_name: str
    """The link as the machine's texts name it."""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A child that is to be made."""

    parent: Parent
    path: Path
    file_name: str
    """As the machine's text is to name it."""
    kind: str
    files: tuple[Path, ...]
    """All that belong to it, the one that is opened first."""

    def make(self, policy: Policy, max_links: int) -> None:
        """Make it.

        Raises:
            VmdkError: As `create_child`.
        """
        with Chain.open(self.parent.link, policy=policy) as chain:
            create_child(chain, self.path, self.kind, max_links=max_links)


def new_links(
    machine: VirtualMachine,
    parents: Sequence[Parent],
    policy: Policy,
    *,
    max_links: int = ADVISED_LINKS,
) -> tuple[NewLink, ...]:
    """Return the children that *machine* gets of *parents*; nothing is made yet.

    Raises:
        VmdkError: A chain has a fault, too many links, or is in use; a folder is not there.
    """
    kinds = [_kind(parent.link, policy, max_links) for parent in parents]
    folder = _links_folder(machine)
    places = [folder or parent.link.parent for parent in parents]
    taken = _taken(machine, places)
    number = next(
        n for n in count(1) if not any(_is_taken(_numbered(p.link.name, n), taken) for p in parents)
    )
    found: list[NewLink] = []
    for parent, place, (kind, capacity) in zip(parents, places, kinds, strict=True):
        own = number
        # Two disks of one name from two folders, whose children come to lie in one.
        while any(place / _numbered(parent.link.name, own) == other.path for other in found):
            own += 1
        path = place / _numbered(parent.link.name, own)
        name = _numbered(parent.file_name, own)
        if folder is not None:
            last = re.split(r"[/\\]", name)[-1]
            said = machine.text.links_folder.rstrip("/\\")
            name = last if folder == machine.path.parent else f"{said}/{last}"
        files = DiskPieces(path, kind, capacity).paths
        found.append(NewLink(parent, path, name, kind, files))
    return tuple(found)


def is_numbered(link: Path, like: Path) -> bool:
    """Tell whether *link* is called as one that a product makes of the disk of *like*."""
    own, other = _NAME.fullmatch(link.name), _NAME.fullmatch(like.name)
    stems = {match["stem"].casefold() for match in (own, other) if match is not None}
    return bool(own and own[2]) and len(stems) == 1


def _numbered(name: str, number: int) -> str:
    """Return the *name* of a link with another number, whatever folder stands in front."""
    match = _NAME.fullmatch(name)
    stem = name if match is None else match["stem"]
    return f"{stem}-{number:06d}.vmdk"


def _kind(link: Path, policy: Policy, max_links: int) -> tuple[str, int]:
    """Return of what kind a child of *link* is, and its sectors; refuse what can't have one."""
    with Chain.open(link, policy=policy) as chain:
        refuse_faults(chain)
        refuse_parent(chain, link, max_links)
        split = (chain.tip.descriptor.create_type or "").startswith(_SPLIT)
        return ("twoGbMaxExtentSparse" if split else "monolithicSparse"), chain.capacity


def _links_folder(machine: VirtualMachine) -> Path | None:
    """Return the folder that all new links go to; None if each goes beside its parent."""
    said = machine.text.links_folder
    if not said:
        return None
    folder = machine.path.parent / said.replace("\\", "/")
    if not folder.is_dir():
        raise FileMissing(
            "the folder that new links go to is not there",
            path=machine.path,
            where="the key workingDir",
            found=said,
            cure="make it, or take the key snapshot.redoNotWithParent away",
        )
    return machine.path.parent if folder.samefile(machine.path.parent) else folder


def _taken(machine: VirtualMachine, folders: Iterable[Path]) -> set[str]:
    """Return the names that are in *folders*, or that the texts of *machine* name."""
    names = {name for folder in dict.fromkeys(folders) for name in os.listdir(folder)}  # noqa: PTH208 - names are wanted, not paths
    named = [disk.named.file_name for disk in machine.disks]
    named += [disk.file_name for snapshot in machine.snapshots for disk in snapshot.disks]
    names |= {re.split(r"[/\\]", name)[-1] for name in named}
    return {name.casefold() for name in names}


def _is_taken(name: str, taken: set[str]) -> bool:
    """Tell whether *name*, or that of a piece of such a disk, is among those *taken*."""
    piece = f"{name.removesuffix('.vmdk')}-".casefold()
    return any(other == name.casefold() or other.startswith(piece) for other in taken)
