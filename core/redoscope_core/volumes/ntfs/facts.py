"""What NTFS says of its files that no library tells: what was never written, odd names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.volumes.facts import ValidBytes
from redoscope_core.volumes.ntfs.attributes import AttributeType

if TYPE_CHECKING:
    from redoscope_core.volumes.ntfs.attributes import Attributes
    from redoscope_core.volumes.ntfs.records import Records
    from redoscope_core.volumes.source import Numbers

__all__ = ["oddly_named", "valid_bytes"]

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
