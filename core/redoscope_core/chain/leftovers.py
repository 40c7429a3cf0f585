"""What programs that were killed have left in a folder: files that no disk uses.

New files are written under names of their own and locked meanwhile (`files.new_file`). Such a name
without a lock is a leftover. A kill between the names of a disk in several files leaves some of
them under their final names: the descriptor, which gets its name last, still is there under the
other and says which they are. Nothing else is ever taken for a leftover: an extent without a
descriptor may be all that is left of somebody's disk.
"""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.errors import TooManyFiles, VmdkError
from redoscope_core.files.file import DiskFile, os_error
from redoscope_core.files.locks import folder_is_held, is_locked
from redoscope_core.files.names import possible_names, same_file
from redoscope_core.files.new_file import target_of_part
from redoscope_core.format.data_name import DataName
from redoscope_core.link.first_bytes import links_in
from redoscope_core.link.link import read_descriptor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = [
    "Leftover",
    "LeftoverKind",
    "clear_unfinished",
    "leftovers",
    "remove_leftovers",
    "unfinished",
]

_OUR_ROLES = frozenset({"flat", "s", "f"})
"""What this program calls the data of a disk that lies in files of its own."""


class LeftoverKind(Enum):
    """What a leftover is."""

    PART = "an unfinished file"
    EXTENT = "an extent of a disk that was never finished"
    FOLDER = "an unfinished folder"


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file or folder that a killed program left."""

    path: Path
    kind: LeftoverKind
    target: Path
    """What was being made: a file, a disk or a folder."""
    length: int
    """Bytes."""


def leftovers(folder: Path) -> tuple[Leftover, ...]:
    """Return what killed programs left in *folder* and below, in an order good for removing.

    What is being written at this moment is not among it. Folders that can't be listed have none
    that could be told.
    """
    found: list[Leftover] = []
    for at, folders, names in os.walk(folder):
        # What lies in an unfinished folder goes with it.
        folders[:] = sorted(name for name in folders if target_of_part(Path(at, name)) is None)
        found += _leftovers_in(Path(at), names)
    return tuple(found)


def _leftovers_in(folder: Path, names: Iterable[str]) -> list[Leftover]:
    idle = {
        path: target
        for path in sorted(folder / name for name in (*names, *_part_folders(folder)))
        if (target := target_of_part(path)) is not None and not _is_in_work(path)
    }
    extents = {
        extent: Leftover(extent, LeftoverKind.EXTENT, target, _length(extent))
        for part, target in idle.items()
        for extent in _extents_left(part, target, idle)
    }
    own = [
        Leftover(
            path,
            LeftoverKind.FOLDER if path.is_dir() else LeftoverKind.PART,
            target,
            _length(path),
        )
        for path, target in idle.items()
    ]
    # The descriptor proves whose the extents are: it is removed after them.
    return [*extents.values(), *own]


def remove_leftovers(found: Iterable[Leftover]) -> tuple[Leftover, ...]:
    """Remove *found*, each unless it has come into use meanwhile; return what was removed.

    Raises:
        FileUnreadable: The operating system refuses; what came before is removed.
    """
    removed = []
    used: dict[Path, set[tuple[int, int]]] = {}
    for leftover in found:
        path = leftover.path
        if not os.path.lexists(path) or _is_in_work(path):
            continue
        if leftover.kind is LeftoverKind.EXTENT:
            if path.parent not in used:
                used[path.parent] = _used_in(path.parent)
            if _identity(path) in used[path.parent]:
                continue
        try:
            if leftover.kind is LeftoverKind.FOLDER:
                import shutil  # noqa: PLC0415 - seldom

                shutil.rmtree(path)
            else:
                path.unlink()
        except OSError as error:
            raise os_error(error, path, "removing it") from None
        removed.append(leftover)
    return tuple(removed)


def clear_unfinished(disk: Path) -> None:
    """Remove what an earlier try to make *disk* left, so that it does not stand in the way.

    Nothing happens unless a try was killed between two names of one and the same disk.
    """
    try:
        names = os.listdir(disk.parent)  # noqa: PTH208 - names are wanted, not paths
    except (OSError, ValueError):
        return
    if not any(name.startswith(f".{disk.name}.") for name in names):
        return
    mine = [each for each in _leftovers_in(disk.parent, names) if each.target == disk]
    if any(each.kind is LeftoverKind.EXTENT for each in mine):
        remove_leftovers(mine)


def unfinished(targets: Iterable[Path]) -> tuple[Leftover, ...]:
    """Return the files that killed programs left when they were making *targets*."""
    found: list[Leftover] = []
    for target in targets:
        try:
            names = os.listdir(target.parent)  # noqa: PTH208 - names are wanted, not paths
        except (OSError, ValueError):
            continue
        mine = [name for name in names if name.startswith(f".{target.name}.")]
        found += [
            Leftover(path, LeftoverKind.PART, target, _length(path))
            for path in (target.with_name(name) for name in sorted(mine))
            if target_of_part(path) == target and not _is_in_work(path) and not path.is_dir()
        ]
    return tuple(found)


def _part_folders(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                    yield entry.name
    except OSError:
        return


def _is_in_work(path: Path) -> bool:
    """Tell whether a program is writing *path*, or may be, as far as one can know."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            return folder_is_held(path)
        if not stat.S_ISREG(mode):
            return True  # nothing that this program makes
        with DiskFile(path) as file:
            return is_locked(file)
    except (OSError, VmdkError):
        return True


