"""Holding: what a volume holds, by its first bytes and its last: a file system, a container, swap.

Sources: what libblkid looks for, the LUKS2 on-disk format, the kernel on md, the label
of LVM2, Apple File System Reference, the on-disk format of OpenZFS.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.format.units import SECTOR
from redoscope_core.structures.fields import StructureKind
from redoscope_core.structures.recognise import LONGEST, recognise
from redoscope_core.volumes.fat.boot import entry_bits

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Holding", "held_by"]


class Holding(Enum):
    """What a volume holds; the value is its word for programs."""

    EXT2 = "ext2"
    EXT3 = "ext3"
    EXT4 = "ext4"
    FAT12 = "fat12"
    FAT16 = "fat16"
    FAT32 = "fat32"
    EXFAT = "exfat"
    NTFS = "ntfs"
    XFS = "xfs"
    BTRFS = "btrfs"
    HFS = "hfs+"
    APFS = "apfs"
    REFS = "refs"
    ZFS = "zfs"
    ISO9660 = "iso9660"
    SWAP = "swap"
    LUKS1 = "luks1"
    LUKS2 = "luks2"
    BITLOCKER = "bitlocker"
    LVM2 = "lvm2"
    MD = "md"
    """A member of a Linux RAID."""
    ZEROS = "zeros"
    """Nothing but zeros where anything would begin."""
    UNKNOWN = "unknown"

    @property
    def is_encrypted(self) -> bool:
        """Whether nothing can be read of it without a key."""
        return self in {Holding.LUKS1, Holding.LUKS2, Holding.BITLOCKER}


class _Magic(NamedTuple):
    """Bytes that tell what a volume holds."""

    offset: int
    bytes: bytes
    holding: Holding


_CONTAINERS = (
    _Magic(0, b"LUKS\xba\xbe\0\1", Holding.LUKS1),
    _Magic(0, b"LUKS\xba\xbe\0\2", Holding.LUKS2),
    # Of the second header, for where the first is lost.
    _Magic(16384, b"SKUL\xba\xbe\0\2", Holding.LUKS2),
    _Magic(3, b"-FVE-FS-", Holding.BITLOCKER),
    # BitLocker To Go looks like a FAT; this is its GUID.
    _Magic(424, bytes.fromhex("3bd66749292ed84a8399f6a339e3d001"), Holding.BITLOCKER),
    *(_Magic(sector * SECTOR + 24, b"LVM2 001", Holding.LVM2) for sector in range(4)),
    _Magic(0, bytes.fromhex("fc4e2ba9"), Holding.MD),
    _Magic(4096, bytes.fromhex("fc4e2ba9"), Holding.MD),
    *(_Magic(page - 10, b"SWAPSPACE2", Holding.SWAP) for page in (4096, 8192, 16384, 65536)),
    *(_Magic(page - 10, b"SWAP-SPACE", Holding.SWAP) for page in (4096, 8192, 16384, 65536)),
)
_OTHERS = (
    _Magic(3, b"ReFS\0\0\0\0", Holding.REFS),
    _Magic(32, b"NXSB", Holding.APFS),
    _Magic(0, b"XFSB", Holding.XFS),
    _Magic(65600, b"_BHRfS_M", Holding.BTRFS),
    _Magic(1024, b"H+\0\4", Holding.HFS),
    _Magic(1024, b"HX\0\5", Holding.HFS),
    _Magic(32769, b"CD001", Holding.ISO9660),
)
_BOOTS = {
    StructureKind.NTFS_BOOT: Holding.NTFS,
    StructureKind.EXFAT_BOOT: Holding.EXFAT,
    StructureKind.FAT_BOOT: Holding.FAT16,
    StructureKind.FAT32_BOOT: Holding.FAT32,
}
_EXT_AT = 1024
_HAS_JOURNAL, _OF_EXT4 = 0x4, 0x40 | 0x80 | 0x200
"""Features: a journal; extents, 64-bit numbers, flexible groups."""
_NARROW = 12
_UBERBLOCKS, _UBERBLOCK = range(131072, 262144, 1024), (b"\x0c\xb1\xba\0", b"\0\xba\xb1\x0c")
_MD = bytes.fromhex("fc4e2ba9")
_LOOKED_AT = 2**20
"""Bytes at the begin of a volume that have all magics."""


def held_by(read: Callable[[int, int], bytes], size: int) -> Holding:
    """Return what a volume of *size* bytes holds; *read* gives bytes from an offset of it on.

    It may be asked for what lies behind the end, and returns fewer bytes then.
    """
    head = read(0, min(size, _LOOKED_AT))
    found = _by_magic(head, _CONTAINERS)
    if found is not None:
        return found
    if any(read(offset, 4) == _MD for offset in _md_at_the_end(size)):
        return Holding.MD
    found = _by_magic(head, _OTHERS) or _by_structure(head)
    if found is not None:
        return found
    if any(head[at : at + 4] in _UBERBLOCK for at in _UBERBLOCKS):
        return Holding.ZFS
    return Holding.UNKNOWN if any(head) else Holding.ZEROS


def _by_magic(head: bytes, magics: tuple[_Magic, ...]) -> Holding | None:
    for offset, magic, holding in magics:
        if head[offset : offset + len(magic)] == magic:
            return holding
    return None


def _md_at_the_end(size: int) -> tuple[int, ...]:
    """Return where members of version 1.0 and 0.90 have their superblocks."""
    new, old = ((size // SECTOR - 16) & ~7) * SECTOR, (size & ~0xFFFF) - 0x10000
    return tuple(offset for offset in (new, old) if offset > 0)


def _by_structure(head: bytes) -> Holding | None:
    """Return which file system with a boot sector or a superblock of ext it is."""
    boot = recognise(head[:LONGEST], 0)
    if boot is not None and boot.kind in _BOOTS:
        holding = _BOOTS[boot.kind]
        return (
            Holding.FAT12 if holding is Holding.FAT16 and entry_bits(boot) == _NARROW else holding
        )
    ext = recognise(head[_EXT_AT : _EXT_AT + LONGEST], _EXT_AT)
    if ext is None or ext.kind is not StructureKind.EXT_SUPERBLOCK:
        return None
    if ext.number("s_feature_incompat") & _OF_EXT4:
        return Holding.EXT4
    return Holding.EXT3 if ext.number("s_feature_compat") & _HAS_JOURNAL else Holding.EXT2
