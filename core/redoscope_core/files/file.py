"""A file of a link, read and written at explicit offsets.

Nothing here has a position, so any thread may read. Files are never mapped into
memory: a mapped file that somebody truncates kills the process, a read of it is an
error that can be told.
"""

from __future__ import annotations

import errno
import os
import resource
import stat
from typing import TYPE_CHECKING

from redoscope_core.errors import (
    CorruptVmdk,
    DiskFull,
    FileMissing,
    FileRefused,
    FileUnreadable,
    ReadOnly,
    TooManyFiles,
    VixCode,
)
from redoscope_core.phrases import Doing

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

__all__ = [
    "TOO_MANY",
    "DiskFile",
    "folder_error",
    "os_error",
    "require_regular",
    "require_there",
    "storage_of",
]

_OF_DEVICE = "copy it to a file first (dd; ddrescue, if it is damaged), and name that"
_OF_STREAM = "save what comes out of it in a file, and name that"
_KINDS = (
    (stat.S_ISDIR, "a folder", "name a file in it; tree lists the disks of a folder"),
    (stat.S_ISFIFO, "a FIFO (named pipe)", _OF_STREAM),
    (stat.S_ISSOCK, "a socket", _OF_STREAM),
    (stat.S_ISBLK, "a block device", _OF_DEVICE),
    (stat.S_ISCHR, "a character device", _OF_DEVICE),
)
_MISSING = (errno.ENOENT, errno.ENOTDIR)
TOO_MANY = (errno.EMFILE, errno.ENFILE)
"""Error numbers of: no more files can be open at once."""
_MANY_FILES = 2**17
_MOST_RUNS = 2**16
_FAR = 2**62
_BLOCK = 512
"""Bytes that `st_blocks` counts in."""
_FEW_HOLES = 32
"""If less than one byte of so many lies in a hole, reading the holes costs less than asking."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


_CURES = {
    errno.EACCES: "allow yourself to use it (chmod, chown), or be who may",
    errno.EPERM: "allow yourself to use it (chmod, chown), or be who may",
    errno.EROFS: "its file system is read-only: work on a copy that lies elsewhere",
    errno.ENAMETOOLONG: "call it by a shorter name",
    errno.ELOOP: "its symbolic links lead in a circle: correct them",
    errno.EIO: "the device failed: copy what can be read to another one first (ddrescue)",
    errno.ESTALE: "the file server has lost it: mount the share again",
}
"""What to do about what the system says, where that is no matter of the disk."""


def os_error(error: OSError, path: Path, doing: str) -> FileMissing | FileUnreadable | DiskFull:
    """Return what *error*, met while *doing* something with *path*, means to a user."""
    reason = error.strerror or str(error)
    if error.errno in _MISSING:
        return FileMissing(
            "the file is not there",
            path=path,
            where=Doing(doing),
            cure="put it back, or open it where it is now",
        )
    if error.errno in _FULL:
        return DiskFull(
            "no room to write",
            path=path,
            where=Doing(doing),
            found=reason,
            cure="free some space and try again",
        )
    if error.errno in TOO_MANY:
        allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        ours = error.errno == errno.EMFILE
        return TooManyFiles(
            "too many open files",
            path=path,
            where=Doing(doing),
            found=f"{allowed} files allowed to this program" if ours else reason,
            cure="raise the limit (`ulimit -n`)" if ours else "close other programs",
        )
    return FileUnreadable(
        "the file can't be used",
        path=path,
        where=Doing(doing),
        found=reason,
        cure=_CURES.get(error.errno or 0),
        code=_code(error),
    )


def require_regular(path: Path) -> None:
    """Refuse a *path* that leads to no regular file: nothing else is opened.

    Raises:
        FileRefused: It is something else, which is told with what to do.
        FileMissing: Nothing is there.
    """
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - Path.stat would need the same care
    except (OSError, ValueError) as error:
        problem = error if isinstance(error, OSError) else OSError(errno.EINVAL, str(error))
        raise os_error(problem, path, "opening it") from None
    for matches, name, cure in _KINDS:
        if matches(mode):
            raise FileRefused(
                "not a file that can hold a disk",
                path=path,
                found=name,
                expected="a regular file",
                cure=cure,
            )


def require_there(path: Path) -> None:
    """Refuse a *path* that leads nowhere; one that may not be looked at is not called missing.

    Raises:
        FileMissing: Nothing is there.
        FileUnreadable: The system does not tell, and says why.
    """
    try:
        path.stat()
    except OSError as error:
        raise os_error(error, path, "looking for it") from None
    except ValueError:
        # No file system has a name with a NUL.
        raise os_error(FileNotFoundError(errno.ENOENT, ""), path, "looking for it") from None


def _code(error: OSError) -> VixCode:
    return VixCode.FILE_ACCESS_ERROR if isinstance(error, PermissionError) else VixCode.FILE_ERROR


def folder_error(error: OSError, folder: Path) -> FileMissing | FileUnreadable | DiskFull:
    """Return what *error*, met while *folder* was made, means to a user."""
    if error.errno in _FULL:
        return os_error(error, folder, "making the folder")
    return FileUnreadable(
        "the folder can't be made",
        path=folder,
        found=error.strerror or str(error),
        cure="name one in a folder that you may write to",
        code=_code(error),
    )


def storage_of(path: Path) -> int:
    """Return the bytes that *path* takes on the storage, holes not counted; 0 if it is gone."""
    try:
        return path.stat().st_blocks * _BLOCK
    except (OSError, ValueError):
        return 0


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags)
    except OSError as error:
        # A disk of 6 TiB in pieces of 2 GiB has 3000 files; most systems start with 1024.
        if error.errno != errno.EMFILE or not _allow_more_files():
            raise
        return os.open(path, flags)


def _allow_more_files() -> bool:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY_FILES if hard == resource.RLIM_INFINITY else min(hard, _MANY_FILES)
    if soft >= wanted:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return True


class DiskFile:
    """A regular file, open for reading or for reading and writing."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        """Open *path*.

        Raises:
            FileMissing: It is not there.
            FileRefused: It is no regular file. A FIFO or a device is never waited for.
            FileUnreadable: The operating system refuses.
        """
        flags = (os.O_RDWR if writable else os.O_RDONLY) | os.O_CLOEXEC | os.O_NONBLOCK
        self.path = path
        self.writable = writable
        require_regular(path)
        try:
            self._descriptor = _open(path, flags)
        except (OSError, ValueError) as error:
            problem = error if isinstance(error, OSError) else OSError(errno.EINVAL, str(error))
            raise os_error(problem, path, "opening it") from None
        status = os.fstat(self._descriptor)
        if not stat.S_ISREG(status.st_mode):
            self.close()
            require_regular(path)
        self.identity = (status.st_dev, status.st_ino)
        """Device and inode: two names of one file have the same."""

    @property
    def file_bytes(self) -> int:
        """Length of the file in bytes, now."""
        return os.fstat(self._descriptor).st_size

    def held_runs(self) -> list[tuple[int, int]] | None:
        """Return (start, end) of each run of bytes that the file system holds; the rest are holes.

        What lies past the end of the file counts as held, since reading it is an error.
        None means that all of it is to be read: there are no holes, too few to be worth a
        question that takes an eighth of the reading, too many, or the system does not tell.
        """
        status = os.fstat(self._descriptor)
        holes = status.st_size - status.st_blocks * _BLOCK
        if holes * _FEW_HOLES <= status.st_size or not hasattr(os, "SEEK_DATA"):
            return None
        runs: list[tuple[int, int]] = []
        position = 0
        try:
            while len(runs) < _MOST_RUNS:
                position = os.lseek(self._descriptor, position, os.SEEK_DATA)
                end = os.lseek(self._descriptor, position, os.SEEK_HOLE)
                runs.append((position, end))
                position = end
        except OSError as error:
            # ENXIO says that nothing but a hole follows, up to the end of the file.
            runs.append((status.st_size, _FAR))
            return runs if error.errno == errno.ENXIO else None
        return None

    def fileno(self) -> int:
        """Return the operating system's number of the open file."""
        return self._descriptor

    def read_at(self, offset: int, length: int, *, what: str) -> bytes:
        """Return exactly *length* bytes from byte *offset* on; *what* they are is for the error.

        Raises:
            CorruptVmdk: The file ends before.
            FileUnreadable: The operating system failed.
        """
        buffer = bytearray(length)
        self.read_into(memoryview(buffer), offset, what=what)
        return bytes(buffer)

    def read_into(self, buffer: memoryview, offset: int, *, what: str) -> None:
        """Fill *buffer* from byte *offset* on; raises as `read_at` does."""
        done = 0
        while done < len(buffer):
            try:
                got = os.preadv(self._descriptor, [buffer[done:]], offset + done)
            except (OSError, OverflowError) as error:
                problem = (
                    error if isinstance(error, OSError) else OSError(errno.EOVERFLOW, str(error))
                )
                raise os_error(problem, self.path, f"reading {what}") from None
            if got == 0:
                raise CorruptVmdk(
                    "the file is too short",
                    path=self.path,
                    where=what,
                    offset=offset,
                    found=f"{self.file_bytes} bytes in the file",
                    expected=f"at least {offset + len(buffer)}",
                    cure="copy the file again, it may be truncated",
                    code=VixCode.HOST_FILE_ERROR_EOF,
                )
            done += got

    def write_at(self, offset: int, data: bytes | bytearray | memoryview) -> None:
        """Write *data* at byte *offset*.

        Raises:
            ReadOnly: The file is open for reading only.
            DiskFull: The file system has no room.
            FileUnreadable: The operating system failed.
        """
        if not self.writable:
            raise ReadOnly("the file is open for reading only", path=self.path)
        view = memoryview(data).cast("B")
        done = 0
        while done < len(view):
            try:
                done += os.pwrite(self._descriptor, view[done:], offset + done)
            except OSError as error:
                raise os_error(error, self.path, f"writing at byte {offset + done}") from None

    def truncate(self, length: int) -> None:
        """Set the length of the file to *length* bytes; new bytes are holes."""
        try:
            os.ftruncate(self._descriptor, length)
        except OSError as error:
            raise os_error(error, self.path, "setting its length") from None

    def sync(self) -> None:
        """Wait until what was written is on the storage device."""
        try:
            os.fdatasync(self._descriptor)
        except OSError as error:
            raise os_error(error, self.path, "flushing it") from None

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __enter__(self) -> Self:
        """Return the file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()
