"""Areas that are written one like the other, read by arrays: what makes a million of them quick.

    {"start": 0, "length": 65536}, {"start": 131072, "length": 512}, ...        the text
    {"start": , "length": }, {"start": , "length": }, ...                       without its digits

If the second is one and the same element again and again, and each number lies just where the
first element has one, there is nothing else in it: the numbers are its columns. Whatever is written
in another way is None here, and is for a reader that knows all of it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Columns", "columns_of", "columns_of_lines", "split_areas"]

_DIGITS = b"0123456789"
_ONLY_DIGITS = bytes(byte if byte in _DIGITS else ord(" ") for byte in range(256))
_LONGEST = 18
"""Digits of the longest number that an integer of an array holds, whatever they are."""
_NUMBERS = 2
_AREAS = re.compile(rb'"changed_?area"\s*:\s*\[', re.IGNORECASE)
_KEYS = ["length", "start"]


class Columns(NamedTuple):
    """Start and length of each area, in bytes."""

    start: NDArray[np.int64]
    length: NDArray[np.int64]


def columns_of(data: bytes) -> Columns | None:
    """Return the areas of *data*, the inside of a JSON array; None if they are not all alike.

    Names begin with a small letter or a capital; numbers may be texts.
    """
    data = data.strip()
    end = data.find(b"}") + 1
    if end == 0:
        return None if data else Columns(np.empty(0, np.int64), np.empty(0, np.int64))
    try:
        first = json.loads(data[:end])
    except ValueError:
        return None
    names = [name[:1].lower() + name[1:] for name in first]
    if sorted(names) != _KEYS or not all(_is_plain(value) for value in first.values()):
        return None
    behind = data.find(b"{", end)
    between = data[end : behind if behind > 0 else end]
    if between.strip() != (b"," if behind > 0 else b""):
        return None
    numbers = _numbers(data, data[:end].translate(None, _DIGITS), between)
    if numbers is None:
        return None
    place = names.index("start")
    return Columns(numbers[place::2], numbers[1 - place :: 2])


def columns_of_lines(data: bytes) -> Columns | None:
    """Return the areas of *data*, lines of ``start,length``, or None; the first may be words."""
    data = data.strip()
    head, _, rest = data.partition(b"\n")
    first, comma, _ = head.partition(b",")
    words = first == first.translate(None, _DIGITS)
    if comma and words and head.isascii() and len(head.decode("ascii").splitlines()) == 1:
        data = rest  # as the reader of lines has it, to whom there are more line breaks
    at = data.find(b"\n")
    between = b"\r\n" if data[at - 1 : at] == b"\r" else b"\n"
    numbers = None if at <= 0 else _numbers(data, b",", between)
    return None if numbers is None else Columns(numbers[::2], numbers[1::2])


def _is_plain(value: object) -> bool:
    """Tell whether *value* is nothing but digits in the text, perhaps in quotes."""
    if isinstance(value, str):
        return value.isascii() and value.isdecimal()
    return type(value) is int and value >= 0


def _numbers(data: bytes, element: bytes, between: bytes) -> NDArray[np.int64] | None:
    """Return all numbers of *data*, two of each element, if it is nothing but such elements."""
    rest = data.translate(None, _DIGITS)
    unit = element + between
    if b"-" in element:
        return None
    count = (len(rest) + len(between)) // len(unit)
    if rest + between != unit * count:
        return None
    is_digit = np.frombuffer(data, np.uint8) - np.uint8(ord("0")) < len(_DIGITS)
    padded = np.concatenate(([False], is_digit, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    start, lengths = edges[::2], edges[1::2] - edges[::2]
    if not count or len(start) != _NUMBERS * count or lengths.max() > _LONGEST:
        return None
    # Where each number stands in *rest*: at the same two places of each element, or it is none.
    places = start - np.cumsum(lengths) + lengths
    wanted = places[:_NUMBERS] + np.arange(count, dtype=np.int64)[:, None] * len(unit)
    bytes_ = np.frombuffer(data, np.uint8)
    zero_ahead = (bytes_[start] == ord("0")) & (lengths > 1)
    if zero_ahead.any() or not np.array_equal(places, wanted.ravel()):
        return None
    return np.fromstring(data.translate(_ONLY_DIGITS).decode("ascii"), np.int64, sep=" ")


def split_areas(data: bytes) -> tuple[bytes, list[Columns]] | None:
    """Return the JSON *data* with its arrays of areas emptied, and what these hold; or None."""
    rest, found, at = [], [], 0
    for match in _AREAS.finditer(data):
        end = data.find(b"]", match.end())
        if match.start() < at or end < 0:
            return None
        areas = columns_of(data[match.end() : end])
        if areas is None:
            return None
        rest.append(data[at : match.end()])
        found.append(areas)
        at = end
    return b"".join([*rest, data[at:]]), found
