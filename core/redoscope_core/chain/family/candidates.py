"""What might this be instead: the files that a missing parent may be now.

A content ID is drawn at random when a disk changes, so one disk that has the wanted one is what the
child was made from, wherever it lies and whatever it is called. Three things weaken that proof:

    fffffffe, 00000000       ESX gives them to every disk that nobody has written yet
    CID equal to parentCID   a child nobody has written yet: ESX lets it keep its parent's
    several disks have it    they are copies of one

Then the name, the UUID and the capacity decide; where they do not, nothing is chosen and all are
named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.family.kinship import fits, has_its_uuid, is_vague
from redoscope_core.chain.family.neighbours import without_suffix
from redoscope_core.chain.family.virtualbox import SNAPSHOTS
from redoscope_core.errors import Candidate, Reason
from redoscope_core.files.names import real_path, same_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.neighbours import Neighbours
    from redoscope_core.format.descriptor import Descriptor

__all__ = ["Sought", "disks_called", "namesakes", "parent_elsewhere", "rank"]


class Sought(NamedTuple):
    """What was found of a parent that is not where its child says."""

    parent: Path | None
    """The one that is it, beyond doubt."""
    candidates: tuple[Candidate, ...]
    """Those that may be it, if none is beyond doubt, the likeliest first."""
    looked_at_all: bool
    """Whether all folders were looked into; else there was too much in them."""


def parent_elsewhere(
    path: Path,
    child: Descriptor,
    names: Collection[str],
    policy: Policy,
    neighbours: Neighbours,
    *,
    below: bool = True,
) -> Sought:
    """Look for the parent of the child at *path*, which calls it by *names*, by what disks say.

    First in the folders to search, then beside the child and in the folder that is open, then,
    with *below*, under all these. The first of these three where it is beyond doubt decides.

    Raises:
        TooManyFiles: More files would have to be open than the system allows.
    """
    opened = policy.opened or path.parent
    above = (path.parent.parent,) if path.parent.name == SNAPSHOTS else ()
    near = dict.fromkeys((path.parent, *above, opened))
    told: list[Path] = []
    looked_at_all = True
    for folders, deep in ((policy.search, False), (near, False), ((*policy.search, *near), True)):
        if deep and not below:
            break
        found: list[Path] = []
        for folder in folders:
            fitting = neighbours.fitting(folder, child, below=deep)
            found += fitting.links
            looked_at_all = looked_at_all and fitting.complete
        told += _others(path, child, found, neighbours)
        told = _each_once(told)
        chosen = _decided(child, names, told, neighbours)
        # One with the UUID may lie farther off; it is what decides where the content ID does not.
        if chosen is not None and _is_final(child, neighbours.descriptor(chosen)):
            return Sought(chosen, (), looked_at_all)
    if told and (chosen := _decided(child, names, told, neighbours)) is not None:
        return Sought(chosen, (), looked_at_all)
    ranked = sorted(
        (Candidate(one, _reasons(child, names, one, neighbours)) for one in told), key=rank
    )
    return Sought(None, tuple(ranked), looked_at_all)


def namesakes(
    names: Collection[str], folders: Iterable[Path], path: Path, neighbours: Neighbours
) -> tuple[Candidate, ...]:
    """Return the disks of *folders* whose names differ from *names* in the suffix only.

    Not the child itself, which is at *path*.
    """
    found = {
        link: Candidate(link, (Reason.SUFFIX_DIFFERS,))
        for folder in dict.fromkeys(folders)
        for name in sorted(names)
        for link in neighbours.called_alike(folder, name)
        if link.name not in names and link != path
    }
    return tuple(found.values())


def disks_called(names: Collection[str], links: Iterable[Path]) -> tuple[Candidate, ...]:
    """Return those of *links* that are called by one of *names*, wherever they lie."""
    folded = {name.casefold() for name in names}
    found = dict.fromkeys(link for link in links if link.name.casefold() in folded)
    return tuple(Candidate(link, (Reason.HAS_NAME,)) for link in found)


def _decided(
    child: Descriptor, names: Collection[str], found: list[Path], neighbours: Neighbours
) -> Path | None:
    """Return the one of *found*, which all have the wanted content ID, that is the parent."""
    disks = {path: neighbours.descriptor(path) for path in found}
    if len(found) == 1 and not _is_weak(child, disks[found[0]]):
        return found[0]
    sized = {path for path, disk in disks.items() if disk.capacity == child.capacity}
    named = {path for path in sized if path.name in names}
    known = {path for path in sized if has_its_uuid(child, disks[path])}
    left = set(found)
    for likely in (sized, named, known):
        left = left & likely or left
    if len(left) != 1:
        return None
    (only,) = left
    is_sure = only in named | known or (only in sized and not _is_weak(child, disks[only]))
    return only if is_sure else None


def _is_final(child: Descriptor, disk: Descriptor) -> bool:
    """Tell whether nothing that lies farther off can be more like the parent than *disk* is."""
    return not (_is_weak(child, disk) and child.get("ddb.uuid")) or has_its_uuid(child, disk)


def _is_weak(child: Descriptor, disk: Descriptor) -> bool:
    """Tell whether it proves nothing that *disk* has what *child* wants."""
    if child.foreign_parent is not None:
        return False
    return is_vague(child.parent_cid) or disk.cid == disk.parent_cid


def _others(
    path: Path, child: Descriptor, found: Iterable[Path], neighbours: Neighbours
) -> list[Path]:
    """Return those of *found* that fit, but for the child at *path* itself and what names it."""
    left = []
    for place in found:
        disk = neighbours.descriptor(place)
        if not fits(child, disk):
            continue  # VirtualBox's: the right disk, in another state
        last = (disk.parent_hint or "").replace("\\", "/").rpartition("/")[2]
        if same_file(place, path) or (last == path.name and place.parent == path.parent):
            continue
        left.append(place)
    return left


def _each_once(paths: Iterable[Path]) -> list[Path]:
    found: dict[Path, Path] = {}
    for path in paths:
        found.setdefault(real_path(path), path)
    return list(found.values())


def _reasons(
    child: Descriptor, names: Collection[str], path: Path, neighbours: Neighbours
) -> tuple[Reason, ...]:
    disk = neighbours.descriptor(path)
    by_uuid = child.foreign_parent is not None
    reasons = [Reason.HAS_WANTED_UUID if by_uuid else Reason.HAS_WANTED_CONTENT_ID]
    if path.name in names:
        reasons.append(Reason.HAS_NAME)
    elif without_suffix(path.name) in {without_suffix(name) for name in names}:
        reasons.append(Reason.SUFFIX_DIFFERS)
    if disk.capacity == child.capacity:
        reasons.append(Reason.HAS_CAPACITY)
    if not by_uuid and has_its_uuid(child, disk):
        reasons.insert(1, Reason.HAS_WANTED_UUID)
    return tuple(reasons)


_ORDER = {reason: place for place, reason in enumerate(Reason)}


def rank(candidate: Candidate) -> tuple[int, list[int], str]:
    """Return the key that sorts more reasons, and weightier ones, to the front."""
    weights = [_ORDER[reason] for reason in candidate.reasons]
    return -len(weights), weights, str(candidate.path)
