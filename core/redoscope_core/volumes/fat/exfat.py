"""exFAT: what every cluster is for, by its allocation bitmap, its table and all directories.

    boot region | its copy | table | clusters 2, 3, ...: bitmap, table of upper case, root, files

A file that lies in one piece says so, and has no chain in the table.

Source: Microsoft's exFAT specification.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR, ceil_div
from redoscope_core.structures.boot_sectors import boot_sector
from redoscope_core.structures.fields import Structure, StructureKind
from redoscope_core.volumes.bitmap import Bitmap
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.fat.boot import ENTRY, FIRST_CLUSTER
from redoscope_core.volumes.fat.chains import ClusterRuns, chained
from redoscope_core.volumes.fat.table import Entry, entries_in
from redoscope_core.volumes.regions import RegionKind, Regions
from redoscope_core.volumes.scattered import scattered
from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["ExfatEntries", "ExfatShape", "ExfatVolume", "open_exfat"]

_MOST_CLUSTERS = 2**25
_MOST_ENTRIES = 2**22
_BOOT_REGION = 12
"""Sectors, of the volume's own, of a boot region."""
_LEAST_SHIFT, _MOST_SHIFT, _MOST_CLUSTER_SHIFT = 9, 12, 25
_LAST, _BAD = 0xFFFFFFFF, 0xFFFFFFF7
_BITMAP, _UPCASE, _FILE, _STREAM = 0x81, 0x82, 0x85, 0xC0
_DIRECTORY, _IN_ONE_PIECE = 0x10, 0x02
_WHOLE = np.dtype(
    {
        "names": ["type", "flags", "attributes", "valid", "first", "size"],
        "formats": ["u1", "u1", "<u2", "<u8", "<u4", "<u8"],
        "offsets": [0, 1, 4, 8, 20, 24],
        "itemsize": ENTRY,
    }
)


@dataclass(frozen=True, slots=True)
class ExfatShape:
    """The shape of an exFAT volume; sectors are of 512 bytes, from the start of the volume."""

    structure: Structure
    sector: int
    """Sectors of 512 bytes for each of the volume's own."""
    cluster_size: int
    """Bytes."""
    clusters: int
    table: int
    """First sector of the table that is in force."""
    table_sectors: int
    tables: int
    data: int
    """Sector at which cluster 2 begins."""
    root_cluster: int

    @property
    def end(self) -> int:
        """The number behind that of the last cluster."""
        return FIRST_CLUSTER + self.clusters

    @property
    def identity(self) -> str:
        """Its serial number, which a second generation of the volume has too."""
        return self.structure.field("VolumeSerialNumber").text


@dataclass(frozen=True, slots=True, eq=False)
class ExfatEntries(Columns):
    """Files and directories that are not deleted."""

    directory: Numbers
    """First cluster of the directory that has it."""
    offset: Numbers
    """Byte of the volume at which its first entry stands."""
    attributes: Numbers
    first: Numbers
    """First cluster; 0 of an empty file."""
    size: Numbers
    """Bytes."""
    valid: Numbers
    """Bytes that were ever written: those behind read as zeros, whatever is stored."""
    in_one_piece: NDArray[np.bool_]
    """Whether it has no chain in the table."""


@dataclass(frozen=True, slots=True, eq=False)
class ExfatVolume:
    """An exFAT volume as its own structures tell it."""

    shape: ExfatShape
    chains: ClusterRuns
    """Of those files and directories that have a chain in the table."""
    entries: ExfatEntries
    used_clusters: Bitmap
    regions: Regions
    """What each sector is for, as far as anything tells."""
    damaged: Numbers
    """Clusters at which the table is damaged, and first clusters at which nothing can begin."""
    is_whole: bool
    """Whether all entries are here; there may have been too many."""

    def is_used(self, sectors: Numbers) -> NDArray[np.bool_]:
        """Return of each sector whether its cluster is in use; False outside of all clusters."""
        each = self.shape.cluster_size // SECTOR
        cluster = (np.asarray(sectors) - self.shape.data) // each + FIRST_CLUSTER
        return self.used_clusters.is_used(cluster)


def open_exfat(volume: Volume) -> ExfatVolume:
    """Read all structures of the exFAT volume that say what its clusters are for.

    Raises:
        CorruptVolume: The boot sector can't be believed, or there is no allocation bitmap.
        VmdkError: Something of it can't be read.
    """
    shape = _read_boot(volume)
    chains, damaged = chained(_read_table(volume, shape))
    tree = _Tree(volume, shape, chains)
    tree.walk()
    bitmap = _bitmap(volume, shape, tree)
    return ExfatVolume(
        shape,
        chains,
        ExfatEntries.joined(tree.entries).taking(slice(_MOST_ENTRIES)),
        bitmap,
        Regions.laid((*_fixed(shape), *_clusters(shape, tree)), volume.sectors),
        np.unique(np.concatenate((damaged, *tree.damaged))),
        tree.is_whole,
    )


