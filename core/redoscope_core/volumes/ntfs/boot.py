"""The boot sector of an NTFS volume: its shape, proved before anything is read by it."""

from __future__ import annotations

from dataclasses import dataclass

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.structures.boot_sectors import boot_sector
from redoscope_core.structures.fields import Structure, StructureKind
from redoscope_core.volumes.source import Volume

__all__ = ["Shape", "read_boot"]

_LARGEST_CLUSTER = 2**21
_BYTE, _MOST_SECTORS = 0xFF, 128
"""Clusters of more sectors than these have the exponent, as a negative number of one byte."""
_LARGEST_RECORD = 2**16
_MOST_CLUSTERS = 2**40


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of an NTFS volume; clusters count from its start."""

    structure: Structure
    """All fields of the boot sector as they stand there."""
    cluster_size: int
    """Bytes."""
    clusters: int
    total: int
    """Sectors of 512 bytes, without that of the boot sector's copy behind them."""
    mft: int
    """First cluster of $MFT."""
    record_size: int
    """Bytes of a file record."""
    index_size: int
    """Bytes of an index block."""

    @property
    def identity(self) -> str:
        """Its serial number, which a second generation of the volume has too."""
        return self.structure.field("VolumeSerialNumber").text


def read_boot(volume: Volume) -> Shape:
    """Return the shape of the NTFS volume.

    Raises:
        CorruptVolume: There is no boot sector of NTFS, or what it says is impossible.
        VmdkError: It can't be read.
    """
    structure = boot_sector(volume.bytes_at(0, SECTOR, "a boot sector"), 0)
    if structure is None or structure.kind is not StructureKind.NTFS_BOOT:
        raise CorruptVolume("there is no boot sector of NTFS", offset=0)
    number = structure.number
    sector, each = number("BytesPerSector"), number("SectorsPerCluster")
    cluster = sector * (each & _BYTE if each & _BYTE <= _MOST_SECTORS else 1 << -each)
    total = number("TotalSectors") * sector
    record = _size(number("ClustersPerFileRecord"), cluster)
    index = _size(number("ClustersPerIndexBuffer"), cluster)
    clusters = total // cluster if cluster else 0
    mft = number("MFTClusterNumber")
    for field, value, sound in (
        ("BytesPerSector", sector, sector >= SECTOR and _is_power(sector)),
        ("SectorsPerCluster", each, _is_power(cluster) and cluster <= _LARGEST_CLUSTER),
        ("TotalSectors", number("TotalSectors"), 0 < total <= volume.size),
        ("MFTClusterNumber", mft, 0 < mft < clusters <= _MOST_CLUSTERS),
        ("ClustersPerFileRecord", record, _is_record(record)),
        ("ClustersPerIndexBuffer", index, _is_record(index)),
    ):
        if not sound:
            raise CorruptVolume(f"{field} of the boot sector is impossible", offset=0, found=value)
    return Shape(structure, cluster, clusters, total // SECTOR, mft, record, index)


def _size(told: int, cluster: int) -> int:
    """Return how many bytes a record has: so many clusters, or 2 to the power of minus *told*."""
    return told * cluster if told > 0 else 1 << min(-told, 62)


def _is_power(number: int) -> bool:
    return number > 0 and not number & (number - 1)


def _is_record(size: int) -> bool:
    return _is_power(size) and SECTOR <= size <= _LARGEST_RECORD
