"""Recognise: which structure begins at a sector, by its first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.format.magics import COWD_MAGIC, SESPARSE_MAGIC, SPARSE_MAGIC
from redoscope_core.format.units import SECTOR
from redoscope_core.structures.boot_sectors import boot_sector
from redoscope_core.structures.partitions import GPT_MAGIC, gpt_header, mbr
from redoscope_core.structures.superblocks import BTRFS_MAGIC, XFS_MAGIC, btrfs, ext, xfs
from redoscope_core.structures.vmdk_headers import (
    DESCRIPTOR_MAGIC,
    VOLATILE_MAGIC,
    vmdk_structure,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core.structures.fields import Structure

__all__ = ["LONGEST", "possible", "recognise"]

LONGEST = 4096
"""Bytes that any structure needs to be recognised and told whole."""

_SIGNATURES = (
    *((0, GPT_MAGIC), (0, SPARSE_MAGIC), (0, COWD_MAGIC), (0, SESPARSE_MAGIC)),
    *((0, VOLATILE_MAGIC), (0, XFS_MAGIC), (0, DESCRIPTOR_MAGIC), (64, BTRFS_MAGIC)),
    *((56, b"\x53\xef"), (510, b"\x55\xaa")),
)
_MARKER_TYPES = (1, 2, 3)


def recognise(data: bytes, offset: int) -> Structure | None:
    """Return the structure that begins *data*, the bytes from byte *offset* on; None if none does.

    *data* is one sector at least; of a longer structure only the fields that it holds are told.
    """
    if len(data) < SECTOR:
        return None
    for judge in (gpt_header, boot_sector, mbr, xfs, btrfs, ext, vmdk_structure):
        found = judge(data, offset)
        if found is not None:
            return found
    return None


def possible(sectors: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return which of *sectors*, rows of 512 bytes, may begin a structure: few that do not."""
    marks = np.zeros(len(sectors), bool)
    for at, magic in _SIGNATURES:
        # Most sectors differ in the first byte: only those that don't are looked at further.
        near = np.flatnonzero(sectors[:, at] == magic[0])
        wanted = np.frombuffer(magic, np.uint8)
        same = (sectors[near, at : at + len(magic)] == wanted).all(axis=1)
        marks[near[same]] = True
    near = np.flatnonzero(np.isin(sectors[:, 12], _MARKER_TYPES))
    empty = ~sectors[near, 8:12].any(axis=1) & ~sectors[near, 13:].any(axis=1)
    marks[near[empty]] = True
    return np.flatnonzero(marks)
