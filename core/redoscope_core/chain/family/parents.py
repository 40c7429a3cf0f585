"""Finding the parent of a child: where its hint leads, beside it, by content ID.

A candidate counts only if it opens as a virtual disk and its content ID is the one
the child wants. It is never read as a raw disk, and a hint that is an address of
some network is never followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, pairwise, product
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from redoscope_core.candidates import Candidate, Reason
from redoscope_core.chain.family.kinship import (
    changed_parent,
    contradiction,
    fits,
    has_its_uuid,
    is_vague,
)
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.pieces import data_named_after, encoding_words, open_link
from redoscope_core.chain.family.virtualbox import image_candidates, no_such_image
from redoscope_core.chain.stopped import was_merged
from redoscope_core.errors import (
    ChainLoop,
    FileMissing,
    FileUnreadable,
    MissingParent,
    TooManyFiles,
    VmdkError,
)
from redoscope_core.files.names import is_there, possible_names, real_path, same_file
from redoscope_core.findings import Finding, Kind
from redoscope_core.format.content_id import format_content_id
from redoscope_core.leniency import Leniency
from redoscope_core.phrases import Naming, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.candidates import Sought
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.link.link import Link

__all__ = ["find_parent", "open_parent", "parents_elsewhere", "parents_of"]

_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")
_FOREIGN = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*:|\\\\|\[[^\]]*\])")
"""How hints begin that are ways on other machines."""
_WINDOWS_ROOT = re.compile(r"^([A-Za-z]:|[\\/])")


def open_parent(child: Link, policy: Policy, neighbours: Neighbours | None = None) -> Link:
    """Open the parent of *child*; raises as `find_parent` does."""
    neighbours = neighbours or Neighbours()
    path = find_parent(child.path, child.descriptor, policy, neighbours)
    return open_link(path, policy, neighbours)


def find_parent(
    path: Path, descriptor: Descriptor, policy: Policy, neighbours: Neighbours | None = None
) -> Path:
    """Return where the parent of the child at *path* is.

    Who asks for many children hands over *neighbours*, so that each folder is read once.

    Raises:
        MissingParent: No candidate is a virtual disk; the message lists all tries.
        ContentIdMismatch: The parent is there, and was changed since the child was made.
        ChainLoop: The child names itself.
        WasMerged: A consolidation cut it off.
        TooManyFiles: The system allows no more open files, so that nobody knows.
    """
    neighbours = neighbours or Neighbours()
    named = _look_where_named(path, descriptor, policy, neighbours)
    if named.parent is not None:
        return named.parent
    if descriptor.merged_into is not None and not policy.search:
        raise was_merged(path, descriptor.merged_into, neighbours.plans)
    sought = _elsewhere(path, descriptor, policy, neighbours)
    if named.unread is not None and not policy.search:
        sought = _as_candidate(sought)
    if sought.parent is not None:
        proved = has_its_uuid(descriptor, neighbours.descriptor(sought.parent))
        if proved or not named.unproved:
            return sought.parent
    if named.unproved:
        return named.unproved[0]
    if named.others and policy.allows(Leniency.CID_MISMATCH):
        return named.others[0]
    raise _no_parent(path, descriptor, policy, neighbours, named=named, sought=sought)


def _as_candidate(sought: Sought) -> Sought:
    """Return *sought* without a decision: what could not be read may be the parent itself."""
    if sought.parent is None:
        return sought
    candidate = Candidate(sought.parent, (Reason.HAS_WANTED_CONTENT_ID,))
    return sought._replace(parent=None, candidates=(candidate,))


@dataclass(slots=True)
class _Named:
    """What lies where the child says that its parent is."""

    parent: Path | None = None
    unproved: list[Path] = field(default_factory=list)
    """They have the wanted content ID, which many disks have, and not the UUID of the child."""
    others: list[Path] = field(default_factory=list)
    """They have another content ID, or one that many have and another capacity."""
    tries: list[Naming] = field(default_factory=list)
    """What is no disk, in words."""
    unread: FileUnreadable | None = None
    """Why the system did not let us read a file that is there."""


def _no_parent(
    path: Path,
    descriptor: Descriptor,
    policy: Policy,
    neighbours: Neighbours,
    *,
    named: _Named,
    sought: Sought,
) -> VmdkError:
    """Return why nothing is taken for the parent, and what it may be."""
    error: VmdkError
    if named.others:
        other = named.others[0]
        error = changed_parent(path, descriptor, other, neighbours.descriptor(other))
    elif descriptor.merged_into is not None:
        return was_merged(path, descriptor.merged_into, neighbours.plans)
    elif descriptor.foreign_parent is not None:
        error = no_such_image(path, descriptor)
    else:
        error = _missing(path, descriptor, policy, named.tries)
        error.cure = f"{error.cure}{encoding_words(descriptor)}"
        if named.unread is not None:
            error.cure = named.unread.cure or error.cure
    from redoscope_core.chain.family.candidates import namesakes  # noqa: PLC0415 - seldom

    folders = (path.parent, policy.opened or path.parent, *policy.search)
    names = _names(descriptor)
    error.candidates = (
        *(sought.candidates or namesakes(names, folders, path, neighbours)),
        *(data_named_after(path.parent, names, neighbours) if not named.others else ()),
    )
    error.looked_at_all = sought.looked_at_all
    return error


def _look_where_named(
    path: Path, descriptor: Descriptor, policy: Policy, neighbours: Neighbours
) -> _Named:
    found = _Named()
    for candidate in _hinted_places(path, descriptor, policy, neighbours):
        if same_file(candidate, path):
            raise _own_parent(path, descriptor.parent_hint)
        try:
            disk = neighbours.descriptor(candidate)
        except TooManyFiles:
            raise  # nothing is said by that of the parent
        except VmdkError as error:
            gone = isinstance(error, FileMissing)
            if isinstance(error, FileUnreadable):
                found.unread = found.unread or error
            found.tries.append(Naming(candidate, "" if gone else f" ({error.facts})"))
            continue
        if not _is_it(descriptor, disk):
            found.others.append(candidate)
        elif (
            _is_vague(descriptor)
            and descriptor.get("ddb.uuid")
            and not has_its_uuid(descriptor, disk)
        ):
            found.unproved.append(candidate)
        else:
            found.parent = candidate
            return found
    return found


def _is_vague(child: Descriptor) -> bool:
    return child.foreign_parent is None and is_vague(child.parent_cid)


def _is_it(child: Descriptor, disk: Descriptor) -> bool:
    """Tell whether *disk*, which *child* names, may be what it was made from."""
    if not fits(child, disk):
        return False
    return not _is_vague(child) or contradiction(child, disk) is None


def parents_of(
    path: Path,
    descriptor: Descriptor,
    policy: Policy,
    neighbours: Neighbours,
    *,
    known: Sequence[Path] = (),
    below: bool,
) -> list[Path]:
    """Return whom the child at *path* would be broken without: whom it names, and whom it reads.

    These are two if another disk has the name of its parent now. A hint that leads out of its
    folder is followed to those *known* alone. Files *below* those that are searched are looked at
    if that is wanted.
    """
    hinted = _hinted_places(path, descriptor, policy, neighbours)
    places = chain(_known_outside(descriptor, path.parent, policy, known), hinted)
    named = next((place for place in places if is_there(place)), None)
    if named is not None:
        try:
            if _is_it(descriptor, neighbours.descriptor(named)):
                return [named]
        except TooManyFiles:
            raise
        except VmdkError:
            pass  # what is there is no disk
    found = _elsewhere(path, descriptor, policy, neighbours, below=below).parent
    return [place for place in (named, found) if place is not None]


def _known_outside(
    descriptor: Descriptor, folder: Path, policy: Policy, known: Sequence[Path]
) -> Iterator[Path]:
    """Yield where a hint leads that is not followed from *folder*, if that is one of *known*."""
    if descriptor.foreign_parent is not None:
        return
    for hint in possible_names(descriptor.parent_hint or "", descriptor.codec):
        place = None if "\0" in hint else _outside(hint, folder, policy)
        if place is not None and any(same_file(place, each) for each in known):
            yield place


def parents_elsewhere(
    links: Sequence[Link], policy: Policy, neighbours: Neighbours
) -> list[Finding]:
    """Return which parents of the chain *links* are not where their children say.

    Nothing is said of those in the folders to search: whoever named these expects them there.
    """
    found = []
    for parent, child in pairwise(links):
        hinted = list(_hinted_places(child.path, child.descriptor, policy, neighbours))
        searched = any(real_path(parent.path).is_relative_to(real_path(f)) for f in policy.search)
        if searched or any(same_file(parent.path, place) for place in hinted):
            continue
        namesake = next((place for place in hinted if neighbours.is_disk(place)), None)
        if namesake is None:
            found.append(Finding.of(Kind.PARENT_ELSEWHERE, child.path, parent=parent.path))
        else:
            facts = {"parent": parent.path, "namesake": namesake}
            found.append(Finding.of(Kind.NAMESAKE_OF_PARENT, child.path, **facts))
    return found


def _elsewhere(
    path: Path,
    descriptor: Descriptor,
    policy: Policy,
    neighbours: Neighbours,
    *,
    below: bool = True,
) -> Sought:
    from redoscope_core.chain.family.candidates import parent_elsewhere  # noqa: PLC0415 - seldom

    names = _names(descriptor)
    return parent_elsewhere(path, descriptor, names, policy, neighbours, below=below)


def _names(descriptor: Descriptor) -> set[str]:
    """Return what the child calls its parent, without the way there."""
    hints = possible_names(descriptor.parent_hint or "", descriptor.codec)
    return {_last_part(hint) for hint in hints} - {""}


def _own_parent(path: Path, hint: str | None) -> ChainLoop:
    return ChainLoop(
        "the link names itself as its parent",
        path=path,
        where="descriptor key parentFileNameHint",
        found=quoted(hint or ""),
        expected="an older link",
        cure="correct parentFileNameHint so that it names the older link",
    )


def _missing(
    path: Path, descriptor: Descriptor, policy: Policy, tries: list[Naming]
) -> MissingParent:
    hint = descriptor.parent_hint
    outside = _outside(hint, path.parent, policy)
    if outside is not None:
        told = " (not looked at: it is outside the folder of the child)"
        tries.append(Naming(outside, told))
    missing = MissingParent(
        f"the parent {quoted(hint)} can't be opened" if hint else "a child that names no parent",
        path=path,
        where="descriptor key parentFileNameHint",
        found=Naming("no disk at ", *Naming.joined("; ", tries).parts)
        if tries
        else "no name to look for",
        expected=f"a virtual disk with CID {format_content_id(descriptor.parent_cid)}",
        cure="put the parent beside the child, or name the folder it is in",
    )
    missing.outside = outside
    missing.leniency = Leniency.OUTSIDE if outside else None
    return missing


def _hinted_places(
    path: Path, descriptor: Descriptor, policy: Policy, neighbours: Neighbours | None = None
) -> Iterator[Path]:
    """Yield where the child says that its parent is, the likeliest first, each place once.

    First the hint from the child's folder on, then its last part beside the child: a
    hint may have been written on another system. Of VirtualBox's children, what has the UUID.
    """
    neighbours = neighbours or Neighbours()
    if descriptor.foreign_parent is not None:
        yield from image_candidates(path, descriptor, policy, neighbours)
        return
    seen: set[Path] = set()
    hints = possible_names(descriptor.parent_hint or "", descriptor.codec)
    # The child may be reached by a symbolic link: its parent is beside the child itself.
    folders = (path.parent, real_path(path).parent) if path.is_symlink() else (path.parent,)
    for folder, hint in product(folders, hints):
        for place in _hinted(hint, folder, policy, neighbours):
            if place not in seen:
                seen.add(place)
                yield place


def _hinted(hint: str, folder: Path, policy: Policy, neighbours: Neighbours) -> Iterator[Path]:
    if not hint or "\0" in hint:
        return
    # What leads through an address, a drive or a datastore leads nowhere here, as a rule.
    followed = not _FOREIGN.match(hint) or is_there(folder / hint)
    if followed and _outside(hint, folder, policy) is None:
        yield folder / hint
    # Windows tells the way with its own strokes: `..\base\base.vmdk`.
    if "\\" in hint and not _FOREIGN.match(hint) and not _WINDOWS_ROOT.match(hint):
        yield folder / hint.replace("\\", "/")
    name = _last_part(hint)
    # The name alone: `C:\vms\base.vmdk` from another machine is found beside the child.
    if name and name not in {".", ".."} and not _ADDRESS.match(name):
        beside = folder / name
        yield beside if is_there(beside) else neighbours.spelled_otherwise(beside) or beside


def _last_part(hint: str) -> str:
    return PurePosixPath(hint.replace("\\", "/")).name


def _outside(hint: str | None, folder: Path, policy: Policy) -> Path | None:
    """Return where an absolute *hint* leads, if that is outside the folders that were opened."""
    if policy.allows(Leniency.OUTSIDE) or hint is None or not PurePosixPath(hint).is_absolute():
        return None
    place = real_path(Path(hint))
    opened = (folder, *policy.search)
    return None if any(place.is_relative_to(real_path(f)) for f in opened) else Path(hint)
