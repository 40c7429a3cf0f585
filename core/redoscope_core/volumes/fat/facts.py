"""What a FAT volume says of its files beside times and sizes: the attributes of their entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.facts import NodeFacts, ValidBytes
from redoscope_core.volumes.fat.boot import ENTRY

if TYPE_CHECKING:
    from redoscope_core.volumes.fat.boot import FatShape
    from redoscope_core.volumes.fat.directories import Entries
    from redoscope_core.volumes.fat.exfat import ExfatEntries, ExfatShape

__all__ = ["entry_facts", "part_written"]

_FIRST = 3
"""The number that The Sleuth Kit gives the first entry that fits behind the tables."""
_CONTENT = 1
"""How it calls the attribute that is the content of a file; its id is 0."""


def entry_facts(shape: FatShape, entries: Entries) -> NodeFacts:
    """Return what is said of the files and directories in use.

    Their numbers are places of entries, counted from the root directory of FAT12 and FAT16 on, or
    from the first cluster of FAT32.
    """
    some = entries.taking(~entries.deleted)
    begin = shape.root if shape.root_cluster is None else shape.data
    number = (some.offset - begin * SECTOR) // ENTRY + _FIRST
    return NodeFacts(number, number * 0, some.attributes.astype("int64"))


def part_written(shape: ExfatShape, entries: ExfatEntries) -> ValidBytes:
    """Return of which files of exFAT not all bytes were ever written, and how many were."""
    some = entries.taking(entries.valid < entries.size)
    number = (some.offset - shape.data * SECTOR) // ENTRY + _FIRST
    return ValidBytes(number, number * 0 + _CONTENT, number * 0, some.valid)
