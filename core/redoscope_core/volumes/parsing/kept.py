"""Kept: what each sector of a volume is for, by our own parsers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.ext.volume import open_ext
from redoscope_core.volumes.fat.boot import FIRST_CLUSTER
from redoscope_core.volumes.fat.exfat import open_exfat
from redoscope_core.volumes.fat.volume import open_fat
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.ntfs.volume import open_ntfs
from redoscope_core.volumes.regions import Regions

if TYPE_CHECKING:
    from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["Kept", "kept_regions"]

_OF_EXT = frozenset({Holding.EXT2, Holding.EXT3, Holding.EXT4})
_OF_FAT = frozenset({Holding.FAT12, Holding.FAT16, Holding.FAT32})


class Kept(NamedTuple):
    """What the structures of a volume say of its sectors."""

    regions: Regions
    cluster_sectors: int
    """What the file system gives away at a time."""
    is_sound: bool
    """Whether all of them can be believed, and were looked at."""
    written: dict[int, int]
    """Of streams of which not all was ever written, by the first sector that they have: so many
    bytes were."""


def kept_regions(volume: Volume, holding: Holding, block: int) -> Kept:
    """Return what each sector of *volume* is for; a cluster is *block* sectors if nothing tells.

    Nothing is told where its structures can't be believed.
    """
    try:
        if holding in _OF_EXT:
            ext = open_ext(volume)
            cluster = ext.shape.cluster_blocks * ext.shape.block_size
            return Kept(ext.regions, cluster // SECTOR, ext.is_whole and not len(ext.damaged), {})
        if holding in _OF_FAT:
            fat = open_fat(volume)
            tree = fat.tree
            sound = tree.is_whole and not len(fat.damaged) + len(tree.damaged)
            return Kept(fat.regions, fat.shape.cluster_size // SECTOR, sound, {})
        if holding is Holding.EXFAT:
            exfat = open_exfat(volume)
            sound = exfat.is_whole and not len(exfat.damaged)
            each = exfat.shape.cluster_size // SECTOR
            entries = exfat.entries.taking(exfat.entries.valid < exfat.entries.size)
            first = exfat.shape.data + (entries.first - FIRST_CLUSTER) * each
            return Kept(exfat.regions, each, sound, _by_sector(first, entries.valid))
        if holding is Holding.NTFS:
            ntfs = open_ntfs(volume)
            sound = ntfs.is_whole and not len(ntfs.damaged)
            each = ntfs.shape.cluster_size // SECTOR
            # The first stored run of an attribute comes first.
            runs = ntfs.runs.taking(ntfs.runs.valid >= 0)
            return Kept(ntfs.regions, each, sound, _by_sector(runs.lcn * each, runs.valid))
    except CorruptVolume:
        return Kept(Regions.laid((), volume.sectors), block, is_sound=False, written={})
    return Kept(Regions.laid((), volume.sectors), block, is_sound=True, written={})


def _by_sector(first: Numbers, written: Numbers) -> dict[int, int]:
    return dict(zip(first.tolist(), written.tolist(), strict=True))
