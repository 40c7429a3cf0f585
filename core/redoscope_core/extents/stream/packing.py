"""Packing grains for a stream: many at once, and noise without a try to pack it.

What is packed or encrypted already is most of many disks. A grain of it is put into its zlib
stream as it is, and all such grains of a window are laid out together:

    mark | 78 01 | 00 len ~len | 65,535 bytes | 01 len ~len | 1 byte | Adler-32 | zeros
    12     2       5                            5                      4          to a sector
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.format.stream import GrainMark, checksum, packed_parts
from redoscope_core.format.units import SECTOR, round_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "STORED_BYTES",
    "STREAM_GRAIN",
    "PackedGrains",
    "pack_grains",
    "pack_scattered",
    "stored_parts",
    "taken_as_stored",
]

STREAM_GRAIN = 128
"""Sectors per grain: what every reader of streams knows."""
_GRAIN_BYTES = STREAM_GRAIN * SECTOR
_BLOCK = 2**16 - 1
"""Bytes that a block of stored bytes holds at most (RFC 1951, 3.2.4)."""
_MARK = GrainMark.LAYOUT.size
_HEAD = bytes.fromhex("7801 00ffff0000")
"""Of a zlib stream, and of a block of `_BLOCK` bytes that is not the last."""
_LAST_HEAD = bytes.fromhex("01 0100feff")
"""Of the last block, of one byte."""
_HEADED = _MARK + len(_HEAD)
_TAIL_AT = _HEADED + _BLOCK
_SUM_AT = _TAIL_AT + len(_LAST_HEAD) + 1
_SUM = 4
_LENGTH = _SUM_AT + _SUM - _MARK
_STORED_HEAD = _LENGTH.to_bytes(4, "little") + _HEAD
STORED_BYTES = round_up(_SUM_AT + _SUM, SECTOR)
"""Bytes that a grain takes in the stream if it is stored as it is."""
_SAMPLES, _SAMPLE = 16, 64
"""How many parts of a grain are looked at, of how many bytes each."""
_EXPECTED = _SAMPLES * _SAMPLE * (1 + (_SAMPLES * _SAMPLE - 1) / 256)
"""Sum of the squares of how often each byte comes, in noise; 90 is its standard deviation."""
_MARGIN = 6 * 90
_UNEVEN = 2 * _EXPECTED
"""A sum of the squares of bytes that get shorter for how unevenly they come alone."""


@dataclass(frozen=True, slots=True)
class PackedGrains:
    """Grains of one grain table as they will lie in the stream, one behind the other."""

    grains: tuple[int, ...]
    """Their numbers, ascending."""
    starts: tuple[int, ...]
    """Sector at which each begins, counted from the first."""
    data: bytes | memoryview


def pack_grains(first: int, data: memoryview, room: memoryview | None = None) -> PackedGrains:
    """Return *data*, whole grains from grain *first* on, packed; those of zeros are left out.

    Any thread may do this for another part of the disk. The same grain always gives the same
    bytes. With *room*, `STORED_BYTES` for each grain, the answer may lie there.
    """
    return pack_scattered(range(first, first + len(data) // _GRAIN_BYTES), data, room)


def pack_scattered(
    numbers: Sequence[int], data: memoryview, room: memoryview | None = None
) -> PackedGrains:
    """Return the grains *numbers*, whose *data* lies one behind the other; as `pack_grains`."""
    rows = np.frombuffer(data, np.uint8).reshape(-1, _GRAIN_BYTES)
    held = _speaking(rows)
    if not len(held):
        return PackedGrains((), (), b"")
    if room is None:
        room = memoryview(bytearray(len(held) * STORED_BYTES))
    squares = _sampled_squares(rows, held)
    noise, uneven = np.abs(squares - _EXPECTED) < _MARGIN, squares > _UNEVEN
    edges = (np.flatnonzero(noise[1:] != noise[:-1]) + 1).tolist()
    starts: list[int] = []
    end = 0
    for low, high in pairwise([0, *edges, len(held)]):
        wanted = held[low:high].tolist()
        grains = [numbers[index] for index in wanted]
        if noise[low]:
            ends = _put_stored(grains, rows, wanted, room[end:])
        else:
            ends = _put_packed(grains, rows, wanted, room[end:], uneven[low:high].tolist())
        starts += [end, *(end + each for each in ends[:-1])]
        end += ends[-1]
    sectors = tuple(start // SECTOR for start in starts)
    return PackedGrains(tuple(numbers[index] for index in held.tolist()), sectors, room[:end])


def _speaking(rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return which of *rows* hold more than zeros; one that begins with something needs no look."""
    words = rows.view(np.uint64)
    speaks = words[:, 0] != 0
    for index in np.flatnonzero(~speaks).tolist():
        speaks[index] = words[index].any()
    return np.flatnonzero(speaks)


