"""A link opened with all its files: where those are that are not where its descriptor says.

A file in a folder to search that has the name and the length of a missing one is taken for it. All
others that may be it are named, each with what speaks for it: a flat file holds nothing that says
whose it is.
"""

from __future__ import annotations

import contextlib
import os
from itertools import zip_longest
from pathlib import PurePath, PureWindowsPath
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.chain.family.kinship import is_vague
from redoscope_core.chain.family.listing import files_below, files_in
from redoscope_core.chain.family.neighbours import without_suffix
from redoscope_core.errors import Candidate, FileMissing, NotAVmdk, Reason, TooManyFiles, VmdkError
from redoscope_core.files.file import DiskFile
from redoscope_core.files.names import possible_names, real_path
from redoscope_core.findings import Kind
from redoscope_core.format.data_name import DataName
from redoscope_core.format.units import SECTOR
from redoscope_core.leniency import Leniency
from redoscope_core.link.link import Link
from redoscope_core.phrases import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.family.neighbours import Neighbours
    from redoscope_core.errors import Wanted
    from redoscope_core.format.descriptor import Descriptor

__all__ = ["data_named_after", "encoding_words", "files_named_by", "open_link"]

_CODE_PAGES = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp437", "cp850", "cp866", "koi8_r"),
    *("cp932", "cp936", "cp949", "cp950", "euc_jp"),
)
"""In which names are written by systems that do not use UTF-8."""


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
        found = _unclaimed(path, policy, neighbours)
        places = {**_in_searched(error, policy, found), **_in_its_folder(error, path)}
        if policy.allows(Leniency.SALVAGE):
            # With a place, though nothing is there, it is lost; the link opens all the same.
            places = {wanted.name: wanted.path for wanted in error.missing} | places
        if len(places) == len(error.missing):
            return Link.open(path, writable=writable, allowed=policy.allowed, places=places)
        _tell_candidates(error, path, found, neighbours)
        raise
    except NotAVmdk as error:
        error.candidates = data_named_after(path.parent, {path.name}, neighbours)
        raise


def _tell_of_descriptor(error: FileMissing, path: Path, neighbours: Neighbours) -> None:
    """Tell what is there of the disk *path*, where nothing has its name."""
    if error.path != path:
        return
    from redoscope_core.chain.family.candidates import namesakes  # noqa: PLC0415 - seldom

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


def _in_its_folder(error: FileMissing, path: Path) -> dict[str, Path]:
    """Return which missing files are beside the descriptor *path*, or below it.

    Names may tell the way there on another machine, or with the strokes of Windows.
    """
    folder, places = path.parent, {}
    for wanted in error.missing:
        way = PureWindowsPath(wanted.name)
        if str(way) == way.name:
            continue
        relative = (
            () if way.root or way.drive or ".." in way.parts else (folder.joinpath(*way.parts),)
        )
        for place in (*relative, folder / way.name):
            size = files_in(place.parent).get(place)
            if size is not None and _has_length(place, size, wanted):
                places[wanted.name] = place
                break
    return places


def _in_searched(error: FileMissing, policy: Policy, found: _Found) -> dict[str, Path]:
    """Return where in the folders to search the missing files are, by the names they have."""
    places: dict[str, Path] = {}
    for wanted in error.missing:
        name = PureWindowsPath(wanted.name).name
        alike = [
            path
            for path, size in found.files.items()
            if path.name == name and _has_length(path, size, wanted)
        ]
        for top in policy.search:
            near = [path for path in alike if path.parent == top]
            fits = near or [path for path in alike if path.is_relative_to(top)]
            if len(fits) == 1:
                places[wanted.name] = fits[0]
            if fits:
                break
    return places


def _tell_candidates(error: FileMissing, path: Path, found: _Found, neighbours: Neighbours) -> None:
    """Add to *error* what may be the missing files of *path*, the likeliest of each first."""
    from redoscope_core.chain.family.candidates import rank  # noqa: PLC0415 - seldom

    likely = []
    for wanted in error.missing:
        reasons = {file: _reasons(file, size, wanted, path) for file, size in found.files.items()}
        made = [Candidate(file, why) for file, why in reasons.items() if why]
        likely.append(sorted(made, key=rank))
    in_turn = [one for nth in zip_longest(*likely) for one in nth if one is not None]
    error.candidates, error.looked_at_all = tuple(dict.fromkeys(in_turn)), found.complete
    best = [(wanted, all_[0]) for wanted, all_ in zip(error.missing, likely, strict=True) if all_]
    error.cure = _cure(best, len(error.missing)) or error.cure
    error.cure = f"{error.cure}{encoding_words(neighbours.descriptor(path))}"


