"""$LogFile is listed as it was made: pages with fix-ups, records that go on, torn pages, copies."""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.journals.logfile import Operation, read_logfile
from redoscope_core.volumes.ntfs.files import stream_of
from redoscope_core.volumes.ntfs.volume import open_ntfs
from redoscope_core.volumes.source import Volume, of_bytes
from tests.core.volumes.ntfs.made import made
from tests.core.volumes.volumes import answers_or_refuses, damaged, volume_of

if TYPE_CHECKING:
    from pathlib import Path

PAGE, DATA, PAGES = 4096, 64, 64
BITS = 64 - (PAGE * PAGES // 8).bit_length() + 1
"""Of an LSN, that count the rounds."""


def fixed(page: bytearray, at: int, mark: int) -> bytes:
    """Return a page with its fix-ups at byte *at*."""
    count = len(page) // 512 + 1
    struct.pack_into("<HH", page, 4, at, count)
    struct.pack_into("<H", page, at, mark)
    for sector in range(1, count):
        last = slice(sector * 512 - 2, sector * 512)
        page[at + 2 * sector : at + 2 * sector + 2] = page[last]
        page[last] = struct.pack("<H", mark)
    return bytes(page)


def restart(lsn: int, flags: int) -> bytes:
    page = bytearray(PAGE)
    page[:4] = b"RSTR"
    struct.pack_into("<IIHhh", page, 16, PAGE, PAGE, 48, 1, 1)
    struct.pack_into("<QHHHHIHH", page, 48, lsn, 1, 0xFFFF, 0, flags, BITS, 224, 64)
    struct.pack_into("<QIHH", page, 48 + 24, PAGE * PAGES, 0, 48, DATA)
    return fixed(page, 30, 7)


class Log:
    """A log that is written record by record."""

    def __init__(self, turn: int) -> None:
        self.turn, self.at = turn, 4 * PAGE + DATA
        self.data = bytearray(PAGE * PAGES)
        self.expected: list[tuple[int, int, int, int, int]] = []

    def add(self, redo: int, undo: int, vcn: int, block: int, extra: int) -> None:
        if PAGE - self.at % PAGE < 48:
            self.at = (self.at // PAGE + 1) * PAGE + DATA
        lsn = self.turn << (64 - BITS) | self.at // 8
        body = struct.pack(
            "<HHHHHHHHHHHHqq", redo, undo, 40, 8, 48, 8, 24, 1, 56, 16, block, 0, vcn, 9
        )
        body += b"\xaa" * extra
        head = struct.pack("<QQQIHHIIHHHH", lsn, lsn - 1, 0, len(body), 0, 0, 1, 24, 0, 0, 0, 0)
        raw = head + body
        self.expected.append((lsn, self.at, redo, undo, vcn))
        for byte in raw + bytes(-len(raw) % 8):
            self.data[self.at] = byte
            self.at += 1
            if self.at % PAGE == 0:
                self.at += DATA

    def packed(self) -> bytes:
        pages = []
        for number in range(4, PAGES):
            page = bytearray(self.data[number * PAGE : (number + 1) * PAGE])
            page[:4] = b"RCRD"
            struct.pack_into("<Q", page, 8, self.expected[-1][0])
            pages.append(fixed(page, 40, 3))
        copy = bytearray(self.data[8 * PAGE : 9 * PAGE])
        copy[:4] = b"RCRD"
        struct.pack_into("<Q", copy, 8, 8 * PAGE)
        front = restart(5, 0) + restart(9, 2) + fixed(copy, 40, 4) + bytes(PAGE)
        return front + b"".join(pages)


def a_log(seed: int, records: int = 700) -> Log:
    chance, log = random.Random(seed), Log(5)
    for _ in range(records):
        redo, undo = chance.randrange(0x23), chance.randrange(0x23)
        vcn, block = chance.randrange(1000), 2 * chance.randrange(4)
        log.add(redo, undo, vcn, block, 8 * chance.randrange(30))
    assert log.at < PAGE * PAGES
    return log


@pytest.mark.parametrize("seed", range(4))
def test_a_log_is_listed_as_it_was_made(seed: int) -> None:
    log = a_log(seed)
    found = read_logfile(of_bytes(log.packed()), 4096, 1024)
    told = found.records
    columns = (told.lsn, told.offset, told.redo, told.undo, told.vcn)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == log.expected
    assert (told.lcn == 9).all()
    assert (told.attribute == 24).all()
    assert not len(found.torn)
    assert found.is_whole
    assert [each.current_lsn for each in found.restarts] == [9, 5]
    assert found.is_clean
    assert found.restarts[0].version == (1, 1)


def test_records_name_the_file_record_that_they_are_done_to() -> None:
    log = Log(1)
    log.add(Operation.UPDATE_RESIDENT_VALUE, Operation.UPDATE_RESIDENT_VALUE, 10, 4, 0)
    log.add(Operation.NOOP, Operation.DEALLOCATE_FILE_RECORD_SEGMENT, 10, 6, 0)
    log.add(Operation.SET_BITS_IN_NONRESIDENT_BIT_MAP, Operation.NOOP, 10, 4, 0)
    found = read_logfile(of_bytes(log.packed()), 4096, 1024)
    assert found.records.file.tolist() == [42, 43, -1]


def test_a_torn_page_is_told_and_its_records_are_not() -> None:
    log = a_log(1)
    data = bytearray(log.packed())
    data[10 * PAGE + 1022] ^= 1
    found = read_logfile(of_bytes(bytes(data)), 4096, 1024)
    assert found.torn.tolist() == [10 * PAGE]
    ours = set(found.records.offset.tolist())
    assert ours == {at for _, at, *_ in log.expected if at // PAGE != 10}


def test_a_page_that_only_its_copy_at_the_front_has_is_listed() -> None:
    log = a_log(2)
    data = bytearray(log.packed())
    data[8 * PAGE + 1022] ^= 1
    found = read_logfile(of_bytes(bytes(data)), 4096, 1024)
    assert found.records.lsn.tolist() == [lsn for lsn, *_ in log.expected]


def test_a_log_that_ntfs_3g_emptied_is_told_as_empty(tmp_path: Path) -> None:
    found = open_ntfs(volume_of(made(tmp_path)))
    log = read_logfile(stream_of(found.mft, 2), found.shape.cluster_size, found.shape.record_size)
    assert log.is_empty
    assert log.is_clean
    assert not len(log.records)
    with pytest.raises(CorruptVolume, match="restart page"):
        read_logfile(of_bytes(bytes(PAGE * 4)), 4096, 1024)


def test_damage_is_an_error_of_ours_or_a_marked_answer() -> None:
    data = a_log(3).packed()

    def looked(volume: Volume) -> None:
        told = read_logfile(volume, 4096, 1024).records
        assert (np.diff(told.lsn.astype(np.float64)) >= 0).all()

    answers = sum(
        answers_or_refuses(looked, damaged(data, random.Random(seed), [0, 8, 32, 40, 48]))
        for seed in range(80)
    )
    assert answers > 0
