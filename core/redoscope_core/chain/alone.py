"""A link looked at alone: what it does not store asks the parent, and nothing is made of that.

Its parent need not be there. Of a base disk nobody is asked: what it does not store is zeros.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.errors import PartialChain
from redoscope_core.format.units import SECTOR
from redoscope_core.leniency import Leniency

if TYPE_CHECKING:
    from pathlib import Path

    from redoscope_core.areas.areas import Areas

__all__ = ["fill_asking", "refuse_asking"]


def refuse_asking(areas: Areas, path: Path, fill: int | None = None) -> None:
    """Refuse *areas* of the link at *path* that nobody here stores, unless a byte *fill* is put.

    Raises:
        PartialChain: It names the first sector that the parent is asked for.
    """
    asking = areas.start[areas.state == State.ABSENT]
    if fill is not None or not len(asking):
        return
    refused = PartialChain(
        "the link alone does not store all of it and asks the parent",
        path=path,
        where=f"sector {int(asking[0])}",
        cure="read the whole chain, or only what the map of the link tells",
    )
    refused.leniency = Leniency.FILL
    raise refused


def fill_asking(view: memoryview, areas: Areas, fill: int) -> None:
    """Put the byte *fill* into *view* wherever one of *areas*, which it shows, asks the parent."""
    if not fill or not len(areas):
        return  # what nobody stores is zeros as it is
    shown = np.frombuffer(view, np.uint8)
    asking = areas.take(areas.state == State.ABSENT)
    first = int(areas.start[0])
    for start, end in zip(asking.start.tolist(), asking.end.tolist(), strict=True):
        shown[(start - first) * SECTOR : (end - first) * SECTOR] = fill
