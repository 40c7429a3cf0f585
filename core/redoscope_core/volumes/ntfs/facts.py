"""What NTFS says of its files that no library tells: what was never written, odd names."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.volumes.facts import NodeFacts, ValidBytes
from redoscope_core.volumes.ntfs.attributes import AttributeType

if TYPE_CHECKING:
    from redoscope_core.volumes.ntfs.attributes import Attributes
    from redoscope_core.volumes.ntfs.records import Records
    from redoscope_core.volumes.source import Bytes, Numbers

__all__ = ["oddly_named", "record_facts", "valid_bytes"]

_ATTACHED = (
    AttributeType.OBJECT_ID,
    AttributeType.SECURITY_DESCRIPTOR,
    AttributeType.REPARSE_POINT,
    AttributeType.EA,
)
"""What is said of a file, and is no stream of it."""
_FLAGS_AT, _SECURITY_AT, _LONG = 32, 52, 56
"""Bytes of the standard information: FILE_ATTRIBUTE_..., the security id; long enough for it."""

_NAME_AT = 66
"""Byte of the attribute at which a name begins."""
_HALVES, _BEHIND_HALVES = 0xD8, 0xE0
"""Upper bytes of what is a half of a pair."""


def valid_bytes(told: Attributes) -> ValidBytes:
    """Return how much was written of data of which not all was."""
    data = (told.type == AttributeType.DATA) & ~told.resident
    some = told.taking(data & (told.valid < told.size))
    return ValidBytes(some.owner, some.type, some.id, some.valid)


def oddly_named(records: Records, told: Attributes) -> Numbers:
    """Return the files with a half of a pair of UTF-16 in a name, by the attributes of *records*.

    Most of them have the other half too.
    """
    some = told.taking((told.type == AttributeType.FILE_NAME) & told.resident)
    begin = some.begin + _NAME_AT
    count = np.maximum(some.end - begin, 0) // 2
    which = np.repeat(np.arange(len(some)), count)
    place = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    high = records.data.reshape(-1)[begin[which] + 2 * place + 1]
    return np.unique(some.owner[which[(high >= _HALVES) & (high < _BEHIND_HALVES)]])


def record_facts(records: Records, told: Attributes) -> NodeFacts:
    """Return what the attributes *told* of *records* say of files: flags, and who may do what."""
    flat = records.data.reshape(-1)
    inside = told.taking(told.resident)
    standard = inside.taking(
        (inside.type == AttributeType.STANDARD_INFORMATION)
        & (inside.record == inside.owner)
        & (inside.end - inside.begin >= _FLAGS_AT + 4)
    )
    number, first = np.unique(standard.owner, return_index=True)
    at = standard.begin[first]
    flags = _words(flat, at + _FLAGS_AT)
    long = standard.end[first] - at >= _LONG
    marks = np.where(long, _words(flat, np.where(long, at + _SECURITY_AT, at)), 0)
    attached = inside.taking(np.isin(inside.type, _ATTACHED))
    row = np.searchsorted(number, attached.owner)
    known = (row < len(number)) & (number[np.minimum(row, len(number) - 1)] == attached.owner)
    for which, begin, end in zip(
        row[known].tolist(),
        attached.begin[known].tolist(),
        attached.end[known].tolist(),
        strict=True,
    ):
        marks[which] ^= zlib.crc32(flat[begin:end].tobytes())
    sequence = records.sequence[np.searchsorted(records.number, number)].astype(np.int64)
    return NodeFacts(number, sequence, flags | (marks & 0x7FFFFFFF) << 32)


def _words(flat: Bytes, place: Numbers) -> Numbers:
    """Return the numbers of four bytes at each *place*."""
    raw = np.ascontiguousarray(flat[place[:, None] + np.arange(4)])
    return raw.view("<u4").reshape(-1).astype(np.int64)
