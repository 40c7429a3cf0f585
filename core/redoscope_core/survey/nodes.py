"""One link as a node of a forest: what it says of itself, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import State
from redoscope_core.chain.family.lineage import misfit
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.parents import find_parent
from redoscope_core.chain.family.pieces import open_link
from redoscope_core.chain.family.tracks import track_of
from redoscope_core.chain.stopped import name_step
from redoscope_core.errors import ContentIdMismatch, NotAVmdk, VmdkError
from redoscope_core.files.file import DiskFile, storage_of
from redoscope_core.files.locks import file_lock_holder, lock_folder
from redoscope_core.files.names import real_path
from redoscope_core.findings import Finding, Kind, Place
from redoscope_core.format.content_id import NO_PARENT
from redoscope_core.format.form import Form, form_of
from redoscope_core.leniency import Leniency
from redoscope_core.link.link import Link, read_descriptor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redoscope_core.chain.access import Policy
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.link.change_track import ChangeTrack

__all__ = ["Node", "bare_node", "faulty_node", "lost_node", "survey_link", "with_tables"]


@dataclass(frozen=True, slots=True)
class Node:
    """A link of a forest."""

    path: Path
    parent: Path | None
    """Where its parent is, also one whose content ID does not fit; None if there is none."""
    children: tuple[Path, ...] = ()
    cid: int | None = None
    parent_cid: int | None = None
    parent_hint: str = ""
    """What the link calls its parent; empty if it says nothing."""
    capacity: int | None = None
    """Sectors."""
    kind: str | None = None
    """createType of the descriptor; None if it can't be read."""
    form: Form | None = None
    """In which form it keeps its data; None if that can't be read."""
    faults: tuple[Finding, ...] = ()
    stored_bytes: int = 0
    """Bytes its files take on the storage, holes not counted."""
    data_sectors: int | None = None
    """Sectors that its tables store as data; None if they were not, or can't be, read."""
    modified: float = 0.0
    """When its descriptor's file was changed last, in seconds since 1970."""
    in_use: bool = False
    """Whether another program holds a lock on it."""
    comment: str = ""
    track: ChangeTrack | None = None
    """The change tracking file that it names."""
    identity: tuple[int, int] | None = None
    """Device and inode of its descriptor's file."""

    @property
    def is_child(self) -> bool:
        """Whether the link has, or should have, a parent."""
        if self.form is Form.FOREIGN_CHILD:
            return True
        return self.parent_cid is not None and self.parent_cid != NO_PARENT


def survey_link(
    path: Path, policy: Policy, neighbours: Neighbours | None = None
) -> tuple[Node, tuple[Path, ...]]:
    """Return the node of the link at *path*, without children, and the other files it names.

    *neighbours* serve for all links of a folder.

    Raises:
        VmdkError: There is no descriptor to read.
    """
    with DiskFile(path) as file:
        descriptor = read_descriptor(file)
        identity = file.identity
        in_use = lock_folder(path) is not None or file_lock_holder(file) is not None
    faults: list[Finding] = []
    named = (path.parent / line.name for line in descriptor.extents if line.name)
    neighbours = neighbours or Neighbours()
    track = track_of(path, descriptor, policy, neighbours)
    stored_bytes, files = _opened(path, policy, faults, neighbours)
    if track is not None and track.header is not None:
        files = (*files, track.path)
    parent = _parent(path, descriptor, policy, faults, neighbours)
    if parent is not None:
        faults += _fit(path, descriptor, parent, neighbours)
        faults += _allowed(path, descriptor, parent, policy, neighbours)
    node = Node(
        path=path,
        parent=parent,
        cid=descriptor.cid,
        parent_cid=descriptor.parent_cid,
        parent_hint=descriptor.parent_hint or "",
        capacity=descriptor.capacity,
        kind=descriptor.create_type or None,
        form=form_of(descriptor),
        faults=tuple(faults),
        stored_bytes=stored_bytes,
        modified=_modified(path),
        in_use=in_use,
        comment=descriptor.comment,
        track=track,
        identity=identity,
    )
    # The files that were found too: their names may be spelled otherwise.
    return node, tuple(dict.fromkeys(real_path(place) for place in (*named, *files)))


def faulty_node(path: Path, error: VmdkError) -> Node:
    """Return the node of a file that is no readable link, with *error* as its fault."""
    faults = (Finding.of_error(error, path),)
    return Node(path, None, faults=faults, modified=_modified(path), stored_bytes=storage_of(path))


