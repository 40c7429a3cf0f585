"""The kinds of extent: each says which of its sectors are stored, and where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from redoscope_core.errors import CorruptVmdk, VixCode, VmdkError
from redoscope_core.format.sparse import GTES_PER_TABLE, SparseHeader
from redoscope_core.format.units import SECTOR
from redoscope_core.link.areas import Areas, State
from redoscope_core.link.grain_tables import GrainTables

if TYPE_CHECKING:
    from redoscope_core.format.cowd import CowdHeader
    from redoscope_core.format.extent_line import ExtentLine
    from redoscope_core.link.file import DiskFile
    from redoscope_core.link.half_written import HalfWritten
    from redoscope_core.link.lookup import LookupStep

__all__ = ["Extent", "FlatExtent", "SparseExtent", "ZeroExtent", "header_notes", "verdict"]


class Extent(Protocol):
    """A region of a link. Sectors count from the extent's first."""

    @property
    def line(self) -> ExtentLine:
        """The line of the descriptor."""

    @property
    def file(self) -> DiskFile | None:
        """The file, if there is one."""

    @property
    def grain_size(self) -> int | None:
        """Sectors that are stored together; None where there are no grains."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is odd but no fault, in plain words."""

    def areas(self) -> Areas:
        """Return the stored areas: link 0, file 0 where a file holds them."""

    def explain(self, sector: int, step: LookupStep) -> LookupStep:
        """Return *step* (which names the link) with this extent's answer about *sector*."""

    def unreadable(self, sector: int) -> VmdkError:
        """Return the error that tells why *sector* can't be read."""


