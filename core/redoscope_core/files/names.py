"""Questions about names that come out of files, and may be anything.

A name too long, with a NUL, or a symbolic link to itself is no reason to stop: nothing
is there under such a name.
"""

from __future__ import annotations

import contextlib
import os
import unicodedata
from collections import defaultdict
from pathlib import Path

from redoscope_core.errors import InvalidArgument
from redoscope_core.phrases import quoted

__all__ = [
    "Spellings",
    "is_there",
    "parent_hint",
    "possible_names",
    "real_path",
    "same_file",
    "typed",
]


def is_there(path: Path) -> bool:
    """Tell whether something has the name *path*."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises for names too long


def same_file(one: Path, other: Path) -> bool:
    """Tell whether both names lead to one file; False if one of them leads nowhere."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def real_path(path: Path) -> Path:
    """Return *path* without symbolic links, as far as they can be followed."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return _absolute(path)


def _absolute(path: Path) -> Path:
    try:
        return path.absolute()
    except OSError:
        # The working folder is gone, and with it all that is named from there.
        return path


def typed(path: Path) -> str:
    """Return *path* as one types it on a command line: from here on, where that is shorter."""
    from shlex import quote  # noqa: PLC0415 - seldom needed

    with contextlib.suppress(OSError, ValueError):
        path = path.relative_to(Path.cwd())
    return quote(str(path))


def parent_hint(parent: Path, child: Path) -> str:
    """Return the hint by which the link at *child* finds *parent*: relative, so both may move.

    Raises:
        InvalidArgument: The path holds characters that a descriptor has no way to write.
    """
    folder = child.parent.resolve()
    hint = os.path.relpath(parent.parent.resolve() / parent.name, folder)
    if '"' in hint or any(ord(char) < ord(" ") for char in hint):
        raise InvalidArgument(
            "the parent's path can't be written to a descriptor", path=child, found=quoted(hint)
        )
    return hint


def possible_names(name: str, codec: str) -> tuple[str, ...]:
    """Return the names a file may have that a text in *codec* calls *name*, the likeliest first.

    A text may declare the wrong encoding, or none: then its bytes, as they are, may be the
    file's name.
    """
    try:
        stored = os.fsdecode(name.encode(codec, "surrogateescape"))
    except UnicodeEncodeError:
        return (name,)
    return tuple(dict.fromkeys((name, stored)))


class Spellings:
    """Files by their names without regard to case and to how accents are put together.

    To Windows and macOS such names are one; disks that were copied from there may name
    their files otherwise than they are spelled here. Each folder is listed once.
    """

    def __init__(self) -> None:
        self._folders: dict[Path, dict[str, list[str]]] = {}

    def find(self, path: Path) -> Path | None:
        """Return the file that is spelled otherwise than *path*; None unless there is just one."""
        names = self._listed(path.parent).get(_folded(path.name), [])
        return path.with_name(names[0]) if len(names) == 1 else None

    def _listed(self, folder: Path) -> dict[str, list[str]]:
        if folder not in self._folders:
            names: dict[str, list[str]] = defaultdict(list)
            try:
                for name in os.listdir(folder):  # noqa: PTH208 - names are wanted, not paths
                    names[_folded(name)].append(name)
            except (OSError, ValueError):
                names.clear()
            self._folders[folder] = names
        return self._folders[folder]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
