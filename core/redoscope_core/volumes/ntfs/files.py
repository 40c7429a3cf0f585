"""One file of NTFS: all its attributes, with those that other records tell of, and their bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.ntfs.attributes import AttributeType, attributes_in
from redoscope_core.volumes.ntfs.mft import Mft, attribute_bytes, list_entries, runs_of
from redoscope_core.volumes.ntfs.records import Records, RecordState
from redoscope_core.volumes.ntfs.run_lists import AttributeRuns
from redoscope_core.volumes.scattered import scattered
from redoscope_core.volumes.source import Volume, of_bytes

__all__ = ["Attribute", "attributes_of", "stream_of"]

_LONGEST_LIST = 2**18
_COMPRESSED = 0xFF
"""Bits of the flags that say how an attribute is compressed."""


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """An attribute of a file, its parts put together."""

    type: int
    """`AttributeType`, or another number."""
    name: str
    id: int
    flags: int
    """1 compressed, 0x4000 encrypted, 0x8000 sparse."""
    resident: bool
    size: int
    """Bytes."""
    value: bytes
    """Of a resident one; else nothing."""
    runs: AttributeRuns
    """Of a non-resident one, in clusters; else none."""


def attributes_of(mft: Mft, number: int) -> tuple[Attribute, ...]:
    """Return the attributes of the file with the record *number*, in use or not.

    Raises:
        CorruptVolume: There is no such record, or it can't be believed.
        VmdkError: It can't be read.
    """
    first = _sound(mft, number)
    parts: dict[tuple[int, str, int], list[Attribute]] = {}
    for record in _records(mft, first):
        for each in _told(mft, record):
            # Parts of one attribute have its type and name; ids may differ from record to record.
            alone = each.id if each.resident else -1
            parts.setdefault((each.type, each.name, alone), []).append(each)
    return tuple(_together(each) for each in parts.values())


def stream_of(mft: Mft, number: int, kind: int = AttributeType.DATA, name: str = "") -> Volume:
    """Return the bytes of an attribute as they are stored; holes are zeros.

    Raises:
        CorruptVolume: There is no such attribute, it is compressed, or its record is damaged.
        VmdkError: Its record can't be read.
    """
    for each in attributes_of(mft, number):
        if (each.type, each.name) != (kind, name):
            continue
        if each.resident:
            return of_bytes(each.value)
        if each.flags & _COMPRESSED:
            raise CorruptVolume("the attribute is compressed", where=f"file record {number}")
        return scattered(
            mft.volume,
            first=each.runs.vcn,
            place=each.runs.lcn,
            count=each.runs.count,
            unit=mft.shape.cluster_size,
            size=each.size,
        )
    raise CorruptVolume(
        "there is no such attribute", where=f"file record {number}", found=f"{kind:#x} {name!r}"
    )


def _sound(mft: Mft, number: int) -> Records:
    if not 0 <= number < mft.records:
        raise CorruptVolume("there is no such file record", found=number, expected=mft.records)
    record = mft.read(number, 1)
    if record.state[0] != RecordState.SOUND:
        raise CorruptVolume(
            "the file record can't be believed",
            where=f"file record {number}",
            found=RecordState(int(record.state[0])).name.lower(),
        )
    return record


def _records(mft: Mft, first: Records) -> list[Records]:
    """Return the record, and those that its attribute list names and that carry it on."""
    number = int(first.number[0])
    told, _ = attributes_in(first)
    found = [first]
    for row in np.flatnonzero(told.type == AttributeType.ATTRIBUTE_LIST).tolist():
        stream = attribute_bytes(mft, first.data, told, row)
        raw = stream.bytes_at(0, min(stream.size, _LONGEST_LIST), "an attribute list")
        for record in dict.fromkeys(each.record for each in list_entries(raw)):
            if record != number and record < mft.records:
                other = mft.read(record, 1)
                found += [other] if int(other.base[0]) == number else []
    return found


def _told(mft: Mft, record: Records) -> list[Attribute]:
    """Return what one record tells."""
    told, _ = attributes_in(record)
    runs, _ = runs_of(record.data, told, mft.shape.clusters)
    flat = record.data.reshape(-1)
    return [
        Attribute(
            int(told.type[row]),
            told.name_of(row),
            int(told.id[row]),
            int(told.flags[row]),
            bool(told.resident[row]),
            int(told.size[row]),
            flat[int(told.begin[row]) : int(told.end[row])].tobytes()
            if told.resident[row]
            else b"",
            runs.taking(runs.attribute == row),
        )
        for row in range(len(told))
    ]


def _together(parts: list[Attribute]) -> Attribute:
    """Return an attribute from its parts; the first cluster's part knows its size."""
    if len(parts) == 1:
        return parts[0]
    runs = AttributeRuns.joined([each.runs for each in parts])
    head = max(parts, key=lambda each: each.size)
    ordered = runs.taking(np.argsort(runs.vcn, kind="stable"))
    told = (head.type, head.name, head.id, head.flags, head.resident, head.size, head.value)
    return Attribute(*told, ordered)
