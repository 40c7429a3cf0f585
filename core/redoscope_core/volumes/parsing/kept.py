"""Kept: what each sector of a volume is for, by our own parsers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.ext.facts import exact_times, inode_facts, never_written
from redoscope_core.volumes.ext.superblock import Incompatible
from redoscope_core.volumes.ext.volume import open_ext
from redoscope_core.volumes.facts import NodeFacts, NodeTimes, Unwritten
from redoscope_core.volumes.fat.boot import FIRST_CLUSTER
from redoscope_core.volumes.fat.exfat import open_exfat
from redoscope_core.volumes.fat.facts import entry_facts
from redoscope_core.volumes.fat.volume import open_fat
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.ntfs.volume import open_ntfs
from redoscope_core.volumes.regions import Regions
from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["Kept", "kept_regions"]


class Kept(NamedTuple):
    """What the structures of a volume say of its sectors, and of its files."""

    regions: Regions
    cluster_sectors: int
    """What the file system gives away at a time."""
    is_sound: bool
    """Whether all of them can be believed, and were looked at."""
    facts: NodeFacts
    unwritten: Unwritten
    written: Mapping[int, int]
    """Of streams of which not all was ever written, by the first sector that they have: so many
    bytes were."""
    times: NodeTimes = NodeTimes.none()
    """Of nodes of which the library tells whole seconds alone."""
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
            unwritten=Unwritten.none(),
            written={},
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
        times=NodeTimes.none()
        if ext.shape.incompatible & Incompatible.EXTENTS
        else exact_times(volume, ext.groups, ext.used_inodes),
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
    each = exfat.shape.cluster_size // SECTOR
    entries = exfat.entries.taking(exfat.entries.valid < exfat.entries.size)
    first = exfat.shape.data + (entries.first - FIRST_CLUSTER) * each
    return nothing._replace(
        regions=exfat.regions,
        written=_by_sector(first, entries.valid),
        cluster_sectors=each,
        is_sound=exfat.is_whole and not len(exfat.damaged),
    )


def _of_ntfs(volume: Volume, nothing: Kept) -> Kept:
    ntfs = open_ntfs(volume)
    each = ntfs.shape.cluster_size // SECTOR
    # The first stored run of an attribute comes first.
    runs = ntfs.runs.taking(ntfs.runs.valid >= 0)
    return nothing._replace(
        regions=ntfs.regions,
        written=_by_sector(runs.lcn * each, runs.valid),
        cluster_sectors=each,
        is_sound=ntfs.is_whole and not len(ntfs.damaged),
        facts=ntfs.facts,
        oddly_named=frozenset(ntfs.oddly_named.tolist()),
    )


def _by_sector(first: Numbers, written: Numbers) -> dict[int, int]:
    return dict(zip(first.tolist(), written.tolist(), strict=True))


_READERS: dict[Holding, Callable[[Volume, Kept], Kept]] = {
    **dict.fromkeys((Holding.EXT2, Holding.EXT3, Holding.EXT4), _of_ext),
    **dict.fromkeys((Holding.FAT12, Holding.FAT16, Holding.FAT32), _of_fat),
    Holding.EXFAT: _of_exfat,
    Holding.NTFS: _of_ntfs,
}
