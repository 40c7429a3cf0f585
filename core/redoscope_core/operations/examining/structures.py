"""Structures: what of a disk is recognised, from its partitions down, or wherever it is stored.

MBR -> GPT header -> entries -> in each partition: boot sector, superblocks
 └──> EBR -> EBR -> ...
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.chain.unread import Unread
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.pieces import pieces_of
from redoscope_core.operations.walking.windows import held_areas
from redoscope_core.progress import Progress
from redoscope_core.structures.fields import Structure, StructureKind
from redoscope_core.structures.recognise import LONGEST, possible
from redoscope_core.volumes.partitioned import parted, structure_at

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.structures.partitions import Partition

__all__ = ["Recognised", "find_structures", "list_structures", "structure_around"]

_BEGINNINGS = (0, 2, 128)
"""Sectors of a partition where structures begin: boot sectors and XFS, ext, Btrfs."""
_BACKUPS = {StructureKind.BTRFS_SUPERBLOCK: (0x20000, 0x20_0000_0000)}
"""Sectors of a partition where copies are kept, whatever its size."""
_STEP = 2**24
_FILE_SYSTEMS = frozenset(
    {
        *(StructureKind.FAT_BOOT, StructureKind.FAT32_BOOT, StructureKind.EXFAT_BOOT),
        *(StructureKind.NTFS_BOOT, StructureKind.EXT_SUPERBLOCK, StructureKind.XFS_SUPERBLOCK),
        StructureKind.BTRFS_SUPERBLOCK,
    }
)


class Recognised(NamedTuple):
    """A structure, and the partition that it was found in."""

    structure: Structure
    partition: int | None = None
    """As partitions are counted; None outside of all."""


def structure_around(chain: Chain, offset: int) -> Structure | None:
    """Return the structure that has the byte at *offset*; None if none is recognised there.

    What a table of partitions leads to is known better than what the bytes of one sector tell.
    """
    for each in list_structures(chain):
        if _has(each.structure, offset):
            return each.structure
    sector = offset // SECTOR
    for first in range(sector, max(-1, sector - LONGEST // SECTOR), -1):
        found = structure_at(chain, first)
        if found is not None and _has(found, offset):
            return found
    return None


def _has(structure: Structure, offset: int) -> bool:
    return structure.offset <= offset < structure.offset + structure.length


def list_structures(chain: Chain) -> tuple[Recognised, ...]:
    """Return what is recognised where partitions and file systems have it, in order.

    A few sectors are read for it, however large the disk is; what can't be read is passed over.
    """
    told = parted(chain)
    found = {table.offset: Recognised(table) for table in told.tables}
    partitions = (*told.partitions, *told.others)
    for part in partitions:
        _look_into(chain, part, found)
    if not partitions:
        _look_into(chain, None, found)
    return tuple(found[offset] for offset in sorted(found))


def find_structures(
    chain: Chain, found: list[Recognised]
) -> Generator[Progress, None, tuple[Recognised, ...]]:
    """Look at every stored sector, and return all that begins at one; *found* grows meanwhile.

    It finds copies of superblocks, file systems of partitions that are gone, and disks stored in
    files of the disk.

    Raises:
        VmdkError: A sector can't be read, and the chain does not salvage.
    """
    known = list_structures(chain)
    found += known
    seen = {each.structure.offset for each in known}
    total = chain.capacity * SECTOR
    shown = 0
    held = yield from held_areas(chain)
    with closing(pieces_of(chain, held, Unread(chain))) as pieces:
        for first, count, data, _ in pieces:
            rows = np.frombuffer(b"" if data is None else data, np.uint8).reshape(-1, SECTOR)
            for row in possible(rows).tolist():
                begin = (first + row) * SECTOR
                structure = None if begin in seen else structure_at(chain, first + row)
                if structure is not None:
                    seen.add(begin)
                    found.append(Recognised(structure))
            if (first + count) * SECTOR - shown >= _STEP:
                shown = (first + count) * SECTOR
                yield Progress(shown, total, "recognising")
    found.sort(key=lambda each: each.structure.offset)
    return tuple(found)


def _look_into(chain: Chain, part: Partition | None, found: dict[int, Recognised]) -> None:
    """Look where the structures of a file system begin, in a partition or on the whole disk."""
    start, count = (0, chain.capacity) if part is None else (part.start, part.count)
    number = None if part is None else part.number
    beginnings = list(_BEGINNINGS)
    # NTFS and FAT32 keep a copy of the boot sector at the end, and in sector 6.
    beginnings += [6, count - 1, count]
    for within in beginnings:
        structure = structure_at(chain, start + within) if 0 <= within <= count else None
        if structure is None or structure.kind not in _FILE_SYSTEMS:
            continue
        found.setdefault(structure.offset, Recognised(structure, number))
        for copy in _BACKUPS.get(structure.kind, ()):
            other = structure_at(chain, start + copy) if copy < count else None
            if other is not None and other.kind is structure.kind:
                found.setdefault(other.offset, Recognised(other, number))
