"""Content IDs: the 32-bit mark of a link's present content (CID and parentCID)."""

from __future__ import annotations

import secrets

from redoscope_core.errors import CorruptVmdk

__all__ = ["NO_PARENT", "draw_content_id", "format_content_id", "parse_content_id"]

NO_PARENT = 0xFFFFFFFF
"""The parentCID of a link without a parent."""

_RESERVED = (NO_PARENT, 0xFFFFFFFE)
_MAX_DIGITS = 8


def draw_content_id(present: int | None = None) -> int:
    """Return a random content ID that is neither reserved nor *present*."""
    while (drawn := secrets.randbits(32)) in _RESERVED or drawn == present:
        pass
    return drawn


def format_content_id(content_id: int) -> str:
    """Return the eight lower-case hexadecimal digits that are written to a descriptor."""
    return f"{content_id:08x}"


def parse_content_id(text: str, *, key: str) -> int:
    """Return the number that *text* spells in 1 to 8 hexadecimal digits.

    qemu drops leading zeros, so content IDs are compared as numbers.

    Raises:
        CorruptVmdk: *text* is something else; *key* names the line in the message.
    """
    digits = text.strip().removeprefix("0x").removeprefix("0X")
    if not 1 <= len(digits) <= _MAX_DIGITS or any(
        c not in "0123456789abcdefABCDEF" for c in digits
    ):
        raise CorruptVmdk(
            "a content ID that is no number",
            where=f"descriptor key {key}",
            found=repr(text),
            expected="1 to 8 hexadecimal digits",
        )
    return int(digits, 16)
