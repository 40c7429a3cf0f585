"""pyvmdk (libvmdk): reads one link; the caller sets the parents."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pyvmdk

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

__all__ = ["opened", "read", "read_window"]

SECTOR = 512


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
        if parent is None:
            message = "a chain has at least one link"
            raise ValueError(message)
        yield parent


def read(paths: Sequence[Path]) -> bytes:
    """Return every byte of the chain whose links are *paths*, the base disk first.

    libvmdk compares the content IDs when a parent is set, and refuses a mismatch.
    """
    return _read(paths, 0, None)


def read_window(paths: Sequence[Path], sector: int, count: int) -> bytes:
    """Return *count* sectors from *sector* on; for disks too large to read whole."""
    return _read(paths, sector * SECTOR, count * SECTOR)


def _read(paths: Sequence[Path], offset: int, length: int | None) -> bytes:
    with opened(paths) as disk:
        length = disk.get_media_size() if length is None else length
        data: bytes = disk.read_buffer_at_offset(length, offset)
        return data
