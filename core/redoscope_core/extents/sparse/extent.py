"""A sparse extent: its tables say which grains are stored, and where."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import Areas, State
from redoscope_core.errors import CorruptVmdk, VixCode, VmdkError
from redoscope_core.extents.contract import PlainExtent
from redoscope_core.extents.sparse.grain_tables import GrainTables
from redoscope_core.findings import Finding, Kind
from redoscope_core.format.sparse import GTES_PER_TABLE, SparseHeader
from redoscope_core.format.units import SECTOR, ceil_div, round_up
from redoscope_core.leniency import Leniency
from redoscope_core.overriding import override
from redoscope_core.progress import finished
from redoscope_core.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from redoscope_core.extents.lookup import Answer
    from redoscope_core.extents.sparse.behind import Behind
    from redoscope_core.extents.sparse.half_written import HalfWritten
    from redoscope_core.extents.sparse.redundant import RedundantTables
    from redoscope_core.extents.table_report import TableReport
    from redoscope_core.extents.writing import ExtentWriter, ReadBelow
    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.cowd import CowdHeader
    from redoscope_core.format.extent_line import ExtentLine

__all__ = ["SparseExtent", "findings_of_header", "tables_by_copies", "verdict"]


@dataclass(frozen=True, slots=True)
class SparseExtent(PlainExtent):
    """An extent that stores the grains that were written."""

    line: ExtentLine
    file: DiskFile
    header: SparseHeader | CowdHeader
    salvages: bool = False
    """Whether what can't be read of its tables is unreadable, and no error."""

    redundant: RedundantTables | None = field(default=None, kw_only=True)
    """What the tables are read by, if the redundant ones were asked for."""

    @property
    def tables(self) -> GrainTables:
        """The directory and tables in the file, as they are to be read."""
        return self.first_tables if self.redundant is None else self.redundant

    @property
    def first_tables(self) -> GrainTables:
        """The first copy of the tables, as it is."""
        return GrainTables(self.file, self.header, salvages=self.salvages)

    @property
    def copies(self) -> GrainTables | None:
        """The redundant copy of the tables, as it is; None where there is none in the file."""
        header = self.header
        if not isinstance(header, SparseHeader) or not self.first_tables.has_redundant:
            return None
        at_copy = replace(header, gd_offset=header.rgd_offset)
        return GrainTables(self.file, at_copy, salvages=self.salvages)

    def behind_the_end(self) -> Behind:
        """Return what the tables have behind the end of the extent."""
        from redoscope_core.extents.sparse.behind import behind_the_end  # noqa: PLC0415 - as said below

        both = [each for each in (self.first_tables, self.copies) if each is not None]
        return behind_the_end(both, self.header, self.file.file_bytes, self.line.sectors)

    @property
    def grain_size(self) -> int:
        """Sectors per grain."""
        return self.header.grain_size

    def half_written(self) -> HalfWritten | None:
        """Return what an interrupted write left different between the tables and their copies.

        None if nothing differs, or if it is not by interrupted writes alone.
        """
        return finished(self.half_written_steps(keep=True))

    def half_written_steps(self, *, keep: bool) -> Generator[int, None, HalfWritten | None]:
        """Return the same in steps; if none is to *keep*, how many entries alone."""
        header, copies = self.header, self.copies
        if not header.unclean or header.is_packed or copies is None:
            return None
        from redoscope_core.extents.sparse.half_written import half_written  # noqa: PLC0415 - few need it

        found = yield from half_written(self.first_tables, copies, header, keep=keep)
        return found if found is not None and len(found) else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the header."""
        return findings_of_header(self)

    @property
    @override
    def findings_of_reading(self) -> tuple[Finding, ...]:
        """What was taken from the redundant tables."""
        return () if self.redundant is None else self.redundant.findings(self.file.path)

    def areas(self) -> Areas:
        """Return the stored areas, as far as the extent line goes."""
        return self.tables.areas().window(0, self.line.sectors)

    def stored_windows(self) -> Iterator[Areas]:
        """Yield the stored areas, some tables at a time; those of lost tables come last."""
        tables = self.tables
        for first, entries in tables.windows():
            where = np.flatnonzero(entries != 0)
            stored = tables.areas_of(first + where, entries[where])
            yield stored.window(0, self.line.sectors)
        yield tables.lost_areas().window(0, self.line.sectors)

    @override
    def table_areas(self) -> Areas:
        """Return where the tables lie in the file, as if they were areas one behind the other."""
        places = self.tables.table_places()
        count = self.header.table_sectors
        start = np.arange(len(places), dtype=np.int64) * count
        return Areas.of(start, count, State.DATA, 0, 0, places * SECTOR).merged()

    @override
    def doubts(self, stored: Areas) -> tuple[Finding, ...]:
        """Return what the tables make one doubt."""
        from redoscope_core.extents.sparse.doubts import table_doubts  # noqa: PLC0415 - a look-up has none

        return table_doubts(self, stored)

    @override
    def table_report(self) -> Generator[int, None, TableReport] | None:
        """Return the judging of the tables of the hosted kind."""
        if not isinstance(self.header, SparseHeader):
            return None
        from redoscope_core.extents.sparse.report import report_tables  # noqa: PLC0415 - for checks

        return report_tables(self, self.header)

    @property
    @override
    def header_fields(self) -> dict[str, object]:
        """What the header says of grains and tables."""
        header = self.header
        return {
            "version": header.version,
            "flags": header.flags,
            "grain_size": header.grain_size,
            "gtes_per_gt": header.gtes_per_gt,
            "gd_offset": header.gd_offset,
            "rgd_offset": header.rgd_offset,
            "overhead": header.overhead,
            "unclean": header.unclean,
        }

    @property
    @override
    def tells_zeros(self) -> bool:
        """Whether the header allows grains of value 1."""
        return self.header.has_zero_grains

    @property
    def alignment(self) -> int:
        """Sectors of the file at a multiple of which a new grain begins."""
        return self.header.grain_size

    @override
    def grown_beside(self, low: NDArray[np.int64], high: NDArray[np.int64]) -> int:
        """Return by how many bytes the file grows, beside new grains, to store these."""
        length = self.file.file_bytes
        begins = max(round_up(ceil_div(length, SECTOR), self.alignment), self.header.overhead)
        return begins * SECTOR - length + self.tables.missing_bytes(low, high)

    @property
    @override
    def is_packed(self) -> bool:
        """Whether its grains are compressed."""
        return self.header.is_packed

    @property
    @override
    def takes_writes(self) -> bool:
        """Sparse extents are written; `writer` refuses the versions that are not."""
        return True

    @override
    def writer(
        self, below: ReadBelow, *, has_parent: bool, is_new: bool = False, takes_up: bool = True
    ) -> ExtentWriter:
        """Return the writer of the hosted kind."""
        from redoscope_core.extents.sparse.writer import SparseWriter  # noqa: PLC0415 - to write

        if self.redundant is not None and self.redundant.takes_any:
            raise CorruptVmdk(
                "it is read by its redundant tables, so nothing is written",
                path=self.file.path,
                where="the grain tables",
                cure="clone it, and write into the copy",
            )
        return SparseWriter(self, below, has_parent=has_parent, is_new=is_new, takes_up=takes_up)

    def explain(self, sector: int) -> Answer:
        """Look *sector* up in directory and table."""
        from redoscope_core.extents.lookup import Answer  # noqa: PLC0415 - seldom asked for

        header = self.header
        grain, within = divmod(sector, header.grain_size)
        entry = self.tables.look_up(grain)
        data_offset = None
        if entry.state is State.DATA and entry.table_entry is not None:
            data_offset = (entry.table_entry + within) * SECTOR
        return Answer(
            file=self.file.path,
            kind="sparse",
            state=entry.state,
            verdict=self._verdict(entry.state, entry.directory_entry, entry.table_entry),
            directory_index=entry.directory_index,
            directory_entry=entry.directory_entry,
            table_sector=entry.directory_entry or None,
            table_index=entry.table_index,
            table_entry=entry.table_entry,
            entry_offset=entry.entry_offset,
            first_sector=grain * header.grain_size,
            data_offset=data_offset,
        )

    def _verdict(self, state: State, directory_entry: int, entry: int | None) -> Verdict:
        return verdict(state, directory_entry, entry)

    def unreadable(self, sector: int) -> VmdkError:
        """Return which entry leads nowhere, or why it can't be read."""
        grain = sector // self.header.grain_size
        try:
            entry = (
                self.first_tables.strict().look_up(grain)
                if self.redundant is None
                else self.redundant.look_up(grain, strictly=True)
            )
        except VmdkError as unread:
            return self._with_way_out(unread, grain)
        index = entry.directory_index
        place = f"grain table {index}, entry {entry.table_index}"
        leads_to, offset = entry.table_entry, entry.entry_offset
        if leads_to is None:
            place, leads_to = f"grain directory, entry {index}", entry.directory_entry
            offset = self.header.gd_offset * SECTOR + index * 4
        file_bytes = self.file.file_bytes
        needed = 1 if self.header.is_packed else self.header.grain_size
        past_end = (leads_to + needed) * SECTOR > file_bytes
        nowhere = CorruptVmdk(
            "the file is too short for what its tables say"
            if past_end
            else "an entry leads nowhere",
            path=self.file.path,
            where=place,
            offset=offset,
            found=f"sector {leads_to}",
            expected=f"sectors {self.header.overhead} to {file_bytes // SECTOR} of the file",
            cure="copy the file again, it may be truncated" if past_end else None,
            code=VixCode.HOST_FILE_ERROR_EOF if past_end else None,
        )
        return self._with_way_out(nowhere, grain)

    def _with_way_out(self, error: VmdkError, grain: int) -> VmdkError:
        """Return *error*, which names the redundant tables if *grain* can be found by these."""
        copies = self.copies if self.redundant is None else None
        try:
            if copies is not None and copies.strict().look_up(grain).state in _SOUND:
                error.leniency = Leniency.REDUNDANT
        except VmdkError:
            pass  # neither copy can be read there: they are no way out
        return error


