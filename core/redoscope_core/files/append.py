"""A file that only grows: what is put behind its end is there whole and flushed, or an error."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from redoscope_core.errors import FileRefused
from redoscope_core.files.file import os_error
from redoscope_core.files.new_file import sync_folder
from redoscope_core.files.turns import await_lock

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

__all__ = ["Growing", "growing"]

# O_NONBLOCK: a FIFO that is named so must not make us wait for its reader.
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_OWNER = 0o600
_WAIT = 30.0
"""Seconds for which another writer is waited for: each needs milliseconds."""


class Growing:
    """An open file of which only the end is written; nobody else writes it meanwhile."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Write behind the end of *descriptor*, which is *path* and locked."""
        self._path, self._descriptor = path, descriptor
        self.file_bytes = os.fstat(descriptor).st_size

    def tail(self, most: int) -> bytes:
        """Return the last bytes, *most* of them at most."""
        start = max(self.file_bytes - most, 0)
        found = b""
        try:
            while piece := os.pread(self._descriptor, most - len(found), start + len(found)):
                found += piece
        except OSError as error:
            raise os_error(error, self._path, "reading its end") from None
        return found

    def append(self, data: bytes) -> None:
        """Put *data* behind the end, and flush it; on an error what was there is all there is.

        Raises:
            DiskFull: There is no room.
            FileUnreadable: The system refuses.
        """
        done = 0
        try:
            while done < len(data):
                done += os.write(self._descriptor, data[done:])
            os.fsync(self._descriptor)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self.file_bytes)
            raise os_error(error, self._path, "writing behind its end") from None
        self.file_bytes += len(data)


@contextlib.contextmanager
def growing(path: Path) -> Generator[Growing]:
    """Open *path*, which is made if it is not there, for one writer; others wait meanwhile.

    Raises:
        InUse: Another program writes to it, and did not end.
        FileRefused: It is no regular file, or a symbolic link.
        FileUnreadable: The system refuses.
        FileMissing: Its folder is not there.
    """
    is_new = not os.path.lexists(path)
    if path.is_symlink():
        raise _refused(path, "a symbolic link")
    try:
        descriptor = os.open(path, _FLAGS, _OWNER)
    except (OSError, ValueError) as error:
        problem = error if isinstance(error, OSError) else OSError(None, str(error))
        raise os_error(problem, path, "opening it") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _refused(path, "no regular file")
        await_lock(descriptor, path, _WAIT)
        if is_new:
            sync_folder(path.parent)
        yield Growing(path, descriptor)
    finally:
        os.close(descriptor)


def _refused(path: Path, found: str) -> FileRefused:
    return FileRefused(
        "nothing is written behind its end",
        path=path,
        found=found,
        expected="a regular file",
        cure="name another file",
    )
