"""New files: written beside their target under another name, flushed, then renamed.

Whoever looks sees the old file or the whole new one, never half of it.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.errors import AlreadyExists, FileMissing
from redoscope_core.files.file import DiskFile, os_error
from redoscope_core.files.locks import hold_write_lock

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Appending", "NewFiles", "is_part_name", "part_beside", "sync_folder", "target_of_part"]

_PART = re.compile(
    r"\.(?!\.{1,2}[.-][0-9a-f]{8}\.part$)(?P<name>.+)[.-][0-9a-f]{8}\.part", re.DOTALL
)
_OWNER = 0o600
_OTHERS = 0o066


def part_beside(target: Path) -> Path:
    """Return a free name beside *target*, under which it is written until it is whole."""
    return target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")


def target_of_part(part: Path) -> Path | None:
    """Return what *part* was to become if its name is one that `part_beside` gives, else None."""
    match = _PART.fullmatch(part.name)
    return None if match is None else part.with_name(match["name"])


def is_part_name(name: str) -> bool:
    """Tell whether a file of this name would be taken for one that is not whole."""
    return _PART.fullmatch(name) is not None


class NewFiles:
    """Files that appear together, or not at all.

        with NewFiles([path, ...]) as files:
            files[0].write_at(0, data)

    On leaving without an error each file is flushed and gets its name; on an error
    (or when a generator is closed) nothing stays. As long as it is written each file is
    locked: what bears such a name without a lock was left by a program that was killed.
    """

    def __init__(
        self, targets: Iterable[Path], *, like: Iterable[Path] = (), replace: bool = False
    ) -> None:
        """Refuse targets that exist (unless they may be replaced), and folders that don't.

        Group and others may do with the new files what they may do with every file of *like*,
        whose content these hold, and what the umask allows.
        """
        self._targets = list(targets)
        self._mode = _mode_like(like)
        self._replace = replace
        self._parts: list[Path] = []
        self._files: list[DiskFile] = []
        for target in self._targets:
            if not replace and os.path.lexists(target):
                raise AlreadyExists(
                    "the name is taken",
                    path=target,
                    cure="choose another name; nothing was changed",
                )
            if not target.parent.is_dir():
                raise FileMissing(
                    "the folder of the new file is not there",
                    path=target,
                    cure="make the folder first, or choose another",
                )

    def __enter__(self) -> list[DiskFile]:
        """Make the files under other names; return them open, in the order of the targets."""
        try:
            for target in self._targets:
                part = part_beside(target)
                self._files.append(_new_part(part, target, self._mode, self._parts))
        except BaseException:
            self._discard()
            raise
        return self._files

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Give the files their names, or remove them."""
        if kind is not None:
            self._discard()
            return
        try:
            for file in self._files:
                file.sync()
            # Their locks are held until they have their names.
            self._publish()
            for file in self._files:
                file.close()
        except BaseException:
            self._discard()
            raise

    def _publish(self) -> None:
        published: list[Path] = []
        try:
            # The first target is the one that others are found by: it comes last.
            for part, target in reversed(list(zip(self._parts, self._targets, strict=True))):
                if self._replace:
                    _rename(part, target)
                else:
                    # link() fails if the name was taken meanwhile; rename() would replace it.
                    _give_name(part, target, published)
        except BaseException:
            for target in published:
                with contextlib.suppress(OSError):
                    target.unlink(missing_ok=True)
            raise
        for folder in {target.parent for target in self._targets}:
            sync_folder(folder)

    def _discard(self) -> None:
        try:
            for part in self._parts:
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)
        finally:
            for file in self._files:
                file.close()


class Appending:
    """A new file that is written from its first byte to its last."""

    def __init__(self, file: DiskFile) -> None:
        """Begin at the first byte of *file*."""
        self._file = file
        self._end = 0

    def write(self, data: bytes | memoryview) -> None:
        """Put *data* behind what was written."""
        self._file.write_at(self._end, data)
        self._end += len(data)


def _mode_like(files: Iterable[Path]) -> int:
    """Return the mode of a copy of *files*: its owner may write it, others have their rights."""
    shared = _OTHERS
    for path in files:
        with contextlib.suppress(OSError, ValueError):
            shared &= path.stat().st_mode
    return _OWNER | shared


def _new_part(part: Path, target: Path, mode: int, made: list[Path]) -> DiskFile:
    """Make the file *part*, noted in *made* at once, and return it open and locked.

    It is called *target* in errors: that is the name that the user knows.
    """
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode))
    except (OSError, ValueError) as error:
        problem = error if isinstance(error, OSError) else OSError(None, str(error))
        raise os_error(problem, target, "making it") from None
    made.append(part)
    file = DiskFile(part, writable=True)
    file.path = target
    hold_write_lock(file)
    return file


def _give_name(part: Path, target: Path, published: list[Path]) -> None:
    try:
        os.link(part, target)
    except FileExistsError:
        raise AlreadyExists("the name was taken meanwhile", path=target) from None
    except OSError:
        # A file system without hard links (FAT, some shares).
        if os.path.lexists(target):
            raise AlreadyExists("the name was taken meanwhile", path=target) from None
        _rename(part, target)
        published.append(target)
    else:
        published.append(target)
        try:
            part.unlink()
        except OSError as error:
            raise os_error(error, target, "giving it its name") from None


def _rename(part: Path, target: Path) -> None:
    try:
        part.replace(target)
    except OSError as error:
        raise os_error(error, target, "giving it its name") from None


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
