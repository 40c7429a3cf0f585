"""The superblock of an ext volume: its shape, proved before anything is read by it.

Source: the kernel's documentation of ext4, and what ext4_fill_super refuses to mount.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import ceil_div
from redoscope_core.structures import superblocks
from redoscope_core.structures.fields import Structure
from redoscope_core.volumes.source import Volume

__all__ = ["Compatible", "Incompatible", "ReadOnlyCompatible", "Superblock", "read_superblock"]

OFFSET = 1024
LENGTH = 1024
_OLD_INODE = 128
_OLD_DESCRIPTOR = 32
_LARGEST_BLOCK = 65536
_MOST_GROUPS = 2**19
_CLEAN = 1
_FIRST_INODE = 11
"""Of volumes that do not say it, those of revision 0."""


class Compatible(IntFlag):
    """Features that do not matter to who reads or writes."""

    HAS_JOURNAL = 0x4
    SPARSE_SUPER2 = 0x200
    ORPHAN_FILE = 0x1000


class Incompatible(IntFlag):
    """Features that who reads must know."""

    NEEDS_RECOVERY = 0x4
    JOURNAL_DEVICE = 0x8
    META_BG = 0x10
    EXTENTS = 0x40
    BIT64 = 0x80
    MULTIPLE_MOUNT = 0x100
    FLEX_BG = 0x200
    CHECKSUM_SEED = 0x2000
    INLINE_DATA = 0x8000


class ReadOnlyCompatible(IntFlag):
    """Features that who writes must know."""

    SPARSE_SUPER = 0x1
    GROUP_CHECKSUM = 0x10
    BIGALLOC = 0x200
    METADATA_CHECKSUM = 0x400
    PROJECT = 0x2000


@dataclass(frozen=True, slots=True)
class Superblock:
    """The shape of an ext volume; block numbers count from its start."""

    structure: Structure
    """All fields as they stand there."""
    block_size: int
    """Bytes."""
    blocks: int
    first_block: int
    """Where group 0 begins: 1 with blocks of 1,024 bytes, else 0 (but for bigalloc)."""
    group_blocks: int
    """Blocks of a group."""
    cluster_blocks: int
    """Blocks for each bit of a block bitmap; 1 without bigalloc."""
    inodes: int
    group_inodes: int
    """Inodes of a group."""
    inode_size: int
    """Bytes."""
    descriptor_size: int
    """Bytes."""
    compatible: int
    incompatible: int
    read_only_compatible: int

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return ceil_div(self.blocks - self.first_block, self.group_blocks)

    @property
    def table_blocks(self) -> int:
        """Blocks of the inode table of a group."""
        return ceil_div(self.group_inodes * self.inode_size, self.block_size)

    @property
    def has_unused(self) -> bool:
        """Whether descriptors say what was never written: bitmaps, ends of inode tables."""
        marks = ReadOnlyCompatible.GROUP_CHECKSUM | ReadOnlyCompatible.METADATA_CHECKSUM
        return bool(self.read_only_compatible & marks)

    @property
    def journal_inode(self) -> int | None:
        """The inode of its journal; None if it has none of its own."""
        number = self.structure.number("s_journal_inum")
        return number if self.compatible & Compatible.HAS_JOURNAL and number else None

    @property
    def first_inode(self) -> int:
        """The first inode that people's files may have; those before it are kept for the volume."""
        return self.structure.number("s_first_ino") or _FIRST_INODE

    @property
    def late_inodes(self) -> frozenset[int]:
        """Inodes that the volume keeps for itself although people's files may have such ones."""
        kept = (
            (self.compatible & Compatible.ORPHAN_FILE, "s_orphan_file_inum"),
            (self.read_only_compatible & ReadOnlyCompatible.PROJECT, "s_prj_quota_inum"),
        )
        return frozenset(self.structure.number(name) for has, name in kept if has) - {0}

    @property
    def needs_recovery(self) -> bool:
        """Whether its journal is to be replayed at the next mount."""
        return bool(self.incompatible & Incompatible.NEEDS_RECOVERY)

    @property
    def is_clean(self) -> bool:
        """Whether it was unmounted, and nobody saw an error in it."""
        return self.structure.number("s_state") == _CLEAN and not self.needs_recovery

    @property
    def identity(self) -> str:
        """Its UUID, which a second generation of the volume has too."""
        return str(self.structure.field("s_uuid").value)


def read_superblock(volume: Volume) -> Superblock:
    """Return the superblock of the ext volume.

    Raises:
        CorruptVolume: There is none, or what it says is impossible.
        VmdkError: It can't be read.
    """
    data = volume.bytes_at(OFFSET, LENGTH, "a superblock")
    structure = superblocks.ext(data, OFFSET)
    if structure is None:
        raise CorruptVolume("there is no ext superblock", offset=OFFSET)
    shape = _shape(structure)
    for field, value, sound in _checks(shape, volume.size):
        if not sound:
            raise CorruptVolume(
                f"{field} of the superblock is impossible", offset=OFFSET, found=value
            )
    return shape


def _shape(structure: Structure) -> Superblock:
    number = structure.number
    incompatible, old = number("s_feature_incompat"), not number("s_rev_level")
    wide = bool(incompatible & Incompatible.BIT64)
    read_only = number("s_feature_ro_compat")
    ratio = 0
    if read_only & ReadOnlyCompatible.BIGALLOC:
        ratio = number("s_log_cluster_size") - number("s_log_block_size")
    return Superblock(
        structure,
        OFFSET << number("s_log_block_size"),
        number("s_blocks_count_lo") | (number("s_blocks_count_hi") << 32 if wide else 0),
        number("s_first_data_block"),
        number("s_blocks_per_group"),
        1 << min(max(ratio, 0), 32),
        number("s_inodes_count"),
        number("s_inodes_per_group"),
        _OLD_INODE if old else number("s_inode_size"),
        number("s_desc_size") if wide else _OLD_DESCRIPTOR,
        number("s_feature_compat"),
        incompatible,
        read_only,
    )


def _checks(shape: Superblock, size: int) -> tuple[tuple[str, int, bool], ...]:
    """Return field, value and whether it is possible; a later one counts on the earlier ones."""
    block, bits = shape.block_size, 8 * shape.block_size
    group, inode, record = shape.group_blocks, shape.inode_size, shape.descriptor_size
    limit = bits * shape.cluster_blocks
    grouped = 0 < group <= limit and group % (8 * shape.cluster_blocks) == 0
    beyond = shape.blocks <= shape.first_block
    count = 0 if beyond or not grouped else shape.groups
    tabled = 0 < shape.group_inodes <= bits and shape.group_inodes % 8 == 0
    return (
        ("s_log_block_size", block, block <= _LARGEST_BLOCK),
        ("s_first_data_block", shape.first_block, shape.first_block <= 1),
        ("s_blocks_count", shape.blocks, not beyond and shape.blocks * block <= size),
        ("s_blocks_per_group", group, grouped),
        ("s_inodes_per_group", shape.group_inodes, tabled),
        ("s_inode_size", inode, _OLD_INODE <= inode <= block and not inode & (inode - 1)),
        ("s_desc_size", record, _OLD_DESCRIPTOR <= record <= block and not record & (record - 1)),
        ("s_blocks_per_group", group, 0 < count <= _MOST_GROUPS),
        ("s_inodes_count", shape.inodes, shape.inodes == count * shape.group_inodes),
    )
