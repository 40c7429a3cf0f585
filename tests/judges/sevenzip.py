"""7-Zip: reads base disks of most kinds, and checks streams more strictly than others."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PROGRAM", "SevenZipError", "read"]

PROGRAM = next((name for name in ("7zz", "7z") if shutil.which(name)), None)
"""What the program is called here; None if it is not installed (Debian: 7zip)."""


class SevenZipError(Exception):
    """7-Zip said no; the text is its own."""


def read(path: Path) -> bytes:
    """Return every byte of the disk at *path*."""
    done = subprocess.run(
        [PROGRAM or "7zz", "x", "-so", "-tvmdk", str(path)],
        check=False,
        capture_output=True,
        timeout=60,
    )
    if done.returncode:
        raise SevenZipError((done.stderr or done.stdout).decode(errors="replace").strip())
    return done.stdout
