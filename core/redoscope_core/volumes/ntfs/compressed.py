"""Compressed streams of NTFS, unit by unit: 16 clusters of which fewer are stored.

unit       |  stored whole  |  compressed to 5  |      hole      |
clusters    ################ #####
bytes       as they are      LZNT1               zeros
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.ntfs.lznt1 import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from redoscope_core.volumes.source import Numbers

__all__ = ["UNIT_CLUSTERS", "unit_at", "whole_units"]

UNIT_CLUSTERS = 16
"""Clusters of a unit; NTFS knows no other number of them."""


def whole_units(runs: Runs, unit: int) -> Runs:
    """Return the bytes of all units of which *runs* of bytes have some."""
    return Runs.joined(runs.start // unit * unit, -(-runs.end // unit) * unit)


def unit_at(read: Callable[[int, int], bytes], layout: Numbers, unit: int, number: int) -> bytes:
    """Return the *unit* bytes of one unit of a stream.

    *read* gives sectors of the volume from one on; *layout* has first sector, sectors and first
    byte of each run that is stored.

    Raises:
        CorruptVolume: They can't be unpacked.
        VmdkError: They can't be read.
    """
    begin = number * unit
    at = layout[:, 2]
    rows = layout[(at < begin + unit) & (at + layout[:, 1] * SECTOR > begin)]
    rows = rows[np.argsort(rows[:, 2], kind="stable")]
    parts, place = [], begin
    for start, sectors, offset in rows.tolist():
        low, high = max(begin, offset), min(begin + unit, offset + sectors * SECTOR)
        if low != place:
            raise CorruptVolume("a hole in the middle of a compressed unit", found=low)
        parts.append(read(start + (low - offset) // SECTOR, (high - low) // SECTOR))
        place = high
    data = b"".join(parts)
    if not data:
        return bytes(unit)
    return data if len(data) == unit else unpacked(data, unit)
