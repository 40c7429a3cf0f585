"""Making new disks: base disks of every writable kind, and children.

A child starts empty: every sector is still its parent's. It keeps the parent's
content ID, so that it notices if the parent is changed. The parent is only read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.chain.access import ADVISED_LINKS
from redoscope_core.chain.family.record import lies_elsewhere, record_child
from redoscope_core.errors import ChainTooDeep, InvalidArgument, PartialChain
from redoscope_core.files.locks import refuse_if_locked
from redoscope_core.files.names import parent_hint
from redoscope_core.format.geometry import USUAL_ADAPTER
from redoscope_core.operations.making.new_disk import NewDisk, laid_out
from redoscope_core.operations.making.pieces import CHILD_KINDS, DISK_KINDS

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain

__all__ = ["create_child", "create_disk", "refuse_parent"]


def create_disk(
    path: Path,
    capacity: int,
    *,
    kind: str = "monolithicSparse",
    adapter: str = USUAL_ADAPTER,
    zeroed_grains: bool = False,
    grain_size: int = 128,
    comment: str = "",
) -> None:
    """Make an empty base disk of *capacity* sectors at *path*.

    *kind* is one of `DISK_KINDS`, *grain_size* in sectors. With *zeroed_grains* a
    grain of zeros takes no room; some programs misread such grains.

    Raises:
        InvalidArgument: A property is impossible.
        AlreadyExists: *path*, or a file that belongs to it, is there already.
        DiskFull: No room.
    """
    if kind not in DISK_KINDS:
        raise InvalidArgument(
            "a kind of disk that can't be made",
            path=path,
            found=repr(kind),
            expected=", ".join(DISK_KINDS),
        )
    _make(NewDisk(Path(path), capacity, kind, adapter, comment, grain_size, zeroed_grains))


def create_child(
    parent: Chain,
    path: Path,
    kind: str = "monolithicSparse",
    *,
    zeroed_grains: bool = False,
    grain_size: int = 128,
    comment: str = "",
    max_links: int = ADVISED_LINKS,
) -> None:
    """Make an empty child at *path* of the newest link of *parent*.

    The parent may be any link; on one that has children already the new child is a
    branch (the guide's Child1a). A child in another folder is recorded for this user, so that
    writes into the parent can be refused.

    Raises:
        InvalidArgument: *kind* is not sparse, or a property is impossible.
        AlreadyExists: *path*, or a file that belongs to it, is there already.
        PartialChain: *parent* lacks its own parents.
        ChainTooDeep: The chain would have more than *max_links* links.
        InUse: Another program holds a lock on the parent.
    """
    path = Path(path)
    if kind not in CHILD_KINDS:
        raise InvalidArgument(
            "a child is always sparse",
            path=path,
            found=repr(kind),
            expected=" or ".join(CHILD_KINDS),
        )
    refuse_parent(parent, path, max_links)
    _make(
        NewDisk(
            path,
            parent.capacity,
            kind,
            _inherited(parent, "ddb.adapterType", USUAL_ADAPTER),
            comment,
            grain_size,
            zeroed_grains,
            parent_cid=parent.tip.descriptor.cid,
            parent_hint=parent_hint(parent.path, path),
            hardware_version=_inherited(parent, "ddb.virtualHWVersion", "4"),
            like=parent.all_files,
        )
    )
    if lies_elsewhere(parent.path, path):
        record_child(parent.path, path)
    parent.tip.children_made.append(path)


def refuse_parent(parent: Chain, path: Path, max_links: int) -> None:
    """Refuse *parent* as that of a new child *path*, as `create_child` would."""
    if parent.links[0].is_child:
        raise PartialChain("the parent is opened without its own parents", path=parent.path)
    if parent.tip.is_bare:
        raise PartialChain(
            "the parent is an extent without its descriptor, so no child could name its content",
            path=parent.path,
            cure="put the descriptor that names it beside it and open that",
        )
    # While somebody else writes the parent, its content ID does not tell of each change.
    refuse_if_locked(parent.path, list(parent.tip.disk_files))
    if len(parent.links) + 1 > max_links:
        raise ChainTooDeep(
            "too many links in the chain",
            path=path,
            found=len(parent.links) + 1,
            expected=f"at most {max_links}",
            cure="consolidate the chain, or allow more links",
        )


def _inherited(parent: Chain, key: str, otherwise: str) -> str:
    for link in reversed(parent.links):
        if value := link.descriptor.get(key):
            return value
    return otherwise


def _make(plan: NewDisk) -> None:
    with laid_out(plan):
        pass  # a new disk is empty