def _extents_left(part: Path, target: Path, idle: Mapping[Path, Path]) -> list[Path]:
    """Return the extents beside the unfinished descriptor *part* of *target* that only it names.

    *idle* are all unfinished files of the folder. One that was to become an extent and is not
    that very file shows that the extent has got its name by another try, and may be in use.
    """
    if part.is_dir():
        return []
    try:
        with DiskFile(part) as file:
            descriptor = read_descriptor(file)
    except VmdkError:
        return []
    if descriptor.embedded:
        return []
    named = [
        part.with_name(e.name)
        for e in descriptor.extents
        if e.name and _is_ours(e.name, target.stem)
    ]
    left = [path for path in named if path.is_file() and not path.is_symlink()]
    if not left:
        return []
    used = _used_in(part.parent)
    waiting: dict[Path, list[Path]] = defaultdict(list)
    for other, becomes in idle.items():
        waiting[becomes].append(other)
    return [
        path
        for path in left
        if _identity(path) not in used
        and not _is_in_work(path)
        and all(same_file(path, other) for other in waiting[path])
    ]


def _is_ours(name: str, disk: str) -> bool:
    """Tell whether this program calls data of *disk* by just that *name*."""
    data = DataName.of(Path(name).stem)
    return (
        data is not None
        and data.disk == disk
        and data.role in _OUR_ROLES
        and name == f"{data.stem}.vmdk"
    )


def _used_in(folder: Path) -> set[tuple[int, int]]:
    """Return the files that the links in *folder* are made of."""
    used = set()
    for link in links_in(folder):
        try:
            with DiskFile(link) as file:
                descriptor = read_descriptor(file)
        except TooManyFiles:
            raise
        except VmdkError:
            continue  # an extent without a descriptor of its own, or no link
        used.add(_identity(link))
        used.update(
            _identity(link.parent / spelled.replace("\\", "/"))
            for extent in descriptor.extents
            if extent.name
            for spelled in possible_names(extent.name, descriptor.codec)
        )
    return {identity for identity in used if identity is not None}


def _identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode of *path*, or None if nothing is there."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _length(path: Path) -> int:
    """Return the bytes in *path*, a file or a folder."""
    try:
        if not path.is_dir():
            return path.lstat().st_size
        return sum(each.lstat().st_size for each in path.rglob("*") if not each.is_dir())
    except OSError:
        return 0
