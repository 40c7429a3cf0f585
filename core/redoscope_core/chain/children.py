"""Who has a link as parent: other links beside it whose hint or content ID leads to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from redoscope_core.chain.parents import candidates
from redoscope_core.errors import HasChildren, VmdkError
from redoscope_core.link.file import DiskFile
from redoscope_core.link.link import read_descriptor
from redoscope_core.link.names import is_there, real_path, same_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.link.link import Link

__all__ = ["children_note", "children_of", "refuse_if_parent"]


def children_of(path: Path, policy: Policy) -> tuple[Path, ...]:
    """Return the links in the folder of *path* (and the folders to search) made from it.

    A child whose parentCID no longer fits counts too: it names *path* as its parent.
    Children in other folders can't be known.
    """
    found = {real_path(child): child for child in _children(path, policy)}
    return tuple(found.values())


def _children(path: Path, policy: Policy) -> Iterator[Path]:
    # The folder of the real file too: the name may be a symbolic link.
    for folder in dict.fromkeys((path.parent, real_path(path).parent, *policy.search)):
        for other in sorted(folder.glob("*.[vV][mM][dD][kK]")):
            try:
                if same_file(other, path):
                    continue
                with DiskFile(other) as file:
                    descriptor = read_descriptor(file)
                if descriptor.is_child and _leads_to(path, other, descriptor, policy):
                    yield other
            except (VmdkError, OSError):
                continue  # not a link, thus nobody's child


def _leads_to(path: Path, child: Path, descriptor: Descriptor, policy: Policy) -> bool:
    # Only names are compared here, nothing is opened: absolute hints count too.
    for candidate in candidates(child, descriptor, replace(policy, allow_outside=True)):
        if is_there(candidate):
            return same_file(candidate, path)
    return False


def refuse_if_parent(link: Link, policy: Policy) -> None:
    """Raise `HasChildren`, naming them, if other links are made from *link*."""
    children = children_of(link.path, policy)
    if children:
        names = ", ".join(child.name for child in children)
        raise HasChildren(
            "the link has children and must not be changed",
            path=link.path,
            found=f"{names} made from it",
            expected="a tip",
            cure="create a child of it and attach that, or open the newest link",
        )


def children_note(link: Link, policy: Policy) -> list[str]:
    """Return the note that *link* is an older generation, if it is one."""
    children = children_of(link.path, policy)
    if not children:
        return []
    names = ", ".join(child.name for child in children)
    return [f"{link.path.name}: older generation, read-only (children: {names})"]
