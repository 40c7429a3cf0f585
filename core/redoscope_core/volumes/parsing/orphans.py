"""Orphans: inodes of ext that are deleted and have no name any more, where the library lists none.

It gives up on all of them where one is a directory without blocks, as ext3 leaves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.volumes.ext.bitmaps import read_inode_bitmap
from redoscope_core.volumes.ext.facts import once_used
from redoscope_core.volumes.ext.groups import read_groups
from redoscope_core.volumes.ext.superblock import read_superblock

if TYPE_CHECKING:
    from redoscope_core.volumes.source import Volume

__all__ = ["inodes_once_used", "orphan_name"]


def inodes_once_used(volume: Volume) -> list[int]:
    """Return the inodes of an ext *volume* that are free and once were not.

    Raises:
        VmdkError: They can't be told.
    """
    groups = read_groups(volume, read_superblock(volume))
    found: list[int] = once_used(volume, groups, read_inode_bitmap(volume, groups)).tolist()
    return found


def orphan_name(number: int) -> bytes:
    """Return what the library calls one, which has no name."""
    return b"OrphanFile-%d" % number
