"""Data without the descriptor that names it: whose it is, what belongs to it, and who needs it.

A file of data says nothing of its disk; its name does, as products give it:

    srv-flat.vmdk  srv-delta.vmdk  srv-sesparse.vmdk      the data of srv.vmdk
    srv-s001.vmdk  srv-s002.vmdk  srv-f001.vmdk           its pieces

Either a descriptor is there and names it: then that, or the newest child of it, is what one wants.
Or it is lost: then all its data belongs together, and the children that name it need it.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.family.children import children_of
from redoscope_core.chain.family.pieces import files_named_by
from redoscope_core.errors import Candidate, Reason, TooManyFiles, VmdkError
from redoscope_core.files.names import possible_names
from redoscope_core.findings import Finding, Kind
from redoscope_core.format.data_name import DataName

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.neighbours import Neighbours
    from redoscope_core.errors import NotAVmdk

__all__ = ["about_data", "disk_of_data", "lost_disk", "tell_whose"]

_MOST_STEPS = 64
"""Children of children that are gone through to find the newest."""
_MOST_NAMED = 4
"""Files of data that are named one by one."""
_MOST_ABSENT = 8
"""Numbers of pieces that are named one by one."""


class _Users(NamedTuple):
    """Who has to do with a file of data."""

    named_by: tuple[Path, ...]
    """Descriptors that name it."""
    newest: tuple[Path, ...]
    """The newest links that were made from those, children of children."""
    disk: Path
    """The descriptor that it belongs to, by its name."""
    needed_by: tuple[Path, ...]
    """Children that name that descriptor as their parent, where it is lost."""


def disk_of_data(path: Path) -> Path | None:
    """Return the descriptor whose data *path* is by its name; None if it is called otherwise."""
    named = DataName.of(path.stem)
    return None if named is None else path.with_name(named.disk + path.suffix)


def tell_whose(error: NotAVmdk, path: Path, policy: Policy, neighbours: Neighbours) -> None:
    """Let *error*, that *path* is no disk, tell whose data it is, as far as that is known."""
    users = _users(path, policy, neighbours)
    if users is None or error.is_of_known_kind:
        return
    if users.named_by:
        error.what = f"not a virtual disk itself but data of {users.named_by[0].name}"
        error.cure = f"open {(users.newest or users.named_by)[-1].name}"
    elif neighbours.is_disk(users.disk):
        error.what = f"not a virtual disk itself; by its name data of {users.disk.name}"
        error.cure = f"open {users.disk.name}, which names other files, and says which"
    else:
        error.what = f"not a virtual disk itself; by its name data of {users.disk.name}"
        error.cure = "its descriptor is lost: put that back from a copy"
    error.candidates = (*_candidates(users), *error.candidates)


def about_data(path: Path, policy: Policy, neighbours: Neighbours) -> Finding | None:
    """Return whose data *path* is, or what is its data, a file without a descriptor.

    None if its name tells nothing, and no descriptor has that.
    """
    users = _users(path, policy, neighbours)
    if users is None:
        own = neighbours.data_named(path.parent, path.stem)
        return lost_disk(path, own, neighbours) if own else None
    if users.named_by:
        disk = users.named_by[0]
        newest = (users.newest or users.named_by)[-1]
        facts = {"disk": disk.name, "newest": newest.name, "candidates": _candidates(users)}
        return Finding.of(Kind.DATA_OF, path, newer=_newer(users), **facts)
    if neighbours.is_disk(users.disk):
        return None  # that says itself what it lacks
    siblings = neighbours.data_named(path.parent, users.disk.stem)
    return lost_disk(users.disk, siblings, neighbours)


def lost_disk(disk: Path, data: Sequence[Path], neighbours: Neighbours) -> Finding:
    """Return that the descriptor *disk* is lost, to which *data* belongs by its names."""
    facts: dict[str, object] = {"disk": disk.name, "files": _listed(data)}
    absent = _absent(data)
    needed = ", ".join(child.name for child in _needed_by(disk, neighbours))
    facts["absent"] = f" (not there: {absent})" if absent else ""
    facts["needed"] = f"; needed by {needed}" if needed else ""
    return Finding.of(Kind.LOST_DESCRIPTOR, disk, **facts)


def _users(path: Path, policy: Policy, neighbours: Neighbours) -> _Users | None:
    disk = disk_of_data(path)
    named_by = _named_by(path, neighbours)
    if disk is None and not named_by:
        return None
    newest = tuple(dict.fromkeys(tip for one in named_by for tip in _tips(one, policy, neighbours)))
    disk = named_by[0] if disk is None else disk
    return _Users(named_by, newest, disk, () if named_by else _needed_by(disk, neighbours))


def _named_by(path: Path, neighbours: Neighbours) -> tuple[Path, ...]:
    """Return the descriptors beside *path*, and one folder above, that name it."""
    own = neighbours.real(path)
    around = neighbours.links_above(path.parent).links
    above = [link for link in around if link.parent == neighbours.real(path.parent).parent]
    links = (*neighbours.links_in(path.parent), *above)
    others = (link for link in links if neighbours.real(link) != own)
    return tuple(link for link in others if own in files_named_by(link, neighbours))


def _needed_by(disk: Path, neighbours: Neighbours) -> tuple[Path, ...]:
    """Return the children beside *disk* that name it as their parent."""
    found = []
    for link in neighbours.links_in(disk.parent):
        try:
            descriptor = neighbours.descriptor(link)
        except TooManyFiles:
            raise
        except VmdkError:
            continue
        hints = possible_names(descriptor.parent_hint or "", descriptor.codec)
        names = {PurePosixPath(hint.replace("\\", "/")).name.casefold() for hint in hints}
        if descriptor.is_child and disk.name.casefold() in names:
            found.append(link)
    return tuple(found)


def _tips(disk: Path, policy: Policy, neighbours: Neighbours) -> list[Path]:
    """Return the links without children that stand on *disk*; none if it has no child."""
    tips: list[Path] = []
    waiting, seen = [disk], {neighbours.real(disk)}
    while waiting and len(seen) < _MOST_STEPS:
        at = waiting.pop()
        try:
            found = children_of(at, policy, neighbours, below=False)
        except TooManyFiles:
            raise
        except VmdkError:
            found = ()
        new = [child for child in found if neighbours.real(child) not in seen]
        seen |= {neighbours.real(child) for child in new}
        waiting += new
        if not found and at != disk:
            tips.append(at)
    return sorted(tips)


def _candidates(users: _Users) -> tuple[Candidate, ...]:
    made = (
        *((one, Reason.IS_NEWEST_CHILD) for one in users.newest),
        *((one, Reason.NAMES_IT) for one in users.named_by),
        *((one, Reason.NEEDS_IT) for one in users.needed_by),
    )
    return tuple(Candidate(path, (reason,)) for path, reason in made)


def _newer(users: _Users) -> str:
    names = ", ".join(tip.name for tip in users.newest)
    return f"; the newest made from that: {names}" if names else ""


def _listed(data: Iterable[Path]) -> str:
    """Return the names of *data*; of many pieces the first and the last."""
    names = [path.name for path in data]
    return (
        ", ".join(names)
        if len(names) <= _MOST_NAMED
        else f"{names[0]} to {names[-1]}, {len(names)} files"
    )


def _absent(data: Iterable[Path]) -> str:
    """Return the numbers between the first and the last of the pieces *data* that are not there."""
    there = (DataName.of(path.stem) for path in data)
    pieces = {one.number: one for one in there if one is not None and one.number is not None}
    if not pieces:
        return ""
    last = pieces[max(pieces)]
    gone = [last._replace(number=n) for n in range(1, max(pieces)) if n not in pieces]
    named = ", ".join(one.ending for one in gone[:_MOST_ABSENT])
    more = len(gone) - _MOST_ABSENT
    return f"{named} and {more} more" if more > 0 else named
