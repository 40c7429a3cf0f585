"""What lies in a folder and below: disks, machines, and what is not looked at.

A folder that was opened may hold symbolic links to any file of the machine: one that leads
out of it is told and not opened. A folder that may not be listed is told, and the rest goes on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from redoscope_core.errors import FileRefused, VmdkError
from redoscope_core.link.file import os_error
from redoscope_core.link.first_bytes import named_as_disk
from redoscope_core.link.names import real_path
from redoscope_core.link.new_file import target_of_part

__all__ = ["DiskListing", "list_disks"]


@dataclass(slots=True)
class DiskListing:
    """What was found, by name; nothing of it was opened."""

    disks: list[Path] = field(default_factory=list)
    """Files whose names are those of disks."""
    machines: list[Path] = field(default_factory=list)
    """Files ``.vmx``."""
    outside: dict[Path, FileRefused] = field(default_factory=dict)
    """Disks that are symbolic links out of the folder, which are not followed."""
    unseen: list[VmdkError] = field(default_factory=list)
    """Why other things were not looked at."""


def list_disks(folder: Path, *, follow: bool = False, below: bool = True) -> DiskListing:
    """Return what lies in *folder* and, with *below*, in the folders under it.

    Symbolic links to files that lead out are listed as disks with *follow* only.

    Raises:
        FileUnreadable: *folder* itself may not be listed.
    """
    listing = DiskListing()
    root = real_path(folder)

    def failed(error: OSError) -> None:
        at = Path(os.fsdecode(error.filename or folder))
        told = os_error(error, at, "listing the folder")
        if at == folder:
            raise told
        listing.unseen.append(told)

    def leads_out(path: Path) -> bool:
        return path.is_symlink() and not real_path(path).is_relative_to(root)

    for at, folders, names in os.walk(folder, onerror=failed):
        for path in (Path(at, name) for name in sorted(folders)):
            if path.is_symlink() and leads_out(path):
                listing.unseen.append(_refused(path))
        # An unfinished folder is a leftover, or somebody is making it.
        here = (name for name in folders if target_of_part(Path(at, name)) is None)
        folders[:] = sorted(here) if below else ()
        for path in (Path(at, name) for name in sorted(names)):
            _sort_in(path, listing, out=not follow and leads_out(path))
    return listing


def _sort_in(path: Path, listing: DiskListing, *, out: bool) -> None:
    if path.suffix.lower() == ".vmx":
        if out:
            listing.unseen.append(_refused(path))
        else:
            listing.machines.append(path)
    elif named_as_disk(path) and not path.name.startswith("."):
        if out:
            listing.outside[path] = _refused(path)
        else:
            listing.disks.append(path)


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
