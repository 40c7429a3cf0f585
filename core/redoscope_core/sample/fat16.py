"""A small FAT16 volume in one partition: what the sample's disks hold.

The volume keeps its file allocation table and its folders in memory and writes only the sectors
that changed, so that a child disk stores little more than the files written into it. It is made
for writing: nothing is read back from the disk.

Where things lie, in sectors of the disk::

    0      master boot record: one partition, type 0E (FAT16, addressed by sectors)
    2048   boot sector of the volume
    2148   file allocation table, twice
    2400   root folder, 512 entries
    2432   data: clusters of 4 sectors, the first of them at the start of a grain

A cluster is FAT's unit of space; 32 of them fill a grain of 128 sectors.

Source: Microsoft, "FAT: General Overview of On-Disk Format", version 1.03.
"""

from __future__ import annotations

import copy
import struct
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from redoscope_core.errors import AlreadyExists, DiskFull, FileMissing, InvalidArgument
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["Fat16", "Run", "WriteTarget"]

CLUSTER_SECTORS = 4
CLUSTER = CLUSTER_SECTORS * SECTOR
PARTITION_START = 2048
RESERVED = 100
TABLE_SECTORS = 126
TABLE_START = PARTITION_START + RESERVED
ROOT_START = TABLE_START + 2 * TABLE_SECTORS
ROOT_SECTORS = 32
DATA_START = ROOT_START + ROOT_SECTORS
SECTORS_PER_TRACK = 63
HEADS = 16
FEWEST_CLUSTERS = 4085
"""With fewer clusters the volume would be FAT12."""

FIRST_CLUSTER = 2
MEDIA = 0xF8
END_OF_CHAIN = 0xFFFF
FREE = 0
DELETED = 0xE5
LABEL, FOLDER, FILE = 0x08, 0x10, 0x20

BOOT_SECTOR = struct.Struct("<3s8sHBHBHHBHHHIIBBBI11s8s448s2s")
PARTITION_ENTRY = struct.Struct("<B3sB3sII")
ENTRY = struct.Struct("<11sBBBHHHHHHHI")
ALLOWED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class WriteTarget(Protocol):
    """Where the sectors go: a disk, or anything else with this one method."""

    def write(self, sector: int, data: bytes) -> object:
        """Write *data*, a whole number of sectors, from *sector* on."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring sectors of the disk that hold one stretch of a file."""

    sector: int
    count: int


@dataclass(slots=True)
class _Region:
    """Bytes kept in memory, and what of them the disk already holds."""

    sectors: tuple[int, ...]
    """Where each sector lies on the disk."""
    data: bytearray
    written: bytes

    @classmethod
    def blank(cls, sectors: Sequence[int]) -> _Region:
        """Return a region of zeros, as a disk that was never written holds them."""
        count = len(sectors) * SECTOR
        return cls(tuple(sectors), bytearray(count), bytes(count))

    def flush(self, target: WriteTarget) -> None:
        """Write the sectors that changed."""
        for index, sector in enumerate(self.sectors):
            part = slice(index * SECTOR, (index + 1) * SECTOR)
            if self.data[part] != self.written[part]:
                target.write(sector, bytes(self.data[part]))
        self.written = bytes(self.data)


@dataclass(slots=True)
class _File:
    """What the volume knows of one file."""

    folder: str
    entry: int
    """Index of its entry in the folder."""
    clusters: list[int] = field(default_factory=list)
    length: int = 0
    """Bytes."""


