"""The boot sector of a FAT volume: its shape, proved before anything is read by it.

    reserved | FAT 0 | FAT 1 | root directory (FAT12, FAT16) | clusters 2, 3, ...

Source: Microsoft's FAT specification 1.03.
"""

from __future__ import annotations

from dataclasses import dataclass

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR, ceil_div
from redoscope_core.structures.boot_sectors import boot_sector
from redoscope_core.structures.fields import Structure, StructureKind
from redoscope_core.volumes.source import Volume

__all__ = ["FIRST_CLUSTER", "FatShape", "entry_bits", "fat_shape", "read_fat_boot"]

FIRST_CLUSTER = 2
ENTRY = 32
"""Bytes of a directory entry."""
_MOST_FAT12, _MOST_FAT16 = 4084, 65524
_MOST_CLUSTERS = 2**25
_FIRST_COPY_ONLY, _WHICH_COPY = 0x80, 0x0F


@dataclass(frozen=True, slots=True)
class FatShape:
    """The shape of a FAT volume; sectors are of 512 bytes, from the start of the volume."""

    structure: Structure
    """All fields of the boot sector as they stand there."""
    bits: int
    """Of an entry of its table: 12, 16 or 32."""
    cluster_size: int
    """Bytes."""
    clusters: int
    reserved: int
    """Sectors before the first table."""
    tables: int
    """Copies of the table."""
    table_sectors: int
    """Sectors of each copy."""
    active: int
    """Which copy is in force."""
    root: int
    """First sector of the root directory of FAT12 and FAT16."""
    data: int
    """Sector at which cluster 2 begins."""
    root_cluster: int | None
    """First cluster of the root directory of FAT32."""
    total: int
    """Sectors of the volume, as it says."""
    sector: int
    """Sectors of 512 bytes for each of the volume's own."""

    @property
    def end(self) -> int:
        """The number behind that of the last cluster."""
        return FIRST_CLUSTER + self.clusters

    @property
    def identity(self) -> str:
        """Its serial number, which a second generation of the volume has too."""
        return self.structure.field("BS_VolID").text


def entry_bits(boot: Structure) -> int:
    """Return how many bits an entry of the table has: 12, 16 or 32.

    Only the number of clusters decides; that it is FAT32 the length of the table tells, as all
    drivers read it.
    """
    if boot.kind is StructureKind.FAT32_BOOT:
        return 32
    return 12 if _clusters(boot) <= _MOST_FAT12 else 16


def read_fat_boot(volume: Volume) -> FatShape:
    """Return the shape of the FAT volume.

    Raises:
        CorruptVolume: There is no boot sector of a FAT, or what it says is impossible.
        VmdkError: It can't be read.
    """
    boot = boot_sector(volume.bytes_at(0, SECTOR, "a boot sector"), 0)
    if boot is None or boot.kind not in {StructureKind.FAT_BOOT, StructureKind.FAT32_BOOT}:
        raise CorruptVolume("there is no boot sector of a FAT", offset=0)
    shape = fat_shape(boot)
    held = shape.table_sectors * SECTOR * 8 // shape.bits
    most = _MOST_FAT16 if shape.bits == 16 else _MOST_CLUSTERS  # noqa: PLR2004
    root = shape.root_cluster
    for field, value, sound in (
        ("the number of clusters", shape.clusters, 0 < shape.clusters <= most),
        ("BPB_TotSec", shape.total, shape.total * SECTOR <= volume.size),
        ("BPB_FATSz", held, held >= shape.end),
        ("BPB_RootClus", root, root is None or FIRST_CLUSTER <= root < shape.end),
        ("BPB_ExtFlags", shape.active, shape.active < shape.tables),
    ):
        if not sound:
            raise CorruptVolume(f"{field} of the boot sector is impossible", offset=0, found=value)
    return shape


def fat_shape(boot: Structure) -> FatShape:
    """Return the shape that a boot sector tells; nothing of it is proved."""
    number, wide = boot.number, boot.kind is StructureKind.FAT32_BOOT
    each = number("BPB_BytsPerSec") // SECTOR
    flags = number("BPB_ExtFlags") if wide else 0
    reserved = number("BPB_RsvdSecCnt") * each
    table = number("BPB_FATSz32" if wide else "BPB_FATSz16") * each
    root = reserved + number("BPB_NumFATs") * table
    return FatShape(
        boot,
        entry_bits(boot),
        number("BPB_SecPerClus") * each * SECTOR,
        _clusters(boot),
        reserved,
        number("BPB_NumFATs"),
        table,
        flags & _WHICH_COPY if flags & _FIRST_COPY_ONLY else 0,
        root,
        root + _root_sectors(boot) * each,
        number("BPB_RootClus") if wide else None,
        _total(boot) * each,
        each,
    )


def _total(boot: Structure) -> int:
    return boot.number("BPB_TotSec16") or boot.number("BPB_TotSec32")


def _root_sectors(boot: Structure) -> int:
    """Return how many of its own sectors the root directory of FAT12 and FAT16 has."""
    return ceil_div(boot.number("BPB_RootEntCnt") * ENTRY, boot.number("BPB_BytsPerSec"))


def _clusters(boot: Structure) -> int:
    """Return how many clusters there is room for; below 0 if even tables have none."""
    number = boot.number
    wide = boot.kind is StructureKind.FAT32_BOOT
    table = number("BPB_FATSz32" if wide else "BPB_FATSz16")
    kept = number("BPB_RsvdSecCnt") + number("BPB_NumFATs") * table + _root_sectors(boot)
    return (_total(boot) - kept) // number("BPB_SecPerClus")
