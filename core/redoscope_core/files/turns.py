"""One program after the other: a turn at what is in a folder, and who has it meanwhile."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.errors import InUse, printable
from redoscope_core.files.file import os_error

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["await_lock", "holder_of", "turn_at"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_LOCKS = Path("/proc/locks")
_FIRST, _LAST = 0.0005, 0.02
"""Seconds after which it is looked whether the other program has ended: soon, then less often."""
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL})
"""What file systems say that know no such locks: some of a network, and FUSE."""
_FIELDS_OF_HELD = 8
_LONGEST_NAME = 40


@contextlib.contextmanager
def turn_at(folder: Path, seconds: float, *, shared: bool = False) -> Generator[None]:
    """Have *folder* for oneself among all that ask here, other threads too; wait for it shortly.

    A *shared* turn is had with all who ask for no more than that. Who has one asks for no other.

    Raises:
        InUse: It was not to be had within *seconds*.
        VmdkError: The folder can't be opened.
    """
    try:
        descriptor = os.open(folder, _FOLDER)
    except (OSError, ValueError) as error:
        problem = error if isinstance(error, OSError) else OSError(None, str(error))
        raise os_error(problem, folder, "opening the folder") from None
    try:
        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        await_lock(descriptor, folder, seconds, how)
        yield
    finally:
        os.close(descriptor)


def await_lock(descriptor: int, path: Path, seconds: float, how: int = fcntl.LOCK_EX) -> None:
    """Lock *descriptor*, which is open to *path*, for as long as it is open; wait for it shortly.

    Raises:
        InUse: It was not to be had within *seconds*.
        VmdkError: It can't be locked for another reason than that its file system has no locks.
    """
    until, pause = time.monotonic() + seconds, _FIRST
    while True:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(pause)
                pause = min(2 * pause, _LAST)
                continue
            raise InUse(
                "another program works on it",
                path=path,
                found=holder_of(path),
                cure="wait until that has ended, and try again",
            ) from None
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise os_error(error, path, "locking it") from None
        return


def holder_of(path: Path) -> str:
    """Tell in words who locks *path*, as far as the system tells; no file is opened for it.

    To open and close it would give up the locks that this very process has on it.
    """
    try:
        inode = path.stat().st_ino
        lines = _LOCKS.read_text("ascii", "replace").splitlines()
    except (OSError, ValueError):
        return "another program"
    found = []
    for line in lines:
        # 1: POSIX  ADVISORY  WRITE 1234 08:01:5678 0 EOF
        fields = line.split()
        if len(fields) == _FIELDS_OF_HELD and fields[5].rpartition(":")[2] == str(inode):
            found.append(_named(fields[4]))
    return ", ".join(dict.fromkeys(found)) or "another program"


def _named(process: str) -> str:
    if not process.isdecimal() or process == "0":
        return "another program"
    try:
        name = Path("/proc", process, "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return f"process {process}"
    return f"process {process} ({printable(name[:_LONGEST_NAME])})"
