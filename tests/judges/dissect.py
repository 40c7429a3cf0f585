"""dissect.hypervisor: reads a chain from its tip, following the parent hints itself.

It cannot read the tail of a disk whose length is not a multiple of 8 KiB.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from dissect.hypervisor.disk.vmdk import VMDK

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read", "read_window"]

SECTOR = 512
BUFFER = 8192


def close_files(disk: Any) -> None:
    """Close what dissect left open in *disk* and in its parents."""
    while disk is not None:
        parent = disk.parent
        for extent in disk.disks:
            extent.fh.close()
            parent = parent or getattr(extent, "parent", None)
        disk = parent


def read(path: Path) -> bytes:
    """Return every byte of the disk at *path*."""
    return _read(path, 0, -1)


def read_window(path: Path, sector: int, count: int) -> bytes:
    """Return *count* sectors from *sector* on; for disks too large to read whole."""
    return _read(path, sector * SECTOR, count * SECTOR)


def _read(path: Path, offset: int, length: int) -> bytes:
    with warnings.catch_warnings():
        # dissect drops the file of a text descriptor without closing it.
        warnings.simplefilter("ignore", ResourceWarning)
        disk: Any = VMDK(path)
    # Buffers of a size that reaches past the end of few disks: it fails there, and the system's
    # own size is 128 KiB from Python 3.14 on.
    disk.align = BUFFER
    try:
        disk.seek(offset)
        data: bytes = disk.read(length)
    finally:
        close_files(disk)
    return data
