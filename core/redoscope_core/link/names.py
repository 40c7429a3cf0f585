"""Questions about names that come out of files, and may be anything.

A name too long, with a NUL, or a symbolic link to itself is no reason to stop: nothing
is there under such a name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["is_there", "possible_names", "real_path", "same_file"]


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
        return path.absolute()


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
