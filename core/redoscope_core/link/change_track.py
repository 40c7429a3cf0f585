"""The change tracking file beside a link: found by its name, its header read, never trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from redoscope_core.errors import FileRefused, VmdkError
from redoscope_core.files.file import DiskFile
from redoscope_core.files.names import is_there, possible_names, real_path
from redoscope_core.format.magics import CTK_MAGIC
from redoscope_core.phrases import quoted

if TYPE_CHECKING:
    from redoscope_core.format.ctk import CtkHeader
    from redoscope_core.format.descriptor import Descriptor

__all__ = ["ChangeTrack", "find_track", "loose_track", "track_path"]

_KEY = "changeTrackPath"


@dataclass(frozen=True, slots=True)
class ChangeTrack:
    """A change tracking file, as far as it is known."""

    path: Path
    header: CtkHeader | None
    """None if it can't be read."""
    error: VmdkError | None = field(default=None, compare=False)
    """Why it can't be read; None if it can."""
    file_bytes: int = 0


def find_track(link: Path, descriptor: Descriptor, *, outside: bool = False) -> ChangeTrack | None:
    """Return the change tracking file that the link at *link* names; None if it names none.

    *outside* follows names that lead out of the link's folder. Nothing is raised: a link can
    be read without it.
    """
    path = track_path(link, descriptor)
    if path is None:
        return None
    home = (real_path(link.parent), real_path(link).parent)
    if not outside and not any(real_path(path).is_relative_to(folder) for folder in home):
        refused = FileRefused(
            "a change tracking file outside the folder of its link is not looked at",
            path=link,
            where=f"descriptor key {_KEY}",
            found=quoted(descriptor.get(_KEY) or ""),
            expected="a file beside the link",
        )
        return ChangeTrack(path, None, refused)
    return _read(path)


def track_path(link: Path, descriptor: Descriptor) -> Path | None:
    """Return where the tracking file of the link at *link* is, or should be; None if it has none.

    A name that leads there on another machine (a drive, a datastore, a root that is not here) is
    looked for beside the link.
    """
    name = descriptor.get(_KEY)
    if not name:
        return None
    spelled = possible_names(name, descriptor.codec)
    beside = [link.parent / PureWindowsPath(each).name for each in spelled]
    places = (*(link.parent / each for each in spelled), *beside)
    elsewhere = PureWindowsPath(name).anchor or name.startswith("[")
    return next(filter(is_there, places), beside[0] if elsewhere else link.parent / name)


def loose_track(path: Path) -> ChangeTrack | None:
    """Return the change tracking file at *path*; None if it is something else."""
    try:
        with DiskFile(path) as file:
            if file.file_bytes < len(CTK_MAGIC):
                return None
            head = file.read_at(0, len(CTK_MAGIC), what="the first bytes")
    except VmdkError:
        return None
    return _read(path) if head == CTK_MAGIC else None


def _read(path: Path) -> ChangeTrack:
    from redoscope_core.format.ctk import CtkHeader  # noqa: PLC0415 - few links have such a file

    file_bytes = 0
    try:
        with DiskFile(path) as file:
            file_bytes = file.file_bytes
            length = min(file_bytes, CtkHeader.LAYOUT.size)
            header = CtkHeader.unpack(file.read_at(0, length, what="the header"))
    except VmdkError as error:
        error.path = path
        return ChangeTrack(path, None, error, file_bytes)
    return ChangeTrack(path, header, file_bytes=file_bytes)
