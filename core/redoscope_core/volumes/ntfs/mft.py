"""The Master File Table: where it lies, by its own first record, and its records by number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.ntfs.attributes import Attributes, AttributeType, attributes_in
from redoscope_core.volumes.ntfs.boot import Shape
from redoscope_core.volumes.ntfs.records import Records, RecordState, judged
from redoscope_core.volumes.ntfs.run_lists import AttributeRuns, decoded
from redoscope_core.volumes.scattered import scattered
from redoscope_core.volumes.source import Bytes, Numbers, Volume, of_bytes

__all__ = ["Listed", "Mft", "attribute_bytes", "list_entries", "read_mft", "runs_of"]

_AT_ONCE = 2048
"""Records: what is made of them takes much more room than they do."""
_MOST_RECORDS = 2**23
"""More are not read; the answer says so."""
_LONGEST_LIST = 2**18
_ENTRY = 26
_NUMBER = 2**48 - 1


class Listed(NamedTuple):
    """An entry of an attribute list: where a part of an attribute is told."""

    type: int
    name: bytes
    """As UTF-16."""
    first: int
    """First cluster of the part."""
    record: int
    """File record that tells."""


@dataclass(frozen=True, slots=True, eq=False)
class Mft:
    """The table, and where its bytes are."""

    volume: Volume
    shape: Shape
    runs: AttributeRuns
    """Of its data."""
    table: Volume
    """Its bytes, record after record."""
    is_whole: bool
    """Whether runs are known for all of its size."""

    @property
    def records(self) -> int:
        """How many there are."""
        return self.table.size // self.shape.record_size

    def read(self, first: int, count: int) -> Records:
        """Return *count* records from *first* on.

        Raises:
            CorruptVolume: There are not so many.
            VmdkError: They can't be read.
        """
        size = self.shape.record_size
        raw = self.table.array_at(first * size, count * size, f"file record {first}")
        return judged(raw.reshape(count, size), np.arange(first, first + count))

    def all(self) -> Iterator[Records]:
        """Yield all records in order, many at a time; it raises what `read` raises."""
        for first in range(0, self.records, _AT_ONCE):
            yield self.read(first, min(_AT_ONCE, self.records - first))


def read_mft(volume: Volume, shape: Shape) -> Mft:
    """Return the Master File Table of the volume.

    Raises:
        CorruptVolume: Its first record can't be believed.
        VmdkError: It can't be read.
    """
    place = shape.mft * shape.cluster_size
    raw = volume.array_at(place, shape.record_size, "the record of $MFT")
    first = judged(raw.reshape(1, -1), np.zeros(1, np.int64))
    told, damaged = attributes_in(first)
    data = _unnamed_data(told)
    if first.state[0] != RecordState.SOUND or not len(data) or len(damaged):
        raise CorruptVolume(
            "the first record of $MFT can't be believed",
            offset=place,
            found=RecordState(int(first.state[0])).name.lower(),
        )
    runs = runs_of(first.data, data, shape.clusters)[0]
    size = int(data.size.max())
    mft = _laid(volume, shape, runs, size)
    for part in _other_parts(mft, first.data, told):
        # What a record tells may be needed to read the next one.
        mft = _laid(volume, shape, AttributeRuns.joined([mft.runs, *_told_by(mft, part)]), size)
    if not mft.records:
        raise CorruptVolume("$MFT has no record", offset=place, found=f"{size} bytes")
    return mft


def runs_of(data: Bytes, told: Attributes, clusters: int) -> tuple[AttributeRuns, Numbers]:
    """Return the runs of the attributes, and the records in which a list of them is not sound.

    *data* are the bytes of the records that *told* was read from.
    """
    lists = np.flatnonzero(~told.resident)
    some = told.taking(lists)
    runs, sound = decoded(data, some.begin, some.end, some.first, clusters)
    placed = AttributeRuns(lists[runs.attribute], runs.vcn, runs.lcn, runs.count)
    return placed, some.record[~sound]


def attribute_bytes(mft: Mft, data: Bytes, told: Attributes, row: int) -> Volume:
    """Return what one attribute holds, as far as its own record tells where."""
    if told.resident[row]:
        value = data.reshape(-1)[int(told.begin[row]) : int(told.end[row])].tobytes()
        return of_bytes(value)
    runs = runs_of(data, told.taking(slice(row, row + 1)), mft.shape.clusters)[0]
    return _stream(mft.volume, mft.shape, runs, int(told.size[row]))


def list_entries(raw: bytes) -> Iterator[Listed]:
    """Yield the entries of an attribute list, up to the first that is not sound."""
    place = 0
    while place + _ENTRY <= len(raw):
        length = int.from_bytes(raw[place + 4 : place + 6], "little")
        name, at = raw[place + 6] * 2, raw[place + 7]
        if not _ENTRY <= length <= len(raw) - place or at + name > length:
            return
        yield Listed(
            int.from_bytes(raw[place : place + 4], "little"),
            raw[place + at : place + at + name],
            int.from_bytes(raw[place + 8 : place + 16], "little"),
            int.from_bytes(raw[place + 16 : place + 24], "little") & _NUMBER,
        )
        place += length


def _laid(volume: Volume, shape: Shape, runs: AttributeRuns, size: int) -> Mft:
    stored = runs.taking(runs.lcn >= 0)
    behind = int((stored.vcn + stored.count).max(initial=0))
    # No table is larger than the volume, and a hostile one may have the same clusters many times.
    known = min(size, min(behind, shape.clusters) * shape.cluster_size)
    known = min(known, _MOST_RECORDS * shape.record_size)
    table = _stream(volume, shape, runs, known)
    return Mft(volume, shape, runs, table, known == size)


def _stream(volume: Volume, shape: Shape, runs: AttributeRuns, size: int) -> Volume:
    return scattered(
        volume,
        first=runs.vcn,
        place=runs.lcn,
        count=runs.count,
        unit=shape.cluster_size,
        size=size,
    )


def _unnamed_data(told: Attributes) -> Attributes:
    wanted = (told.type == AttributeType.DATA) & ~told.resident & told.is_called("")
    return told.taking(wanted)


def _other_parts(mft: Mft, data: Bytes, told: Attributes) -> Iterator[int]:
    """Yield the other records that tell where parts of the table are, in order of these."""
    for row in np.flatnonzero(told.type == AttributeType.ATTRIBUTE_LIST).tolist():
        stream = attribute_bytes(mft, data, told, row)
        raw = stream.bytes_at(0, min(stream.size, _LONGEST_LIST), "the attribute list of $MFT")
        parts = [
            (each.first, each.record)
            for each in list_entries(raw)
            if each.type == AttributeType.DATA and not each.name and each.record
        ]
        yield from dict.fromkeys(record for _, record in sorted(parts))


def _told_by(mft: Mft, record: int) -> Iterator[AttributeRuns]:
    """Yield the runs of the table that another of its records tells."""
    if record < mft.records:
        read = mft.read(record, 1)
        if int(read.base[0]) == 0:
            yield runs_of(read.data, _unnamed_data(attributes_in(read)[0]), mft.shape.clusters)[0]