@dataclass(frozen=True, slots=True)
class SparseExtent:
    """An extent that stores the grains that were written."""

    line: ExtentLine
    file: DiskFile
    header: SparseHeader | CowdHeader

    @property
    def tables(self) -> GrainTables:
        """The directory and tables in the file."""
        return GrainTables(self.file, self.header)

    @property
    def grain_size(self) -> int:
        """Sectors per grain."""
        return self.header.grain_size

    def half_written(self) -> HalfWritten | None:
        """Return what an interrupted write left different between the tables and their copies.

        None if nothing differs, or if it is not by interrupted writes alone.
        """
        header = self.header
        if not isinstance(header, SparseHeader) or not header.unclean:
            return None
        if not header.has_redundant_tables or header.is_packed:
            return None
        from redoscope_core.link.half_written import half_written  # noqa: PLC0415 - few need it

        copies = GrainTables(self.file, replace(header, gd_offset=header.rgd_offset))
        found = half_written(self.tables, copies, header)
        return found if found is not None and len(found) else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What is odd about the header."""
        return header_notes(self)

    def areas(self) -> Areas:
        """Return the stored areas, as far as the extent line goes."""
        return self.tables.areas().window(0, self.line.sectors)

    def table_areas(self) -> Areas:
        """Return where the tables lie in the file, as if they were areas one behind the other."""
        places = self.tables.table_places()
        count = self.header.table_sectors
        start = np.arange(len(places), dtype=np.int64) * count
        return Areas.of(start, count, State.DATA, 0, 0, places * SECTOR).merged()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What came to light while grains were read; only compressed ones can be odd."""
        return ()

    @property
    def is_salvaged(self) -> bool:
        """Whether the grains were found without a directory, as only those of a stream can be."""
        return False

    def explain(self, sector: int, step: LookupStep) -> LookupStep:
        """Look *sector* up in directory and table."""
        header = self.header
        grain, within = divmod(sector, header.grain_size)
        entry = self.tables.look_up(grain)
        data_offset = None
        if entry.state is State.DATA and entry.table_entry is not None:
            data_offset = (entry.table_entry + within) * SECTOR
        return replace(
            step,
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

    def _verdict(self, state: State, directory_entry: int, entry: int | None) -> str:
        return verdict(state, directory_entry, entry)

    def unreadable(self, sector: int) -> VmdkError:
        """Return which entry leads nowhere."""
        entry = self.tables.look_up(sector // self.header.grain_size)
        place = f"grain table {entry.directory_index}, entry {entry.table_index}"
        found = f"sector {entry.table_entry}"
        offset = entry.entry_offset
        if entry.table_entry is None:
            place, found = (
                f"grain directory, entry {entry.directory_index}",
                f"sector {entry.directory_entry}",
            )
            offset = self.header.gd_offset * SECTOR + entry.directory_index * 4
        file_bytes = self.file.file_bytes
        needed = 1 if self.header.is_packed else self.header.grain_size
        past_end = (int(found.split()[1]) + needed) * SECTOR > file_bytes
        return CorruptVmdk(
            "the file is too short for what its tables say"
            if past_end
            else "an entry leads nowhere",
            path=self.file.path,
            where=place,
            offset=offset,
            found=found,
            expected=f"sectors {self.header.overhead} to {file_bytes // SECTOR} of the file",
            cure="copy the file again, it may be truncated" if past_end else None,
            code=VixCode.HOST_FILE_ERROR_EOF if past_end else None,
        )


def verdict(state: State, directory_entry: int, entry: int | None) -> str:
    """Return in plain words what a directory entry and a table entry say."""
    if entry is None:
        if directory_entry == 0:
            return "the grain directory entry is 0, there is no table"
        return f"the grain directory entry {directory_entry} leads to no table: damaged"
    if state is State.ABSENT:
        return "the grain table entry is 0"
    if state is State.ZERO:
        return "the grain table entry is 1, a grain of zeros: the parent is not asked"
    if state is State.DATA:
        return f"the table entry is 0x{entry:X}: the grain is at that sector of the file"
    return f"the grain table entry 0x{entry:X} leads to no grain: damaged"


def header_notes(extent: SparseExtent) -> tuple[str, ...]:
    """Return what is odd about the header of *extent*."""
    name, notes = extent.file.path.name, []
    if extent.header.unclean:
        notes.append(f"{name} was not closed after its last change (uncleanShutdown is set)")
    if isinstance(extent.header, SparseHeader):
        notes += _hosted_notes(name, extent.header, extent.file.file_bytes)
    else:
        # A COWD header.
        free, end = extent.header.free_sector, extent.file.file_bytes
        if free * SECTOR > end:
            notes.append(f"{name} says its first free sector is {free}, past its end ({end} bytes)")
    if extent.header.capacity != extent.line.sectors:
        notes.append(
            f"{name} says {extent.header.capacity} sectors,"
            f" its extent line {extent.line.sectors}; the line is taken"
        )
    return tuple(notes)


def _hosted_notes(name: str, header: SparseHeader, file_bytes: int) -> list[str]:
    notes = []
    if header.gtes_per_gt != GTES_PER_TABLE:
        notes.append(
            f"{name} has grain tables of {header.gtes_per_gt} entries; some programs read only"
            f" {GTES_PER_TABLE}"
        )
    if header.overhead * SECTOR > file_bytes:
        notes.append(f"{name} says its first grain is at sector {header.overhead}, past its end")
    return notes


@dataclass(frozen=True, slots=True)
class FlatExtent:
    """An extent that stores every sector, one behind the other."""

    line: ExtentLine
    file: DiskFile | None
    """None for a NOACCESS extent, whose file is not opened."""

    @property
    def grain_size(self) -> None:
        """There are no grains."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Nothing can be odd."""
        return ()

    @property
    def first_offset(self) -> int:
        """Byte offset of the extent's first sector in its file."""
        return self.line.offset * SECTOR

    @property
    def _sectors_there(self) -> int:
        """How many of the extent's sectors its file holds; none if it is not read."""
        if self.file is None:
            return 0
        there = max(0, self.file.file_bytes - self.first_offset) // SECTOR
        return min(there, self.line.sectors)

    def areas(self) -> Areas:
        """Return one area of data, and an unreadable one where the file is too short."""
        if self.file is None:
            return Areas.of(0, self.line.sectors, State.UNREADABLE, 0, -1)
        there = self._sectors_there
        both = Areas.of(
            [0, there],
            [there, self.line.sectors - there],
            [State.DATA, State.UNREADABLE],
            0,
            0,
            [self.first_offset, self.first_offset + there * SECTOR],
        )
        return both.take(both.count > 0)

    def explain(self, sector: int, step: LookupStep) -> LookupStep:
        """Say where *sector* is in the flat file."""
        readable = sector < self._sectors_there
        return replace(
            step,
            file=None if self.file is None else self.file.path,
            kind="flat",
            state=State.DATA if readable else State.UNREADABLE,
            verdict="a flat extent stores every sector"
            if readable
            else "a flat extent, but its file ends before or is not to be read: damaged",
            first_sector=0,
            data_offset=self.first_offset + sector * SECTOR if readable else None,
        )

    def unreadable(self, sector: int) -> VmdkError:
        """Return how many bytes are missing."""
        if self.file is None:
            return CorruptVmdk(
                "an extent marked NOACCESS, which is not read", found=repr(self.line.name)
            )
        return CorruptVmdk(
            "the flat file is too short",
            path=self.file.path,
            where=f"sector {sector} of the extent",
            offset=self.first_offset + sector * SECTOR,
            found=f"{self.file.file_bytes} bytes",
            expected=f"{self.first_offset + self.line.sectors * SECTOR}",
            cure="copy the file again, it may be truncated",
            code=VixCode.HOST_FILE_ERROR_EOF,
        )


@dataclass(frozen=True, slots=True)
class ZeroExtent:
    """An extent without a file that reads as zeros."""

    line: ExtentLine
    file: DiskFile | None = None
    grain_size: int | None = None
    notes: tuple[str, ...] = ()

    def areas(self) -> Areas:
        """Return one area of zeros."""
        return Areas.of(0, self.line.sectors, State.ZERO, 0, -1)

    def explain(self, sector: int, step: LookupStep) -> LookupStep:
        """Say that all of it is zeros."""
        del sector
        return replace(
            step,
            kind="zero",
            state=State.ZERO,
            verdict="a ZERO extent reads as zeros",
            first_sector=0,
        )

    def unreadable(self, sector: int) -> VmdkError:
        """Return an error for the impossible."""
        return CorruptVmdk("a ZERO extent can't be unreadable", found=f"sector {sector}")
