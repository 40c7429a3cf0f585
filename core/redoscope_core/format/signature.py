"""Signature: how the text of a descriptor is told from all other bytes."""

from __future__ import annotations

import re

from redoscope_core.format.extent_line import looks_like_extent

__all__ = ["is_descriptor_text", "is_some_descriptor", "stands_after_comments"]

_BOM = b"\xef\xbb\xbf"
_SIGNATURE = re.compile(
    rb"^[ \t]*#[ \t]*Disk[ \t]*Descriptor[ \t]*File[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_WORD = b"descriptor"
_KEY = re.compile(
    rb"^[ \t]*(?:version|encoding|CID|parentCID|createType|parentFileNameHint|ddb\.[\w.]+)[ \t]*=",
    re.IGNORECASE | re.MULTILINE,
)


def is_descriptor_text(head: bytes) -> bool:
    """Tell whether a file that begins with *head* is a descriptor in a file of its own."""
    return _signature_in(_text_of(head)) is not None


def stands_after_comments(text: bytes) -> bool:
    """Tell whether *text* is a descriptor with nothing but comments before its signature line.

    Others, a page on the format perhaps, may quote a descriptor somewhere in the middle.
    """
    text = _text_of(text)
    found = _signature_in(text)
    if found is None:
        return False
    before = (line.strip() for line in text[: found.start()].split(b"\n"))
    return all(not line or line.startswith(b"#") for line in before)


def is_some_descriptor(text: bytes) -> bool:
    """Tell whether *text*, where a descriptor should be embedded, has anything of one.

    What is there may lack its signature, or break off. Zeros, noise and other texts have nothing.
    """
    text = _text_of(text)
    lines = text.split(b"\n")
    return bool(_signature_in(text) or _KEY.search(text) or any(map(looks_like_extent, lines)))


def _signature_in(text: bytes) -> re.Match[bytes] | None:
    # To try the pattern at each line of a long text takes many times as long as to look for a word.
    return _SIGNATURE.search(text) if _WORD in text.lower() else None


def _text_of(data: bytes) -> bytes:
    return data.split(b"\0", 1)[0].removeprefix(_BOM).replace(b"\r", b"\n")
