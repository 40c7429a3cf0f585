"""A change journal is read as it was made: versions 2, 3 and 4, torn and foreign records."""

from __future__ import annotations

import random
import struct
import time
from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from redoscope_core.areas.runs import Runs
from redoscope_core.volumes.journals.usn import UsnLog, between, read_usn
from redoscope_core.volumes.journals.usn_reasons import Reason
from redoscope_core.volumes.source import BATCH, Volume, of_bytes


@dataclass(frozen=True)
class Made:
    """What a record says."""

    version: int
    file: int
    parent: int
    time: int
    reason: int
    name: str
    attributes: int = 32

    def packed(self, usn: int) -> bytes:
        name = self.name.encode("utf-16-le", "surrogatepass")
        wide = (16 if self.version > 2 else 8, "little")
        refs = self.file.to_bytes(*wide) + self.parent.to_bytes(*wide)  # type: ignore[arg-type]
        if self.version == 4:
            ranges = struct.pack("<qqqq", 0, 4096, 8192, 1)
            body = refs + struct.pack("<qIIIHH", usn, self.reason, 0, 0, 2, 16) + ranges
        else:
            at = 60 if self.version == 2 else 76
            body = refs + struct.pack("<qq", usn, self.time)
            body += struct.pack("<IIIIHH", self.reason, 1, 7, self.attributes, len(name), at) + name
        length = -(-(8 + len(body)) // 8) * 8
        return (struct.pack("<IHH", length, self.version, 0) + body).ljust(length, b"\0")


def a_record(chance: random.Random) -> Made:
    version = chance.choice((2, 2, 3, 4))
    return Made(
        version,
        chance.getrandbits(64 if version == 2 else 128),
        chance.getrandbits(64 if version == 2 else 128),
        0 if version == 4 else chance.getrandbits(60),
        chance.getrandbits(32) | 1,
        "" if version == 4 else f"file {chance.getrandbits(20)}.txt" * chance.randrange(1, 4),
    )


def told(log: UsnLog) -> list[tuple[int, Made]]:
    """Return the records that know their place, each with its USN."""
    records = log.records
    return [
        (
            int(records.usn[row]),
            Made(
                int(records.version[row]),
                int(records.file[row]) | int(records.file_high[row]) << 64,
                int(records.parent[row]) | int(records.parent_high[row]) << 64,
                int(records.time[row]),
                int(records.reason[row]),
                log.name_of(row),
            ),
        )
        for row in np.flatnonzero(records.in_place).tolist()
    ]


def journal(data: bytes, begin: int) -> UsnLog:
    """Return the journal that *data* is, behind a hole of *begin* bytes."""

    def read(offset: int, count: int) -> bytes:
        assert offset >= begin
        return data[offset - begin : offset - begin + count]

    size = begin + len(data)
    return read_usn(Volume(read, size), Runs.joined([begin], [size]))


@given(st.integers(0, 2**32), st.integers(0, 60), st.integers(0, 2**40))
def test_a_journal_is_read_as_it_was_made(seed: int, count: int, pages: int) -> None:
    chance = random.Random(seed)
    begin, data = pages * 4096, b""
    expected, odd = [], 0
    for _ in range(count):
        what, record = chance.random(), a_record(chance)
        usn = begin + len(data)
        if what < 0.7:
            expected.append((usn, record))
            data += record.packed(usn)
        elif what < 0.8:
            data += bytes(8 * chance.randrange(1, 40))
        elif what < 0.9:
            # Torn: its second half was never written.
            half = record.packed(usn)
            data += half[:32] + bytes(len(half) - 32)
            odd += 1
        else:
            data += record.packed(usn + 4096 * chance.randrange(1, 100))
    log = journal(data, begin)
    assert told(log) == expected
    assert (log.begin, log.end) == (begin, begin + len(data))
    assert log.is_whole
    ends = log.records.offset + log.records.length
    assert (log.records.offset[1:] >= ends[:-1]).all()
    assert bool(len(log.odd.start)) or not odd


def test_torn_and_foreign_records_are_told_apart() -> None:
    chance = random.Random(3)
    good = [Made(2, 5 << 48 | 77, 5, 10**17, Reason.FILE_CREATE, f"n{at}") for at in range(3)]
    data = good[0].packed(0)
    torn = Made(3, 1, 2, 3, 4, "torn").packed(len(data))
    place = len(data)
    data += torn[:-8] + b"\xff" * 8
    data = data[: place + 4] + b"\x09" + data[place + 5 :]
    foreign_at = len(data)
    data += a_record(chance).packed(2**33)
    data += good[1].packed(len(data))
    log = journal(data, 0)
    assert [record for _, record in told(log)] == good[:2]
    assert log.records.offset[~log.records.in_place].tolist() == [foreign_at]
    assert (log.odd.start >= place).all()
    assert (log.odd.end <= foreign_at).all()
    assert log.odd.total > 0
    assert (int(log.records.record[0]), int(log.records.sequence[0])) == (77, 5)


def test_a_record_in_the_name_of_another_is_not_believed() -> None:
    inner = Made(2, 1, 2, 3, 4, "evil").packed(64 + 8)
    name = "ab" + inner.decode("utf-16-le", "surrogatepass")
    outer = Made(2, 9, 9, 9, 9, name)
    data = bytes(8) + outer.packed(8)
    assert data[72:80] == inner[:8]
    assert [record.file for _, record in told(journal(data, 0))] == [9]


def test_what_lies_between_two_generations_is_above_the_older_end() -> None:
    records = [Made(2, at, 5, at, Reason.CLOSE, f"f{at}") for at in range(20)]
    data, ends = b"", []
    for record in records:
        data += record.packed(len(data))
        ends.append(len(data))
    older, newer = journal(data[: ends[11]], 0), journal(data, 0)
    found = between(older, newer)
    assert newer.records.file[found.rows].tolist() == list(range(12, 20))
    assert (found.has_gap, found.is_reset) == (False, False)
    assert between(newer, older).is_reset
    cut = journal(data[ends[14] :], ends[14])
    assert between(older, cut).has_gap
    assert cut.records.file[between(older, cut).rows].tolist() == list(range(15, 20))


def test_ten_mebibytes_take_less_than_a_second_and_pieces_meet_without_a_seam() -> None:
    chance = random.Random(1)
    parts, length, count = [], 0, 0
    while length < 10 << 20:
        raw = a_record(chance).packed(length)
        parts.append(raw)
        length += len(raw)
        count += 1
    data = b"".join(parts)
    assert len(data) > BATCH
    started = time.process_time()
    log = journal(data, 0)
    assert time.process_time() - started < 1
    assert len(log.records) == count
    assert log.records.in_place.all()
    assert not len(log.odd.start)


@given(st.binary(max_size=600), st.integers(0, 40))
def test_any_bytes_at_all_are_read(data: bytes, begin: int) -> None:
    log = read_usn(of_bytes(bytes(begin) + data), Runs.joined([begin], [begin + len(data)]))
    assert log.is_whole
