"""What every cluster of a FAT volume is for, by its table and all its directories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redoscope_core.format.units import SECTOR
from redoscope_core.structures.fields import StructureKind
from redoscope_core.volumes.bitmap import Bitmap
from redoscope_core.volumes.fat.boot import ENTRY, FIRST_CLUSTER, FatShape, read_fat_boot
from redoscope_core.volumes.fat.chains import ClusterRuns, chained
from redoscope_core.volumes.fat.directories import Tree, walk
from redoscope_core.volumes.fat.table import Entry, read_table
from redoscope_core.volumes.regions import RegionKind, Regions
from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["FatVolume", "open_fat"]


@dataclass(frozen=True, slots=True, eq=False)
class FatVolume:
    """A FAT volume as its own structures tell it."""

    shape: FatShape
    table: NDArray[np.int32]
    """Of each cluster the next one, or `Entry`."""
    chains: ClusterRuns
    tree: Tree
    used_clusters: Bitmap
    """Clusters that some chain has, or nobody may use."""
    regions: Regions
    """What each sector is for, as far as anything tells."""
    damaged: Numbers
    """Clusters at which the table is damaged: see `chained`."""

    def is_used(self, sectors: Numbers) -> NDArray[np.bool_]:
        """Return of each sector whether its cluster is in use; False outside of all clusters."""
        each = self.shape.cluster_size // SECTOR
        cluster = (np.asarray(sectors) - self.shape.data) // each + FIRST_CLUSTER
        return self.used_clusters.is_used(cluster)


def open_fat(volume: Volume) -> FatVolume:
    """Read all structures of the FAT volume that say what its clusters are for.

    Raises:
        CorruptVolume: The boot sector can't be believed, or the table is in too many pieces.
        VmdkError: Something of it can't be read.
    """
    shape = read_fat_boot(volume)
    table = read_table(volume, shape)
    chains, damaged = chained(table)
    tree = walk(volume, shape, chains)
    layers = (*_fixed(shape), *_clusters(shape, chains, tree, table))
    bits = np.packbits(table[FIRST_CLUSTER:] != Entry.FREE, bitorder="little").reshape(1, -1)
    return FatVolume(
        shape,
        table,
        chains,
        tree,
        Bitmap(bits, np.zeros(1, np.bool_), FIRST_CLUSTER, 1, shape.end),
        Regions.laid(layers, volume.sectors),
        damaged,
    )


def _fixed(shape: FatShape) -> Iterator[Regions]:
    yield Regions.of(RegionKind.BOOT, 0, shape.sector)
    if shape.structure.kind is StructureKind.FAT32_BOOT:
        info = shape.structure.number("BPB_FSInfo")
        backup = shape.structure.number("BPB_BkBootSec")
        if 0 < info * shape.sector < shape.reserved:
            yield Regions.of(RegionKind.FSINFO, info * shape.sector, shape.sector)
        if 0 < backup * shape.sector < shape.reserved:
            # As many sectors as the first of the reserved ones that boot: three.
            until = min(3, shape.reserved // shape.sector - backup)
            yield Regions.of(RegionKind.BOOT_COPY, backup * shape.sector, until * shape.sector)
    yield Regions.of(RegionKind.RESERVED, 0, shape.reserved)
    copies = np.arange(shape.tables)
    yield Regions.of(
        RegionKind.FAT,
        shape.reserved + copies * shape.table_sectors,
        shape.table_sectors,
        owner=copies,
        unit=shape.bits,
        count=shape.end,
    )
    root = shape.data - shape.root
    yield Regions.of(RegionKind.ROOT_DIRECTORY, shape.root, root, unit=ENTRY * 8)
    behind = shape.data + shape.clusters * (shape.cluster_size // SECTOR)
    yield Regions.of(RegionKind.TAIL, behind, 2**40)


def _clusters(
    shape: FatShape, chains: ClusterRuns, tree: Tree, table: NDArray[np.int32]
) -> Iterator[Regions]:
    """Yield what the clusters of chains are for."""
    entries = tree.entries
    named = np.unique(entries.first[~entries.deleted & ~entries.is_directory])
    directory, file = np.isin(chains.head, tree.directories), np.isin(chains.head, named)
    each = shape.cluster_size // SECTOR
    for kind, which in (
        (RegionKind.DIRECTORY, directory),
        (RegionKind.FILE, file & ~directory),
        (RegionKind.LOST, ~file & ~directory),
    ):
        runs = chains.taking(which)
        yield Regions.of(
            kind,
            shape.data + (runs.cluster - FIRST_CLUSTER) * each,
            runs.count * each,
            owner=runs.head,
            first=runs.logical,
            unit=shape.cluster_size * 8,
        )
    bad = np.flatnonzero(table[FIRST_CLUSTER:] == Entry.BAD)
    yield Regions.of(RegionKind.BAD, shape.data + bad * each, each)
