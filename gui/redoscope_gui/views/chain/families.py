"""Which links of a folder belong to one chain by their names, and what is missing among them.

A folder holds several chains, and a chain may be in two parts because the link between them is not
there. What belongs together is told by folder and name, for the eye alone: nothing is read by it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core import Kind, format_content_id

if TYPE_CHECKING:
    from redoscope_core import Finding, Node

__all__ = ["Family", "Ghost", "Heading", "families_of", "ghost_of"]

_NUMBER = re.compile(r"-\d{6}(?!\d).*")
"""What a child's name has behind that of its base disk, and what was put behind that by hand."""
_WINDOWS = "\\"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the links of a chain where there are several chains."""

    name: str
    """Empty above disks that are alone, each a chain of one link."""
    folder: str
    """Where it lies in the folder that is open; empty if in that itself."""
    links: int
    missing: int
    """Parents that are wanted and are not there."""
    capacity: int | None
    """Sectors of the disk; None if that is not known."""
    stored_bytes: int
    """Bytes that all its links take on the storage."""


@dataclass(frozen=True, slots=True)
class Ghost:
    """A parent that is not there, in the place where it should be."""

    name: str
    """What its child calls it; empty if the child does not say."""
    content_id: str
    """The content ID that it must have."""
    child: Path
    fault: Finding


@dataclass(frozen=True, slots=True)
class Family:
    """Trees of links that are one chain by their names: whole ones first, then what is cut off."""

    heading: Heading
    roots: tuple[Path, ...]

    @property
    def is_single(self) -> bool:
        """Whether it is one disk of one link, and nothing is missing."""
        return self.heading.links == 1 and not self.heading.missing


def families_of(nodes: Mapping[Path, Node], folder: Path) -> list[Family]:
    """Return the families of *nodes*, found in *folder*, in the order of their first links.

    Disks that are alone, and whose names tell them apart, are one family, which comes last.
    """
    made = _by_name(nodes, folder)
    names = Counter(family.heading.name for family in made)
    alone = [family for family in made if family.is_single and names[family.heading.name] == 1]
    if len(alone) < 2:  # noqa: PLR2004  one disk is called by its name
        return made
    roots = tuple(root for family in alone for root in family.roots)
    stored = sum(family.heading.stored_bytes for family in alone)
    together = Family(Heading("", "", len(roots), 0, None, stored), roots)
    return [*(family for family in made if family not in alone), together]


def _by_name(nodes: Mapping[Path, Node], folder: Path) -> list[Family]:
    trees = _trees(nodes)
    sorted_in: dict[tuple[Path, str], list[Path]] = {}
    for root in trees:
        sorted_in.setdefault((root.parent, _family_name(root)), []).append(root)
    made = []
    for (place, name), roots in sorted_in.items():
        # The largest part stands right below what it misses.
        roots.sort(key=lambda root: (_wanted(nodes[root]), -len(trees[root])))
        links = [nodes[path] for root in roots for path in trees[root]]
        lost = {wanted for node in links if (wanted := _wanted(node))}
        capacities = [node.capacity for node in links if node.capacity is not None]
        heading = Heading(
            name,
            _below(place, folder),
            len(links),
            len(lost),
            max(capacities, default=None),
            sum(node.stored_bytes for node in links),
        )
        made.append(Family(heading, tuple(roots)))
    return made


def ghost_of(node: Node) -> Ghost | None:
    """Return the parent that *node* misses; None if it has it, or needs none."""
    fault = next((one for one in node.faults if one.kind is Kind.MISSING_PARENT), None)
    if fault is None or node.parent is not None:
        return None
    wanted = "" if node.parent_cid is None else format_content_id(node.parent_cid)
    name = node.parent_hint.replace(_WINDOWS, "/").rpartition("/")[2]
    return Ghost(name, wanted, node.path, fault)


def _wanted(node: Node) -> tuple[str, ...]:
    """Return by what the parent is known that *node* misses; nothing if it has it."""
    ghost = ghost_of(node)
    return () if ghost is None else (ghost.name, ghost.content_id)


def _trees(nodes: Mapping[Path, Node]) -> dict[Path, list[Path]]:
    """Return the links of each tree, by its root."""
    roots: dict[Path, Path] = {}
    trees: dict[Path, list[Path]] = {}
    for path in nodes:
        way = [path]
        while way[-1] not in roots:
            parent = nodes[way[-1]].parent
            if parent is None or parent not in nodes or parent in way:
                roots[way[-1]] = way[-1]
                break
            way.append(parent)
        root = roots[way[-1]]
        _put(way, root, roots)
        trees.setdefault(root, []).append(path)
    return trees


def _put(way: Iterable[Path], root: Path, roots: dict[Path, Path]) -> None:
    for path in way:
        roots[path] = root


def _family_name(root: Path) -> str:
    return _NUMBER.sub("", root.stem)


def _below(place: Path, folder: Path) -> str:
    """Return where *place* lies in *folder*, or the whole of it where it lies elsewhere."""
    if place == folder:
        return ""
    return str(place.relative_to(folder) if place.is_relative_to(folder) else place)
