"""What every block of an ext volume is for, by its layout and by all its inodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.bitmap import Bitmap
from redoscope_core.volumes.ext.bitmaps import read_block_bitmap, read_inode_bitmap
from redoscope_core.volumes.ext.block_maps import BlockMap, Extents, Found, map_blocks
from redoscope_core.volumes.ext.groups import Groups, read_groups
from redoscope_core.volumes.ext.inodes import read_inode, read_inodes
from redoscope_core.volumes.ext.layout import fixed_regions
from redoscope_core.volumes.ext.superblock import Superblock, read_superblock
from redoscope_core.volumes.regions import RegionKind, Regions
from redoscope_core.volumes.scattered import scattered
from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["ExtVolume", "blocks_of", "journal_of", "open_ext"]

_NONE: Numbers = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class ExtVolume:
    """An ext volume as its own structures tell it: the stored state, no journal replayed."""

    shape: Superblock
    groups: Groups
    used_blocks: Bitmap
    used_inodes: Bitmap
    regions: Regions
    """What each sector is for, as far as anything tells."""
    runs: Extents
    """Blocks of all inodes in use, holes left out."""
    damaged: Numbers
    """Inodes whose maps don't hold together."""
    is_whole: bool
    """Whether all runs are here; there may have been too many."""

    def is_used(self, sectors: Numbers) -> NDArray[np.bool_]:
        """Return of each sector whether its block is in use; False behind the last block."""
        return self.used_blocks.is_used(np.asarray(sectors) // (self.shape.block_size // SECTOR))


def open_ext(volume: Volume) -> ExtVolume:
    """Read all structures of the ext volume that say what its blocks are for.

    Raises:
        CorruptVolume: The superblock, or the descriptors of its groups, can't be believed.
        VmdkError: Something of it can't be read.
    """
    shape = read_superblock(volume)
    groups = read_groups(volume, shape)
    used_inodes = read_inode_bitmap(volume, groups)
    found = Found(shape)
    directories, attributes = [_NONE], [(_NONE, _NONE)]
    for each in read_inodes(volume, groups, used_inodes):
        map_blocks(volume, found, each)
        directories.append(each.number[each.is_directory])
        some = each.attributes > 0
        attributes.append((each.number[some], each.attributes[some]))
    told = found.all()
    layers = (
        fixed_regions(groups, volume.sectors),
        *_node_layers(told, shape),
        _attribute_layer(attributes, shape),
        *_data_layers(told.runs, shape, np.concatenate(directories)),
    )
    return ExtVolume(
        shape,
        groups,
        read_block_bitmap(volume, groups),
        used_inodes,
        Regions.laid(layers, volume.sectors),
        told.runs,
        told.damaged,
        told.is_whole,
    )


def blocks_of(volume: Volume, groups: Groups, inode: int) -> BlockMap:
    """Return the blocks of one inode, in use or not; no other is read.

    Raises:
        CorruptVolume: There is no such inode.
        VmdkError: It can't be read.
    """
    found = Found(groups.shape)
    map_blocks(volume, found, read_inode(volume, groups, inode))
    return found.all()


def _node_layers(told: BlockMap, shape: Superblock) -> Iterator[Regions]:
    each = shape.block_size // SECTOR
    for kind, nodes in (
        (RegionKind.EXTENT_TREE, told.tree),
        (RegionKind.INDIRECT, told.indirect),
    ):
        yield Regions.of(kind, nodes.block * each, each, owner=nodes.owner)


def _attribute_layer(attributes: list[tuple[Numbers, Numbers]], shape: Superblock) -> Regions:
    """Return the blocks of extended attributes, each for the first inode that has it."""
    owner = np.concatenate([inode for inode, _ in attributes])
    block, first = np.unique(np.concatenate([at for _, at in attributes]), return_index=True)
    each = shape.block_size // SECTOR
    return Regions.of(RegionKind.EXTENDED_ATTRIBUTES, block * each, each, owner=owner[first])


def _data_layers(runs: Extents, shape: Superblock, directories: Numbers) -> Iterator[Regions]:
    each = shape.block_size // SECTOR
    journal = runs.owner == (shape.journal_inode or 0)
    directory = np.isin(runs.owner, directories)
    own = (runs.owner < shape.first_inode) | np.isin(runs.owner, list(shape.late_inodes))
    own &= ~journal & ~directory
    for kind, which in (
        (RegionKind.JOURNAL, journal),
        (RegionKind.DIRECTORY, directory),
        (RegionKind.FILE_SYSTEM_FILE, own),
        (RegionKind.FILE, ~journal & ~directory & ~own),
    ):
        yield Regions.of(
            kind,
            runs.block[which] * each,
            runs.count[which] * each,
            owner=runs.owner[which],
            first=runs.logical[which],
            unit=shape.block_size * 8,
        )


def journal_of(volume: Volume, groups: Groups) -> Volume | None:
    """Return the bytes of the volume's own journal; None if it has none.

    Raises:
        VmdkError: What says where it lies can't be read.
    """
    inode = groups.shape.journal_inode
    if inode is None:
        return None
    runs = blocks_of(volume, groups, inode).runs
    end = int((runs.logical + runs.count).max(initial=0))
    return scattered(
        volume,
        first=runs.logical,
        place=runs.block,
        count=runs.count,
        unit=groups.shape.block_size,
        size=end * groups.shape.block_size,
    )