def _sampled_squares(rows: NDArray[np.uint8], held: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each of the rows *held* the sum of the squares of how often each byte comes.

    About `_EXPECTED` is noise: bytes come as evenly as chance would have it. More even than that
    is none either: a sequence that repeats is packed well.
    """
    sample = rows.reshape(len(rows), _SAMPLES, -1)[held, :, :_SAMPLE].reshape(len(held), -1)
    places = sample + np.arange(0, 256 * len(held), 256, dtype=np.int64)[:, None]
    often = np.bincount(places.ravel(), minlength=256 * len(held)).reshape(-1, 256)
    squares: NDArray[np.int64] = (often * often).sum(axis=1)
    return squares


def _put_packed(
    numbers: Sequence[int],
    rows: NDArray[np.uint8],
    wanted: list[int],
    room: memoryview,
    uneven: list[bool],
) -> list[int]:
    """Pack the grains *numbers*, rows *wanted*, into *room*; return where each ends.

    Those that are *uneven* get shorter, without a try.
    """
    ends: list[int] = []
    end = 0
    for number, index, sure in zip(numbers, wanted, uneven, strict=True):
        row = memoryview(rows[index])
        for part in packed_parts(number * STREAM_GRAIN, row, is_packable=sure):
            room[end : end + len(part)] = part
            end += len(part)
        ends.append(end)
    return ends


def _put_stored(
    numbers: Sequence[int], rows: NDArray[np.uint8], wanted: list[int], room: memoryview
) -> list[int]:
    """Put the grains *numbers*, rows *wanted*, into *room* as they are; as `_put_packed`."""
    count = len(wanted)
    out = np.frombuffer(room, np.uint8)[: count * STORED_BYTES].reshape(-1, STORED_BYTES)
    first = wanted[0]
    taken = rows[first : first + count] if wanted[-1] - first < count else rows[wanted]
    marks = [GrainMark.LAYOUT.pack(number * STREAM_GRAIN, _LENGTH) for number in numbers]
    out[:, :_MARK] = _lines(marks, _MARK)
    out[:, _MARK:_HEADED] = np.frombuffer(_HEAD, np.uint8)
    out[:, _HEADED:_TAIL_AT] = taken[:, :_BLOCK]
    out[:, _TAIL_AT : _SUM_AT - 1] = np.frombuffer(_LAST_HEAD, np.uint8)
    out[:, _SUM_AT - 1] = taken[:, _BLOCK]
    out[:, _SUM_AT : _SUM_AT + _SUM] = _lines([checksum(row) for row in taken], _SUM)
    out[:, _SUM_AT + _SUM :] = 0
    return list(range(STORED_BYTES, (count + 1) * STORED_BYTES, STORED_BYTES))


def taken_as_stored(buffer: memoryview, sector: int, known: bytes | memoryview) -> bool:
    """Fill *buffer* with the grain from *sector* on if *known* begins with it, as it was put here.

    False where it is packed in any other way, is not whole, or is damaged: *buffer* is then to be
    filled by who can tell what is wrong.
    """
    if len(buffer) != _GRAIN_BYTES or len(known) < _SUM_AT + _SUM:
        return False
    if known[:_HEADED] != GrainMark.LAYOUT.pack(sector, _LENGTH) + _HEAD:
        return False
    buffer[:_BLOCK] = known[_HEADED:_TAIL_AT]
    buffer[_BLOCK] = known[_SUM_AT - 1]
    ends = known[_TAIL_AT : _SUM_AT - 1] == _LAST_HEAD
    return ends and known[_SUM_AT : _SUM_AT + _SUM] == checksum(buffer)


def stored_parts(
    data: memoryview, starts: Sequence[int]
) -> tuple[bytes, list[tuple[int, memoryview, memoryview]]]:
    """Tell apart what of *data*, a part of a stream, are bytes of the disk as they are.

    At each of *starts* a grain begins. Of each that is kept as it is: its index, and its bytes in
    two parts. What else there is comes first, joined: headers, tables, whatever is packed.
    """
    rest: list[memoryview] = []
    found = []
    end = 0
    for index, start in enumerate(starts):
        first, last = start + _HEADED, start + _SUM_AT - 1
        if data[start + 8 : first] != _STORED_HEAD or len(data) <= last:
            continue
        found.append((index, data[first : first + _BLOCK], data[last : last + 1]))
        rest += [data[end:first], data[first + _BLOCK : last]]
        end = last + 1
    rest.append(data[end:])
    return b"".join(rest), found


def _lines(parts: list[bytes], width: int) -> NDArray[np.uint8]:
    """Return *parts*, each of *width* bytes, as the lines of an array."""
    return np.frombuffer(b"".join(parts), np.uint8).reshape(-1, width)
