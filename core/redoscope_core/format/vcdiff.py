"""VCDIFF (RFC 3284): a patch that makes one file of another, one window at a time.

Only what is needed to write one: copies of the same place of the older file, and new bytes. Any
program that knows the format applies it, xdelta3 for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HEADER", "WINDOW_BYTES", "window_of"]

HEADER = b"\xd6\xc3\xc4\x00\x00"
"""Magic, version 0, no secondary compressor and no code table of our own: section 4.1."""
WINDOW_BYTES = 8 << 20
"""Bytes that one window makes: xdelta3 takes no window above 16 MiB."""

_SOURCE = 0x01
"""VCD_SOURCE: the window copies from a segment of the older file; section 4.2."""
_ADD = 1
"""Instruction ADD, its length told beside it; section 5.6."""
_COPY = 19
"""Instruction COPY in mode VCD_SELF, its length and its address told beside it."""


def window_of(offset: int, length: int, older: int, runs: Sequence[tuple[int, bytes]]) -> bytes:
    """Return the window that makes *length* bytes from *offset* on.

    *runs* are (offset, new bytes), ascending, inside the window; the rest is copied from the same
    place of the older file, which is *older* bytes long. Where that has ended there must be a run.
    """
    data, steps, places = bytearray(), bytearray(), bytearray()
    at = offset
    for start, new in (*runs, (offset + length, b"")):
        if start > at:
            steps += bytes([_COPY]) + _number(start - at)
            places += _number(at - offset)
        if new:
            steps += bytes([_ADD]) + _number(len(new))
            data += new
        at = start + len(new)
    sizes = (_number(len(part)) for part in (data, steps, places))
    # Section 4.3: what it makes, no section compressed, the lengths of the sections, the sections.
    delta = _number(length) + b"\x00" + b"".join(sizes) + data + steps + places
    segment = min(length, older - offset) if places else 0
    source = bytes([_SOURCE]) + _number(segment) + _number(offset) if segment else b"\x00"
    return source + _number(len(delta)) + delta


def _number(value: int) -> bytes:
    """Return *value* in base 128, the highest digit first; section 2."""
    digits = bytearray([value & 0x7F])
    while value := value >> 7:
        digits.append(0x80 | value & 0x7F)
    return bytes(reversed(digits))
