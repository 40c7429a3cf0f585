"""What lies in a folder and below: disks, machines, and what is not looked at.

A folder that was opened may hold symbolic links to any file of the machine: one that leads
out of it is told and not opened. A folder that may not be listed is told, and the rest goes on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import FileRefused, VmdkError
from redoscope_core.files.file import TOO_MANY, os_error
from redoscope_core.files.names import real_path
from redoscope_core.files.new_file import target_of_part
from redoscope_core.link.first_bytes import begins_as_link, called_like_disk, named_as_disk
from redoscope_core.phrases import Naming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "Below",
    "DiskListing",
    "Files",
    "files_below",
    "files_in",
    "links_above",
    "links_below",
    "list_disks",
]

_MOST_BELOW = 20_000
"""Files and folders that are looked at below a folder; the nearest first."""


@dataclass(slots=True)
class DiskListing:
    """What was found, by name; but for the first bytes of other files nothing was read."""

    disks: list[Path] = field(default_factory=list)
    """Files that are named as disks are, and those that begin as links do, whatever their names."""
    machines: list[Path] = field(default_factory=list)
    """Files ``.vmx``."""
    outside: dict[Path, FileRefused] = field(default_factory=dict)
    """Disks that are symbolic links out of the folder, which are not followed."""
    unseen: list[VmdkError] = field(default_factory=list)
    """Why other things were not looked at."""


def list_disks(folder: Path, *, follow: bool = False, below: bool = True) -> DiskListing:
    """Return what lies in *folder* and, with *below*, in the folders under it.

    Symbolic links to files that lead out are listed as disks with *follow* only; those to
    folders are never followed.

    Raises:
        FileUnreadable: *folder* itself may not be listed.
    """
    listing = DiskListing()
    root = real_path(folder)
    waiting = [folder]
    while waiting:
        at = waiting.pop()
        try:
            inner: list[Path] = []
            for entry in _entries(at):
                inner += _sort_in(at, entry, root, listing, follow=follow)
        except OSError as error:
            told = os_error(error, at, "listing the folder")
            if at == folder or error.errno in TOO_MANY:
                raise told from None
            listing.unseen.append(told)
        else:
            waiting += reversed(inner if below else [])
    return listing


def _sort_in(
    at: Path, entry: os.DirEntry[str], root: Path, listing: DiskListing, *, follow: bool
) -> Iterator[Path]:
    """Put *entry* of the folder *at* where it belongs; yield it if it is a folder to look into."""
    path = at / entry.name
    out = entry.is_symlink() and not real_path(path).is_relative_to(root)
    if _is_folder(entry):
        if out:
            listing.unseen.append(_refused(path))
        # An unfinished folder is a leftover, or somebody is making it.
        elif not entry.is_symlink() and target_of_part(path) is None:
            yield path
        return
    refused = out and not follow
    if path.suffix.lower() == ".vmx":
        if refused:
            listing.unseen.append(_refused(path))
        else:
            listing.machines.append(path)
    elif named_as_disk(path) and not path.name.startswith("."):
        if refused:
            listing.outside[path] = _refused(path)
        else:
            listing.disks.append(path)
    elif not refused and begins_as_link(entry):
        listing.disks.append(path)


class Below(NamedTuple):
    """The links in the folders below one, or above it."""

    links: tuple[Path, ...]
    """Those in folders nearer to it first, then by name."""
    complete: bool
    """Whether all was looked at; else there was too much, or a folder that may not be listed."""


def links_below(folder: Path, *, most: int = _MOST_BELOW) -> Below:
    """Return the files in the folders below *folder*, not in itself, that begin as links do.

    Symbolic links are not followed. *most* entries are looked at.

    Raises:
        TooManyFiles: More files would have to be open than the system allows.
    """
    walk = _Walk(folder, most)
    links = [at / entry.name for at, entry in walk if begins_as_link(entry)]
    return Below(tuple(links), walk.complete)


def links_above(folder: Path, *, most: int = _MOST_BELOW) -> Below:
    """Return the files in the folders above *folder*, the nearest first, that begin as links do.

    Nobody opened those folders: of files that are not called like disks there nothing is read.
    Symbolic links are not followed. *most* entries are looked at; what may not be listed is
    passed over.

    Raises:
        TooManyFiles: More files would have to be open than the system allows.
    """
    found: list[Path] = []
    left = most
    for at in real_path(folder).parents:
        try:
            entries = _entries(at, left + 1)
        except OSError as error:
            if error.errno in TOO_MANY:
                raise os_error(error, at, "listing the folder") from None
            continue
        left -= len(entries)
        if left < 0:
            return Below(tuple(found), False)
        own = (e for e in entries if called_like_disk(e.name) and not e.is_symlink())
        found += [at / entry.name for entry in own if begins_as_link(entry)]
    return Below(tuple(found), True)


class Files(NamedTuple):
    """The regular files in the folders below one."""

    files: dict[Path, int]
    """Bytes of each."""
    complete: bool
    """Whether all was looked at."""


def files_below(folder: Path, *, most: int = _MOST_BELOW) -> Files:
    """Return the files in the folders below *folder*, not in itself; as `links_below`."""
    walk = _Walk(folder, most)
    found = {at / one.name: size for at, one in walk if (size := _bytes(one)) is not None}
    return Files(found, walk.complete)


def files_in(folder: Path) -> dict[Path, int]:
    """Return the bytes of each regular file in *folder*; none if it may not be listed."""
    try:
        entries = _entries(folder)
    except OSError:
        return {}
    own = (entry for entry in entries if not entry.is_symlink())
    return {folder / one.name: size for one in own if (size := _bytes(one)) is not None}


def _bytes(entry: os.DirEntry[str]) -> int | None:
    """Return how long *entry* is if it is a regular file."""
    try:
        return entry.stat().st_size if entry.is_file() else None
    except OSError:
        return None


class _Walk:
    """Goes through the folders below one, the nearest first; follows no symbolic link."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most
        self.complete = True

    def __iter__(self) -> Iterator[tuple[Path, os.DirEntry[str]]]:
        """Yield each file, with the folder that it is in."""
        level, left = [self._folder], self._most
        while level:
            inner: list[Path] = []
            for at in level:
                entries = self._listed(at, left)
                left -= len(entries)
                if left < 0:
                    self.complete = False
                    return
                for entry in entries:
                    if entry.is_symlink():
                        continue
                    if _is_folder(entry):
                        inner += (
                            [at / entry.name] if target_of_part(at / entry.name) is None else []
                        )
                    elif at != self._folder:
                        yield at, entry
            level = inner

    def _listed(self, at: Path, left: int) -> list[os.DirEntry[str]]:
        try:
            return _entries(at, left + 1)
        except OSError as error:
            if error.errno in TOO_MANY:
                raise os_error(error, at, "listing the folder") from None
            self.complete = self.complete and at == self._folder
            return []


def _entries(folder: Path, most: int | None = None) -> list[os.DirEntry[str]]:
    """Return what is in *folder*, by name; of more than *most* not all."""
    try:
        with os.scandir(folder) as found:
            return sorted(islice(found, most), key=lambda entry: entry.name)
    except ValueError:
        return []  # a name with NUL: nothing can be there


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a symbolic link to itself


def _refused(path: Path) -> FileRefused:
    refused = FileRefused(
        "a symbolic link that leads out of the folder, not followed",
        path=path,
        found=Naming("a link to ", real_path(path)),
        expected="a file in the folder",
        cure="open it by its own name, or copy the file here",
    )
    refused.outside = real_path(path)
    return refused
