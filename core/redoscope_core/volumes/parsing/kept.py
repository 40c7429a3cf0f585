"""Kept: what each sector of a volume is for, by our own parsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.ext.facts import inode_facts, never_written
from redoscope_core.volumes.ext.volume import open_ext
from redoscope_core.volumes.facts import NodeFacts, Unwritten, ValidBytes
from redoscope_core.volumes.fat.exfat import open_exfat
from redoscope_core.volumes.fat.facts import entry_facts
from redoscope_core.volumes.fat.volume import open_fat
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.ntfs.volume import open_ntfs
from redoscope_core.volumes.regions import Regions
from redoscope_core.volumes.source import Volume

__all__ = ["Kept", "kept_regions"]


class Kept(NamedTuple):
    """What the structures of a volume say of its sectors, and of its files."""

    regions: Regions
    cluster_sectors: int
    """What the file system gives away at a time."""
    is_sound: bool
    """Whether all of them can be believed, and were looked at."""
    facts: NodeFacts
    valid: ValidBytes
    unwritten: Unwritten
    oddly_named: frozenset[int] = frozenset()
    """Nodes whose names the library may not be able to tell."""

    @classmethod
    def nothing(cls, sectors: int, block: int) -> Kept:
        """Return that nothing is said of a volume, whose clusters are of *block* sectors."""
        return cls(
            Regions.laid((), sectors),
            block,
            is_sound=True,
            facts=NodeFacts.none(),
            valid=ValidBytes.none(),
            unwritten=Unwritten.none(),
        )


def kept_regions(volume: Volume, holding: Holding, block: int) -> Kept:
    """Return what each sector of *volume* is for; a cluster is *block* sectors if nothing tells.

    Nothing is told where its structures can't be believed.
    """
    nothing = Kept.nothing(volume.sectors, block)
    reader = _READERS.get(holding)
    if reader is None:
        return nothing
    try:
        return reader(volume, nothing)
    except CorruptVolume:
        return nothing._replace(is_sound=False)


def _of_ext(volume: Volume, nothing: Kept) -> Kept:
    ext = open_ext(volume)
    cluster = ext.shape.cluster_blocks * ext.shape.block_size
    return nothing._replace(
        regions=ext.regions,
        cluster_sectors=cluster // SECTOR,
        is_sound=ext.is_whole and not len(ext.damaged),
        facts=inode_facts(volume, ext.groups, ext.used_inodes),
        unwritten=never_written(ext.runs, ext.shape.block_size),
    )


def _of_fat(volume: Volume, nothing: Kept) -> Kept:
    fat = open_fat(volume)
    tree = fat.tree
    return nothing._replace(
        regions=fat.regions,
        cluster_sectors=fat.shape.cluster_size // SECTOR,
        is_sound=tree.is_whole and not len(fat.damaged) + len(tree.damaged),
        facts=entry_facts(fat.shape, tree.entries),
    )


def _of_exfat(volume: Volume, nothing: Kept) -> Kept:
    exfat = open_exfat(volume)
    return nothing._replace(
        regions=exfat.regions,
        cluster_sectors=exfat.shape.cluster_size // SECTOR,
        is_sound=exfat.is_whole and not len(exfat.damaged),
    )


def _of_ntfs(volume: Volume, nothing: Kept) -> Kept:
    ntfs = open_ntfs(volume)
    return nothing._replace(
        regions=ntfs.regions,
        cluster_sectors=ntfs.shape.cluster_size // SECTOR,
        is_sound=ntfs.is_whole and not len(ntfs.damaged),
        facts=ntfs.facts,
        valid=ntfs.valid,
        oddly_named=frozenset(ntfs.oddly_named.tolist()),
    )


_READERS: dict[Holding, Callable[[Volume, Kept], Kept]] = {
    **dict.fromkeys((Holding.EXT2, Holding.EXT3, Holding.EXT4), _of_ext),
    **dict.fromkeys((Holding.FAT12, Holding.FAT16, Holding.FAT32), _of_fat),
    Holding.EXFAT: _of_exfat,
    Holding.NTFS: _of_ntfs,
}
