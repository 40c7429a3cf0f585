"""pyvmdk (libvmdk): a chain from its links, in process, or flattened as a process of its own.

python -m tests.benchmarks.programs.pyvmdk_disk RAW BASE CHILD...
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from pathlib import Path

from tests.benchmarks.programs.raw_file import WINDOW, write_raw
from tests.judges.libvmdk import opened

__all__ = ["flatten", "opened", "windows"]


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
    write_raw(raw, windows(links))


if __name__ == "__main__":
    flatten(Path(sys.argv[1]), [Path(word) for word in sys.argv[2:]])
