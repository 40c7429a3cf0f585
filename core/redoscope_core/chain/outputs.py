"""May a file be written under this name? Everything that writes a named file asks here first.

A name that is taken is refused, unless the user said that it may be replaced. A virtual disk, a
piece of one and a file of an open chain are never replaced, whatever the user said: they are known
by what they are, by what the descriptors beside them name, and by their ending.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from redoscope_core.chain.family.neighbours import Neighbours
from redoscope_core.errors import (
    AlreadyExists,
    FileMissing,
    FileRefused,
    NotAVmdk,
    UnsupportedVmdk,
    VmdkError,
)
from redoscope_core.extents.recognise import recognise
from redoscope_core.files.file import DiskFile
from redoscope_core.files.names import possible_names, real_path, same_file
from redoscope_core.format.descriptor import MAX_TEXT
from redoscope_core.leniency import Leniency
from redoscope_core.link.first_bytes import named_as_disk
from redoscope_core.link.link import read_descriptor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from redoscope_core.chain.chain import Chain

__all__ = ["chosen_output", "refuse_output"]

_SPECIAL = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO (named pipe)"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a block device"),
    (stat.S_ISCHR, "a character device"),
)
_STREAMS = (stat.S_ISFIFO, stat.S_ISBLK, stat.S_ISCHR)


def refuse_output(path: Path, *, chains: Iterable[Chain] = ()) -> None:
    """Refuse *path* as the name of a new file if it is taken; see `chosen_output`."""
    _refuse_missing_folder(path)
    if os.path.lexists(path):
        raise AlreadyExists(
            "the name is taken",
            path=path,
            found=what_it_is(path, chains),
            cure="choose another name; nothing was changed",
        )


def chosen_output(
    path: Path, *, force: bool, chains: Iterable[Chain] = (), streams: bool = False
) -> Path:
    """Return the file to write if the user asks for *path*, whether it is new or to be replaced.

    It may be replaced if *force* says so, and if it is neither a disk nor a piece of one nor a
    file of *chains*. With *streams* also a FIFO or a device is taken as it is. What a symbolic
    link leads to is replaced, not the link.

    Raises:
        AlreadyExists: The name is taken.
        FileRefused: It is a disk, a piece of one, or nothing that a file could replace.
        FileMissing: Its folder is not there.
    """
    _refuse_missing_folder(path)
    if not os.path.lexists(path):
        return path
    chains = tuple(chains)
    kind = _special(path)
    if kind is not None:
        if streams and _is_stream(path):
            return path
        raise FileRefused(
            "not a file to write to", path=path, found=kind, cure="choose another name"
        )
    disk = _disk(path, chains)
    if disk is not None:
        raise FileRefused(
            "a disk or a piece of one is never replaced",
            path=path,
            found=disk,
            cure="choose another name; nothing was changed",
        )
    if not force:
        taken = AlreadyExists(
            "the name is taken", path=path, cure="choose another name; nothing was changed"
        )
        taken.leniency = Leniency.FORCE
        raise taken
    return real_path(path)


def what_it_is(path: Path, chains: Iterable[Chain] = ()) -> str | None:
    """Say what has the name *path*; None if it is just a file."""
    return _special(path) or _disk(path, tuple(chains))


def _refuse_missing_folder(path: Path) -> None:
    try:
        is_folder = path.parent.is_dir()
    except (OSError, ValueError):
        is_folder = False
    if not is_folder:
        raise FileMissing(
            "the folder of the new file is not there",
            path=path,
            cure="make the folder first, or choose another",
        )


def _special(path: Path) -> str | None:
    """Say what *path* is if it is no regular file."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return "a symbolic link that leads nowhere" if path.is_symlink() else None
    return next((name for matches, name in _SPECIAL if matches(mode)), None)


def _is_stream(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return any(matches(mode) for matches in _STREAMS)


def _disk(path: Path, chains: tuple[Chain, ...]) -> str | None:
    """Say which disk the file *path* is, or is a piece of; None if it is none."""
    for chain in chains:
        for link in chain.links:
            if any(same_file(path, file) for file in link.all_files):
                return f"a file of the disk {link.path.name}, which is open"
    return _by_content(path) or _by_descriptors(path) or _by_name(path)


def _by_content(path: Path) -> str | None:
    try:
        with DiskFile(path) as file:
            return recognise(file).value
    except UnsupportedVmdk as error:
        return error.what
    except NotAVmdk:
        return None
    except VmdkError:
        return None  # the descriptors and its name still tell


def _by_descriptors(path: Path) -> str | None:
    """Say which link beside *path*, or in the folder above, names it as a piece of itself."""
    neighbours = Neighbours()
    real = real_path(path)
    folders = (path.parent, real.parent, real_path(path.parent).parent, real.parent.parent)
    for folder in dict.fromkeys(folders):
        for link in neighbours.links_in(folder):
            if not same_file(link, path) and _names(link, path):
                return f"a piece of the disk {link.name}"
    if neighbours.unlisted.keys() & {path.parent, real.parent}:
        return "a file of a folder that can't be listed, perhaps a piece of a disk"
    return None


def _names(link: Path, path: Path) -> bool:
    """Tell whether the descriptor of *link* names the file *path*."""
    try:
        with DiskFile(link) as file:
            try:
                descriptor = read_descriptor(file)
            except VmdkError:
                # A text that does not parse may still be the one that names it.
                text = file.read_at(0, min(file.file_bytes, MAX_TEXT), what="the descriptor")
                return os.fsencode(path.name) in text
    except VmdkError:
        return False
    named = [extent.name for extent in descriptor.extents]
    named.append(descriptor.get("changeTrackPath"))
    spelled = (
        spelling.replace("\\", "/")
        for name in named
        if name
        for spelling in possible_names(name, descriptor.codec)
    )
    return any(same_file(link.parent / name, path) or _ends_alike(name, path) for name in spelled)


def _ends_alike(name: str, path: Path) -> bool:
    """Tell whether Windows and macOS would say that *name* leads to *path*, from its folder."""
    return name.rpartition("/")[2].casefold() == path.name.casefold()


def _by_name(path: Path) -> str | None:
    try:
        is_empty = path.stat().st_size == 0
    except OSError:
        is_empty = False
    return "a file named as disks are" if named_as_disk(path) and not is_empty else None
