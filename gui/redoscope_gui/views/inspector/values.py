"""What the bytes at the cursor mean as numbers, times, identifiers and text."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["NEEDED", "Value", "values_at"]

NEEDED = 32
"""Bytes that the longest value needs."""

_GUID_BYTES = 16
_TICKS = 10
"""FILETIME counts tenths of a microsecond."""
_WINDOWS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAC_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Value:
    """One reading of the bytes; an empty text where they are too few or mean nothing."""

    name: str
    little: str
    big: str


def _number(form: str) -> Callable[[bytes, str], str]:
    length = struct.calcsize(form)

    def read(data: bytes, order: str) -> str:
        if len(data) < length:
            return ""
        (value,) = struct.unpack(order + form, data[:length])
        if isinstance(value, float):
            return f"{value:.9g}" if form == "f" else f"{value:.17g}"
        return f"{value:,}".replace(",", "\u202f")

    return read


def _bits(data: bytes, _order: str) -> str:
    return f"{data[0] >> 4:04b} {data[0] & 15:04b}" if data else ""


def _seconds(form: str, epoch: datetime) -> Callable[[bytes, str], str]:
    length = struct.calcsize(form)

    def read(data: bytes, order: str) -> str:
        if len(data) < length:
            return ""
        (seconds,) = struct.unpack(order + form, data[:length])
        return _moment(epoch, seconds * 1_000_000)

    return read


def _filetime(data: bytes, order: str) -> str:
    if len(data) < struct.calcsize("Q"):
        return ""
    (ticks,) = struct.unpack(order + "Q", data[:8])
    return _moment(_WINDOWS_EPOCH, ticks // _TICKS)


def _moment(epoch: datetime, microseconds: int) -> str:
    """Return a moment in UTC, or nothing if no calendar reaches it."""
    try:
        return (epoch + timedelta(microseconds=microseconds)).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError):
        return ""


def _dos_time(data: bytes, order: str) -> str:
    """Return a FAT time and date: time first, both in local time of who wrote them."""
    if len(data) < struct.calcsize("HH"):
        return ""
    time, date = struct.unpack(order + "HH", data[:4])
    try:
        moment = datetime(  # noqa: DTZ001 - FAT knows no time zone
            1980 + (date >> 9),
            date >> 5 & 15,
            date & 31,
            time >> 11,
            time >> 5 & 63,
            (time & 31) * 2,
        )
    except ValueError:
        return ""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _guid(data: bytes, order: str) -> str:
    if len(data) < _GUID_BYTES:
        return ""
    raw = data[:_GUID_BYTES]
    return str(uuid.UUID(bytes_le=raw) if order == "<" else uuid.UUID(bytes=raw)).upper()


def _text(encoding_little: str, encoding_big: str) -> Callable[[bytes, str], str]:
    def read(data: bytes, order: str) -> str:
        encoding = encoding_little if order == "<" else encoding_big
        text = data[:NEEDED].decode(encoding, "replace") if encoding else ""
        shown = text.split("\0", 1)[0]
        return "".join(letter if letter.isprintable() else "·" for letter in shown)

    return read


_READERS: tuple[tuple[str, Callable[[bytes, str], str], bool], ...] = (
    # name, reader, whether the order of the bytes matters
    ("u8", _number("B"), False),
    ("i8", _number("b"), False),
    ("bits", _bits, False),
    ("u16", _number("H"), True),
    ("i16", _number("h"), True),
    ("u32", _number("I"), True),
    ("i32", _number("i"), True),
    ("u64", _number("Q"), True),
    ("i64", _number("q"), True),
    ("float 32", _number("f"), True),
    ("float 64", _number("d"), True),
    ("Unix time 32", _seconds("i", _UNIX_EPOCH), True),
    ("Unix time 64", _seconds("q", _UNIX_EPOCH), True),
    ("FILETIME", _filetime, True),
    ("FAT time", _dos_time, True),
    ("HFS+ time", _seconds("I", _MAC_EPOCH), True),
    ("GUID", _guid, True),
    ("UTF-8", _text("utf-8", ""), False),
    ("UTF-16", _text("utf-16-le", "utf-16-be"), True),
)


def values_at(data: bytes) -> list[Value]:
    """Return every reading of *data*, little-endian and big-endian."""
    return [
        Value(name, read(data, "<"), read(data, ">") if ordered else "")
        for name, read, ordered in _READERS
    ]
