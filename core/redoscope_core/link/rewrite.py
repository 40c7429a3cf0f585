"""Putting a changed descriptor back where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from redoscope_core.format.descriptor import Descriptor
    from redoscope_core.link.link import Link

__all__ = ["descriptor_bytes", "rewrite_descriptor"]


def descriptor_bytes(link: Link, descriptor: Descriptor) -> tuple[int, bytes]:
    """Return (byte offset, bytes) that store *descriptor* in the descriptor file of *link*.

    An embedded one fills its area with NULs; a text shorter than the file it replaces
    is padded with NULs too, which every reader stops at, so the file never shrinks.

    Raises:
        InvalidArgument: It does not fit the area.
    """
    text = descriptor.to_bytes()
    if link.header is None:
        return 0, text.ljust(link.descriptor_file.file_bytes, b"\0")
    room = link.header.descriptor_size * SECTOR
    if len(text) > room:
        raise InvalidArgument(
            "the changed descriptor does not fit its place in the file",
            path=link.path,
            found=f"{len(text)} bytes",
            expected=f"at most {room}",
        )
    return link.header.descriptor_offset * SECTOR, text.ljust(room, b"\0")


def rewrite_descriptor(link: Link, descriptor: Descriptor) -> None:
    """Store *descriptor* in place and durably, only the bytes that differ; *link* then has it."""
    offset, new = descriptor_bytes(link, descriptor)
    file = link.descriptor_file
    there = min(len(new), max(0, file.file_bytes - offset))
    old = file.read_at(offset, there, what="the descriptor")
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    if old != new:
        file.write_at(offset + same, new[same:])
        file.sync()
    link.descriptor = descriptor
