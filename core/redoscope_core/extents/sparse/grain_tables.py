"""The grain tables of a sparse extent, read into arrays.

One set of `EntryRules` says what an entry means. The list of all stored grains, the
look-up of one sector and the writer all go by it, so maps and bytes cannot disagree.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import AT_ONCE, Areas, State
from redoscope_core.extents.sparse.entry_rules import EntryRules
from redoscope_core.extents.sparse.table_shape import TableEntry, refuse_repeats
from redoscope_core.findings import Finding, Kind, Place
from redoscope_core.format.units import SECTOR, ceil_div

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from redoscope_core.extents.sparse.table_shape import TableShape
    from redoscope_core.files.file import DiskFile

__all__ = ["GrainTables"]

_CHUNK = 2**20
"""Bytes of contiguous tables per read: 512 KiB to 4 MiB are equal, less is slower."""
_WINDOW = 2**18
"""Bytes of a window of tables: two side by side stay in a processor's own cache."""
_COMPARED = 8 * 2**20
"""Bytes of tables (a disk of 128 GiB) that are compared with their redundant copies."""
_ENTRY = 4
_FLAGS = 8
"""Byte of the header at which its flags are."""
_BEHIND = 512
"""Sectors behind a directory that are looked at for more of it."""


class GrainTables:
    """Directory and tables of one extent, as they are in its file."""

    def __init__(self, file: DiskFile, header: TableShape, *, salvages: bool = False) -> None:
        """Look at the tables of *file*; nothing is read yet.

        With *salvages* entries that can't be read lead nowhere, and the others are used.
        """
        self._file = file
        self._header = header
        self._salvages = salvages

    @property
    def _rules(self) -> EntryRules:
        return EntryRules(self._header, self._file.file_bytes)

    def strict(self) -> GrainTables:
        """Return the same tables; what can't be read of them is an error."""
        return GrainTables(self._file, self._header)

    def directory(self, sector: int | None = None) -> NDArray[np.uint32]:
        """Return the entries of the grain directory (at *sector*, for the redundant one)."""
        start = self._header.gd_offset if sector is None else sector
        length = self._header.table_count * _ENTRY
        raw = self._read_at(start * SECTOR, length, what="the grain directory")
        entries = np.frombuffer(raw, dtype="<u4")
        if sector is None and (known := self._announced_entries) < len(entries):
            entries = entries.copy()
            entries[known:] = 0
        return entries

    @property
    def _announced_entries(self) -> int:
        if not self._header.is_packed:
            return self._header.table_count
        from redoscope_core.extents.sparse.announced import entries_announced  # noqa: PLC0415

        return entries_announced(self._file, self._header, self._read_at)

    def _read_at(self, offset: int, length: int, *, what: str) -> bytes:
        buffer = bytearray(length)
        self._read_into(memoryview(buffer), offset, what=what)
        return bytes(buffer)

    def _read_into(self, buffer: memoryview, offset: int, *, what: str) -> None:
        if not self._salvages:
            self._file.read_into(buffer, offset, what=what)
            return
        from redoscope_core.files.marking import read_marking  # noqa: PLC0415 - few salvage

        read_marking(self._file, buffer, offset)

    @property
    def per_table(self) -> int:
        """Entries of a grain table."""
        return self._header.gtes_per_gt

    @property
    def has_redundant(self) -> bool:
        """Whether there is a redundant directory, and inside the file."""
        header = self._header
        end = header.rgd_offset * SECTOR + header.table_count * _ENTRY
        return header.has_redundant_tables and end <= self._file.file_bytes

    def bounded_directory(self) -> NDArray[np.uint32]:
        """Return the directory, if its tables together are no longer than the file.

        Raises:
            CorruptVmdk: They are, so that the work would not be bounded by the file.
        """
        directory = self.directory()
        tables = int(np.count_nonzero(self.has_table(directory)))
        refuse_repeats(self._file, self._header.gd_offset, tables, self._header.table_sectors)
        return directory

    def missing_bytes(self, low: NDArray[np.int64], high: NDArray[np.int64]) -> int:
        """Return the bytes of tables that are not there and lead to the grains *low* to *high*.

        These are runs that ascend; *high* is behind the last grain of each. Each table counts
        with its redundant copy, if there are such.
        """
        header = self._header
        some = low < high
        first, last = low[some] // header.gtes_per_gt, (high[some] - 1) // header.gtes_per_gt
        edges = np.zeros(header.table_count + 1, np.int64)
        np.add.at(edges, first, 1)
        np.add.at(edges, last + 1, -1)
        needed = np.cumsum(edges)[: header.table_count] > 0
        missing = int(np.count_nonzero(needed & (self.directory()[: header.table_count] == 0)))
        copies = 2 if self.has_redundant else 1
        return missing * header.table_sectors * SECTOR * copies

    def _untold_copy(self) -> Finding | None:
        """Return that a redundant directory is named, and that its flag is not set."""
        header = self._header
        if header.is_packed or not header.rgd_offset:
            return None
        place = Place("header field flags", _FLAGS)
        return Finding.of(Kind.COPY_NOT_TOLD, self._file.path, place, sector=header.rgd_offset)

    def disagreement(self) -> Finding | None:
        """Return where the tables and their redundant copy differ; None if they do not.

        Only the directories of large extents are compared: reading all tables twice would
        take too long, and a check of the disk does it.
        """
        header, path = self._header, self._file.path
        if not header.has_redundant_tables:
            return self._untold_copy()
        if not self.has_redundant:
            return Finding.of(Kind.COPY_OUTSIDE, path)
        first, second = self.directory(), self.directory(header.rgd_offset)
        has, other = self.has_table(first), self.has_table(second)
        differ = np.flatnonzero((has != other) | ((first == 0) != (second == 0)))
        if len(differ):
            entry = int(differ[0])
            place = Place("the grain directory", header.gd_offset * SECTOR + entry * _ENTRY)
            facts = {"entry": entry, "first": int(first[entry]), "second": int(second[entry])}
            return Finding.of(Kind.DIRECTORIES_DIFFER, path, place, **facts)
        if header.table_count * header.table_sectors * SECTOR > _COMPARED:
            return None
        for index in self._tables_to_compare(first, second):
            one, two = (self.table(int(d[index]), index) for d in (first, second))
            # What is behind the last grain decides no byte.
            used = header.grain_count - index * header.gtes_per_gt
            unlike = np.flatnonzero((one != two)[:used])
            if len(unlike):
                entry = int(unlike[0])
                offset = int(first[index]) * SECTOR + entry * _ENTRY
                place = Place(f"grain table {index}", offset)
                facts = {"table": index, "entry": entry}
                facts |= {"first": int(one[entry]), "second": int(two[entry])}
                return Finding.of(Kind.TABLE_DIFFERS, path, place, **facts)
        return None

    def _tables_to_compare(
        self, first: NDArray[np.uint32], second: NDArray[np.uint32]
    ) -> Iterator[int]:
        """Yield the index of each table, but for those that are the same read many at a time."""
        length = self._header.table_sectors
        for low, count in self._table_runs(first):
            copies = second[low : low + count].astype(np.int64)
            if (np.diff(copies) == length).all():
                one, two = (
                    self._file.read_at(start * SECTOR, count * length * SECTOR, what="grain tables")
                    for start in (int(first[low]), int(copies[0]))
                )
                if one == two:
                    continue
            yield from range(low, low + count)

    def table(self, sector: int, index: int) -> NDArray[np.uint32]:
        """Return all entries of grain table *index*, which is at *sector* of the file."""
        length = self._header.gtes_per_gt * _ENTRY
        raw = self._file.read_at(sector * SECTOR, length, what=f"grain table {index}")
        return np.frombuffer(raw, "<u4")

    @property
    def first_data_sector(self) -> int:
        """Sector of the file before which no grain is."""
        return self._rules.first_data_sector

    def has_table(self, entries: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Tell which directory entries lead to a table inside the file, not into the descriptor."""
        return self._rules.leads_to_table(entries.astype(np.int64))

    def judge_entries(
        self, grains: NDArray[np.int64], entries: NDArray[np.uint32]
    ) -> NDArray[np.uint8]:
        """Return the `State` that each of *entries* gives its grain of *grains*."""
        return self._rules.judge_all(grains, entries)

    def grains(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Return the grains with an entry other than 0, ascending, and those entries.

        Grains of a table that can't be read are not among them; see `lost_tables`.
        """
        directory = self.bounded_directory()
        runs = list(self._table_runs(directory))
        # One buffer for all reads: fresh memory for each would cost more than the reading.
        stride = self._header.table_sectors * SECTOR // _ENTRY
        room = np.empty(max((count for _, count in runs), default=0) * stride, dtype="<u4")
        marks = np.empty(len(room), np.bool_)
        found = [self._nonzero(first, count, directory, room, marks) for first, count in runs]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.uint32)
        grains = np.concatenate([part[0] for part in found])
        entries = np.concatenate([part[1] for part in found])
        inside = int(np.searchsorted(grains, self._header.grain_count))
        return grains[:inside], entries[:inside]

    def windows(self) -> Iterator[tuple[int, NDArray[np.uint32]]]:
        """Yield (first grain, entries) of all grains, some tables at a time.

        Where there is no table, or none that can be read, the entries are 0. They are good until
        the next ones are asked for: fresh memory for each would cost more than the reading.

        Raises:
            CorruptVmdk: The directory is damaged.
        """
        directory = self.bounded_directory()
        length, per_table = self._header.table_sectors, self._header.gtes_per_gt
        at_once = max(1, _WINDOW // (length * SECTOR))
        room = np.empty((min(at_once, len(directory)), length * SECTOR // _ENTRY), "<u4")
        runs = groupby(self._table_runs(directory, at_once), lambda run: run[0] // at_once)
        windows = {number: tuple(own) for number, own in runs}
        for first in range(0, len(directory), at_once):
            tables = room[: len(directory) - first]
            own = windows.get(first // at_once, ())
            if sum(count for _, count in own) < len(tables):
                tables[:] = 0
            for low, count in own:
                part = tables[low - first : low - first + count].reshape(-1).data.cast("B")
                self._read_into(part, int(directory[low]) * SECTOR, what=f"grain table {low}")
            left = self._header.grain_count - first * per_table
            yield first * per_table, tables[:, :per_table].reshape(-1)[:left]

    def directory_and_behind(self) -> NDArray[np.uint32]:
        """Return the directory with what stands behind it, as far as more of it could be there.

        That is up to whatever is known to be next in the file.
        """
        header, own = self._header, self.directory()
        if header.is_packed:
            return own
        end = header.gd_offset + ceil_div(len(own) * _ENTRY, SECTOR)
        others = (header.overhead, header.rgd_offset, header.descriptor_offset)
        tables = own[self.has_table(own) & (own >= end)]
        behind = [place for place in others if place >= end]
        stop = min([*behind, int(tables.min())] if len(tables) else behind, default=end)
        stop = min(stop, end + _BEHIND, self._file.file_bytes // SECTOR)
        start = header.gd_offset * SECTOR + len(own) * _ENTRY
        length = max(0, stop * SECTOR - start)
        raw = self._file.read_at(start, length, what="what is behind the grain directory")
        return np.concatenate((own, np.frombuffer(raw, "<u4")))

    def places(self, low: int, high: int) -> Iterator[NDArray[np.uint32]]:
        """Yield where grains are stored from sector *low* of the file on and before *high*."""
        low = max(low, 1)  # an entry of 0 is no place
        for first, entries in self.windows():
            where = np.flatnonzero((entries >= low) & (entries < high))
            found = entries[where]
            state = self.judge_entries((first + where).astype(np.int64), found)
            yield found[state == State.DATA]

    def lost_tables(self) -> NDArray[np.int64]:
        """Return the directory indices whose entry leads to no readable table."""
        directory = self.directory()
        return np.flatnonzero((directory != 0) & ~self.has_table(directory)).astype(np.int64)

    def table_places(self) -> NDArray[np.int64]:
        """Return the sector of every table that can be read."""
        directory = self.bounded_directory()
        return directory[self.has_table(directory)].astype(np.int64)

    def _table_runs(
        self, directory: NDArray[np.uint32], at_once: int = 2**32
    ) -> Iterator[tuple[int, int]]:
        """Yield (first index, count) of tables that lie one behind the other in the file.

        None goes over an index that *at_once* divides.
        """
        index = np.flatnonzero(self.has_table(directory))
        if not len(index):
            return
        per_read = max(1, _CHUNK // (self._header.table_sectors * SECTOR))
        step = np.diff(directory[index].astype(np.int64))
        apart = (np.diff(index) != 1) | (step != self._header.table_sectors)
        breaks = np.flatnonzero(apart | (np.diff(index // at_once) != 0)) + 1
        for first, last in zip(np.append(0, breaks), np.append(breaks, len(index)), strict=True):
            for begin in range(int(first), int(last), per_read):
                yield int(index[begin]), min(per_read, int(last) - begin)

    def _nonzero(
        self,
        first: int,
        count: int,
        directory: NDArray[np.uint32],
        room: NDArray[np.uint32],
        marks: NDArray[np.bool_],
    ) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        stride = self._header.table_sectors * SECTOR // _ENTRY
        tables = room[: count * stride]
        start = int(directory[first]) * SECTOR
        self._read_into(tables.data.cast("B"), start, what=f"grain table {first}")
        # Comparing first and searching the booleans is 3 to 4 times faster than
        # flatnonzero on the entries.
        where = np.flatnonzero(np.not_equal(tables, 0, out=marks[: len(tables)]))
        entries = self._header.gtes_per_gt
        if stride == entries:
            return first * entries + where, tables[where]
        within = where % stride
        real = within < entries
        where, within = where[real], within[real]
        return (first + where // stride) * entries + within, tables[where]

    def areas(self) -> Areas:
        """Return the stored areas of the extent, from its first sector on, merged."""
        stored, lost = self.areas_of(*self.grains()), self.lost_areas()
        if not len(lost):
            return stored
        both = Areas.concatenate([stored, lost])
        return both.take(np.argsort(both.start, kind="stable"))

    def lost_areas(self) -> Areas:
        """Return what the tables would tell of that can't be read."""
        header, lost = self._header, self.lost_tables()
        span = header.grain_size * header.gtes_per_gt
        count = np.minimum(span, header.capacity - lost * span)
        return Areas.of(lost * span, count, State.UNREADABLE, 0, -1)

    def areas_of(self, grains: NDArray[np.int64], entries: NDArray[np.uint32]) -> Areas:
        """Return the areas of *grains*, ascending, whose *entries* are other than 0, merged."""
        if len(grains) <= AT_ONCE:
            return self._areas_of(grains, entries).merged()
        # Some at a time: what is worked out on the way takes more room than the areas.
        parts = (slice(low, low + AT_ONCE) for low in range(0, len(grains), AT_ONCE))
        each = (self._areas_of(grains[part], entries[part]) for part in parts)
        return Areas.filled(len(grains), each).merged()

    def _areas_of(self, grains: NDArray[np.int64], entries: NDArray[np.uint32]) -> Areas:
        header = self._header
        state = self.judge_entries(grains, entries)
        start = grains * header.grain_size
        offset = np.where(state == State.ZERO, np.int64(-1), entries.astype(np.int64) * SECTOR)
        count = np.minimum(header.grain_size, header.capacity - start)
        packed = (state == State.DATA) & header.is_packed
        file = np.where(state == State.ZERO, -1, 0)
        return Areas.of(start, count, state, 0, file, offset, packed)

    def look_up(self, grain: int) -> TableEntry:
        """Return how *grain* is found, reading its two entries from the file."""
        header = self._header
        index, within = divmod(grain, header.gtes_per_gt)
        directory_offset = header.gd_offset * SECTOR + index * _ENTRY
        entry = self._entry_at(directory_offset, f"entry {index} of the grain directory")
        if entry == 0 or index >= self._announced_entries:
            return TableEntry(index, 0, within, None, None, State.ABSENT)
        rules = self._rules
        if not rules.leads_to_table(entry):
            return TableEntry(index, entry, within, None, None, State.UNREADABLE)
        offset = entry * SECTOR + within * _ENTRY
        value = self._entry_at(offset, f"entry {within} of grain table {index}")
        return TableEntry(index, entry, within, value, offset, rules.judge(grain, value))

    def _entry_at(self, offset: int, what: str) -> int:
        return int.from_bytes(self._read_at(offset, _ENTRY, what=what), "little")