def _cure(best: Sequence[tuple[Wanted, Candidate]], missing: int) -> str | None:
    """Return what to do where *best* are likely, of so many that are *missing*; None if none is."""
    named = [one.path for _, one in best if Reason.HAS_NAME in one.reasons]
    if named:
        folders = ", ".join(dict.fromkeys(str(path.parent) for path in named))
        count = "it is" if missing == 1 else "they are"
        count = count if len(named) == missing else f"{len(named)} of them are"
        return f"{count} in {folders}: put back what is missing, or name the folder"
    if best:
        wanted, likely = best[0]
        return f"if it is {likely.path.name}, call it {wanted.path.name} again"
    return None


def encoding_words(descriptor: Descriptor) -> str:
    """Return the words that names of *descriptor* may be read wrongly; none if they are not."""
    for odd in descriptor.findings:
        if odd.kind is Kind.UNKNOWN_ENCODING:
            return (
                f"; its encoding {quoted(str(odd.fact('name')))} is unknown, so names may be wrong"
            )
        if odd.kind is Kind.BYTES_OF_NO_CHARACTER:
            return f"; it holds bytes that are no {odd.fact('name')}, so its key encoding is wrong"
    return ""


def _unclaimed(path: Path, policy: Policy, neighbours: Neighbours) -> _Found:
    """Return the files in the folders looked at, and below, that no other descriptor names."""
    files: dict[Path, int] = {}
    claimed = set(files_named_by(path, neighbours))
    own = neighbours.descriptor(path).cid
    complete = True
    for folder in dict.fromkeys((path.parent, policy.opened or path.parent, *policy.search)):
        below = files_below(folder)
        files |= {**files_in(folder), **below.files}
        complete = complete and below.complete
        for link in (*neighbours.links_in(folder), *neighbours.links_below(folder).links):
            if not _is_copy(link, own, neighbours):
                claimed |= files_named_by(link, neighbours)
    return _Found(
        {f: size for f, size in files.items() if neighbours.real(f) not in claimed}, complete
    )


def _is_copy(link: Path, content_id: int, neighbours: Neighbours) -> bool:
    """Tell whether *link* is a copy of the disk with *content_id*: its files are as good."""
    if is_vague(content_id):
        return False
    try:
        return neighbours.descriptor(link).cid == content_id
    except TooManyFiles:
        raise
    except VmdkError:
        return False


def files_named_by(link: Path, neighbours: Neighbours) -> frozenset[Path]:
    """Return the disk *link* and the files that it names; nothing of an extent without one."""
    if link not in neighbours.named:
        neighbours.named[link] = _named_by(link, neighbours)
    return neighbours.named[link]


def _named_by(link: Path, neighbours: Neighbours) -> frozenset[Path]:
    try:
        descriptor = neighbours.descriptor(link)
    except TooManyFiles:
        raise
    except VmdkError:
        return frozenset()
    names = [line.name for line in descriptor.extents if line.name]
    spelled = (one for name in names for one in possible_names(name, descriptor.codec))
    return frozenset((real_path(link), *(real_path(link.parent / one) for one in spelled)))


def _reasons(file: Path, size: int, wanted: Wanted, descriptor: Path) -> tuple[Reason, ...]:
    """Return what speaks for *file* being the one that is *wanted*; nothing if it can't be."""
    if not _has_length(file, size, wanted):
        return ()
    role, own = DataName.of(wanted.path.stem), DataName.of(file.stem)
    if role and own and role.number != own.number:
        return ()
    reasons = []
    if role and own == role._replace(disk=descriptor.stem):
        reasons.append(Reason.IS_ITS_DATA)
    if file.name == wanted.path.name:
        reasons.append(Reason.HAS_NAME)
    elif without_suffix(file.name) == without_suffix(wanted.path.name):
        reasons.append(Reason.SUFFIX_DIFFERS)
    elif _is_misread(file.name, wanted.path.name):
        reasons.append(Reason.HAS_NAME_MISREAD)
    if role and own and own.number is not None:
        reasons.append(Reason.HAS_NUMBER_OF_PIECE)
    return (*reasons, Reason.HAS_LENGTH_OF_LINE)


def _is_misread(name: str, wanted: str) -> bool:
    """Tell whether *name*, in some code page, is what *wanted* is read as in another."""
    if wanted.isascii():
        return False
    stored = os.fsencode(wanted)
    for codec in _CODE_PAGES:
        with contextlib.suppress(UnicodeEncodeError):
            if name.encode(codec) == stored:
                return True
    return False


def _has_length(file: Path, size: int, wanted: Wanted) -> bool:
    """Tell whether *file*, of *size* bytes, holds as many sectors as the extent line says."""
    if wanted.flat_bytes is not None:
        return size == wanted.flat_bytes
    if size < SECTOR:
        return False
    from redoscope_core.link.bare import sparse_capacity  # noqa: PLC0415 - few look for pieces

    try:
        with DiskFile(file) as opened:
            return sparse_capacity(opened) == wanted.sectors
    except TooManyFiles:
        raise
    except VmdkError:
        return False
