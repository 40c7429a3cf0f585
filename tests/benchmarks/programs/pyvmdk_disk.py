"""pyvmdk (libvmdk): a chain from its links, in process, or flattened as a process of its own.

python -m tests.benchmarks.programs.pyvmdk_disk RAW BASE CHILD...
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyvmdk

__all__ = ["WINDOW", "flatten", "opened", "windows"]

WINDOW = 2**20


@contextmanager
def opened(links: Sequence[Path]) -> Generator[Any]:
    """Give the handle of the newest of *links*, base disk first."""
    with ExitStack() as stack:
        parent = None
        for path in links:
            handle = pyvmdk.handle()
            handle.open(str(path))
            stack.callback(handle.close)
            handle.open_extent_data_files()
            if parent is not None:
                handle.set_parent(parent)
            parent = handle
        yield parent


def windows(links: Sequence[Path]) -> Generator[bytes]:
    """Give all bytes of the disk, a window at a time."""
    with opened(links) as disk:
        left = disk.get_media_size()
        while left:
            data = disk.read_buffer(min(WINDOW, left))
            left -= len(data)
            yield data


def flatten(raw: Path, links: Sequence[Path]) -> None:
    """Write the disk to *raw*, with holes for windows of zeros."""
    zeros = bytes(WINDOW)
    with raw.open("wb", buffering=0) as file:
        for data in windows(links):
            if data == zeros:
                file.seek(len(data), 1)
            else:
                file.write(data)
        file.truncate(file.tell())


if __name__ == "__main__":
    flatten(Path(sys.argv[1]), [Path(word) for word in sys.argv[2:]])