_SOUND = {State.DATA, State.ZERO}


def tables_by_copies(file: DiskFile, header: SparseHeader) -> RedundantTables | None:
    """Return the tables of *file* read with the help of their copies; None if it has no copies."""
    if not GrainTables(file, header).has_redundant:
        return None
    from redoscope_core.extents.sparse.redundant import RedundantTables  # noqa: PLC0415 - asked for

    return RedundantTables(file, header)


_OF_ENTRIES = {
    State.ABSENT: Verdict.NO_GRAIN,
    State.ZERO: Verdict.ZERO_GRAIN,
    State.DATA: Verdict.GRAIN,
    State.UNREADABLE: Verdict.GRAIN_LOST,
}


def verdict(state: State, directory_entry: int, entry: int | None) -> Verdict:
    """Return what a directory entry and a table entry come to."""
    if entry is not None:
        return _OF_ENTRIES[state]
    return Verdict.TABLE_LOST if directory_entry else Verdict.NO_TABLE


def findings_of_header(extent: SparseExtent) -> tuple[Finding, ...]:
    """Return what is odd about the header of *extent*."""
    header, path, end = extent.header, extent.file.path, extent.file.file_bytes
    found = []
    if header.unclean:
        found.append(Finding.of(Kind.UNCLEAN, path))
    if isinstance(header, SparseHeader):
        found += _findings_of_hosted(path, header, end)
    if header.capacity != extent.line.sectors:
        found.append(
            Finding.of(
                Kind.CAPACITY_OF_LINE, path, header=header.capacity, line=extent.line.sectors
            )
        )
    return tuple(found)


def _findings_of_hosted(path: Path, header: SparseHeader, file_bytes: int) -> list[Finding]:
    found = []
    if header.gtes_per_gt != GTES_PER_TABLE:
        entries = header.gtes_per_gt
        found.append(Finding.of(Kind.ODD_TABLES, path, entries=entries, usual=GTES_PER_TABLE))
    if header.overhead * SECTOR > file_bytes:
        found.append(Finding.of(Kind.FIRST_GRAIN_PAST_END, path, sector=header.overhead))
    return found
