"""The change journal of NTFS, $UsnJrnl:$J: what a system logged of each change to a file.

    stream   | hole ... | record record 00 00 record ...       a record's USN is the byte it is at

Records are found all at once: every eighth byte may be one, and one that says that it is where it
is hides what lies in it. Records that say another place are foreign: of another journal, or moved.

Source: Microsoft's USN_RECORD_V2, V3 and V4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from redoscope_core.areas.runs import Runs
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.source import BATCH, Bytes, Numbers, Volume

__all__ = [
    "MOST_RECORDS",
    "Between",
    "Settings",
    "UsnLog",
    "UsnRecords",
    "between",
    "read_usn",
    "settings_in",
]

MOST_RECORDS = 2**22
"""More records than this are not collected; the answer says so."""
_MOST_BYTES = 2**32
_LONGEST = 2**16
_SETTINGS = 32
_WORD = 8
_VERSIONS = {2: (60, 24), 3: (76, 40), 4: (64, 40)}
"""Bytes of a record without name and ranges, and the byte of its USN."""
_V2 = np.dtype(
    {
        "names": [
            *("file", "parent", "usn", "time", "reason", "source", "attributes"),
            *("name_length", "name_offset"),
        ],
        "formats": ["<u8", "<u8", "<i8", "<i8", "<u4", "<u4", "<u4", "<u2", "<u2"],
        "offsets": [8, 16, 24, 32, 40, 44, 52, 56, 58],
        "itemsize": 80,
    }
)
_V3 = np.dtype(
    {
        "names": [
            *("file", "file_high", "parent", "parent_high", "usn", "time", "reason", "source"),
            *("attributes", "name_length", "name_offset"),
        ],
        "formats": [
            *("<u8", "<u8", "<u8", "<u8", "<i8", "<i8", "<u4", "<u4"),
            *("<u4", "<u2", "<u2"),
        ],
        "offsets": [8, 16, 24, 32, 40, 48, 56, 60, 68, 72, 74],
        "itemsize": 80,
    }
)
_V4 = np.dtype(
    {
        "names": [
            *("file", "file_high", "parent", "parent_high", "usn", "reason", "source"),
            *("ranges", "range_length"),
        ],
        "formats": ["<u8", "<u8", "<u8", "<u8", "<i8", "<u4", "<u4", "<u2", "<u2"],
        "offsets": [8, 16, 24, 32, 40, 48, 52, 60, 62],
        "itemsize": 80,
    }
)
_LAYOUTS = {2: _V2, 3: _V3, 4: _V4}


class Settings(NamedTuple):
    """What stream $Max says of the journal."""

    identity: int
    """Another number after it was deleted and made anew: when it was made, in 100 ns since 1601."""
    lowest: int
    """The lowest USN that is valid in this journal."""


@dataclass(frozen=True, slots=True, eq=False)
class UsnRecords(Columns):
    """Records in order of their place."""

    offset: Numbers
    """Byte of the stream."""
    length: Numbers
    """Bytes."""
    version: Numbers
    """2, 3 or 4."""
    usn: Numbers
    file: NDArray[np.uint64]
    """File record in the low 48 bits, how often it was given to a file in the high 16."""
    file_high: NDArray[np.uint64]
    """The high half of a 128-bit reference; 0 in version 2."""
    parent: NDArray[np.uint64]
    """The directory, in the same way."""
    parent_high: NDArray[np.uint64]
    time: Numbers
    """In 100 ns since 1601; 0 in version 4, which has none."""
    reason: Numbers
    """Bits of `Reason`."""
    source: Numbers
    """Bits of `Source`."""
    attributes: Numbers
    """Of the file; 0 in version 4."""
    in_place: NDArray[np.bool_]
    """Whether its USN is the byte that it is at; else it is foreign."""
    name: Numbers
    """Byte of `UsnLog.names` at which its name begins."""
    name_end: Numbers

    @property
    def record(self) -> Numbers:
        """The file record of each."""
        return (self.file & np.uint64(2**48 - 1)).astype(np.int64)

    @property
    def sequence(self) -> Numbers:
        """How often that was given to a file."""
        return (self.file >> np.uint64(48)).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class UsnLog:
    """What of a change journal could be read."""

    records: UsnRecords
    names: bytes
    """The names of all, one after the other."""
    odd: Runs
    """Bytes of the stream that are neither records nor zeros: torn records, and other things."""
    begin: int
    """The first byte of the stream that is stored."""
    end: int
    """The USN that the next record gets: the length of the stream."""
    is_whole: bool
    """Whether all was read; there may have been too much."""

    @property
    def reached(self) -> int:
        """The byte behind the last record that knows its place: what is written next is not here.

        The stream may be longer, by what of a page has no record yet.
        """
        if not self.is_whole:
            return self.end
        own = self.records.taking(self.records.in_place)
        return int((own.offset + own.length).max(initial=min(self.begin, self.end)))

    def name_of(self, row: int) -> str:
        """Return the name in one record; empty in version 4. What is no UTF-16 is escaped."""
        raw = self.names[int(self.records.name[row]) : int(self.records.name_end[row])]
        return raw.decode("utf-16-le", "backslashreplace")

    def names_of(self, rows: Numbers) -> list[str]:
        """Return the names in many records."""
        if not len(rows):
            return []
        start, end = self.records.name[rows], self.records.name_end[rows]
        first, behind = int(start.min()), int(end.max())
        raw = self.names[first:behind]
        try:
            text = raw.decode("utf-16-le")
        except UnicodeDecodeError:
            text = ""
        if 2 * len(text) != len(raw):
            return [self.name_of(row) for row in rows.tolist()]
        # Each letter has two bytes.
        start, end = (start - first) // 2, (end - first) // 2
        return [text[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]


class Between(NamedTuple):
    """What a journal of a newer generation logged since an older one."""

    rows: Numbers
    """Rows of the newer journal's records."""
    has_gap: bool
    """Whether records in between may have been dropped from the beginning of the newer journal."""
    is_reset: bool
    """Whether the newer journal is shorter than the older one: made anew, so that nothing fits."""


