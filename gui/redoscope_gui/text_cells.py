"""Bytes as characters, one cell for each byte: the text column, and texts that are copied.

A character of several bytes stands in the cell of its first, the cells of the others are empty:

    utf-8       c3 a4 6f  ->  "ä" "" "o"
    utf-16-le   41 00     ->  "A" ""
"""

from __future__ import annotations

import codecs
import unicodedata
from functools import lru_cache

__all__ = ["ASCII", "UNSEEN", "USUAL", "cells", "is_readable", "one_for_each", "text_of"]

ASCII = "ascii"
"""The encoding to begin with."""
USUAL = (
    *(ASCII, "utf-8", "utf-16-le", "utf-16-be"),
    *("latin-1", "cp1252", "cp437", "cp850", "cp1251", "koi8-r", "mac-roman", "cp037"),
)
"""Encodings that are offered first; any that Python knows may be asked for."""
_ALIKE = {"utf-8", "hz"}
"""Encodings whose single bytes look like characters each, and are not beside others."""
_ENDS = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
"""What is read where no mark of the byte order is to be expected."""
UNSEEN = "."
"""Stands for what can't be seen, or is no character."""
_CONTINUED = ""


def is_readable(encoding: str) -> bool:
    """Return whether bytes can be read as *encoding*: Python knows it, and it is of texts."""
    try:
        return isinstance(b"a".decode(encoding, "replace"), str)
    except (LookupError, ValueError):
        return False


@lru_cache(maxsize=512)
def cells(data: bytes, encoding: str) -> tuple[str, ...]:
    """Return one cell for each byte of *data*; what is cut at its end is no character."""
    table = _table(encoding)
    if table is not None:
        return tuple([table[byte] for byte in data])
    return _decoded(data, encoding)


def text_of(data: bytes, encoding: str) -> str:
    """Return the cells of *data* one behind the other; nothing is kept of it, however long."""
    return one_for_each(data, encoding) or "".join(_decoded(data, encoding))


def one_for_each(data: bytes, encoding: str) -> str | None:
    """Return a character for each byte of *data*; None if *encoding* has no such characters."""
    table = _table(encoding)
    return None if table is None else data.decode("latin-1").translate(dict(enumerate(table)))


@lru_cache(maxsize=64)
def _table(encoding: str) -> tuple[str, ...] | None:
    """Return the character of each byte, of an encoding that has one for each; else None."""
    if encoding in _ALIKE:
        return None
    alone = [codecs.decode(bytes([byte]), encoding, "replace") for byte in range(256)]
    if "".join(alone) != codecs.decode(bytes(range(256)), encoding, "replace"):
        return None
    return tuple(_seen(each) for each in alone)


def _decoded(data: bytes, encoding: str) -> tuple[str, ...]:
    decoder = codecs.getincrementaldecoder(_ENDS.get(encoding, encoding))("replace")
    found = [UNSEEN] * len(data)
    begin = 0
    for at in range(len(data)):
        text = decoder.decode(data[at : at + 1])
        if not text:
            continue
        if len(text) > 1 or text == "\ufffd":  # what came before is no character, this may be one
            found[begin:at] = [UNSEEN] * (at - begin)
            found[at] = _seen(text[-1])
        else:
            found[begin : at + 1] = [_seen(text), *[_CONTINUED] * (at - begin)]
        begin = at + 1
    return tuple(found)


def _seen(character: str) -> str:
    """Return *character* if it can be seen in a cell of its own."""
    if len(character) != 1 or character == "\ufffd" or not character.isprintable():
        return UNSEEN
    return UNSEEN if unicodedata.combining(character) else character
