"""The record of children that were made in another folder than their parent.

Such a child can't be seen by whoever looks at the parent's folder, so a write into the parent
would break it. The record is a text in the user's state folder, a line for each child:

    {"parent": "/vms/base.vmdk", "child": "/case/kid.vmdk"}

It is a help and no evidence: a line counts only if the child is still there and still names that
parent. A record that can't be read or holds anything else is as good as none. Only the making of
a child writes it, a whole line at once, under a lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redoscope_core.errors import VmdkError
from redoscope_core.files.names import is_there, real_path, same_file

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

__all__ = ["is_recorded", "lies_elsewhere", "record_child", "record_file", "recorded_children"]

_MOST = 2**22
"""Bytes of the record that are read at most."""
_TIDY = 2**18
"""Bytes from which on lines of children that are gone are dropped when one is added."""
_PRIVATE_FOLDER, _PRIVATE = 0o700, 0o600


def lies_elsewhere(parent: Path, child: Path) -> bool:
    """Tell whether *child* is in another folder than *parent*, so that nobody sees it there."""
    return real_path(child).parent != real_path(parent).parent


def record_file() -> Path | None:
    """Return where the record is kept, or None if this user has no place for it."""
    # As the XDG rules say. Each look asks for it, and platformdirs takes 10 ms to load.
    named = os.environ.get("XDG_STATE_HOME", "").strip()
    try:
        state = Path(named) if named else Path.home() / ".local" / "state"
    except (RuntimeError, OSError):
        return None
    return state / "redoscope" / "children.jsonl" if state.is_absolute() else None


def recorded_children(parents: Sequence[Path]) -> list[Path]:
    """Return the files that were recorded as children of one of *parents* and are still there.

    Whether they still are its children, they tell themselves.
    """
    file = record_file()
    if file is None:
        return []
    asked = {identity for parent in parents if (identity := _identity(parent)) is not None}
    by_name: dict[str, set[Path]] = defaultdict(set)
    for parent in parents:
        by_name[real_path(parent).name].add(real_path(parent))
    found: dict[Path, None] = {}
    for recorded, child in _entries(file):
        for place in _places(recorded, child, asked, by_name):
            if is_there(place):
                found[place] = None
    return list(found)


def is_recorded(parent: Path, child: Path) -> bool:
    """Tell whether the record says that *child* was made from *parent*."""
    return any(same_file(child, recorded) for recorded in recorded_children([parent]))


def record_child(parent: Path, child: Path) -> Path | None:
    """Record that *child* was made from *parent*; return where, or None if that can't be."""
    file = record_file()
    if file is None:
        return None
    from json import dumps  # noqa: PLC0415 - nearly never

    line = dumps({"parent": str(real_path(parent)), "child": str(real_path(child))})
    try:
        file.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        with _locked(file) as descriptor:
            length = os.fstat(descriptor).st_size
            if length < _TIDY:
                # A line end comes first too: the last line may have been torn.
                os.write(descriptor, f"\n{line}\n".encode())
                os.fsync(descriptor)
            else:
                _tidy(file, line)
    except (OSError, VmdkError):
        return None
    return file


@contextlib.contextmanager
def _locked(file: Path) -> Generator[int]:
    """Give the record, open for adding; nobody else replaces or adds to it meanwhile."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    while True:
        descriptor = os.open(file, flags, _PRIVATE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is(file, descriptor):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _is(file: Path, descriptor: int) -> bool:
    """Tell whether *file* is still the open one: it may have been replaced before the lock."""
    with contextlib.suppress(OSError):
        return os.path.samestat(file.stat(), os.fstat(descriptor))
    return False


def _tidy(file: Path, line: str) -> None:
    """Replace the record by its lines of children that are there, and *line*."""
    from json import dumps  # noqa: PLC0415 - nearly never

    from redoscope_core.files.new_file import NewFiles  # noqa: PLC0415 - nearly never

    lines = dict.fromkeys(
        dumps({"parent": parent, "child": child})
        for parent, child in _entries(file)
        if is_there(Path(child))
    )
    lines[line] = None
    text = "".join(f"{kept}\n" for kept in lines).encode()
    with NewFiles([file], like=[file], replace=True) as (new,):
        new.write_at(0, text[-_MOST // 2 :])


def _entries(file: Path) -> tuple[tuple[str, str], ...]:
    """Return (parent, child), absolute paths, of each line of the record that says so."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return ()
    try:
        return _said(os.pread(descriptor, _MOST, 0))
    except OSError:
        return ()
    finally:
        os.close(descriptor)


@lru_cache(maxsize=1)
def _said(data: bytes) -> tuple[tuple[str, str], ...]:
    """Return what `_entries` does of the record *data*: each look reads it, and it is the same.

    As texts: nearly all lines are about other disks.
    """
    found = []
    for said in _documents(data):
        with contextlib.suppress(KeyError, TypeError):
            parent, child = said["parent"], said["child"]
            if os.path.isabs(parent) and os.path.isabs(child):  # noqa: PTH117 - as texts
                found.append((parent, child))
    return tuple(found)


def _documents(data: bytes) -> list[Any]:
    """Return what each line of *data* says; a line may be torn, and says nothing then."""
    from json import loads  # noqa: PLC0415 - seldom there is a record

    lines = list(dict.fromkeys(line for line in data.splitlines() if line.strip()))
    with contextlib.suppress(ValueError, RecursionError):
        # All at once takes a third of the time.
        found = loads(b"[" + b",".join(lines) + b"]")
        if len(found) == len(lines):
            return list(found)
    found = []
    for line in lines:
        with contextlib.suppress(ValueError, RecursionError):
            found.append(loads(line))
    return found


def _places(
    recorded: str, child: str, asked: set[tuple[int, int]], by_name: Mapping[str, set[Path]]
) -> Iterator[Path]:
    """Yield where *child*, made from *recorded*, may be if that is one of those that were asked.

    They are *asked* by device and inode, and *by_name* come their real paths.
    """
    if _identity(recorded) in asked:
        yield Path(child)
    folder, name = os.path.split(recorded)
    for real in by_name.get(name, ()):
        if recorded != str(real):
            # Both may have been moved or copied together.
            yield Path(os.path.normpath(real.parent / os.path.relpath(child, folder)))


def _identity(path: Path | str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - a text too, see `_entries`
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino
