"""Attributes of file records, walked through all records at once: the first of each, the second...

Source: the documentation of the Linux-NTFS project (attribute headers).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.ntfs.records import Records, RecordState
from redoscope_core.volumes.source import Bytes, Numbers

__all__ = ["AttributeType", "Attributes", "attributes_in"]

_END = 0xFFFFFFFF
_HEADER = np.dtype(
    {
        "names": [
            *("type", "length", "elsewhere", "name_length", "name_offset", "flags", "id"),
            *("value_length", "value_offset", "first", "runs_offset", "size", "valid"),
        ],
        "formats": [
            *("<u4", "<u4", "u1", "u1", "<u2", "<u2", "<u2"),
            *("<u4", "<u2", "<i8", "<u2", "<i8", "<i8"),
        ],
        "offsets": [0, 4, 8, 9, 10, 12, 14, 16, 20, 16, 32, 48, 56],
        "itemsize": 64,
    }
)
_SHORTEST, _SHORTEST_ELSEWHERE = 24, 64


class AttributeType(IntEnum):
    """What an attribute is, by its number."""

    STANDARD_INFORMATION = 0x10
    ATTRIBUTE_LIST = 0x20
    FILE_NAME = 0x30
    OBJECT_ID = 0x40
    SECURITY_DESCRIPTOR = 0x50
    VOLUME_NAME = 0x60
    VOLUME_INFORMATION = 0x70
    DATA = 0x80
    INDEX_ROOT = 0x90
    INDEX_ALLOCATION = 0xA0
    BITMAP = 0xB0
    REPARSE_POINT = 0xC0
    EA_INFORMATION = 0xD0
    EA = 0xE0
    LOGGED_UTILITY_STREAM = 0x100


@dataclass(frozen=True, slots=True, eq=False)
class Attributes(Columns):
    """Attributes as columns."""

    record: Numbers
    """File record that has it."""
    owner: Numbers
    """The record that this one carries on, or itself: the file."""
    type: Numbers
    """`AttributeType`, or another number."""
    id: Numbers
    resident: NDArray[np.bool_]
    flags: Numbers
    """1 compressed, 0x4000 encrypted, 0x8000 sparse."""
    first: Numbers
    """First cluster of it that this record tells of; 0 of a resident one."""
    size: Numbers
    """Bytes; of a non-resident one that carries on another, 0."""
    valid: Numbers
    """Bytes that were ever written; the others read as zeros, whatever is stored."""
    name: Bytes
    """The name as UTF-16, a row of 510 bytes each; zeros where it ends or there is none."""
    begin: Numbers
    """Byte, counted through all rows of the records, of its value or its run list."""
    end: Numbers
    """Byte behind that."""

    def name_of(self, row: int) -> str:
        """Return the name of one; what is no UTF-16 is escaped."""
        raw = bytes(self.name[row])
        return raw.decode("utf-16-le", "backslashreplace").rstrip("\0")

    def is_called(self, name: str) -> NDArray[np.bool_]:
        """Return which have this name."""
        wanted = np.zeros(self.name.shape[1], np.uint8)
        raw = np.frombuffer(name.encode("utf-16-le"), np.uint8)
        wanted[: len(raw)] = raw
        return np.asarray((self.name == wanted).all(axis=1))


def attributes_in(records: Records) -> tuple[Attributes, Numbers]:
    """Return the attributes of all sound *records*, and the records whose attributes are not.

    Of such a record the attributes before the fault are here.
    """
    size = records.data.shape[1]
    flat = np.concatenate((records.data.reshape(-1), np.zeros(_HEADER.itemsize, np.uint8)))
    going = np.flatnonzero(records.state == RecordState.SOUND)
    place = records.attributes.copy()
    parts, damaged = [_none()], [np.zeros(0, np.int64)]
    while len(going):
        at = going * size + np.minimum(place[going], size)
        head = flat[at[:, None] + np.arange(_HEADER.itemsize)].view(_HEADER)[:, 0]
        room = records.used[going] - place[going]
        # The mark of the end is 4 bytes long; the length behind it means nothing.
        ends = (head["type"] == _END) & (room >= 4)  # noqa: PLR2004
        fits = ~ends & _is_sound(head, room)
        damaged.append(records.number[going[~ends & ~fits]])
        going, at, head = going[fits], at[fits], head[fits]
        parts.append(_columns(records, going, at, head, flat))
        place[going] += head["length"]
    return Attributes.joined(parts), np.unique(np.concatenate(damaged))


def _is_sound(head: NDArray[np.void], room: Numbers) -> NDArray[np.bool_]:
    """Return which headers lie in their record, and say nothing that leads out of it."""
    length = head["length"].astype(np.int64)
    elsewhere = head["elsewhere"] != 0
    fits = (length >= np.where(elsewhere, _SHORTEST_ELSEWHERE, _SHORTEST)) & (length <= room)
    fits &= (length % 8 == 0) & (head["type"] != 0)
    fits &= head["name_offset"].astype(np.int64) + 2 * head["name_length"] <= length
    value = head["value_offset"].astype(np.int64) + head["value_length"]
    fits &= np.where(elsewhere, head["runs_offset"] <= length, value <= length)
    return np.asarray(fits & (~elsewhere | (head["first"] >= 0)))


def _columns(
    records: Records, row: Numbers, at: Numbers, head: NDArray[np.void], flat: Bytes
) -> Attributes:
    elsewhere = head["elsewhere"] != 0
    offset = np.where(elsewhere, head["runs_offset"], head["value_offset"])
    length = head["length"].astype(np.int64)
    first = np.where(elsewhere, head["first"], 0)
    size, valid = (
        np.where(elsewhere, np.maximum(head[each], 0) * (first == 0), head["value_length"])
        for each in ("size", "valid")
    )
    return Attributes(
        records.number[row],
        records.base[row],
        head["type"].astype(np.int64),
        head["id"].astype(np.int64),
        ~elsewhere,
        head["flags"].astype(np.int64),
        first,
        size.astype(np.int64),
        valid.astype(np.int64),
        _names(flat, at + head["name_offset"], head["name_length"]),
        at + offset,
        at + np.where(elsewhere, length, offset + head["value_length"]),
    )


def _names(flat: Bytes, at: Numbers, length: NDArray[np.uint8]) -> Bytes:
    """Return the names, a row each."""
    names = np.zeros((len(at), 510), np.uint8)
    some = np.flatnonzero(length)
    if len(some):
        widest = 2 * int(length.max())
        column = np.arange(widest)
        places = np.minimum(at[some][:, None] + column, len(flat) - 1)
        kept = column < 2 * length[some].astype(np.int64)[:, None]
        names[some, :widest] = np.where(kept, flat[places], 0)
    return names


def _none() -> Attributes:
    nothing = np.zeros(0, np.int64)
    no_names = np.zeros((0, 510), np.uint8)
    before = (nothing, nothing, nothing, nothing, np.zeros(0, np.bool_))
    return Attributes(*before, nothing, nothing, nothing, nothing, no_names, nothing, nothing)