def settings_in(raw: bytes) -> Settings | None:
    """Return what the bytes of $Max say; None if they are too few."""
    if len(raw) < _SETTINGS:
        return None
    return Settings(int.from_bytes(raw[16:24], "little"), int.from_bytes(raw[24:32], "little"))


def between(older: UsnLog, newer: UsnLog) -> Between:
    """Return what the *newer* journal logged that the *older* one did not have."""
    records = newer.records
    rows = np.flatnonzero(records.in_place & (records.usn >= older.reached))
    return Between(rows, newer.begin > older.reached, newer.end < older.reached)


def read_usn(stream: Volume, stored: Runs) -> UsnLog:
    """Return the journal whose bytes are *stored* in those runs of the *stream*, else holes.

    Raises:
        VmdkError: It can't be read.
    """
    parts, names, odd = [_no_records()], [], [Runs.joined([], [])]
    total = length = seen = 0
    ends = np.minimum(stored.end, stream.size).tolist()
    for begin, end in zip(stored.start.tolist(), ends, strict=True):
        covered = begin
        for at in range(begin, end, BATCH):
            if total >= MOST_RECORDS or seen >= _MOST_BYTES:
                break
            first = max(at, covered)
            count = max(0, min(at + BATCH + _LONGEST, end) - first)
            data = stream.array_at(first, count, "the change journal")
            found, spelled, rest = _found(data, first, min(at + BATCH, end))
            shifted = replace(found, name=found.name + length, name_end=found.name_end + length)
            parts.append(shifted)
            names.append(spelled)
            odd.append(rest)
            total, length, seen = total + len(found), length + len(spelled), seen + count
            covered = int((found.offset + found.length).max(initial=covered))
    first_odd, behind_odd = (
        np.concatenate([getattr(run, edge) for run in odd]) for edge in ("start", "end")
    )
    return UsnLog(
        UsnRecords.joined(parts),
        b"".join(names),
        Runs.joined(first_odd, behind_odd),
        int(stored.start.min(initial=stream.size)),
        stream.size,
        total < MOST_RECORDS and seen < _MOST_BYTES,
    )


