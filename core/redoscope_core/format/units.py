"""The sector, and the sizes that follow from it."""

from __future__ import annotations

__all__ = ["MAX_CAPACITY", "MAX_EXTENT_SECTOR", "SECTOR", "ceil_div", "round_up"]

SECTOR = 512
"""Bytes in a sector, everywhere in the format, also on disks with 4096-byte sectors."""

MAX_CAPACITY = 2**53 // SECTOR
"""Largest capacity in sectors that is believed: 8 PiB, far above what any product makes."""

MAX_EXTENT_SECTOR = 2**32
"""A grain table entry has 32 bits: no grain starts at or past this sector of its file."""


def ceil_div(dividend: int, divisor: int) -> int:
    """Return *dividend* / *divisor*, rounded up."""
    return -(-dividend // divisor)


def round_up(value: int, unit: int) -> int:
    """Return the smallest multiple of *unit* that is not below *value*."""
    return ceil_div(value, unit) * unit
