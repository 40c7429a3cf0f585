"""Kept: what each sector of a volume is for, by our own parsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.ext.volume import open_ext
from redoscope_core.volumes.fat.exfat import open_exfat
from redoscope_core.volumes.fat.volume import open_fat
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.ntfs.volume import open_ntfs
from redoscope_core.volumes.regions import Regions

if TYPE_CHECKING:
    from redoscope_core.volumes.source import Volume

__all__ = ["kept_regions"]

_OF_EXT = frozenset({Holding.EXT2, Holding.EXT3, Holding.EXT4})
_OF_FAT = frozenset({Holding.FAT12, Holding.FAT16, Holding.FAT32})


def kept_regions(volume: Volume, holding: Holding, block: int) -> tuple[Regions, int]:
    """Return what each sector of *volume* is for, and the sectors of a cluster; *block* if unknown.

    Nothing is told where its structures can't be believed.
    """
    try:
        if holding in _OF_EXT:
            ext = open_ext(volume)
            return ext.regions, ext.shape.cluster_blocks * ext.shape.block_size // SECTOR
        if holding in _OF_FAT:
            fat = open_fat(volume)
            return fat.regions, fat.shape.cluster_size // SECTOR
        if holding is Holding.EXFAT:
            exfat = open_exfat(volume)
            return exfat.regions, exfat.shape.cluster_size // SECTOR
        if holding is Holding.NTFS:
            ntfs = open_ntfs(volume)
            return ntfs.regions, ntfs.shape.cluster_size // SECTOR
    except CorruptVolume:
        pass
    return Regions.laid((), volume.sectors), block
