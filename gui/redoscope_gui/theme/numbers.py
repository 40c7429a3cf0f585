"""How numbers look: grouped by thin spaces, amounts in binary units."""

from __future__ import annotations

__all__ = ["amount", "exact_amount", "grouped"]

_THIN = "\u202f"
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_STEP = 1024


def grouped(number: int) -> str:
    """Return *number* in groups of three digits."""
    return f"{number:,}".replace(",", _THIN)


def amount(count: int) -> str:
    """Return *count* bytes in three figures and a unit, as in 2.10 GiB."""
    value = float(count)
    unit = 0
    while value >= _STEP and unit + 1 < len(_UNITS):
        value /= _STEP
        unit += 1
    if unit == 0:
        return f"{count} B"
    digits = 0 if value >= 100 or value == int(value) else 1  # noqa: PLR2004  three figures
    return f"{value:.{digits}f} {_UNITS[unit]}"


def exact_amount(count: int) -> str:
    """Return *count* bytes in a unit, and exactly."""
    return f"{amount(count)} ({grouped(count)} bytes)"