def _read_boot(volume: Volume) -> ExfatShape:
    boot = boot_sector(volume.bytes_at(0, SECTOR, "a boot sector"), 0)
    if boot is None or boot.kind is not StructureKind.EXFAT_BOOT:
        raise CorruptVolume("there is no boot sector of exFAT", offset=0)
    number = boot.number
    shift, more = number("BytesPerSectorShift"), number("SectorsPerClusterShift")
    if not _LEAST_SHIFT <= shift <= _MOST_SHIFT or shift + more > _MOST_CLUSTER_SHIFT:
        raise CorruptVolume("the size of a cluster is impossible", offset=0, found=(shift, more))
    each, tables = (1 << shift) // SECTOR, number("NumberOfFats")
    length = number("FatLength")
    active = number("VolumeFlags") & 1 if tables == 2 else 0  # noqa: PLR2004
    table = number("FatOffset") + active * length
    clusters, heap = number("ClusterCount"), number("ClusterHeapOffset")
    end, root = FIRST_CLUSTER + clusters, number("FirstClusterOfRootDirectory")
    total = number("VolumeLength") << shift
    for field, value, sound in (
        ("NumberOfFats", tables, tables in {1, 2}),
        ("VolumeLength", total, 0 < total <= volume.size),
        ("ClusterCount", clusters, 0 < clusters <= _MOST_CLUSTERS),
        ("FatLength", length, (length << shift) // 4 >= end),
        ("ClusterHeapOffset", heap, heap >= number("FatOffset") + tables * length),
        ("ClusterCount", clusters, ((clusters << more) + heap) << shift <= total),
        ("FirstClusterOfRootDirectory", root, FIRST_CLUSTER <= root < end),
    ):
        if not sound:
            raise CorruptVolume(f"{field} of the boot sector is impossible", offset=0, found=value)
    size = 1 << shift + more
    told = (table * each, length * each, tables, heap * each, root)
    return ExfatShape(boot, each, size, clusters, *told)


def _read_table(volume: Volume, shape: ExfatShape) -> NDArray[np.int32]:
    """Return of each cluster the next one, or `Entry`."""
    raw = volume.array_at(shape.table * SECTOR, shape.end * 4, "a file allocation table")
    values = entries_in(raw, 32)
    leads = (values >= FIRST_CLUSTER) & (values < shape.end)
    table = np.where(leads, values, 0).astype(np.int32)
    table[(values > 0) & ~leads] = Entry.ODD
    table[values == _BAD] = Entry.BAD
    table[values == _LAST] = Entry.LAST
    table[:FIRST_CLUSTER] = Entry.BAD
    return table


class _Tree:
    """What is found from the root directory down."""

    def __init__(self, volume: Volume, shape: ExfatShape, chains: ClusterRuns) -> None:
        self.volume, self.shape, self.chains = volume, shape, chains
        none = np.zeros(0, np.int64)
        self.entries = [ExfatEntries(none, none, none, none, none, none, np.zeros(0, np.bool_))]
        self.directories = [ClusterRuns(none, none, none, none)]
        self.files = list(self.directories)
        self.own: dict[int, tuple[int, int]] = {}
        """Of the bitmap and the table of upper case: first cluster and bytes, by kind of entry."""
        self.damaged = [none]
        self.total = 0
        self.is_whole = True

    def walk(self) -> None:
        """Read the directories, level by level; none twice."""
        seen = np.zeros(0, np.int64)
        level = self.chains.of(np.array([self.shape.root_cluster]))
        while len(level):
            fresh = ~np.isin(level.head, seen)
            seen = np.union1d(seen, level.head)
            level = level.taking(fresh)
            self.directories.append(level)
            entries = self._read(level)
            self.entries.append(entries)
            self.total += len(entries)
            folder = (entries.attributes & _DIRECTORY) != 0
            self.files.append(self._runs(entries.taking(~folder)))
            level = self._runs(entries.taking(folder))
            if self.total > _MOST_ENTRIES:
                self.is_whole = False
                return

    def _runs(self, entries: ExfatEntries) -> ClusterRuns:
        """Return the runs of files, chain by chain; of two with one first cluster those of one."""
        some = entries.taking(entries.first > 0)
        _, alone = np.unique(some.first, return_index=True)
        some = some.taking(alone)
        count = -(-some.size // self.shape.cluster_size)
        inside = (some.first >= FIRST_CLUSTER) & (count > 0)
        inside &= count <= self.shape.end - some.first
        sound = np.where(some.in_one_piece, inside, np.isin(some.first, self.chains.head))
        self.damaged.append(some.first[~sound])
        whole = some.in_one_piece & sound
        first, length = some.first[whole], count[whole]
        pieces = ClusterRuns(first, np.zeros(len(first), np.int64), first, length)
        chained_ones = self.chains.of(some.first[~some.in_one_piece & sound])
        return ClusterRuns.joined([pieces, chained_ones])

    def _read(self, runs: ClusterRuns) -> ExfatEntries:
        """Return the entries of directories, whose clusters are *runs*."""
        shape = self.shape
        most = max(1, _MOST_ENTRIES * ENTRY // shape.cluster_size)
        before = np.cumsum(runs.count) - runs.count
        total = min(int(runs.count.sum()), most)
        self.is_whole &= total == int(runs.count.sum())
        which = np.searchsorted(before + runs.count, np.arange(total), side="right")
        cluster = runs.cluster[which] + np.arange(total) - before[which]
        place = shape.data * SECTOR + (cluster - FIRST_CLUSTER) * shape.cluster_size
        raw = np.empty((total, shape.cluster_size), np.uint8)
        for rows in self.volume.rows_at(place, shape.cluster_size, "a directory"):
            raw[rows.which] = rows.data
        told = raw.reshape(-1, ENTRY).view(_WHOLE)[:, 0]
        each = shape.cluster_size // ENTRY
        whose = np.repeat(runs.head[which], each)
        offset = (place[:, None] + np.arange(each) * ENTRY).reshape(-1)
        self._note_own(told)
        # A stream stands behind its file; what it says is the file's.
        heads = np.flatnonzero((told["type"][:-1] == _FILE) & (told["type"][1:] == _STREAM))
        heads = heads[whose[heads] == whose[heads + 1]]
        stream = told[heads + 1]
        return ExfatEntries(
            whose[heads],
            offset[heads],
            told["attributes"][heads].astype(np.int64),
            stream["first"].astype(np.int64),
            np.minimum(stream["size"], np.uint64(2**62)).astype(np.int64),
            np.minimum(stream["valid"], np.uint64(2**62)).astype(np.int64),
            (stream["flags"] & _IN_ONE_PIECE) != 0,
        )

    def _note_own(self, told: NDArray[np.void]) -> None:
        for kind in (_BITMAP, _UPCASE):
            found = told[told["type"] == kind]
            if len(found) and kind not in self.own:
                self.own[kind] = int(found["first"][0]), int(found["size"][0])


def _bitmap(volume: Volume, shape: ExfatShape, tree: _Tree) -> Bitmap:
    """Return which clusters are in use, by the allocation bitmap that the root directory names."""
    size = ceil_div(shape.clusters, 8)
    first, length = tree.own.get(_BITMAP, (0, 0))
    runs = tree.chains.of(np.array([first]))
    if length < size or int(runs.count.sum()) * shape.cluster_size < size:
        raise CorruptVolume("there is no allocation bitmap", found=length, expected=size)
    each = shape.cluster_size // SECTOR
    stream = scattered(
        volume,
        first=runs.logical * each,
        place=shape.data + (runs.cluster - FIRST_CLUSTER) * each,
        count=runs.count * each,
        unit=SECTOR,
        size=size,
    )
    bits = stream.array_at(0, size, "the allocation bitmap").reshape(1, -1)
    return Bitmap(bits, np.zeros(1, np.bool_), FIRST_CLUSTER, 1, shape.end)


def _fixed(shape: ExfatShape) -> Iterator[Regions]:
    region = _BOOT_REGION * shape.sector
    begin = shape.structure.number("FatOffset") * shape.sector
    copies = np.arange(shape.tables)
    yield Regions.of(RegionKind.BOOT, 0, region)
    yield Regions.of(RegionKind.BOOT_COPY, region, region)
    yield Regions.of(
        RegionKind.FAT,
        begin + copies * shape.table_sectors,
        shape.table_sectors,
        owner=copies,
        unit=32,
        count=shape.end,
    )
    yield Regions.of(RegionKind.RESERVED, 0, shape.data)
    behind = shape.data + shape.clusters * (shape.cluster_size // SECTOR)
    yield Regions.of(RegionKind.TAIL, behind, 2**40)


def _clusters(shape: ExfatShape, tree: _Tree) -> Iterator[Regions]:
    bitmap, upcase = (
        tree.chains.of(np.array([tree.own.get(kind, (0, 0))[0]])) for kind in (_BITMAP, _UPCASE)
    )
    size, each = shape.cluster_size * 8, shape.cluster_size // SECTOR
    for kind, runs, bits in (
        (RegionKind.CLUSTER_BITMAP, bitmap, 1),
        (RegionKind.UPCASE, upcase, size),
        (RegionKind.DIRECTORY, ClusterRuns.joined(tree.directories), size),
        (RegionKind.FILE, ClusterRuns.joined(tree.files), size),
    ):
        number = runs.logical if bits == size else FIRST_CLUSTER + runs.logical * size
        yield Regions.of(
            kind,
            shape.data + (runs.cluster - FIRST_CLUSTER) * each,
            runs.count * each,
            owner=runs.head,
            first=number,
            unit=bits,
            count=shape.end - number if bits == 1 else 2**62,
        )
