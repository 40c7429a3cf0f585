"""What every cluster of an NTFS volume is for, by all records of its Master File Table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR, ceil_div
from redoscope_core.volumes.bitmap import Bitmap
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.facts import NodeFacts, ValidBytes
from redoscope_core.volumes.ntfs.attributes import Attributes, AttributeType, attributes_in
from redoscope_core.volumes.ntfs.boot import Shape, read_boot
from redoscope_core.volumes.ntfs.facts import oddly_named, record_facts, valid_bytes
from redoscope_core.volumes.ntfs.files import stream_of
from redoscope_core.volumes.ntfs.mft import Mft, read_mft, runs_of
from redoscope_core.volumes.ntfs.records import Records, RecordState
from redoscope_core.volumes.regions import RegionKind, Regions
from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["MOST_RUNS", "FileRuns", "Heads", "NtfsVolume", "open_ntfs"]

MOST_RUNS = 2**22
"""More runs than this are not collected; the answer says so."""
_MOST_BYTES = 2**28
_BOOT_SECTORS = 16
_BITMAP = 6
_LAST_OWN = 23
"""The last record that the file system keeps for itself, but for what is below $Extend."""
_DATA_OF = {
    0: RegionKind.MFT,
    1: RegionKind.MFT_MIRROR,
    2: RegionKind.JOURNAL,
    _BITMAP: RegionKind.CLUSTER_BITMAP,
    7: RegionKind.BOOT,
    10: RegionKind.UPCASE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Heads(Columns):
    """What the heads of all file records say."""

    state: NDArray[np.uint8]
    """`RecordState`."""
    sequence: NDArray[np.uint16]
    """How often the record was given to a file."""
    in_use: NDArray[np.bool_]
    """Whether it is sound, and some file's."""
    base: Numbers
    """The record that it carries on; its own number if none."""


@dataclass(frozen=True, slots=True, eq=False)
class FileRuns(Columns):
    """Runs of clusters of all records in use, holes left out."""

    owner: Numbers
    """File record, the first of the file."""
    type: Numbers
    """`AttributeType`."""
    named: NDArray[np.bool_]
    """Whether the attribute has a name: a stream, or the index of a directory."""
    directory: NDArray[np.bool_]
    """Whether it is the index of a directory, or the bitmap of one."""
    vcn: Numbers
    """The first cluster of the attribute."""
    lcn: Numbers
    """The first cluster of the volume."""
    count: Numbers
    """Clusters."""


@dataclass(frozen=True, slots=True, eq=False)
class NtfsVolume:
    """An NTFS volume as its own structures tell it: the stored state, no journal replayed."""

    shape: Shape
    mft: Mft
    heads: Heads
    """One row for each file record."""
    used_clusters: Bitmap
    regions: Regions
    """What each sector is for, as far as anything tells."""
    runs: FileRuns
    facts: NodeFacts
    """Of files in use."""
    valid: ValidBytes
    """Of data of which not all was ever written."""
    oddly_named: Numbers
    """File records of files with a name that has halves of pairs of UTF-16."""
    damaged: Numbers
    """File records whose attributes or run lists don't hold together."""
    is_whole: bool
    """Whether all records were read and all runs are here."""

    def is_used(self, sectors: Numbers) -> NDArray[np.bool_]:
        """Return of each sector whether its cluster is in use; False behind the last cluster."""
        return self.used_clusters.is_used(
            np.asarray(sectors) // (self.shape.cluster_size // SECTOR)
        )


def open_ntfs(volume: Volume) -> NtfsVolume:
    """Read all structures of the NTFS volume that say what its clusters are for.

    Raises:
        CorruptVolume: Boot sector, $MFT or $Bitmap can't be believed.
        VmdkError: Something of it can't be read.
    """
    shape = read_boot(volume)
    mft = read_mft(volume, shape)
    heads, parts, damaged = [], [_no_runs()], [np.zeros(0, np.int64)]
    valid, names = [ValidBytes.none()], [np.zeros(0, np.int64)]
    facts = [NodeFacts.none()]
    total = 0
    for records in mft.all():
        used = records.in_use & (records.state == RecordState.SOUND)
        heads.append(Heads(records.state, records.sequence, used, records.base))
        if total < MOST_RUNS:
            kept = records.taking(records.in_use)
            told, odd = attributes_in(kept)
            runs, unsound = _stored(kept, told, shape.clusters)
            parts.append(runs)
            valid.append(valid_bytes(told))
            names.append(oddly_named(kept, told))
            facts.append(record_facts(kept, told))
            damaged += [odd, unsound]
            total += len(runs)
    runs = FileRuns.joined(parts).taking(slice(MOST_RUNS))
    return NtfsVolume(
        shape,
        mft,
        Heads.joined(heads),
        _used(mft),
        Regions.laid(_layers(shape, runs, volume.sectors), volume.sectors),
        runs,
        NodeFacts.joined(facts),
        ValidBytes.joined(valid),
        np.unique(np.concatenate(names)),
        np.unique(np.concatenate(damaged)),
        mft.is_whole and total < MOST_RUNS,
    )


