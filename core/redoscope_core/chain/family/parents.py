"""Finding the parent of a child: where its hint leads, beside it, by content ID.

A candidate counts only if it opens as a virtual disk and its content ID is the one
the child wants. It is never read as a raw disk, and a hint that is an address of
some network is never followed.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from redoscope_core.chain.family.kinship import changed_parent, why_unfit
from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.chain.family.virtualbox import image_candidates, no_such_image
from redoscope_core.chain.stopped import was_merged
from redoscope_core.errors import (
    ChainLoop,
    MissingParent,
    TooManyFiles,
    VmdkError,
)
from redoscope_core.format.content_id import format_content_id
from redoscope_core.link.link import Link
from redoscope_core.link.names import is_there, possible_names, real_path, same_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.kinship import Unfit
    from redoscope_core.format.descriptor import Descriptor

__all__ = ["candidates", "find_parent", "open_parent"]

_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")
_WINDOWS_ROOT = re.compile(r"^([A-Za-z]:|[\\/])")


def open_parent(child: Link, policy: Policy, neighbours: Neighbours | None = None) -> Link:
    """Open the parent of *child*; raises as `find_parent` does."""
    path = find_parent(child.path, child.descriptor, policy, neighbours)
    return Link.open(path, trust=policy.trust)


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
    tries: list[str] = []
    mismatches: list[tuple[Path, Unfit]] = []
    for candidate in candidates(path, descriptor, policy, neighbours):
        if same_file(candidate, path):
            raise _own_parent(path, descriptor.parent_hint)
        try:
            unfit = why_unfit(descriptor, neighbours.descriptor(candidate))
        except TooManyFiles:
            raise  # nothing is said by that of the parent
        except VmdkError as error:
            tries.append(f"{candidate} ({error.facts})")
            continue
        if unfit is None:
            return candidate
        mismatches.append((candidate, unfit))
    if mismatches and policy.allow_cid_mismatch:
        return mismatches[0][0]
    if mismatches:
        raise changed_parent(path, *mismatches[0])
    if descriptor.merged_into is not None:
        raise was_merged(path, descriptor.merged_into, neighbours.plans)
    if descriptor.foreign_parent is not None:
        raise no_such_image(path, descriptor)
    raise _missing(path, descriptor, policy, tries)


def _own_parent(path: Path, hint: str | None) -> ChainLoop:
    return ChainLoop(
        "the link names itself as its parent",
        path=path,
        where="descriptor key parentFileNameHint",
        found=repr(hint),
        expected="an older link",
        cure="correct parentFileNameHint so that it names the older link",
    )


def _missing(path: Path, descriptor: Descriptor, policy: Policy, tries: list[str]) -> MissingParent:
    hint = descriptor.parent_hint
    outside = _outside(hint, path.parent, policy)
    if outside is not None:
        tries.append(f"{outside} (not tried: it is outside the folder of the child)")
    missing = MissingParent(
        f"the parent {hint!r} can't be opened" if hint else "a child that names no parent",
        path=path,
        where="descriptor key parentFileNameHint",
        found=f"tried {'; '.join(tries)}" if tries else "nothing to try",
        expected=f"a virtual disk with CID {format_content_id(descriptor.parent_cid)}",
        cure="put the parent beside the child, or name the folder it is in",
    )
    missing.outside = outside
    missing.allowed_by = "allow_outside" if outside else None
    return missing


def candidates(
    path: Path, descriptor: Descriptor, policy: Policy, neighbours: Neighbours | None = None
) -> Iterator[Path]:
    """Yield where the parent might be, the likeliest first, each place once.

    First the hint from the child's folder on, then its last part beside the child (a
    hint may have been written on another system), then the folders to search: there a
    disk of the name that the hint has before others of the same content.
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
    wanted = {_last_part(hint) for hint in hints}
    for searched in policy.search:
        found = neighbours.with_content_id(searched, descriptor.parent_cid)
        for place in sorted(found, key=lambda place: (place.name not in wanted, place)):
            if place not in seen and not same_file(place, path):
                seen.add(place)
                yield place


def _hinted(hint: str, folder: Path, policy: Policy, neighbours: Neighbours) -> Iterator[Path]:
    if not hint or "\0" in hint:
        return
    followed = not _ADDRESS.match(hint) or is_there(folder / hint)
    if followed and _outside(hint, folder, policy) is None:
        yield folder / hint
    # Windows tells the way with its own strokes: `..\base\base.vmdk`.
    if "\\" in hint and not _WINDOWS_ROOT.match(hint):
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
    if policy.allow_outside or hint is None or not PurePosixPath(hint).is_absolute():
        return None
    place = real_path(Path(hint))
    opened = (folder, *policy.search)
    return None if any(place.is_relative_to(real_path(f)) for f in opened) else Path(hint)
