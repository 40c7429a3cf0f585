"""$LogFile of NTFS as a list: what each record would do again or take back, and to which file.

    RSTR RSTR | copies of the last pages | RCRD RCRD ...     a record's LSN tells where it stands

Nothing is replayed: a volume that was not unmounted is shown as it is stored.

Source: the documentation of the Linux-NTFS project and layout.h of ntfs-3g (logfile.h).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.ntfs.records import undone
from redoscope_core.volumes.source import BATCH, Bytes, Numbers, Volume

__all__ = [
    "MOST_RECORDS",
    "LogFile",
    "LogRecords",
    "Operation",
    "Restart",
    "is_clean_log",
    "read_logfile",
]

MOST_RECORDS = 2**22
"""More records than this are not collected; the answer says so."""
_MOST_BYTES = 2**32
_NOBODY = -1
_SMALLEST_PAGE, _LARGEST_PAGE = 1024, 65536
_DATA_AT = 24
"""Least byte of a page at which its records may begin."""
_CLEAN = 2
_EMPTY = b"\xff\xff\xff\xff"
_RECORD = np.dtype(
    {
        "names": [
            *("lsn", "previous", "undo_next", "length", "type", "transaction"),
            *("redo", "undo", "redo_length", "undo_length", "attribute", "lcns"),
            *("record_offset", "attribute_offset", "block", "vcn", "lcn"),
        ],
        "formats": [
            *("<u8", "<u8", "<u8", "<u4", "<u4", "<u4"),
            *("<u2", "<u2", "<u2", "<u2", "<u2", "<u2"),
            *("<u2", "<u2", "<u2", "<i8", "<i8"),
        ],
        "offsets": [0, 8, 16, 24, 32, 36, 48, 50, 54, 58, 60, 62, 64, 66, 68, 72, 80],
        "itemsize": 88,
    }
)
_HEADER = 48
_NORMAL, _CHECKPOINT = 1, 2
_BLOCK = 512


class Operation(IntEnum):
    """What a record does, or takes back; the names are those of Microsoft's."""

    NOOP = 0x00
    COMPENSATION_LOG_RECORD = 0x01
    INITIALIZE_FILE_RECORD_SEGMENT = 0x02
    DEALLOCATE_FILE_RECORD_SEGMENT = 0x03
    WRITE_END_OF_FILE_RECORD_SEGMENT = 0x04
    CREATE_ATTRIBUTE = 0x05
    DELETE_ATTRIBUTE = 0x06
    UPDATE_RESIDENT_VALUE = 0x07
    UPDATE_NONRESIDENT_VALUE = 0x08
    UPDATE_MAPPING_PAIRS = 0x09
    DELETE_DIRTY_CLUSTERS = 0x0A
    SET_NEW_ATTRIBUTE_SIZES = 0x0B
    ADD_INDEX_ENTRY_ROOT = 0x0C
    DELETE_INDEX_ENTRY_ROOT = 0x0D
    ADD_INDEX_ENTRY_ALLOCATION = 0x0E
    DELETE_INDEX_ENTRY_ALLOCATION = 0x0F
    WRITE_END_OF_INDEX_BUFFER = 0x10
    SET_INDEX_ENTRY_VCN_ROOT = 0x11
    SET_INDEX_ENTRY_VCN_ALLOCATION = 0x12
    UPDATE_FILE_NAME_ROOT = 0x13
    UPDATE_FILE_NAME_ALLOCATION = 0x14
    SET_BITS_IN_NONRESIDENT_BIT_MAP = 0x15
    CLEAR_BITS_IN_NONRESIDENT_BIT_MAP = 0x16
    HOT_FIX = 0x17
    END_TOP_LEVEL_ACTION = 0x18
    PREPARE_TRANSACTION = 0x19
    COMMIT_TRANSACTION = 0x1A
    FORGET_TRANSACTION = 0x1B
    OPEN_NONRESIDENT_ATTRIBUTE = 0x1C
    OPEN_ATTRIBUTE_TABLE_DUMP = 0x1D
    ATTRIBUTE_NAMES_DUMP = 0x1E
    DIRTY_PAGE_TABLE_DUMP = 0x1F
    TRANSACTION_TABLE_DUMP = 0x20
    UPDATE_RECORD_DATA_ROOT = 0x21
    UPDATE_RECORD_DATA_ALLOCATION = 0x22


_ON_RECORDS = (*range(0x02, 0x08), 0x09, 0x0B, 0x0C, 0x0D, 0x11, 0x13, 0x21)
"""Operations on what stands in a file record."""


@dataclass(frozen=True, slots=True)
class Restart:
    """A restart page: where whoever mounts the volume begins."""

    offset: int
    """Byte of the log."""
    version: tuple[int, int]
    """1.1, or 2.0 of newer systems."""
    page_size: int
    """Bytes of a page of records."""
    data_offset: int
    """Byte of a page at which its records begin."""
    current_lsn: int
    is_clean: bool
    """Whether the volume was unmounted."""
    sequence_bits: int
    """High bits of an LSN that count how often the log went round."""


