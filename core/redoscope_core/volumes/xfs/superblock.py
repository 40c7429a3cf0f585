"""The superblock of an XFS volume: its shape, proved before anything is read by it.

Numbers are big-endian. Source: XFS Algorithms & Data Structures, 3rd edition.
"""

from __future__ import annotations

from dataclasses import dataclass

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.structures import superblocks
from redoscope_core.volumes.source import Volume

__all__ = ["Superblock", "read_superblock"]

_LENGTH = 512
_SMALLEST, _LARGEST = 512, 65536
_MOST_GROUPS = 2**20
_VERSION, _WITH_SUMS = 0xF, 5
_HAS_KINDS, _HAS_SPARSE = 0x1, 0x2
"""Incompatible features: entries say what they are of; chunks of inodes may lack some."""
_HAD_KINDS = 0x200
"""The first of them where there are no checksums."""


@dataclass(frozen=True, slots=True)
class Superblock:
    """The shape of an XFS volume; blocks count from its start."""

    block_size: int
    """Bytes."""
    sector_size: int
    """Bytes: what the headers of a group have each."""
    blocks: int
    groups: int
    """Allocation groups."""
    group_blocks: int
    """Blocks of each but the last."""
    group_bits: int
    """Bits that a block within its group has in the number of a block."""
    directory_blocks: int
    """Blocks that directories are kept in together."""
    inode_size: int
    """Bytes."""
    inode_bits: int
    """Bits that an inode within its block has in its number."""
    log_start: int
    """Number of the first block of the log; 0 if it is elsewhere."""
    log_blocks: int
    root: int
    """Inode of the root directory."""
    uuid: str
    has_sums: bool
    """Whether blocks have checksums, and longer heads."""
    has_kinds: bool
    """Whether entries of directories say what they are of."""
    has_sparse: bool
    """Whether not all 64 inodes of a chunk need to be there."""

    @property
    def log_fits(self) -> bool:
        """Whether the log, if it is in the volume, lies within it."""
        begin = self.block_of(self.log_start)
        return not self.log_start or begin + self.log_blocks <= self.blocks

    def block_of(self, number: int) -> int:
        """Return the block, from the start of the volume, that has a *number* of a block."""
        group, inside = number >> self.group_bits, number & (1 << self.group_bits) - 1
        return group * self.group_blocks + inside

    def inode_at(self, number: int) -> int:
        """Return the byte of the volume at which an inode begins."""
        block = self.block_of(number >> self.inode_bits)
        inside = number & (1 << self.inode_bits) - 1
        return block * self.block_size + inside * self.inode_size


def read_superblock(volume: Volume) -> Superblock:
    """Return the superblock of the XFS volume.

    Raises:
        CorruptVolume: There is none, or what it says is impossible.
        VmdkError: It can't be read.
    """
    structure = superblocks.xfs(volume.bytes_at(0, _LENGTH, "a superblock"), 0)
    if structure is None:
        raise CorruptVolume("there is no XFS superblock", offset=0)
    number = structure.number
    sums = number("sb_versionnum") & _VERSION == _WITH_SUMS
    features = number("sb_features_incompat") if sums else 0
    shape = Superblock(
        block_size=number("sb_blocksize"),
        sector_size=number("sb_sectsize"),
        blocks=number("sb_dblocks"),
        groups=number("sb_agcount"),
        group_blocks=number("sb_agblocks"),
        group_bits=number("sb_agblklog"),
        directory_blocks=1 << min(number("sb_dirblklog"), 16),
        inode_size=number("sb_inodesize"),
        inode_bits=number("sb_inopblog"),
        log_start=number("sb_logstart"),
        log_blocks=number("sb_logblocks"),
        root=number("sb_rootino"),
        uuid=str(structure.field("sb_uuid").value),
        has_sums=sums,
        has_kinds=bool(features & _HAS_KINDS if sums else number("sb_features2") & _HAD_KINDS),
        has_sparse=bool(features & _HAS_SPARSE),
    )
    for field, value, sound in _checks(shape, volume.size):
        if not sound:
            raise CorruptVolume(f"{field} of the superblock is impossible", offset=0, found=value)
    return shape


def _checks(shape: Superblock, size: int) -> tuple[tuple[str, int, bool], ...]:
    block, sector, inode = shape.block_size, shape.sector_size, shape.inode_size
    groups, each = shape.groups, shape.group_blocks
    return (
        ("sb_blocksize", block, _is_power(block, _SMALLEST, _LARGEST)),
        ("sb_sectsize", sector, _is_power(sector, SECTOR, block)),
        ("sb_inodesize", inode, _is_power(inode, 256, block)),
        ("sb_dblocks", shape.blocks, 0 < shape.blocks * block <= size),
        ("sb_agcount", groups, 0 < groups <= _MOST_GROUPS),
        ("sb_agblocks", each, (groups - 1) * each < shape.blocks <= groups * each),
        ("sb_agblklog", shape.group_bits, each <= 1 << min(shape.group_bits, 32) < 4 * each),
        ("sb_dirblklog", shape.directory_blocks, shape.directory_blocks * block <= _LARGEST),
        ("sb_inopblog", shape.inode_bits, inode << min(shape.inode_bits, 16) == block),
    )


def _is_power(number: int, least: int, most: int) -> bool:
    return least <= number <= most and not number & (number - 1)
