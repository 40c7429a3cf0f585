"""What a FAT volume says of its files beside times and sizes: the attributes of their entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.facts import NodeFacts
from redoscope_core.volumes.fat.boot import ENTRY

if TYPE_CHECKING:
    from redoscope_core.volumes.fat.boot import FatShape
    from redoscope_core.volumes.fat.directories import Entries

__all__ = ["entry_facts"]

_FIRST = 3
"""The number that The Sleuth Kit gives the first entry that fits behind the tables."""


def entry_facts(shape: FatShape, entries: Entries) -> NodeFacts:
    """Return what is said of the files and directories in use.

    Their numbers are places of entries, counted from the root directory of FAT12 and FAT16 on, or
    from the first cluster of FAT32.
    """
    some = entries.taking(~entries.deleted)
    begin = shape.root if shape.root_cluster is None else shape.data
    number = (some.offset - begin * SECTOR) // ENTRY + _FIRST
    return NodeFacts(number, number * 0, some.attributes.astype("int64"))