@dataclass(frozen=True, slots=True, eq=False)
class LogRecords(Columns):
    """Records of the log, in order of their LSN."""

    lsn: NDArray[np.uint64]
    previous: NDArray[np.uint64]
    """LSN of the record before it in its transaction; 0 if none."""
    undo_next: NDArray[np.uint64]
    offset: Numbers
    """Byte of the log."""
    is_checkpoint: NDArray[np.bool_]
    """Whether it is a checkpoint, which has no operation."""
    transaction: Numbers
    redo: Numbers
    """`Operation`, or a number that nobody explained; -1 of a checkpoint."""
    undo: Numbers
    attribute: Numbers
    """Number of the open attribute that it is done to."""
    vcn: Numbers
    """Cluster of that attribute."""
    lcn: Numbers
    """Cluster of the volume; -1 if none is named."""
    record_offset: Numbers
    """Byte of the file record, or index block."""
    attribute_offset: Numbers
    """Byte of the attribute in it."""
    file: Numbers
    """File record that it is done to; -1 where it is done to something else."""


@dataclass(frozen=True, slots=True, eq=False)
class LogFile:
    """What of a log could be read."""

    restarts: tuple[Restart, ...]
    """Restart pages that can be believed, the newest first; none of a log that was emptied."""
    records: LogRecords
    torn: Numbers
    """Bytes of the log at which pages begin whose fix-ups don't fit."""
    is_empty: bool
    """Whether it was emptied: as ntfs-3g leaves it, and chkdsk."""
    is_whole: bool
    """Whether all was read; there may have been too much."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing of it is waiting to be done again."""
        return self.is_empty or (bool(self.restarts) and self.restarts[0].is_clean)