def _stored(kept: Records, told: Attributes, clusters: int) -> tuple[FileRuns, Numbers]:
    """Return the stored runs of the attributes *told* of records, and which records are damaged."""
    told = told.taking(~told.resident)
    runs, unsound = runs_of(kept.data, told, clusters)
    runs = runs.taking(runs.lcn >= 0)
    of, named = runs.attribute, ~told.is_called("")
    index = told.is_called("$I30")
    told_of = (told.owner[of], told.type[of], named[of], index[of])
    return FileRuns(*told_of, runs.vcn, runs.lcn, runs.count), unsound


def _no_runs() -> FileRuns:
    nothing, none = np.zeros(0, np.int64), np.zeros(0, np.bool_)
    return FileRuns(nothing, nothing, none, none, nothing, nothing, nothing)


def _used(mft: Mft) -> Bitmap:
    """Return which clusters are in use, by $Bitmap."""
    clusters = mft.shape.clusters
    size = ceil_div(clusters, 8)
    stream = stream_of(mft, _BITMAP)
    if not size <= min(stream.size, _MOST_BYTES):
        raise CorruptVolume(
            "$Bitmap is not as long as is needed", found=stream.size, expected=f"{size} bytes"
        )
    bits = stream.array_at(0, size, "$Bitmap").reshape(1, -1)
    return Bitmap(bits, np.zeros(1, np.bool_), 0, 1, clusters)


def _layers(shape: Shape, runs: FileRuns, sectors: int) -> Iterator[Regions]:
    yield Regions.of(RegionKind.BOOT, 0, _BOOT_SECTORS, owner=7)
    yield Regions.of(RegionKind.BOOT_COPY, shape.total, 1)
    data = (runs.type == AttributeType.DATA) & ~runs.named
    for number, kind in _DATA_OF.items():
        own = runs.taking(data & (runs.owner == number))
        bits = {
            RegionKind.MFT: shape.record_size * 8,
            RegionKind.MFT_MIRROR: shape.record_size * 8,
            RegionKind.CLUSTER_BITMAP: 1,
        }.get(kind, shape.cluster_size * 8)
        count = shape.clusters if bits == 1 else 2**62
        yield _layer(shape, kind, own, bits, count)
    bitmap = runs.type == AttributeType.BITMAP
    own = runs.taking(bitmap & (runs.owner == 0))
    yield _layer(shape, RegionKind.MFT_BITMAP, own, 1, 2**62)
    index = runs.type == AttributeType.INDEX_ALLOCATION
    for kind, which, bits in (
        (RegionKind.DIRECTORY, index & runs.directory, shape.index_size * 8),
        (RegionKind.INDEX, index & ~runs.directory, shape.index_size * 8),
        (RegionKind.INDEX, bitmap & (runs.owner > 0), 0),
        (RegionKind.ATTRIBUTE_LIST, runs.type == AttributeType.ATTRIBUTE_LIST, 0),
        (RegionKind.FILE_SYSTEM_FILE, data & (runs.owner <= _LAST_OWN), shape.cluster_size * 8),
        (RegionKind.FILE, data, shape.cluster_size * 8),
        (RegionKind.STREAM, ~data, shape.cluster_size * 8),
    ):
        yield _layer(shape, kind, runs.taking(which), bits, 2**62)
    yield Regions.of(RegionKind.TAIL, shape.clusters * (shape.cluster_size // SECTOR), sectors)


def _layer(shape: Shape, kind: RegionKind, runs: FileRuns, bits: int, count: int) -> Regions:
    """Return the regions of *runs*; a run may begin in the middle of a unit of so many *bits*."""
    each = shape.cluster_size // SECTOR
    begin = runs.vcn * each
    unit = max(1, bits // (8 * SECTOR))
    first = begin // unit if bits >= 8 * SECTOR else begin * (8 * SECTOR // max(1, bits))
    return Regions.of(
        kind,
        runs.lcn * each,
        runs.count * each,
        owner=runs.owner,
        before=begin % unit,
        first=first,
        unit=bits,
        count=count - first,
    )