def _found(data: Bytes, first: int, until: int) -> tuple[UsnRecords, bytes, Runs]:
    """Return the records that begin before byte *until*, their names, and what is odd there.

    *data* begins at byte *first* of the stream.
    """
    pad = -(first % _WORD) % _WORD
    data = data[pad : pad + (len(data) - pad) // _WORD * _WORD]
    first += pad
    padded = np.concatenate((data, np.zeros(2 * 80, np.uint8)))
    place, length, version, in_place = _candidates(padded, len(data), first)
    inside = place + first < until
    place, length, version, in_place = (
        place[inside],
        length[inside],
        version[inside],
        in_place[inside],
    )
    kept = np.zeros(len(place), np.bool_)
    own = np.flatnonzero(in_place)
    kept[own[_alone(place[own], length[own])]] = True
    # Foreign ones only where no record is that knows its place.
    taken = Runs(place[kept], (place + length)[kept])
    others = np.flatnonzero(~kept & ~in_place)
    free = _is_free(place[others], length[others], taken)
    others = others[free]
    kept[others[_alone(place[others], length[others])]] = True
    place, length, version = place[kept], length[kept], version[kept]
    told, spelled = _columns(padded, place, length, version, first)
    told = replace(told, in_place=in_place[kept])
    words = padded[: len(data)].view("<u8")[: max(0, (until - first + _WORD - 1) // _WORD)]
    full = np.flatnonzero(words != 0) * _WORD + first
    covered = Runs.joined(told.offset, told.offset + told.length)
    return told, spelled, Runs.joined(full, full + _WORD).minus(covered)


def _candidates(
    padded: Bytes, size: int, first: int
) -> tuple[Numbers, Numbers, Numbers, NDArray[np.bool_]]:
    """Return what may be a record: place in *padded*, length, version, if it knows its place."""
    words = size // _WORD
    length = padded.view("<u4")[: 2 * words : 2]
    halves = padded.view("<u2")
    major, minor = halves[2 : 4 * words : 4], halves[3 : 4 * words : 4]
    some = np.flatnonzero((minor == 0) & (major >= min(_VERSIONS)) & (major <= max(_VERSIONS)))
    lengths, versions = length[some].astype(np.int64), major[some].astype(np.int64)
    shortest, usn_at = (np.array([_VERSIONS[v][which] for v in (2, 3, 4)]) for which in (0, 1))
    place = some * _WORD
    fits = (lengths >= shortest[versions - 2]) & (lengths <= _LONGEST) & (lengths % _WORD == 0)
    fits &= place + lengths <= size
    place, lengths, versions = place[fits], lengths[fits], versions[fits]
    usn = padded.view("<i8")[(place + usn_at[versions - 2]) // _WORD]
    sound = _is_sound(padded, place, lengths, versions)
    return (
        place[sound],
        lengths[sound],
        versions[sound],
        (usn == place + first)[sound],
    )


def _is_sound(
    padded: Bytes, place: Numbers, length: Numbers, version: Numbers
) -> NDArray[np.bool_]:
    """Return which have a reason, and whose name, or list of ranges, lies in the record."""
    halves = padded.view("<u2")
    at = place // 2 + np.array([28, 36, 30])[version - 2]
    count, other = halves[at].astype(np.int64), halves[at + 1].astype(np.int64)
    named = (other >= np.array([60, 76, 0])[version - 2]) & (count % 2 == 0)
    named &= other + count <= length
    fits = np.where(version == 4, 64 + count * other <= length, named)  # noqa: PLR2004
    reason = padded.view("<u4")[place // 4 + np.array([10, 14, 12])[version - 2]]
    return np.asarray(fits & (reason != 0))


def _alone(place: Numbers, length: Numbers) -> Numbers:
    """Return those, in order, that begin behind the end of the one taken before.

    From each one the next is known; those that can be reached from the first are marked by jumps
    that double.
    """
    count = len(place)
    if not count:
        return np.zeros(0, np.int64)
    jump = np.append(np.searchsorted(place, place + length), count)
    marked = np.zeros(count + 1, np.bool_)
    marked[0] = True
    for _ in range(count.bit_length()):
        marked[jump[marked]] = True
        jump = jump[jump]
    return np.flatnonzero(marked[:count])


def _is_free(place: Numbers, length: Numbers, taken: Runs) -> NDArray[np.bool_]:
    """Return which don't touch what is *taken*."""
    before = np.searchsorted(taken.start, place + length)
    behind = np.append(0, taken.end)[before]
    return np.asarray(behind <= place)


def _columns(
    padded: Bytes, place: Numbers, length: Numbers, version: Numbers, first: int
) -> tuple[UsnRecords, bytes]:
    """Return the records as columns, in order, and their names."""
    raw = padded[place[:, None] + np.arange(_V2.itemsize)]
    references: dict[str, NDArray[np.uint64]] = {}
    for name in ("file", "file_high", "parent", "parent_high"):
        references[name] = np.zeros(len(place), np.uint64)
    numbers: dict[str, Numbers] = {}
    for name in ("usn", "time", "reason", "source", "attributes", "name_length", "name_offset"):
        numbers[name] = np.zeros(len(place), np.int64)
    told = references | numbers
    for number, layout in _LAYOUTS.items():
        which = version == number
        values = np.ascontiguousarray(raw[which]).view(layout).reshape(-1)
        for name in layout.names or ():
            if name in told:
                told[name][which] = values[name]
    count = numbers.pop("name_length")
    at = place + numbers.pop("name_offset")
    end = np.cumsum(count)
    spelled = padded[np.repeat(at - (end - count), count) + np.arange(int(count.sum()))]
    records = UsnRecords(
        offset=place + first,
        length=length,
        version=version,
        in_place=np.ones(len(place), np.bool_),
        name=end - count,
        name_end=end,
        file=references["file"],
        file_high=references["file_high"],
        parent=references["parent"],
        parent_high=references["parent_high"],
        usn=numbers["usn"],
        time=numbers["time"],
        reason=numbers["reason"],
        source=numbers["source"],
        attributes=numbers["attributes"],
    )
    return records, spelled.tobytes()


def _no_records() -> UsnRecords:
    none = np.zeros(0, np.int64)
    return _columns(np.zeros(160, np.uint8), none, none, none, 0)[0]
