"""The cylinders, heads and sectors that a disk shows to a guest's BIOS."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ADAPTERS", "USUAL_ADAPTER", "Geometry", "geometry_for"]

ADAPTERS = ("ide", "buslogic", "lsilogic", "legacyESX")
"""Adapter families a descriptor may name; newer controllers still write lsilogic."""
USUAL_ADAPTER = "lsilogic"

_MAX_IDE_CYLINDERS = 16383


@dataclass(frozen=True, slots=True)
class Geometry:
    """A geometry; the capacity of a disk never comes from it but from its extents."""

    cylinders: int
    heads: int
    sectors: int
    """Sectors per track."""


def geometry_for(capacity: int, adapter: str) -> Geometry:
    """Return the geometry to write for *capacity* sectors behind *adapter*."""
    heads, sectors = (16, 63) if adapter == "ide" else (255, 63)
    cylinders = capacity // (heads * sectors)
    if adapter == "ide":
        cylinders = min(cylinders, _MAX_IDE_CYLINDERS)
    return Geometry(cylinders, heads, sectors)
