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
from redoscope_core.link.file import TOO_MANY, os_error
from redoscope_core.link.first_bytes import begins_as_link, named_as_disk
from redoscope_core.link.names import real_path
from redoscope_core.link.new_file import target_of_part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Below", "DiskListing", "links_below", "list_disks"]

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
    """The links in the folders below one."""

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
    links: list[Path] = []
    level, looked, complete = [folder], 0, True
    while level:
        inner: list[Path] = []
        for at in level:
            try:
                entries = _entries(at, most - looked + 1)
                if looked + len(entries) > most:
                    return Below(tuple(links), complete=False)
                own = [entry for entry in entries if not entry.is_symlink()]
                if at != folder:
                    links += [at / entry.name for entry in own if begins_as_link(entry)]
            except OSError as error:
                if error.errno in TOO_MANY:
                    raise os_error(error, at, "listing the folder") from None
                complete = complete and at == folder
                continue
            looked += len(entries)
            folders = (at / entry.name for entry in own if _is_folder(entry))
            inner += [path for path in folders if target_of_part(path) is None]
        level = inner
    return Below(tuple(links), complete)


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
        found=f"a link to {real_path(path)}",
        expected="a file in the folder",
        cure="open it by its own name, or copy the file here",
    )
    refused.outside = real_path(path)
    return refused
