"""Where the integers of a file of a link stand: header, directory, tables, marks and footer.

The places are found by the layouts that FORMATS tells, not by the engine.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Field", "fields_of", "numbers_of", "values_for"]

SECTOR = 512
HOSTED = (
    *((4, 4), (8, 4), (12, 8), (20, 8), (28, 8), (36, 8), (44, 4), (48, 8), (56, 8), (64, 8)),
    *((72, 1), (73, 4), (77, 2)),
)
COWD = (*((place, 4) for place in range(4, 32, 4)), (1056, 4), (1060, 4), (1636, 4), (1648, 4))
NUMBER = re.compile(rb"(?<![\w.-])(?:[0-9a-f]{8}|[0-9]+)(?![\w.-])")


class Field(NamedTuple):
    """An integer of a file."""

    offset: int
    """Bytes from the start of the file."""
    width: int
    """Bytes that it takes."""


def values_for(field: Field, file_bytes: int) -> list[int]:
    """Return the values that programs stumble over, as far as *field* can hold them."""
    most = 256**field.width - 1
    sectors = file_bytes // SECTOR
    odd = {0, 1, most, most - 1, 2**31, 2**63}
    odd |= {size + step for size in (file_bytes, sectors) for step in (-1, 0, 1)}
    return sorted(value for value in odd if value <= most)


def number(raw: bytes, offset: int, width: int) -> int:
    """Return the integer at byte *offset*."""
    return int.from_bytes(raw[offset : offset + width], "little")


def fields_of(raw: bytes) -> list[Field]:
    """Return the integers of the file *raw*: all of its header, and some entries of each table."""
    kinds = {b"KDMV": hosted, b"COWD": cowd, b"\xbe\xba\xfe\xca": sesparse, b"\xa2r\x19\xf6": ctk}
    kind = kinds.get(raw[:4])
    places = [] if kind is None else list(dict.fromkeys(kind(raw)))
    return [Field(*place) for place in places if place[0] + place[1] <= len(raw)]


def hosted(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield the fields of a hosted sparse extent, a stream or not."""
    yield from HOSTED
    flags, directories = number(raw, 8, 4), [number(raw, 56, 8)]
    if flags & 2:
        directories.append(number(raw, 48, 8))
    if flags & 0x10000:
        yield from marks(raw)
        if directories[0] == 2**64 - 1:
            footer = len(raw) - 2 * SECTOR
            yield from ((footer + place, width) for place, width in HOSTED)
            directories = [number(raw, footer + 56, 8)]
    for directory in directories:
        yield from tables(raw, directory * SECTOR, 4, number(raw, directory * SECTOR, 4) * SECTOR)


def marks(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield the fields in front of each grain of a stream, and those of its markers."""
    place = number(raw, 64, 8) * SECTOR
    while place < len(raw):
        value, size, kind = struct.unpack_from("<QII", raw, place)
        yield from ((place, 8), (place + 8, 4))
        if size:
            place += -(-(12 + size) // SECTOR) * SECTOR
        else:
            yield place + 12, 4
            place += (1 + value) * SECTOR
            if not kind:
                return


def cowd(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield the fields of a COWD extent."""
    yield from COWD
    directory = number(raw, 20, 4) * SECTOR
    yield from tables(raw, directory, 4, number(raw, directory, 4) * SECTOR)


def sesparse(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield the fields of an SESparse extent."""
    yield from ((place, 8) for place in range(0, 26 * 8, 8))
    volatile = number(raw, 80, 8) * SECTOR
    yield from ((volatile + place, 8) for place in range(0, 32, 8))
    yield from tables(raw, number(raw, 128, 8) * SECTOR, 8, number(raw, 144, 8) * SECTOR)


def tables(raw: bytes, directory: int, width: int, table: int) -> Iterator[tuple[int, int]]:
    """Yield the first directory entry, and entries of the first table, used and unused."""
    yield directory, width
    entries = range(table, min(table + 512 * width, len(raw)), width)
    used = [place for place in entries if number(raw, place, width)]
    unused = [place for place in entries if not number(raw, place, width)]
    yield from ((place, width) for place in (*used[:3], *unused[:1]))


def ctk(_raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield the fields of a change tracking file."""
    yield from ((place, 4) for place in (4, 8, 12, 32, 36, 40))
    yield from ((16, 8), (24, 8))


def numbers_of(text: bytes) -> list[tuple[int, int]]:
    """Return (first, last) of each number that stands alone in *text*: sizes, offsets, IDs."""
    return [match.span() for match in NUMBER.finditer(text)]
