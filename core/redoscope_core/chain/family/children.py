"""Who has a link as parent: other links whose hint or content ID leads to it.

They are known by what they are, not by their names: in the folder of the link, in the folders
to search, and wherever a child was made by this program.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.parents import parents_of
from redoscope_core.chain.family.record import recorded_children
from redoscope_core.chain.family.virtualbox import SNAPSHOTS
from redoscope_core.errors import FileUnreadable, HasChildren, TooManyFiles, VmdkError
from redoscope_core.files.names import real_path, same_file
from redoscope_core.findings import Finding, Kind
from redoscope_core.phrases import Naming

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.link.link import Link

__all__ = [
    "children_elsewhere",
    "children_findings",
    "children_left",
    "children_of",
    "children_of_each",
    "refuse_if_parent",
]


def children_of(
    path: Path, policy: Policy, neighbours: Neighbours | None = None, *, below: bool = True
) -> tuple[Path, ...]:
    """Return the links in the folder of *path* (and the folders to search) made from it.

    A child whose parentCID no longer fits counts too: it names *path* as its parent.
    With *below* the folders under that of *path*, those above it and the one that is open are
    looked into too, as far as there is not too much in them: a child finds its parent below its
    own folder by the content ID. Children in other folders are known if this program made them, or
    if they are in the one that VirtualBox keeps them in.

    Raises:
        FileUnreadable: One of the folders may not be listed: it may hold children.
    """
    return children_of_each([path], policy, neighbours, below=below)[path]


def children_of_each(
    paths: Sequence[Path],
    policy: Policy,
    neighbours: Neighbours | None = None,
    *,
    below: bool = True,
) -> dict[Path, tuple[Path, ...]]:
    """Return `children_of` each of *paths*, looking at every link beside them only once.

    Who asks more of the same folders hands over *neighbours*.

    Raises:
        FileUnreadable: One of the folders may not be listed: it may hold children.
    """
    neighbours = neighbours or Neighbours()
    # The folder of the real file too: the name may be a symbolic link.
    own = _by_real_path(
        folder for path in paths for folder in (path.parent, real_path(path).parent)
    )
    folders = _by_real_path((*own, *(folder / SNAPSHOTS for folder in own), *policy.search))
    links = [link for folder in folders for link in neighbours.links_in(folder)]
    unlisted = [neighbours.unlisted.get(folder) for folder in folders]
    for error in (error for error in unlisted if error is not None):
        error.what = "the folder can't be listed: who is made from its disks is not known"
        error.cure = "allow yourself to list it"
        raise error
    if below:
        links += _around(own, policy, neighbours)
    links += recorded_children(paths)
    return _children_among(paths, links, policy, neighbours, below=below)


def children_left(
    links: Sequence[Path], gone: Collection[Path], policy: Policy
) -> dict[Path, tuple[Path, ...]]:
    """Return the children of each of *links* that are there once *gone* are not.

    Raises:
        FileUnreadable: One of their folders may not be listed.
    """
    real = {real_path(path) for path in gone}
    return {
        link: tuple(child for child in children if real_path(child) not in real)
        for link, children in children_of_each(links, policy).items()
    }


def children_elsewhere(
    paths: Sequence[Path], policy: Policy, neighbours: Neighbours, *, below: bool = False
) -> dict[Path, tuple[Path, ...]]:
    """Return the children of each of *paths* that are not in their folders.

    They are in the folders above, in those to search, or were recorded when this program made
    them; with *below* also in the folders under those of *paths*.
    """
    own = _by_real_path(path.parent for path in paths)
    links = [link for folder in policy.search for link in neighbours.links_in(folder)]
    for folder in own:
        links += neighbours.links_above(folder).links
        links += neighbours.links_below(folder).links if below else ()
    links += recorded_children(paths)
    return _children_among(paths, dict.fromkeys(links), policy, neighbours, below=True)


def _around(folders: Iterable[Path], policy: Policy, neighbours: Neighbours) -> list[Path]:
    """Return the links below and above *folders*, and in the one that is open."""
    found: list[Path] = []
    for folder in folders:
        found += (*neighbours.links_below(folder).links, *neighbours.links_above(folder).links)
    if policy.opened is not None:
        opened = policy.opened
        found += (*neighbours.links_in(opened), *neighbours.links_below(opened).links)
    return list(dict.fromkeys(found))


def _by_real_path(folders: Iterable[Path]) -> list[Path]:
    """Return *folders*, each once."""
    found: dict[Path, Path] = {}
    for folder in folders:
        found.setdefault(real_path(folder), folder)
    return list(found.values())


def _children_among(
    paths: Sequence[Path],
    links: Iterable[Path],
    policy: Policy,
    neighbours: Neighbours,
    *,
    below: bool = False,
) -> dict[Path, tuple[Path, ...]]:
    found: dict[Path, dict[Path, Path]] = {path: {} for path in paths}
    for child in links:
        for path in _parents_among(paths, child, policy, neighbours, below=below):
            found[path].setdefault(real_path(child), child)
    return {path: tuple(children.values()) for path, children in found.items()}


def _parents_among(
    paths: Sequence[Path], child: Path, policy: Policy, neighbours: Neighbours, *, below: bool
) -> list[Path]:
    """Return which of *paths* (one, under all its names) are parents of the link *child*."""
    try:
        descriptor = neighbours.descriptor(child)
        if not descriptor.is_child:
            return []
        # What is open counts for the links in it; one from elsewhere is asked as it would be alone.
        opened = policy.opened
        inside = opened is not None and real_path(child).is_relative_to(real_path(opened))
        asked = replace(policy, opened=opened if inside else None)
        # An absolute hint counts where it leads to one of them: no other file is opened for it.
        parents = parents_of(child, descriptor, asked, neighbours, known=paths, below=below)
        return [
            path
            for path in paths
            if any(same_file(parent, path) for parent in parents) and not same_file(child, path)
        ]
    except TooManyFiles:
        raise
    except (VmdkError, OSError):
        pass  # not a link, thus nobody's child
    return []


def refuse_if_parent(link: Link, policy: Policy, neighbours: Neighbours | None = None) -> None:
    """Raise `HasChildren`, naming them, if other links are made from *link*."""
    children = children_of(link.path, policy, neighbours)
    if children:
        raise HasChildren(
            "the link has children and must not be changed",
            path=link.path,
            found=Naming(*_names(children, link.path).parts, " made from it"),
            expected="a tip",
            cure="create a child of it and attach that, or open the newest link",
        )


def children_findings(
    link: Link, policy: Policy, neighbours: Neighbours | None = None
) -> tuple[list[Finding], tuple[VmdkError, ...]]:
    """Return that *link* is an older generation, if it is one, and why none is known.

    That is the error of a folder which may not be listed; the finding says it too.
    """
    try:
        children = children_of(link.path, policy, neighbours, below=False)
    except TooManyFiles:
        raise
    except FileUnreadable as error:
        return [Finding.of_error(error)], (error,)
    if not children:
        return [], ()
    names = _names(children, link.path)
    return [Finding.of(Kind.OLDER_GENERATION, link.path, children=names)], ()


def _names(children: Sequence[Path], parent: Path) -> Naming:
    """Return the names of *children*; of those that are not beside *parent* the whole path."""
    beside = (parent.parent, real_path(parent).parent)
    return Naming.joined(
        ", ", (Naming(one.name) if one.parent in beside else one for one in children)
    )
