"""New files: written beside their target under another name, flushed, then renamed.

Whoever looks sees the old file or the whole new one, never half of it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.errors import AlreadyExists, FileMissing, VmdkError
from redoscope_core.link.file import DiskFile, os_error

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NewFiles", "replace_file", "sync_folder"]


class NewFiles:
    """Files that appear together, or not at all.

        with NewFiles([path, ...]) as files:
            files[0].write_at(0, data)

    On leaving without an error each file is flushed and gets its name; on an error
    (or when a generator is closed) nothing stays.
    """

    def __init__(self, targets: Iterable[Path]) -> None:
        """Refuse targets that exist, make the files under temporary names."""
        self._targets = list(targets)
        self._parts: list[Path] = []
        self._files: list[DiskFile] = []
        for target in self._targets:
            if os.path.lexists(target):
                raise AlreadyExists(
                    "the name is taken",
                    path=target,
                    cure="choose another name; nothing was changed",
                )
            if not target.parent.is_dir():
                raise FileMissing("the folder of the new file is not there", path=target)

    def __enter__(self) -> list[DiskFile]:
        """Return the open files, in the order of the targets."""
        try:
            for target in self._targets:
                part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
                try:
                    os.close(
                        os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666)
                    )
                except OSError as error:
                    raise os_error(error, target, "making it") from None
                self._parts.append(part)
                self._files.append(DiskFile(part, writable=True))
        except VmdkError:
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
                file.close()
            self._publish()
        except BaseException:
            self._discard()
            raise

    def _publish(self) -> None:
        published: list[Path] = []
        try:
            # The first target is the one that others are found by: it comes last.
            for part, target in reversed(list(zip(self._parts, self._targets, strict=True))):
                # link() fails if the name was taken meanwhile; rename() would replace it.
                _give_name(part, target)
                published.append(target)
        except VmdkError:
            for target in published:
                target.unlink(missing_ok=True)
            raise
        for folder in {target.parent for target in self._targets}:
            sync_folder(folder)

    def _discard(self) -> None:
        for file in self._files:
            file.close()
        for part in self._parts:
            part.unlink(missing_ok=True)


def _give_name(part: Path, target: Path) -> None:
    try:
        os.link(part, target)
    except FileExistsError:
        raise AlreadyExists("the name was taken meanwhile", path=target) from None
    except OSError:
        # A file system without hard links (FAT, some shares).
        if os.path.lexists(target):
            raise AlreadyExists("the name was taken meanwhile", path=target) from None
        try:
            part.rename(target)
        except OSError as error:
            raise os_error(error, target, "giving it its name") from None
    else:
        part.unlink()


def replace_file(path: Path, data: bytes) -> None:
    """Replace the content of the small file *path* by *data*, at once and durably."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        mode = path.stat().st_mode & 0o7777
        descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode)
        try:
            os.write(descriptor, data)
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        part.replace(path)
    except OSError as error:
        Path(part).unlink(missing_ok=True)
        raise os_error(error, path, "replacing its text") from None
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
