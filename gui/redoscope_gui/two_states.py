"""Two states of a file, held against each other: by lines if both are text, else by bytes.

older    a  b  c  d              rows   a | a
newer    a  x  d  e                     b | x     differs
                                        c |       differs
                                        d | d
                                          | e     differs
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["ACROSS", "NOTHING", "Beside", "Look", "beside", "picture_format"]

ACROSS = 8
"""Bytes of a row."""
NOTHING = -1
"""In place of a line, where a side has none."""
_MATCHED = 2000
"""Lines between the first and the last that differ, of which each is looked for in the other; of
more each is held against the one that stands at its place."""
_HIGH = 0.3
"""Share of letters beyond ASCII up to which bytes that are no UTF-8 may be text."""
_HELD_BY_TEXT = frozenset(b"\t\n\r\f\x1a")
_PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"BM": "bmp"}


class Look(Enum):
    """As what two states are shown."""

    TEXT = "text"
    PICTURE = "picture"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Rows of two states side by side."""

    look: Look
    older: Sequence[str] | bytes
    """Lines; or bytes, which are shown `ACROSS` in a row."""
    newer: Sequence[str] | bytes
    a: NDArray[np.int64]
    """Of each row the line of the older state; NOTHING if it has none there."""
    b: NDArray[np.int64]
    differs: NDArray[np.bool_]
    bytes_differ: int
    """Bytes that differ, place by place; those that one state alone has are some of them."""


def beside(older: bytes, newer: bytes) -> Beside:
    """Return two states side by side; an empty one is one that is not there."""
    count = _bytes_differ(older, newer)
    there = [each for each in (older, newer) if each]
    if there and all(picture_format(each) for each in there):
        return _by_bytes(older, newer, Look.PICTURE, count)
    texts = [_text(older), _text(newer)]
    if there and None not in texts:
        return _by_lines(*_lines(*(text or "" for text in texts)), count)
    return _by_bytes(older, newer, Look.BYTES, count)


def picture_format(data: bytes) -> str | None:
    """Return which kind of picture bytes begin as; None if they begin as none that is shown."""
    return next((kind for magic, kind in _PICTURES.items() if data.startswith(magic)), None)


def _bytes_differ(older: bytes, newer: bytes) -> int:
    both = min(len(older), len(newer))
    one, other = (np.frombuffer(each, np.uint8, both) for each in (older, newer))
    return int((one != other).sum()) + abs(len(older) - len(newer))


def _by_bytes(older: bytes, newer: bytes, look: Look, count: int) -> Beside:
    rows = -(-max(len(older), len(newer)) // ACROSS)
    number = np.arange(rows, dtype=np.int64)
    planes = []
    for each in (older, newer):
        padded = np.full(rows * ACROSS, 256, np.uint16)  # what is not there is no byte
        padded[: len(each)] = np.frombuffer(each, np.uint8)
        planes.append(padded.reshape(rows, ACROSS))
    differs = (planes[0] != planes[1]).any(axis=1)
    sides = [
        np.where(number * ACROSS < len(each), number, NOTHING).astype(np.int64)
        for each in (older, newer)
    ]
    return Beside(look, older, newer, sides[0], sides[1], differs, count)


def _text(data: bytes) -> str | None:
    """Return what *data* says, if it is text; the last letter may be cut off."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    seen = np.bincount(np.frombuffer(data, np.uint8), minlength=256)
    if any(seen[byte] for byte in range(0x20) if byte not in _HELD_BY_TEXT):
        return None
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        is_mostly_ascii = int(seen[0x80:].sum()) <= _HIGH * len(data)
        return data.decode("cp1252", "replace") if is_mostly_ascii else None


def _lines(older: str, newer: str) -> tuple[list[str], list[str]]:
    """Return the lines of both; ends of lines that are the same in all of them are left out."""
    sides = [text.split("\n") if text else [] for text in (older, newer)]
    last = [side.pop() if side else "" for side in sides]
    if all(line.endswith("\r") for side in sides for line in side):
        sides = [[line[:-1] for line in side] for side in sides]
    if any(last):
        sides = [[*side, end] for side, end in zip(sides, last, strict=True)]
    return sides[0], sides[1]


def _by_lines(older: list[str], newer: list[str], count: int) -> Beside:
    """Return two texts side by side; what is the same at both ends is not looked through."""
    head = _alike(older, newer)
    tail = _alike(older[head:][::-1], newer[head:][::-1])
    one, other = older[head : len(older) - tail], newer[head : len(newer) - tail]
    rows = [(n, n, False) for n in range(head)]
    steps = [("replace", 0, len(one), 0, len(other))]
    if max(len(one), len(other)) <= _MATCHED:
        steps = list(SequenceMatcher(None, one, other).get_opcodes())
    for _kind, a, a_end, b, b_end in steps:
        for n in range(max(a_end - a, b_end - b)):
            left, right = a + n < a_end, b + n < b_end
            differs = not (left and right and one[a + n] == other[b + n])
            places = head + a + n if left else NOTHING, head + b + n if right else NOTHING
            rows.append((*places, differs))
    ends = len(older) - tail, len(newer) - tail
    rows += [(ends[0] + n, ends[1] + n, False) for n in range(tail)]
    table = np.array(rows, np.int64).reshape(len(rows), 3)
    differing = table[:, 2].astype(np.bool_)
    return Beside(Look.TEXT, older, newer, table[:, 0], table[:, 1], differing, count)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many lines are the same from the beginning on."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
