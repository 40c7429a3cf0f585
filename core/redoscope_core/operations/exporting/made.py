"""Made: the files and folders that a call made, so that it can take all of them back.

Taken back is only what it made itself: no folder that was there, no file that was put in the place
of one meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from redoscope_core.errors import FileMissing, FileRefused
from redoscope_core.files.file import folder_error

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

__all__ = ["Made", "refuse_folders"]

_OWNER, _OTHERS = 0o700, 0o044


def refuse_folders(folders: Iterable[Path]) -> None:
    """Refuse *folders* to write to of which one is there and is no folder of its own.

    The first is the one that the user named: it may be a symbolic link to one, the others not.

    Raises:
        FileRefused: It is a symbolic link, or no folder.
        FileMissing: The folder in which the first is to be made is not there.
    """
    for number, folder in enumerate(folders):
        if number == 0 and folder.is_dir():
            continue
        if not os.path.lexists(folder):
            if number == 0 and not folder.parent.is_dir():
                raise FileMissing(
                    "the folder of the new folder is not there",
                    path=folder,
                    cure="make that first, or choose another",
                )
            continue
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise FileRefused(
                "not a folder to write to",
                path=folder,
                found="a symbolic link" if folder.is_symlink() else "something else",
                cure="choose another folder; nothing was changed",
            )


class Made:
    """What is made; on an error all of it is taken back."""

    def __init__(self, like: Iterable[Path]) -> None:
        """Let others look into new folders as far as they may read all files of *like*."""
        self.like = list(like)
        """Files whose rights a new file takes: one that was made has them all together."""
        shared = _OTHERS
        for path in self.like:
            with contextlib.suppress(OSError):
                shared &= path.stat().st_mode
        self._mode = _OWNER | shared | shared >> 2
        self._folders: list[Path] = []
        self._files: list[tuple[Path, tuple[int, int]]] = []

    def folder(self, folder: Path) -> None:
        """Make *folder*, unless it is there.

        Raises:
            FileRefused: It is there, and is no folder.
            VmdkError: It can't be made.
        """
        try:
            folder.mkdir(self._mode)
        except FileExistsError:
            refuse_folders([folder.parent, folder])
        except OSError as error:
            raise folder_error(error, folder) from None
        else:
            self._folders.append(folder)

    def file(self, path: Path) -> None:
        """Note that *path* was made."""
        self._files.append((path, _identity(path)))
        self.like = [path]

    def __enter__(self) -> Self:
        """Have made nothing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take all back if there is an *error*."""
        del error, trace
        if kind is None:
            return
        for path, identity in reversed(self._files):
            with contextlib.suppress(OSError):
                if _identity(path) == identity:
                    path.unlink()
        for folder in reversed(self._folders):
            with contextlib.suppress(OSError):
                folder.rmdir()


def _identity(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_dev, status.st_ino
