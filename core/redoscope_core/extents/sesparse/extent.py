"""An SESparse extent: grains of 4 KiB, found by directory and tables of 8-byte entries.

As in the other sparse extents one decision, `SeSparseTables.judge`, says what an entry
means; areas and look-ups both go through it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import Areas, State
from redoscope_core.errors import CorruptVmdk, UnsupportedVmdk, VmdkError
from redoscope_core.extents.contract import PlainExtent
from redoscope_core.extents.sparse.extent import verdict
from redoscope_core.extents.sparse.table_shape import refuse_repeats
from redoscope_core.findings import Finding, Kind, Place
from redoscope_core.format.sesparse import (
    SESPARSE_ENTRIES,
    TABLE_MARK,
    SeSparseHeader,
    SeSparseVolatile,
    grain_indices,
)
from redoscope_core.format.units import SECTOR
from redoscope_core.leniency import Leniency
from redoscope_core.overriding import override
from redoscope_core.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from redoscope_core.extents.lookup import Answer
    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.extent_line import ExtentLine

__all__ = ["SeSparseExtent", "SeSparseTables", "open_sesparse"]

_ENTRY = 8
_TABLES_AT_ONCE = 64
"""Tables (2 MiB) that are read together if they lie behind one another."""
_ABSENT, _UNMAPPED, _ZERO, _DATA = range(4)


class SeSparseTables:
    """Directory and tables of one extent, as they are in its file."""

    def __init__(self, file: DiskFile, header: SeSparseHeader, *, salvages: bool = False) -> None:
        """Look at the tables of *file*; nothing is read yet.

        With *salvages* entries that can't be read lead nowhere, and the others are used.
        """
        self._file = file
        self._header = header
        self._salvages = salvages

    def _read_at(self, offset: int, length: int, *, what: str) -> bytes:
        if not self._salvages:
            return self._file.read_at(offset, length, what=what)
        from redoscope_core.files.marking import read_marking  # noqa: PLC0415 - few salvage

        buffer = bytearray(length)
        read_marking(self._file, memoryview(buffer), offset)
        return bytes(buffer)

    def directory(self, first: int = 0, count: int | None = None) -> NDArray[np.uint64]:
        """Return the entries of the grain directory."""
        count = self._header.table_count if count is None else count
        raw = self._read_at(
            self._header.gd_offset * SECTOR + first * _ENTRY,
            count * _ENTRY,
            what="the grain directory",
        )
        return np.frombuffer(raw, "<u8")

    def table_sectors(self, entries: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return where the table of each directory entry is: 0 = there is none, -1 = nowhere."""
        header = self._header
        index = (entries & np.uint64(0xFFFFFFFF)).astype(np.int64)
        good = (entries >> np.uint64(32)) == np.uint64(TABLE_MARK)
        behind = (index + 1) * header.table_size
        room = min(header.tables_size, self._file.file_bytes // SECTOR - header.tables_offset)
        good &= behind <= room
        sector = np.where(good, header.tables_offset + behind - header.table_size, -1)
        return np.where(entries == 0, 0, sector)

    def judge(
        self, grains: NDArray[np.int64], entries: NDArray[np.uint64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the `State` that each of *entries* gives its grain, and its byte offset or -1."""
        header = self._header
        kind = entries >> np.uint64(60)
        rest = entries & np.uint64(0x0FFFFFFFFFFFFFFF)
        # An index so large that its offset would not fit lies past the end all the more.
        index = np.minimum(grain_indices(entries), np.uint64(2**48)).astype(np.int64)
        offset = (header.grains_offset + index * header.grain_size) * SECTOR
        left = header.capacity - grains * header.grain_size
        inside = offset + np.minimum(header.grain_size, left) * SECTOR <= self._file.file_bytes
        state = np.full(len(entries), State.UNREADABLE, np.uint8)
        state[(kind == _ABSENT) & (rest == 0)] = State.ABSENT
        state[(kind == _UNMAPPED) | (kind == _ZERO)] = State.ZERO
        state[(kind == _DATA) & inside] = State.DATA
        return state, np.where(state == State.DATA, offset, -1)

    def areas(self) -> Areas:
        """Return the stored areas of the extent, merged."""
        both = Areas.concatenate(list(self.windows()))
        return both.take(np.argsort(both.start, kind="stable")).merged()

    def windows(self) -> Iterator[Areas]:
        """Yield the stored areas, some tables at a time; those of lost tables come last."""
        sectors = self.table_sectors(self.directory())
        tables = int(np.count_nonzero(sectors > 0))
        refuse_repeats(self._file, self._header.gd_offset, tables, self._header.table_size)
        for first, count in _runs(sectors):
            yield self._areas_of(first, count, sectors)
        lost = np.flatnonzero(sectors < 0)
        span = self._header.grain_size * SESPARSE_ENTRIES
        left = self._header.capacity - lost * span
        yield Areas.of(lost * span, np.minimum(span, left), State.UNREADABLE, 0, -1)

    def _areas_of(self, first: int, count: int, sectors: NDArray[np.int64]) -> Areas:
        raw = self._read_at(
            int(sectors[first]) * SECTOR,
            count * SESPARSE_ENTRIES * _ENTRY,
            what=f"grain table {first}",
        )
        entries = np.frombuffer(raw, "<u8")
        where = np.flatnonzero(np.not_equal(entries, 0))
        size, capacity = self._header.grain_size, self._header.capacity
        grains = first * SESPARSE_ENTRIES + where
        inside = grains * size < capacity
        where, grains = where[inside], grains[inside]
        state, offset = self.judge(grains, entries[where])
        start = grains * size
        file = np.where(state == State.DATA, 0, -1)
        count_of = np.minimum(size, capacity - start)
        return Areas.of(start, count_of, state, 0, file, offset).merged()

    def look_up(self, grain: int) -> tuple[int, int, int | None, State, int | None]:
        """Return directory entry, table sector, table entry, state and byte offset of *grain*."""
        index, within = divmod(grain, SESPARSE_ENTRIES)
        entry = self.directory(index, 1)
        sector = int(self.table_sectors(entry)[0])
        if sector <= 0:
            state = State.UNREADABLE if sector else State.ABSENT
            return int(entry[0]), sector, None, state, None
        raw = self._read_at(
            sector * SECTOR + within * _ENTRY, _ENTRY, what=f"entry {within} of grain table {index}"
        )
        value = np.frombuffer(raw, "<u8")
        states, offsets = self.judge(np.array([grain]), value)
        return int(entry[0]), sector, int(value[0]), State(int(states[0])), int(offsets[0])


def _runs(sectors: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield (first index, count) of tables that lie one behind the other in the file."""
    index = np.flatnonzero(sectors > 0)
    if not len(index):
        return
    breaks = np.flatnonzero((np.diff(index) != 1) | (np.diff(sectors[index]) != 64)) + 1  # noqa: PLR2004
    for first, last in zip(np.append(0, breaks), np.append(breaks, len(index)), strict=True):
        for begin in range(int(first), int(last), _TABLES_AT_ONCE):
            yield int(index[begin]), min(_TABLES_AT_ONCE, int(last) - begin)


@dataclass(frozen=True, slots=True)
class SeSparseExtent(PlainExtent):
    """An extent of the SESparse kind; it is only read."""

    line: ExtentLine
    file: DiskFile
    header: SeSparseHeader
    findings: tuple[Finding, ...] = ()
    salvages: bool = False
    """Whether what can't be read of its tables is unreadable, and no error."""

    @property
    def grain_size(self) -> int:
        """Sectors per grain."""
        return self.header.grain_size

    @property
    def tables(self) -> SeSparseTables:
        """The directory and tables in the file."""
        return SeSparseTables(self.file, self.header, salvages=self.salvages)

    def areas(self) -> Areas:
        """Return the stored areas, as far as the extent line goes."""
        return self.tables.areas().window(0, self.line.sectors)

    def stored_windows(self) -> Iterator[Areas]:
        """Yield the stored areas, some tables at a time."""
        for areas in self.tables.windows():
            yield areas.window(0, self.line.sectors)

    def explain(self, sector: int) -> Answer:
        """Look *sector* up in directory and table."""
        from redoscope_core.extents.lookup import Answer  # noqa: PLC0415 - seldom asked for

        grain, within = divmod(sector, self.header.grain_size)
        index, position = divmod(grain, SESPARSE_ENTRIES)
        directory_entry, table, entry, state, offset = self.tables.look_up(grain)
        return Answer(
            file=self.file.path,
            kind="sparse",
            state=state,
            verdict=_verdict(state, directory_entry, entry),
            directory_index=index,
            directory_entry=directory_entry,
            table_sector=table if table > 0 else None,
            table_index=position,
            table_entry=entry,
            entry_offset=table * SECTOR + position * _ENTRY if table > 0 else None,
            first_sector=grain * self.header.grain_size,
            data_offset=None if state is not State.DATA else (offset or 0) + within * SECTOR,
        )

    def unreadable(self, sector: int) -> VmdkError:
        """Return which entry leads nowhere."""
        grain = sector // self.header.grain_size
        index, position = divmod(grain, SESPARSE_ENTRIES)
        try:
            looked_up = SeSparseTables(self.file, self.header).look_up(grain)
        except VmdkError as error:
            return error
        directory_entry, table, entry, _, _ = looked_up
        if entry is None:
            where, found = f"grain directory, entry {index}", f"0x{directory_entry:X}"
            offset = self.header.gd_offset * SECTOR + index * _ENTRY
        else:
            where, found = f"grain table {index}, entry {position}", f"0x{entry:X}"
            offset = table * SECTOR + position * _ENTRY
        return CorruptVmdk(
            "an entry leads nowhere",
            path=self.file.path,
            where=where,
            offset=offset,
            found=found,
            expected=f"type 0 to 3 and a place inside the {self.file.file_bytes} bytes of the file",
        )

    @override
    def refuse_kind(self) -> None:
        """Refuse: it is only read."""
        raise UnsupportedVmdk(
            "an SESparse extent, which is only read: its journal and back map are not known",
            path=self.file.path,
            found=self.line.text,
            cure="create a child of it (monolithicSparse) and write there",
        )


def _verdict(state: State, directory_entry: int, entry: int | None) -> Verdict:
    unmapped = entry is not None and state is State.ZERO and entry >> 60 == _UNMAPPED
    return Verdict.UNMAPPED if unmapped else verdict(state, directory_entry, entry)


def open_sesparse(
    line: ExtentLine,
    file: DiskFile,
    header: SeSparseHeader,
    *,
    unreplayed: bool,
    salvages: bool = False,
) -> SeSparseExtent:
    """Return the extent in *file*; *unreplayed* reads one whose journal was never replayed.

    With *salvages* what can't be read of its tables is unreadable.

    Raises:
        UnsupportedVmdk: The journal waits to be replayed, and that is not allowed.
        CorruptVmdk: The volatile header is damaged.
    """
    offset = header.volatile_offset * SECTOR
    raw = file.read_at(offset, SeSparseVolatile.LAYOUT.size, what="the volatile header")
    try:
        volatile = SeSparseVolatile.unpack(raw, offset)
    except VmdkError as error:
        error.path = file.path
        raise
    if not volatile.replay_journal:
        return SeSparseExtent(line, file, header, salvages=salvages)
    if not unreplayed:
        dirty = UnsupportedVmdk(
            "an SESparse extent that was not closed: its journal waits to be replayed",
            path=file.path,
            where="volatile header field replayJournal",
            offset=offset + 24,
            found=volatile.replay_journal,
            expected=0,
            cure="let its ESX server open it once",
        )
        dirty.leniency = Leniency.DIRTY_JOURNAL
        raise dirty
    place = Place("volatile header field replayJournal", offset + 24)
    stands = Finding.of(Kind.JOURNAL_NOT_REPLAYED, file.path, place)
    return SeSparseExtent(line, file, header, (stands,), salvages)
