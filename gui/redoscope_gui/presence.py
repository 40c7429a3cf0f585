"""What is there under a name that a person typed, dropped or opened once.

`Path` raises where a folder is closed to us or a name is too long: then nothing that could be
opened is there, and that is no reason to stop.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_folder", "is_there", "lies_beside"]


def is_there(path: Path) -> bool:
    """Tell whether something that may be looked at has the name *path*."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises


def is_folder(path: Path) -> bool:
    """Tell whether *path* is a folder that may be looked at."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises


def lies_beside(folder: Path, files: Iterable[Path]) -> bool:
    """Tell whether *folder* is that of one of *files*, or above or below it, by the names alone.

    No disk is asked, which may hang: where symbolic links lead, the engine tells.
    """
    ours = _plain(folder)
    places = {_plain(each).parent for each in files}
    return any(ours == place or place in ours.parents or ours in place.parents for place in places)


def _plain(path: Path) -> Path:
    """Return *path* with its steps up taken."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` asks the disk
