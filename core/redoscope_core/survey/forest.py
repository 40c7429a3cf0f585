"""The forest of a folder: every link under it, who is whose parent, and what is wrong.

Nothing is opened for writing and no link keeps a file open. A link that can't be read
is a node too, with its fault.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.candidates import Reason
from redoscope_core.chain.access import Policy
from redoscope_core.chain.family.children import children_elsewhere
from redoscope_core.chain.family.lineage import open_links
from redoscope_core.chain.family.listing import DiskListing, list_disks
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.virtualbox import SNAPSHOTS
from redoscope_core.chain.stopped import name_step
from redoscope_core.errors import NotAVmdk, UnsupportedVmdk, VmdkError
from redoscope_core.files.file import require_there
from redoscope_core.files.names import real_path
from redoscope_core.findings import Finding, Kind
from redoscope_core.leniency import Leniency
from redoscope_core.link.first_bytes import links_in
from redoscope_core.survey.nodes import Node, bare_node, lost_node, survey_link, with_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redoscope_core.link.change_track import ChangeTrack
    from redoscope_core.survey.machines import Machine

__all__ = ["Forest", "Node"]


_BY_NAME = frozenset(
    (
        Reason.HAS_NAME,
        Reason.IS_ITS_DATA,
        Reason.SUFFIX_DIFFERS,
        Reason.HAS_NAME_MISREAD,
        Reason.HAS_NUMBER_OF_PIECE,
    )
)
"""For which of these reasons a file is told by the disk that misses it, and by no other word."""


@dataclass(frozen=True, slots=True)
class Forest:
    """The links of a folder as parents and children."""

    folder: Path
    nodes: Mapping[Path, Node]
    """By path; a parent before its children, an older child before a younger one."""
    machines: tuple[Machine, ...] = ()
    """The virtual machines there; the one that was asked for, or that of the folder, first."""
    loose_tracks: tuple[ChangeTrack, ...] = ()
    """Change tracking files that no link names; none where a disk was asked for."""
    unseen: tuple[VmdkError, ...] = ()
    """Why something in the folder was not looked at: it may not be listed, or leads out."""

    @classmethod
    def scan(cls, path: Path, *, policy: Policy | None = None, tables: bool = False) -> Forest:
        """Look at every link under the folder *path*, or around the disk or .vmx *path*.

        For a disk only its own tree is returned. With *tables* the grain tables are
        read too, so that truncated files are found.

        Raises:
            FileMissing: *path* is not there.
            FileUnreadable: Whether it is there may not be known.
            VmdkError: *path* is a file and no virtual disk.
        """
        path = Path(path)
        require_there(path)
        policy = policy or Policy()
        policy = replace(policy, opened=path if path.is_dir() else path.parent)
        if not path.is_dir() and path.suffix.lower() != ".vmx":
            return cls(path.parent, _judged(_nodes_around(path, policy), policy, tables=tables))
        folder = path if path.is_dir() else path.parent
        listing = list_disks(folder, follow=policy.allows(Leniency.OUTSIDE))
        asked = (
            [path] if folder != path else sorted(listing.machines, key=lambda at: at.parent != path)
        )
        if not asked:
            nodes, tracks = _survey(listing, policy)
            nodes = _judged(nodes, policy, tables=tables)
            return cls(folder, nodes, (), tracks, tuple(listing.unseen))
        from redoscope_core.survey import machines  # noqa: PLC0415 - most folders have none

        read = machines.read_machines(asked)
        if policy.allows(Leniency.OUTSIDE):
            listing.disks += [at for one in read for at in machines.outside_disks(one, folder)]
        nodes, tracks = _survey(listing, policy)
        around = machines.Surroundings(folder, nodes, policy, Neighbours())
        joined = [machines.joined_with_links(one, around) for one in read]
        nodes = _judged(nodes, policy, tables=tables)
        return cls(folder, nodes, tuple(joined), tracks, tuple(listing.unseen))

    @property
    def leaf(self) -> Path | None:
        """The disk that the first of the machines runs on, if it is here."""
        disks = self.machines[0].runs_on if self.machines else ()
        return disks[0] if disks else None

    @property
    def running(self) -> frozenset[Path]:
        """All links that a machine runs on."""
        return frozenset(path for machine in self.machines for path in machine.runs_on)

    @property
    def about_machines(self) -> tuple[Finding, ...]:
        """What is wrong with the machines, or odd about them."""
        return tuple(finding for machine in self.machines for finding in machine.findings)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The links without a parent among the nodes: base disks and orphans."""
        return tuple(path for path, node in self.nodes.items() if node.parent is None)

    @property
    def tips(self) -> tuple[Path, ...]:
        """The links without children."""
        return tuple(path for path, node in self.nodes.items() if not node.children)

    @property
    def faults(self) -> tuple[tuple[Path, Finding], ...]:
        """Every fault with the link it belongs to."""
        return tuple((path, fault) for path, node in self.nodes.items() for fault in node.faults)

    def chain_of(self, path: Path) -> tuple[Path, ...]:
        """Return the links of the chain that ends at *path*, base disk first."""
        chain = [path]
        while (parent := self.nodes[chain[-1]].parent) is not None and parent not in chain:
            chain.append(parent)
        return tuple(reversed(chain))


