"""Text runs: what looks like text on a disk, as a needle, so that it is found as all else is.

A run is at least so many characters in a row that can be seen, tabs and spaces among them:

    ascii        48 65 6c 6c 6f 00            five
    utf-16-le    48 00 65 00 6c 00 6c 00      four
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument
from redoscope_core.operations.examining.needle import MAX_PATTERN, Needle, Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LEAST_CHARACTERS", "TEXT_ENCODINGS", "text_run"]

LEAST_CHARACTERS = 4
"""Characters of a run, as most programs that list strings have it."""
_MOST_LEAST = 1000
_SEEN = rb"[\x09\x20-\x7e]"
_WIDE = rb"[\x09\x20-\x7e\xa1-\xac\xae-\xff]"
_LETTERS = {
    "utf-16-le": rb"(?:" + _WIDE + rb"\x00)",
    "utf-16-be": rb"(?:\x00" + _WIDE + rb")",
    "utf-8": rb"(?:"
    + _SEEN
    + rb"|[\xc3-\xdf][\x80-\xbf]|\xc2[\xa1-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]"
    + rb"|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    + rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})",
}
TEXT_ENCODINGS: tuple[str, ...] = (
    *("ascii", "utf-8", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "cp437", "cp850"),
    *("cp1250", "cp1251", "cp866", "koi8-r", "mac-roman", "cp037", "cp500"),
)
"""Encodings that are offered; any that has one byte for each character may be asked for."""


def text_run(
    encodings: Iterable[str] = ("ascii", "utf-16-le"), least: int = LEAST_CHARACTERS
) -> Needle:
    """Return what is sought where *least* characters or more in one of *encodings* are wanted.

    Of a run longer than `MAX_PATTERN` bytes each part of that length is found by itself.

    Raises:
        InvalidArgument: *least* is impossible, or runs of an encoding can't be told.
    """
    if not 0 < least <= _MOST_LEAST:
        raise InvalidArgument(
            "an impossible least length of a text",
            found=f"{least} characters",
            expected=f"1 to {_MOST_LEAST}",
        )
    found = []
    for name in dict.fromkeys(encodings):
        pattern = re.compile(_letter(name) + b"{%d,}" % least, re.DOTALL)
        found.append(Spelling(name, pattern=pattern, in_turn=True, longest=MAX_PATTERN))
    return Needle(tuple(found))


def _letter(name: str) -> bytes:
    """Return the pattern of one character of the encoding called *name*."""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        known = ""
    if known in _LETTERS:
        return _LETTERS[known]
    alone = [_letter_of(byte, known) for byte in range(256)] if known else []
    # In others a byte means something else beside others.
    if not alone or "".join(alone) != bytes(range(256)).decode(known, "replace"):
        raise InvalidArgument(
            "an encoding whose texts can't be told",
            found=repr(name),
            expected="utf-8, utf-16-le, utf-16-be, or one that has one byte for each character",
        )
    seen = [byte for byte, each in enumerate(alone) if each == "\t" or _is_seen(each)]
    return b"[" + b"".join(b"\\x%02x" % byte for byte in seen) + b"]"


def _letter_of(byte: int, encoding: str) -> str:
    try:
        return bytes([byte]).decode(encoding, "replace")
    except (LookupError, ValueError):
        return ""


def _is_seen(letter: str) -> bool:
    return len(letter) == 1 and letter.isprintable() and letter != "\ufffd"
