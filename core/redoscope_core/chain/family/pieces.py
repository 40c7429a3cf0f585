"""A link opened with all its files: where those are that are not where its descriptor says.

A file in a folder to search that has the name and the length of a missing one is taken for it. All
others that may be it are named, each with what speaks for it: a flat file holds nothing that says
whose it is.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.family.candidates import namesakes, rank
from redoscope_core.chain.family.listing import files_below, files_in
from redoscope_core.chain.family.neighbours import ROLE_OF_DATA, without_suffix
from redoscope_core.errors import Candidate, FileMissing, NotAVmdk, Reason, TooManyFiles, VmdkError
from redoscope_core.files.file import DiskFile
from redoscope_core.files.names import possible_names, real_path
from redoscope_core.link.link import Link
from redoscope_core.link.opening import sparse_capacity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.neighbours import Neighbours
    from redoscope_core.errors import Wanted

__all__ = ["data_named_after", "files_named_by", "open_link"]

_SECTOR = 512


class _Found(NamedTuple):
    files: Mapping[Path, int]
    """Bytes of each file that nobody else is known to need."""
    complete: bool


def open_link(
    path: Path, policy: Policy, neighbours: Neighbours, *, writable: bool = False
) -> Link:
    """Open the link at *path*; pieces of it may be in the folders to search, or below them.

    Raises:
        FileMissing: Pieces are not there; all are named, with what they may be instead.
        VmdkError: As `Link.open`.
    """
    try:
        return Link.open(path, writable=writable, allowed=policy.allowed)
    except FileMissing as error:
        if not error.missing:
            _tell_of_descriptor(error, path, neighbours)
            raise
        places = _in_searched(error, policy)
        if len(places) == len(error.missing):
            return Link.open(path, writable=writable, allowed=policy.allowed, places=places)
        _tell_candidates(error, path, policy, neighbours)
        raise
    except NotAVmdk as error:
        error.candidates = data_named_after(path.parent, {path.name}, neighbours)
        raise


def _tell_of_descriptor(error: FileMissing, path: Path, neighbours: Neighbours) -> None:
    """Tell what is there of the disk *path*, where nothing has its name."""
    if error.path != path:
        return
    data = data_named_after(path.parent, {path.name}, neighbours)
    error.candidates = (*namesakes({path.name}, (path.parent,), path, neighbours), *data)
    if data:
        error.what = "the descriptor is not there, but data of the disk is"


def data_named_after(
    folder: Path, names: Iterable[str], neighbours: Neighbours
) -> tuple[Candidate, ...]:
    """Return the files in *folder* that are called as the data of disks called *names* is."""
    stems = sorted({PurePath(name).stem for name in names if name})
    return tuple(
        Candidate(path, (Reason.IS_ITS_DATA,))
        for path in dict.fromkeys(
            path for stem in stems for path in neighbours.data_named(folder, stem)
        )
    )


def _in_searched(error: FileMissing, policy: Policy) -> dict[str, Path]:
    """Return where in the folders to search the missing files are, by the names they have."""
    places: dict[str, Path] = {}
    found = [files for top in policy.search for files in (files_in(top), files_below(top).files)]
    for wanted in error.missing:
        for files in found:
            fits = [
                path
                for path, size in files.items()
                if path.name == wanted.path.name and _has_length(path, size, wanted)
            ]
            if len(fits) == 1:
                places[wanted.name] = fits[0]
            if fits:
                break
    return places


def _tell_candidates(
    error: FileMissing, path: Path, policy: Policy, neighbours: Neighbours
) -> None:
    found = _unclaimed(path, policy, neighbours)
    ranked = []
    for wanted in error.missing:
        reasons = {file: _reasons(file, size, wanted, path) for file, size in found.files.items()}
        likely = [Candidate(file, why) for file, why in reasons.items() if why]
        ranked += sorted(likely, key=rank)
    error.candidates, error.looked_at_all = tuple(dict.fromkeys(ranked)), found.complete


def _unclaimed(path: Path, policy: Policy, neighbours: Neighbours) -> _Found:
    """Return the files in the folders looked at, and below, that no other descriptor names."""
    files: dict[Path, int] = {}
    claimed = files_named_by(path, neighbours)
    complete = True
    for folder in dict.fromkeys((path.parent, policy.opened or path.parent, *policy.search)):
        below = files_below(folder)
        files |= {**files_in(folder), **below.files}
        complete = complete and below.complete
        for link in (*neighbours.links_in(folder), *neighbours.links_below(folder).links):
            claimed |= files_named_by(link, neighbours)
    return _Found({f: size for f, size in files.items() if real_path(f) not in claimed}, complete)


def files_named_by(link: Path, neighbours: Neighbours) -> set[Path]:
    """Return the disk *link* and the files that it names; nothing of an extent without one."""
    try:
        descriptor = neighbours.descriptor(link)
    except TooManyFiles:
        raise
    except VmdkError:
        return set()
    names = [line.name for line in descriptor.extents if line.name]
    spelled = (one for name in names for one in possible_names(name, descriptor.codec))
    return {real_path(link), *(real_path(link.parent / one) for one in spelled)}


def _reasons(file: Path, size: int, wanted: Wanted, descriptor: Path) -> tuple[Reason, ...]:
    """Return what speaks for *file* being the one that is *wanted*; nothing if it can't be."""
    if not _has_length(file, size, wanted):
        return ()
    role, own = ROLE_OF_DATA.search(wanted.path.stem), ROLE_OF_DATA.search(file.stem)
    reasons = []
    if role and own and file.stem[: own.start()] == descriptor.stem and own[1] == role[1]:
        reasons.append(Reason.IS_ITS_DATA)
    if file.name == wanted.path.name:
        reasons.append(Reason.HAS_NAME)
    elif without_suffix(file.name) == without_suffix(wanted.path.name):
        reasons.append(Reason.SUFFIX_DIFFERS)
    if role and own and own[1] == role[1] and own[1][1:].isdecimal():
        reasons.append(Reason.HAS_NUMBER_OF_PIECE)
    return (*reasons, Reason.HAS_LENGTH_OF_LINE)


def _has_length(file: Path, size: int, wanted: Wanted) -> bool:
    """Tell whether *file*, of *size* bytes, holds as many sectors as the extent line says."""
    if wanted.flat_bytes is not None:
        return size == wanted.flat_bytes
    if size < _SECTOR:
        return False
    try:
        with DiskFile(file) as opened:
            return sparse_capacity(opened) == wanted.sectors
    except TooManyFiles:
        raise
    except VmdkError:
        return False