def _modified(path: Path) -> float:
    """Return when *path* was last written; 0 if it is gone meanwhile."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def bare_node(path: Path, error: VmdkError, policy: Policy) -> Node:
    """Return the node of an extent without a descriptor, or that of a file that is none."""
    if not isinstance(error, NotAVmdk):
        return faulty_node(path, error)
    try:
        with Link.open(path, allowed=policy.allowed) as link:
            fault = Finding.of(Kind.BARE, path, what=error.what, cure=error.cure)
            return Node(
                path,
                None,
                capacity=link.capacity,
                kind=link.descriptor.create_type,
                form=Form.BARE,
                faults=(fault,),
                stored_bytes=link.stored_bytes,
                modified=_modified(path),
                identity=link.identity,
            )
    except NotAVmdk as closer:
        return faulty_node(path, closer)
    except (VmdkError, OSError):
        return faulty_node(path, error)


def lost_node(
    disk: Path, data: Sequence[Path], why: VmdkError | None, neighbours: Neighbours
) -> Node:
    """Return the node of the disk whose descriptor *disk* is lost, and whose data is *data*.

    *why* tells what is there in place of the descriptor, if anything is.
    """
    from redoscope_core.chain.family.lost import lost_disk  # noqa: PLC0415 - most are sound

    faults = [] if why is None else [Finding.of_error(why, disk)]
    if why is None or isinstance(why, NotAVmdk):
        faults.append(lost_disk(disk, data, neighbours))
    return Node(
        disk,
        None,
        form=Form.BARE,
        faults=tuple(faults),
        stored_bytes=sum(storage_of(path) for path in data),
        modified=max(_modified(path) for path in data),
    )


def with_tables(node: Node, policy: Policy) -> Node:
    """Return *node* with what its grain tables say: read, not judged by eye."""
    if node.kind is None:
        return node
    try:
        with open_link(node.path, policy, Neighbours()) as link:
            data = link.stored.sectors_in(State.DATA)
            faults = (*node.faults, *_damage_faults(link))
            return replace(node, data_sectors=data, faults=faults)
    except VmdkError as error:
        fault = Finding.of_error(error, node.path)
        return node if fault in node.faults else replace(node, faults=(*node.faults, fault))


def _damage_faults(link: Link) -> list[Finding]:
    sectors = link.stored.sectors_in(State.UNREADABLE)
    if not sectors:
        return []
    error = link.unreadable(int(link.stored.start[link.stored.state == State.UNREADABLE][0]))
    place = Place(error.where, error.offset)
    facts = {"sectors": sectors, "why": error.facts, "cure": error.cure}
    return [Finding.of(Kind.DAMAGED, error.path, place, **facts)]


def _opened(
    path: Path, policy: Policy, faults: list[Finding], neighbours: Neighbours
) -> tuple[int, tuple[Path, ...]]:
    """Return the bytes that the link's files take, and those that hold its data, if it opens."""
    try:
        with open_link(path, policy, neighbours) as link:
            return link.stored_bytes, link.files
    except (VmdkError, OSError) as error:
        if isinstance(error, VmdkError):
            name_step(error, path, neighbours.plans)
            faults.append(Finding.of_error(error, path))
        return storage_of(path), ()


def _parent(
    path: Path,
    descriptor: Descriptor,
    policy: Policy,
    faults: list[Finding],
    neighbours: Neighbours,
) -> Path | None:
    if not descriptor.is_child:
        return None
    try:
        return find_parent(path, descriptor, policy, neighbours)
    except VmdkError as error:
        name_step(error, path, neighbours.plans)
        faults.append(Finding.of_error(error, path))
        return error.parent if isinstance(error, ContentIdMismatch) else None


def _allowed(
    path: Path, descriptor: Descriptor, parent: Path, policy: Policy, neighbours: Neighbours
) -> list[Finding]:
    """Return that *parent* is not what the link was made from, where that is allowed."""
    if not policy.allows(Leniency.CID_MISMATCH):
        return []  # why it is refused is told already
    try:
        found = misfit(path, descriptor, parent, neighbours.descriptor(parent))
    except VmdkError:
        return []
    return [] if found is None else [found]


def _fit(path: Path, descriptor: Descriptor, parent: Path, neighbours: Neighbours) -> list[Finding]:
    try:
        capacity = neighbours.descriptor(parent).capacity
    except VmdkError:
        return []
    if capacity == descriptor.capacity:
        return []
    facts = {"sectors": descriptor.capacity, "of_parent": capacity}
    return [Finding.of(Kind.CAPACITY, path, parent=parent.name, **facts)]