def _judged(nodes: dict[Path, Node], policy: Policy, *, tables: bool) -> dict[Path, Node]:
    """Return *nodes*, with what their *tables* say if that is wanted."""
    return {at: with_tables(node, policy) for at, node in nodes.items()} if tables else nodes


def _nodes_around(path: Path, policy: Policy) -> dict[Path, Node]:
    """Return the tree of the disk at *path*, or the one node of an extent alone."""
    try:
        survey_link(path, policy)
    except NotAVmdk as error:
        neighbours = Neighbours()
        alone = _stray(path, error, policy, neighbours)
        if alone.kind is None:
            open_links(path, policy, writable=False, neighbours=neighbours)  # tells more of why
            raise
        return {path: alone}
    listing = list_disks(path.parent, follow=policy.allows(Leniency.OUTSIDE), below=False)
    listing.disks += links_in(path.parent / SNAPSHOTS)
    if path not in listing.disks:
        listing.disks.append(path)  # whatever its name, and wherever it leads: it was asked for
    listing.outside.pop(path, None)
    nodes, _ = _survey(listing, policy, below=True)
    return _tree_of(path, nodes)


def _survey(
    listing: DiskListing, policy: Policy, *, below: bool = False
) -> tuple[dict[Path, Node], tuple[ChangeTrack, ...]]:
    """Return the nodes of the disks in *listing* and of their parents, sorted into trees.

    Beside them: the change tracking files among them that no link names. With *below* the folders
    under those that are listed are looked into for children.
    """
    found: dict[Path, Node] = {}
    names: dict[tuple[int, int] | None, Path] = {}
    aliases: dict[Path, Path] = {}
    claimed: set[Path] = set()
    broken: dict[Path, VmdkError] = {}
    waiting = deque(listing.disks)
    neighbours = Neighbours()
    asked: set[Path] = set()
    while waiting or len(asked) < len(found):
        if not waiting:
            new = [path for path in found if path not in asked]
            asked.update(new)
            elsewhere = children_elsewhere(new, policy, neighbours, below=below)
            waiting += [child for children in elsewhere.values() for child in children]
            continue
        path = waiting.popleft()
        if path in aliases or path in broken:
            continue
        try:
            node, extents = survey_link(path, policy, neighbours)
        except VmdkError as error:
            broken[path] = error
            continue
        # One file may be reached by several names; the first, that of the listing, counts.
        aliases[path] = names.setdefault(node.identity, path)
        if aliases[path] == path:
            found[path] = node
            claimed.update(extents)
            if node.parent is not None:
                waiting.append(node.parent)
    claimed |= _wanted_by_name(found)
    left = {path: why for path, why in broken.items() if real_path(path) not in claimed}
    tracks = _add_broken(left, found, policy, neighbours)
    # A child's hint may lead over a link that leads out, and then it was followed.
    closed = {path: why for path, why in listing.outside.items() if path not in aliases}
    found |= {
        path: Node(path, None, faults=(Finding.of_error(why, path),))
        for path, why in closed.items()
    }
    return _in_order(_joined(found, aliases)), tracks


def _add_broken(
    broken: Mapping[Path, VmdkError],
    found: dict[Path, Node],
    policy: Policy,
    neighbours: Neighbours,
) -> tuple[ChangeTrack, ...]:
    """Add the nodes of *broken* files, that no link needs, to those *found*.

    Data of a disk whose descriptor is lost is one node. Change tracking files are returned.
    """
    if not broken:
        return ()
    from redoscope_core.link.change_track import loose_track  # noqa: PLC0415 - most are sound

    data = _lost_disks(broken, found)
    for disk, files in data.items():
        found[disk] = lost_node(disk, files, broken.get(disk), neighbours)
    folded = {path for files in data.values() for path in files}
    tracks: list[ChangeTrack] = []
    for path, reason in broken.items():
        if path in found or path in folded:
            continue
        track = loose_track(path) if isinstance(reason, UnsupportedVmdk) else None
        if track is None:
            name_step(reason, path, neighbours.plans)
            found[path] = _stray(path, reason, policy, neighbours)
        else:
            tracks.append(track)
    return tuple(tracks)


