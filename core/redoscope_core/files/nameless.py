"""A file without a name: bytes on their way from one process to another, in no folder."""

from __future__ import annotations

import os
from typing import IO

__all__ = ["nameless"]


def nameless() -> IO[bytes]:
    """Return an empty file that no folder has and that is gone when it is closed.

    Linux keeps it in memory. A temporary file would be made in the working folder, of all places,
    where no other can be written to: and who examines evidence may stand in its folder.
    """
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("redoscope"), "w+b")
    from tempfile import TemporaryFile  # noqa: PLC0415 - slow to import

    return TemporaryFile()