class Fat16:
    """A FAT16 volume that is written file by file."""

    def __init__(self, target: WriteTarget, capacity: int, label: str, when: datetime) -> None:
        """Format the disk behind *target*, which has *capacity* sectors and reads as zeros.

        Raises:
            InvalidArgument: The disk is too small or too large for this layout.
        """
        clusters = (capacity - DATA_START) // CLUSTER_SECTORS
        if not FEWEST_CLUSTERS <= clusters <= TABLE_SECTORS * SECTOR // 2 - FIRST_CLUSTER:
            raise InvalidArgument(
                "the volume of the sample does not fit the disk",
                where="the capacity",
                found=f"{capacity} sectors",
                expected="64 MiB",
            )
        self._target = target
        self._last_cluster = FIRST_CLUSTER + clusters - 1
        self._tables = [
            _Region.blank(range(start, start + TABLE_SECTORS))
            for start in (TABLE_START, TABLE_START + TABLE_SECTORS)
        ]
        self._folders = {"": _Region.blank(range(ROOT_START, DATA_START))}
        self._files: dict[str, _File] = {}
        target.write(0, _master_boot_record(capacity - PARTITION_START))
        target.write(PARTITION_START, _boot_sector(capacity - PARTITION_START, label, when))
        self._link(0, 0xFF00 | MEDIA)
        self._link(1, END_OF_CHAIN)
        self._put_entry("", 0, _entry(label.ljust(11).encode("ascii"), LABEL, when))
        self._flush()

    def on(self, target: WriteTarget) -> Fat16:
        """Return the same volume, as it is now, on another disk that reads the same.

        What is written to either of the two is unknown to the other: so a child disk, or a branch,
        goes on from where its parent stood.
        """
        volume = copy.copy(self)
        volume._target = target  # noqa: SLF001 - a copy of this very object
        volume._tables = copy.deepcopy(self._tables)  # noqa: SLF001
        volume._folders = copy.deepcopy(self._folders)  # noqa: SLF001
        volume._files = copy.deepcopy(self._files)  # noqa: SLF001
        return volume

    def files(self) -> tuple[tuple[str, int], ...]:
        """Return the path and the length in bytes of every file, in the order of their paths."""
        return tuple((path, file.length) for path, file in sorted(self._files.items()))

    def runs(self, path: str) -> tuple[Run, ...]:
        """Return the sectors that hold the file at *path*, in the order of its bytes."""
        runs: list[Run] = []
        for cluster in self._find(path).clusters:
            sector = _sector_of(cluster)
            if runs and runs[-1].sector + runs[-1].count == sector:
                runs[-1] = Run(runs[-1].sector, runs[-1].count + CLUSTER_SECTORS)
            else:
                runs.append(Run(sector, CLUSTER_SECTORS))
        return tuple(runs)

    def write_file(self, path: str, data: bytes, when: datetime, *, near: int = DATA_START) -> None:
        """Write a file, or replace it in the clusters that it has.

        Args:
            path: ``NAME.EXT``, or ``FOLDER/NAME.EXT``; the folder is made if it is absent.
            data: The whole content.
            when: What the folder says about when it was written.
            near: The sector from which on to look for free space.
        """
        folder, name = _split(path)
        if folder and folder not in self._folders:
            self._make_folder(folder, when)
        file = self._files.get(path)
        entry = self._free_entry(folder) if file is None else file.entry
        kept = [] if file is None else file.clusters
        clusters = self._allocate(kept, -(-len(data) // CLUSTER), near)
        self._files[path] = _File(folder, entry, clusters, len(data))
        first = clusters[0] if clusters else 0
        self._put_entry(folder, entry, _entry(name, FILE, when, first, len(data)))
        self._write_data(path, data)
        self._flush()

    def patch_file(self, path: str, offset: int, data: bytes, when: datetime) -> None:
        """Overwrite the whole sectors at byte *offset* of a file with *data*.

        Raises:
            InvalidArgument: The bytes are not whole sectors of the file.
        """
        file = self._find(path)
        if offset % SECTOR or len(data) % SECTOR or offset + len(data) > file.length:
            raise InvalidArgument(f"a patch of {path} must cover whole sectors that the file has")
        for index in range(0, len(data), SECTOR):
            cluster, within = divmod(offset + index, CLUSTER)
            sector = _sector_of(file.clusters[cluster]) + within // SECTOR
            self._target.write(sector, data[index : index + SECTOR])
        _, name = _split(path)
        entry = _entry(name, FILE, when, file.clusters[0], file.length)
        self._put_entry(file.folder, file.entry, entry)
        self._flush()

    def delete_file(self, path: str) -> None:
        """Take a file out of its folder and free its space; its bytes stay where they are."""
        file = self._find(path)
        for cluster in file.clusters:
            self._link(cluster, FREE)
        self._folders[file.folder].data[file.entry * ENTRY.size] = DELETED
        del self._files[path]
        self._flush()

    def _find(self, path: str) -> _File:
        """Return the file at *path*."""
        if path not in self._files:
            raise FileMissing(f"the volume of the sample has no file {path}")
        return self._files[path]

    def _write_data(self, path: str, data: bytes) -> None:
        """Write the content of a file into its clusters, the last one filled up with zeros."""
        done = 0
        for run in self.runs(path):
            part = data[done : done + run.count * SECTOR]
            self._target.write(run.sector, part.ljust(run.count * SECTOR, b"\0"))
            done += run.count * SECTOR

    def _flush(self) -> None:
        """Write the sectors of the tables and folders that changed."""
        for region in (*self._tables, *self._folders.values()):
            region.flush(self._target)

    def _make_folder(self, folder: str, when: datetime) -> None:
        """Make a folder of one cluster in the root folder."""
        if folder in self._files:
            raise AlreadyExists(f"the volume of the sample has a file {folder}")
        (cluster,) = self._allocate([], 1, DATA_START)
        start = _sector_of(cluster)
        entry = self._free_entry("")
        self._put_entry("", entry, _entry(_short_name(folder), FOLDER, when, cluster))
        self._folders[folder] = _Region.blank(range(start, start + CLUSTER_SECTORS))
        self._put_entry(folder, 0, _entry(b".".ljust(11), FOLDER, when, cluster))
        self._put_entry(folder, 1, _entry(b"..".ljust(11), FOLDER, when))

    def _free_entry(self, folder: str) -> int:
        """Return the index of a folder's first entry that is in no use."""
        data = self._folders[folder].data
        for offset in range(0, len(data), ENTRY.size):
            if data[offset] in (FREE, DELETED):
                return offset // ENTRY.size
        raise DiskFull(f"the folder /{folder} of the sample's volume is full")

    def _put_entry(self, folder: str, index: int, entry: bytes) -> None:
        """Set an entry of a folder."""
        offset = index * ENTRY.size
        self._folders[folder].data[offset : offset + ENTRY.size] = entry

    def _link(self, cluster: int, following: int) -> None:
        """Set what both tables say about a cluster."""
        for table in self._tables:
            struct.pack_into("<H", table.data, cluster * 2, following)

    def _allocate(self, kept: list[int], count: int, near: int) -> list[int]:
        """Return *count* linked clusters: those *kept* first, then free ones from *near* on."""
        for cluster in kept[count:]:
            self._link(cluster, FREE)
        clusters = kept[:count]
        if len(clusters) < count:
            first = clusters[-1] + 1 if clusters else _cluster_at(near)
            clusters = clusters + self._free_clusters(first, count - len(clusters))
        for cluster, following in pairwise(clusters):
            self._link(cluster, following)
        if clusters:
            self._link(clusters[-1], END_OF_CHAIN)
        return clusters

    def _free_clusters(self, first: int, count: int) -> list[int]:
        """Return free clusters, looked for from *first* to the end and then from the start."""
        table = memoryview(self._tables[0].data).cast("H")
        order = (*range(first, self._last_cluster + 1), *range(FIRST_CLUSTER, first))
        free = [cluster for cluster in order if table[cluster] == FREE][:count]
        if len(free) < count:
            raise DiskFull("the volume of the sample is full")
        return free


def _sector_of(cluster: int) -> int:
    """Return the first sector of a cluster."""
    return DATA_START + (cluster - FIRST_CLUSTER) * CLUSTER_SECTORS


def _cluster_at(sector: int) -> int:
    """Return the first cluster that starts at *sector* or after it."""
    return FIRST_CLUSTER + -(-max(0, sector - DATA_START) // CLUSTER_SECTORS)


def _split(path: str) -> tuple[str, bytes]:
    """Return the folder of a path ("" for the root) and the file's name as an entry holds it."""
    folder, _, name = path.rpartition("/")
    return folder, _short_name(name)


def _short_name(name: str) -> bytes:
    """Return a name of at most eight and three characters as an entry holds it."""
    stem, _, ending = name.partition(".")
    packed = stem.encode("ascii").ljust(8) + ending.encode("ascii").ljust(3)
    known = ALLOWED.issuperset((stem + ending).encode("ascii"))
    if not stem or not known or len(packed) != 11:  # noqa: PLR2004 - eight and three
        raise InvalidArgument(f"{name!r} is no file name of eight and three capital characters")
    return packed


def _stamps(when: datetime) -> tuple[int, int]:
    """Return the time and the date as an entry holds them."""
    time = when.hour << 11 | when.minute << 5 | when.second // 2
    return time, (when.year - 1980) << 9 | when.month << 5 | when.day


def _entry(name: bytes, kind: int, when: datetime, first: int = 0, length: int = 0) -> bytes:
    """Return the 32 bytes that a folder holds about a file."""
    time, date = _stamps(when)
    return ENTRY.pack(name, kind, 0, 0, time, date, date, 0, time, date, first, length)


def _boot_sector(sectors: int, label: str, when: datetime) -> bytes:
    """Return the first sector of a volume of *sectors* sectors."""
    time, date = _stamps(when)
    return BOOT_SECTOR.pack(
        b"\xeb\x3c\x90",  # a jump over the fields
        b"MSDOS5.0",
        SECTOR,
        CLUSTER_SECTORS,
        RESERVED,
        2,  # tables
        ROOT_SECTORS * SECTOR // ENTRY.size,
        0 if sectors > 0xFFFF else sectors,  # noqa: PLR2004 - what 16 bits hold
        MEDIA,
        TABLE_SECTORS,
        SECTORS_PER_TRACK,
        HEADS,
        PARTITION_START,
        sectors if sectors > 0xFFFF else 0,  # noqa: PLR2004
        0x80,  # the first hard disk
        0,
        0x29,  # the three fields that follow are there
        date << 16 | time,  # serial number
        label.ljust(11).encode("ascii"),
        b"FAT16   ",
        b"\xeb\xfe".ljust(448, b"\0"),  # whoever boots it waits for ever
        b"\x55\xaa",
    )


def _master_boot_record(sectors: int) -> bytes:
    """Return sector 0 of a disk whose one partition has *sectors* sectors."""
    first, last = (_place(PARTITION_START), _place(PARTITION_START + sectors - 1))
    entry = PARTITION_ENTRY.pack(0x80, first, 0x0E, last, PARTITION_START, sectors)
    return b"\xeb\xfe".ljust(446, b"\0") + entry.ljust(64, b"\0") + b"\x55\xaa"


def _place(sector: int) -> bytes:
    """Return a sector's cylinder, head and sector, as a partition entry packs them."""
    track, within = divmod(sector, SECTORS_PER_TRACK)
    cylinder, head = divmod(track, HEADS)
    return bytes((head, cylinder >> 2 & 0xC0 | within + 1, cylinder & 0xFF))
