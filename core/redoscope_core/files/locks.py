"""Locks of other programs: is a link in use?

Hosted products of the vendor put a folder ``disk.vmdk.lck`` beside the disk, with
files ``M12345.lck`` in it; qemu and others lock bytes of the file itself. A lock is
respected and shown, never removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import struct
from typing import TYPE_CHECKING

from redoscope_core.errors import InUse
from redoscope_core.files.file import os_error

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from redoscope_core.files.file import DiskFile

__all__ = [
    "file_lock_holder",
    "folder_is_held",
    "held_folder",
    "hold_write_lock",
    "in_use_by",
    "is_locked",
    "lock_folder",
    "refuse_if_locked",
    "release_write_lock",
    "sole_use",
]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FLOCK = struct.Struct("hhqqi4x")


def lock_folder(path: Path) -> Path | None:
    """Return the ``.lck`` folder (or file) that says *path* is in use, or None.

    One that may not be looked at counts as a lock.
    """
    lock = path.with_name(path.name + ".lck")
    try:
        if stat.S_ISDIR(lock.stat().st_mode):
            return lock if any(entry.name.endswith(".lck") for entry in lock.iterdir()) else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return lock  # what can't be looked at may well be a lock
    return lock


def file_lock_holder(file: DiskFile) -> str | None:
    """Tell who else locks bytes of *file*, or None; "another program" if the system can't say."""
    try:
        found_kind, process = _lock_on(file)
    except OSError:
        return None  # the file system knows no such locks
    if found_kind == fcntl.F_UNLCK:
        return None
    return f"process {process}" if process > 0 else "another program"


def is_locked(file: DiskFile) -> bool:
    """Tell whether anybody locks bytes of *file*; also True where the system can't say."""
    try:
        return _lock_on(file)[0] != fcntl.F_UNLCK
    except OSError:
        return True


def _lock_on(file: DiskFile) -> tuple[int, int]:
    """Return the kind of the first lock on *file*, and the process that has it, if known."""
    query = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    answer = fcntl.fcntl(file.fileno(), fcntl.F_OFD_GETLK, query)
    kind, _, _, _, process = _FLOCK.unpack(answer)
    return kind, process


def refuse_if_locked(path: Path, files: list[DiskFile]) -> None:
    """Raise `InUse` if the link *path* with its *files* is locked by another program."""
    user = in_use_by(path, files)
    if user is not None:
        raise InUse(
            "the disk is in use",
            path=path,
            found=user,
            cure="close it in the other program; if that crashed, remove its lock by hand",
        )


def hold_write_lock(file: DiskFile) -> None:
    """Lock all of *file* for as long as it is open, so that no second writer starts.

    Raises:
        InUse: Somebody else has a lock.
    """
    request = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    try:
        fcntl.fcntl(file.fileno(), fcntl.F_OFD_SETLK, request)
    except BlockingIOError:
        raise InUse(
            "the disk is in use", path=file.path, found="a lock of another program"
        ) from None
    except OSError:
        return  # the file system knows no such locks


def release_write_lock(file: DiskFile) -> None:
    """Give up what `hold_write_lock` took."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(
            file.fileno(), fcntl.F_OFD_SETLK, _FLOCK.pack(fcntl.F_UNLCK, os.SEEK_SET, 0, 0, 0)
        )


@contextlib.contextmanager
def held_folder(folder: Path) -> Generator[None]:
    """Hold *folder* while it is filled, so that nobody takes it for something left behind."""
    descriptor = os.open(folder, _FOLDER)
    try:
        with contextlib.suppress(OSError):  # the file system knows no such locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def sole_use(folder: Path) -> Generator[None]:
    """Hold *folder* as `held_folder` does, but refuse if somebody else does.

    Raises:
        InUse: Somebody does.
        FileUnreadable: It can't be opened.
    """
    try:
        descriptor = os.open(folder, _FOLDER)
    except OSError as error:
        raise os_error(error, folder, "opening the folder") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise InUse(
            "the folder is in use",
            path=folder,
            found="another program works on what is in it",
            cure="wait until that has ended, and try again",
        ) from None
    except OSError:
        pass  # the file system knows no such locks
    try:
        yield
    finally:
        os.close(descriptor)


def folder_is_held(folder: Path) -> bool:
    """Tell whether somebody fills *folder*; also True where the system can't say."""
    try:
        descriptor = os.open(folder, _FOLDER)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def in_use_by(path: Path, files: list[DiskFile]) -> str | None:
    """Tell in plain words who else uses the link *path* with its *files*, or None."""
    folder = lock_folder(path)
    if folder is not None:
        told = f"the lock {folder.name} beside it"
        if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
            told += ", which can't be looked at"
        return told
    for file in files:
        holder = file_lock_holder(file)
        if holder is not None:
            return f"a lock on {file.path.name} held by {holder}"
    return None
