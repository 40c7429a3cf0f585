"""Streams of NTFS by our own parser, for file records that the library refuses as a whole.

It takes a hole that is longer than the volume for damage, and then knows no attribute of the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.ntfs.boot import read_boot
from redoscope_core.volumes.ntfs.compressed import UNIT_CLUSTERS
from redoscope_core.volumes.ntfs.files import attributes_of
from redoscope_core.volumes.ntfs.mft import Mft, read_mft
from redoscope_core.volumes.ntfs.run_lists import HOLE

if TYPE_CHECKING:
    from redoscope_core.volumes.source import Volume

__all__ = ["OwnStream", "RecordStreams"]

_PACKED, _COMPRESSED = 0x40FF, 0x00FF
"""Flags of an attribute: compressed in some way, or encrypted."""


class OwnStream(NamedTuple):
    """An attribute of a file record."""

    type: int
    id: int
    name: bytes
    size: int
    """Bytes."""
    inside: bytes | None
    """All of it, if the record itself has it."""
    packed: bool
    """Compressed or encrypted."""
    unit: int
    """Bytes that are compressed together; 0 where none are."""
    runs: list[tuple[int, int, int]]
    """First sector, sectors and the byte of the stream, of each run that is stored."""


class RecordStreams:
    """The attributes of file records, asked for one by one."""

    def __init__(self, volume: Volume) -> None:
        """Read them from *volume*, when the first is asked for."""
        self._volume = volume
        self._mft: Mft | None = None

    def of(self, number: int) -> list[OwnStream] | None:
        """Return the attributes of a file record; None if it can't be believed.

        Raises:
            VmdkError: It can't be read.
        """
        try:
            if self._mft is None:
                self._mft = read_mft(self._volume, read_boot(self._volume))
            told = attributes_of(self._mft, number)
        except CorruptVolume:
            return None
        each = self._mft.shape.cluster_size // SECTOR
        found = []
        for one in told:
            stored = one.runs.taking(one.runs.lcn != HOLE)
            columns = (stored.lcn * each, stored.count * each, stored.vcn * each * SECTOR)
            runs = list(zip(*(column.tolist() for column in columns), strict=True))
            name = one.name.encode("utf-8", "surrogateescape")
            inside = one.value if one.resident else None
            packed = bool(one.flags & _PACKED) and not one.resident
            unit = UNIT_CLUSTERS * self._mft.shape.cluster_size if packed else 0
            unit *= bool(one.flags & _COMPRESSED)
            found.append(OwnStream(one.type, one.id, name, one.size, inside, packed, unit, runs))
        return found