def read_logfile(stream: Volume, cluster_size: int, record_size: int) -> LogFile:
    """Return the log whose bytes are those of *stream*; sizes are those of the volume, in bytes.

    Raises:
        CorruptVolume: No restart page can be believed.
        VmdkError: It can't be read.
    """
    nothing = np.zeros(0, np.int64)
    if stream.bytes_at(0, 4, "the log") == _EMPTY:
        return LogFile((), _no_records(), nothing, is_empty=True, is_whole=True)
    restarts = _restarts(stream)
    if not restarts:
        raise CorruptVolume("no restart page of the log can be believed", offset=0)
    newest = restarts[0]
    size, parts, torn = newest.page_size, [_no_records()], [nothing]
    pages = min(stream.size, _MOST_BYTES) // size
    each, total = max(1, BATCH // size), 0
    for first in range(2, pages, each):
        # One page more: a record may go on there.
        count = min(each + 1, pages - first)
        raw = stream.array_at(first * size, count * size, "the log").reshape(count, size)
        records, bad = _found(raw, first, newest, min(each, count))
        parts.append(_with_files(records, cluster_size, record_size))
        torn.append(bad)
        total += len(records)
        if total >= MOST_RECORDS:
            break
    found = LogRecords.joined(parts)
    # A copy of a page at the front tells the same records again; those of later pages count.
    order = np.lexsort((-found.offset, found.lsn))
    found = found.taking(order)
    again = np.concatenate(([False], found.lsn[1:] == found.lsn[:-1]))[: len(found)]
    whole = total < MOST_RECORDS and stream.size <= _MOST_BYTES
    told = found.taking(~again).taking(slice(MOST_RECORDS))
    return LogFile(restarts, told, np.concatenate(torn), is_empty=False, is_whole=whole)


def is_clean_log(stream: Volume) -> bool:
    """Return whether nothing of the log *stream* is waiting to be done again; no record is read.

    Raises:
        CorruptVolume: No restart page can be believed.
        VmdkError: It can't be read.
    """
    if stream.bytes_at(0, 4, "the log") == _EMPTY:
        return True
    restarts = _restarts(stream)
    if not restarts:
        raise CorruptVolume("no restart page of the log can be believed", offset=0)
    return restarts[0].is_clean


def _restarts(stream: Volume) -> tuple[Restart, ...]:
    """Return the restart pages, the newest first: at the front, and one page of the system on."""
    found = []
    for offset in (0, 4096, *(1 << bit for bit in (9, 10, 11, 13, 14, 15, 16))):
        if offset + 64 <= stream.size:
            head = stream.bytes_at(offset, 64, "a restart page")
            page = int.from_bytes(head[16:20], "little")
            if head[:4] in {b"RSTR", b"CHKD"} and _is_page(page) and offset + page <= stream.size:
                told = _restart(stream.array_at(offset, page, "a restart page"), offset)
                found += [told] if told is not None else []
    return tuple(sorted(found, key=lambda each: -each.current_lsn))


def _is_page(size: int) -> bool:
    return _SMALLEST_PAGE <= size <= _LARGEST_PAGE and not size & (size - 1)


def _restart(page: Bytes, offset: int) -> Restart | None:
    """Return what a restart page says, if its fix-ups fit and it is possible."""
    fixup, count = (page[at : at + 2].view("<u2") for at in (4, 6))
    rows, fits = undone(page.reshape(1, -1), fixup.astype(np.int64), count)
    raw = rows.tobytes()

    def number(at: int, length: int) -> int:
        return int.from_bytes(raw[at : at + length], "little")

    area, size = number(24, 2), number(20, 4)
    if not fits[0] or area + 40 > len(raw) or not _is_page(size):
        return None
    bits, data = number(area + 16, 4), number(area + 38, 2)
    if not 3 < bits < 64 or not _DATA_AT <= data < size or data % 8:  # noqa: PLR2004
        return None
    clean = bool(number(area + 14, 2) & _CLEAN)
    version = (number(28, 2), number(26, 2))
    return Restart(offset, version, size, data, number(area, 8), clean, bits)


def _found(raw: Bytes, first: int, restart: Restart, wanted: int) -> tuple[LogRecords, Numbers]:
    """Return the records in the *wanted* first pages of *raw*, and where pages are torn.

    *first* is the number of the first page. A record is where its LSN says that it is.
    """
    size = restart.page_size
    words = np.ascontiguousarray(raw[:, :8]).view("<u2")
    pages, fits = undone(raw, words[:, 2].astype(np.int64), words[:, 3])
    is_page = (raw[:, :4] == np.frombuffer(b"RCRD", np.uint8)).all(axis=1)
    number = first + np.arange(len(raw))
    torn = number[is_page & ~fits][: len(raw)] * size
    usable = is_page & fits
    told = pages.view("<u8").reshape(len(raw), -1)
    # The copies of pages at the front say at which byte of the log they belong.
    base = np.where(told[:, 1] < np.uint64(2**40), told[:, 1], np.uint64(0)).astype(np.int64)
    own = number * size
    begins = restart.data_offset // 8
    lsn = told[:, begins:]
    stands = (
        (lsn << np.uint64(restart.sequence_bits)) >> np.uint64(restart.sequence_bits)
    ) << np.uint64(3)
    within = np.arange(restart.data_offset, size, 8)
    here = stands.astype(np.int64) == own[:, None] + within
    copied = (base > own) & (base % size == 0)
    here |= (stands.astype(np.int64) == base[:, None] + within) & copied[:, None]
    here &= (lsn >> np.uint64(64 - restart.sequence_bits) > 0) & usable[:, None]
    here[wanted:] = False
    row, column = np.nonzero(here & (within + _HEADER <= size))
    kept, place = _read(pages, usable, row, within[column], restart.data_offset)
    return _columns(kept, own[row] + place), torn[torn < (first + wanted) * size]


def _read(
    pages: Bytes, usable: NDArray[np.bool_], row: Numbers, at: Numbers, data_offset: int
) -> tuple[NDArray[np.void], Numbers]:
    """Return the records that begin at byte *at* of each page, going on in the next one."""
    size = pages.shape[1]
    place = at[:, None] + np.arange(_RECORD.itemsize)
    over = place >= size
    page = np.minimum(row[:, None] + over, len(pages) - 1)
    place = np.where(over, place - size + data_offset, place)
    raw = pages[page, np.minimum(place, size - 1)]
    raw[over & ~usable[page]] = 0
    return np.ascontiguousarray(raw).view(_RECORD).reshape(-1), at


def _columns(told: NDArray[np.void], offset: Numbers) -> LogRecords:
    kind = told["type"]
    sound = ((kind == _NORMAL) | (kind == _CHECKPOINT)) & (told["length"] < _MOST_BYTES // 2**8)
    sound &= (told["previous"] < told["lsn"]) & (told["undo_next"] < told["lsn"])
    told, offset = told[sound], offset[sound]
    checkpoint = told["type"] == _CHECKPOINT
    numbers = {
        name: np.where(checkpoint, _NOBODY, told[name].astype(np.int64))
        for name in ("redo", "undo", "vcn", "lcn")
    }
    return LogRecords(
        told["lsn"],
        told["previous"],
        told["undo_next"],
        offset,
        checkpoint,
        told["transaction"].astype(np.int64),
        numbers["redo"],
        numbers["undo"],
        told["attribute"].astype(np.int64),
        numbers["vcn"],
        np.where(told["lcns"] > 0, numbers["lcn"], _NOBODY),
        told["record_offset"].astype(np.int64),
        told["attribute_offset"].astype(np.int64),
        # Until the size of a cluster is known: the block of 512 bytes in it.
        told["block"].astype(np.int64),
    )


def _with_files(records: LogRecords, cluster_size: int, record_size: int) -> LogRecords:
    """Return the records with the file records that they are done to."""
    does = np.where(records.redo > Operation.COMPENSATION_LOG_RECORD, records.redo, records.undo)
    place = records.vcn * cluster_size + records.file * _BLOCK
    known = np.isin(does, _ON_RECORDS) & (records.vcn >= 0) & (records.vcn < 2**40)
    return replace(records, file=np.where(known, place // record_size, _NOBODY))


def _no_records() -> LogRecords:
    return _columns(np.zeros(0, _RECORD), np.zeros(0, np.int64))
