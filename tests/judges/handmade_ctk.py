"""Change tracking files written byte by byte, as far as their layout is known."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.judges.handmade import descriptor_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["IDENTITY", "IDENTITY_TEXT", "ctk_bytes", "tracked_flat"]

IDENTITY = bytes.fromhex("52dec0d9b9439d1061d54c1be97b6563")
IDENTITY_TEXT = "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63"


def ctk_bytes(*, signature: bytes = b"\xa2\x72\x19\xf6", version: int = 1) -> bytes:
    """Return a whole file: header, padding, and a map that nobody reads."""
    header = struct.pack(
        "<4sIIIQQIII16s", signature, version, 0, 0x200, 2048, 7, 128, 3, 9, IDENTITY
    )
    return header.ljust(512, b"\0") + b"\x01\0\0\0" * 128


def tracked_flat(folder: Path, track: str = "disk-ctk.vmdk") -> Path:
    """Write a vmfs disk whose descriptor names *track*; the track itself is not written."""
    (folder / "disk-flat.vmdk").write_bytes(b"f" * 2048 * 512)
    text = descriptor_text(['RW 2048 VMFS "disk-flat.vmdk"'], kind="vmfs")
    section = f'# Change Tracking File\nchangeTrackPath="{track}"\n\n# The Disk Data'
    path = folder / "disk.vmdk"
    path.write_text(text.replace("# The Disk Data", section).replace("version=1", "version=3"))
    return path
