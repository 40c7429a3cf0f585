"""Content IDs: the 32-bit mark of a link's present content (CID and parentCID)."""

from __future__ import annotations

import os

from redoscope_core.errors import CorruptVmdk

__all__ = [
    "NO_PARENT",
    "draw_content_id",
    "format_content_id",
    "is_long_content_id",
    "parse_content_id",
]

NO_PARENT = 0xFFFFFFFF
"""The parentCID of a link without a parent."""

_RESERVED = (NO_PARENT, 0xFFFFFFFE)
_DIGITS = 8
_MOST_DIGITS = 16
_FEWEST_DRAWN = 6
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")


def draw_content_id(present: int | None = None, *, digits: int = _DIGITS) -> int:
    """Return a random content ID that is neither reserved nor *present*.

    It has at most so many *digits*, but for so few that it would soon be drawn again.
    """
    bits = 4 * (digits if _FEWEST_DRAWN <= digits <= _DIGITS else _DIGITS)
    while (drawn := _drawn(bits)) in _RESERVED or drawn == present:
        pass
    return drawn


def _drawn(bits: int) -> int:
    # `secrets` takes longer to load than most commands to answer.
    return int.from_bytes(os.urandom(_DIGITS // 2), "big") % (1 << bits)


def format_content_id(content_id: int, digits: int = _DIGITS) -> str:
    """Return the lower-case hexadecimal digits, eight or so many, written to a descriptor."""
    return f"{content_id:0{digits}x}"


def parse_content_id(text: str, *, key: str) -> int:
    """Return the number that *text* spells in hexadecimal digits.

    qemu drops leading zeros, so content IDs are compared as numbers. Some programs write
    the number in decimal, up to ten digits: the last eight are taken for hexadecimal ones
    all the same, as qemu does, whose children say so in their parentCID.

    Raises:
        CorruptVmdk: *text* is something else; *key* names the line in the message.
    """
    digits = _digits(text)
    if not 1 <= len(digits) <= _MOST_DIGITS or not _HEXADECIMAL.issuperset(digits):
        raise CorruptVmdk(
            "a content ID that is no number",
            where=f"descriptor key {key}",
            found=repr(text),
            expected="1 to 8 hexadecimal digits",
        )
    return int(digits[-_DIGITS:], 16)


def is_long_content_id(text: str) -> bool:
    """Tell whether *text* has more digits than a content ID, so that the last eight are taken."""
    return len(_digits(text)) > _DIGITS


def _digits(text: str) -> str:
    return text.strip().removeprefix("0x").removeprefix("0X")