def _wanted_by_name(nodes: Mapping[Path, Node]) -> set[Path]:
    """Return the files that *nodes* miss, where these lie or are called otherwise now."""
    faults = (fault for node in nodes.values() for fault in node.faults)
    told = (fault.fact("candidates") for fault in faults if fault.kind is Kind.MISSING_DATA)
    return {
        real_path(one.path)
        for candidates in told
        if isinstance(candidates, tuple)
        for one in candidates
        if _BY_NAME.intersection(one.reasons)
    }


def _lost_disks(
    broken: Mapping[Path, VmdkError], found: Mapping[Path, Node]
) -> dict[Path, list[Path]]:
    """Return which of the *broken* files are the data of disks whose descriptors are lost.

    Only where there are several: one alone is a node of its own, that can be opened.
    """
    from redoscope_core.chain.family.lost import disk_of_data  # noqa: PLC0415 - most are sound

    data: dict[Path, list[Path]] = {}
    for path, why in broken.items():
        disk = disk_of_data(path)
        if disk is None or disk in found or not isinstance(why, NotAVmdk) or why.is_of_known_kind:
            continue
        data.setdefault(disk, []).append(path)
    return {disk: files for disk, files in data.items() if len(files) > 1}


def _stray(path: Path, why: VmdkError, policy: Policy, neighbours: Neighbours) -> Node:
    """Return the node of an extent without a descriptor, or of a file that is none."""
    node = bare_node(path, why, policy)
    if not isinstance(why, NotAVmdk) or why.is_of_known_kind:
        return node
    from redoscope_core.chain.family.lost import about_data  # noqa: PLC0415 - most are sound

    whose = about_data(path, policy, neighbours)
    return node if whose is None else replace(node, faults=(*node.faults, whose))


def _joined(found: dict[Path, Node], aliases: dict[Path, Path]) -> dict[Path, Node]:
    """Return the nodes with children filled in, and loops cut with a fault."""
    found = {
        path: replace(node, parent=aliases.get(node.parent, node.parent) if node.parent else None)
        for path, node in found.items()
    }
    children: dict[Path, list[Path]] = {path: [] for path in found}
    result = {}
    circles = _in_circles(found)
    for path, node in found.items():
        kept = node
        if path in circles:
            fault = Finding.of(Kind.LOOP, path, name=path.name)
            kept = replace(node, faults=(*node.faults, fault), parent=None)
        result[path] = kept
        if kept.parent is not None and kept.parent in children:
            children[kept.parent].append(path)
    for path, below in children.items():
        below.sort(key=lambda child: (result[child].modified, child.name))
        result[path] = replace(result[path], children=tuple(below))
    return result


def _in_circles(nodes: dict[Path, Node]) -> set[Path]:
    """Return the links that are their own ancestors; each link is passed once."""
    circles: set[Path] = set()
    passed: dict[Path, Path] = {}
    for start in nodes:
        path: Path | None = start
        while path is not None and path in nodes and path not in passed:
            passed[path] = start
            path = nodes[path].parent
        # Only a way that meets itself, and not an older one, has come upon a circle.
        while path is not None and passed.get(path) == start and path not in circles:
            circles.add(path)
            path = nodes[path].parent
    return circles


def _in_order(nodes: dict[Path, Node]) -> dict[Path, Node]:
    ordered: dict[Path, Node] = {}
    waiting = [path for path, node in nodes.items() if node.parent is None]
    waiting.sort(key=lambda path: (bool(nodes[path].faults), str(path)), reverse=True)
    while waiting:
        path = waiting.pop()
        ordered[path] = nodes[path]
        waiting.extend(reversed(nodes[path].children))
    return ordered


def _tree_of(path: Path, nodes: dict[Path, Node]) -> dict[Path, Node]:
    root = path
    while (parent := nodes[root].parent) is not None:
        root = parent
    kept = set()
    waiting = [root]
    while waiting:
        at = waiting.pop()
        kept.add(at)
        waiting.extend(nodes[at].children)
    return {at: node for at, node in nodes.items() if at in kept}
