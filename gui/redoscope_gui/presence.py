"""What is there under a name that a person typed, dropped or opened once.

`Path` raises where a folder is closed to us or a name is too long: then nothing that could be
opened is there, and that is no reason to stop.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["is_folder", "is_there"]


def is_there(path: Path) -> bool:
    """Tell whether something that may be looked at has the name *path*."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises


def is_folder(path: Path) -> bool:
    """Tell whether *path* is a folder that may be looked at."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises
