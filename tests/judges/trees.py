"""Fingerprints of folders: which files there are, and what each holds."""

from __future__ import annotations

import hashlib
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["fingerprint", "fingerprints"]


def fingerprint(path: Path) -> str:
    """Return what *path* is: a digest of its bytes if it is a file, else its kind."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return f"link to {path.readlink()}"
    if stat.S_ISDIR(mode):
        return "folder"
    if not stat.S_ISREG(mode):
        return f"special {stat.S_IFMT(mode):o}"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprints(root: Path, *, leave_out: Iterable[Path] = ()) -> dict[str, str]:
    """Return the fingerprint of everything below *root*, by its path from there.

    *leave_out* names files that are expected to change.
    """
    skipped = set(leave_out)
    return {
        str(path.relative_to(root)): fingerprint(path)
        for path in sorted(root.rglob("*"))
        if path not in skipped
    }
