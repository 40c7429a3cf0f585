"""dissect.hypervisor: a chain from its tip, in process, or flattened as a process of its own.

python -m tests.benchmarks.programs.dissect_disk RAW TIP
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dissect.hypervisor.disk.vmdk import VMDK

from tests.benchmarks.programs.raw_file import WINDOW, write_raw
from tests.judges.dissect import close_files

__all__ = ["flatten", "opened", "windows"]


@contextmanager
def opened(path: Path) -> Generator[Any]:
    """Give the disk at *path* with its parents."""
    with warnings.catch_warnings():
        # dissect drops the file of a text descriptor without closing it.
        warnings.simplefilter("ignore", ResourceWarning)
        disk: Any = VMDK(path)
    try:
        yield disk
    finally:
        close_files(disk)


def windows(path: Path) -> Generator[bytes]:
    """Give all bytes of the disk, a window at a time."""
    with opened(path) as disk:
        disk.seek(0)
        while data := disk.read(WINDOW):
            yield data


def flatten(raw: Path, path: Path) -> None:
    """Write the disk to *raw*, with holes for windows of zeros."""
    write_raw(raw, windows(path))


if __name__ == "__main__":
    flatten(Path(sys.argv[1]), Path(sys.argv[2]))
