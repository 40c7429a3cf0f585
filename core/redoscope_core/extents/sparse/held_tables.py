"""The grain tables of an extent that is being written: in memory until they may be stored.

An entry may lead to a grain only once the data of the grain is on the storage device.
Until then it waits here; `store` writes what changed, the redundant table before the one
that is read, and a directory only after the tables that it leads to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.errors import CorruptVmdk, DiskFull
from redoscope_core.format.units import MAX_EXTENT_SECTOR, SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from redoscope_core.extents.sparse.grain_tables import GrainTables
    from redoscope_core.extents.sparse.half_written import HalfWritten
    from redoscope_core.extents.sparse.table_shape import TableShape
    from redoscope_core.files.file import DiskFile

__all__ = ["HeldTables"]

_ENTRY = 4
_KEPT = 4096
"""Tables that stay in memory once they are stored (8 MiB of the usual ones)."""


class HeldTables:
    """Entries of one extent, read when first asked for, with the changes that wait."""

    def __init__(
        self,
        file: DiskFile,
        header: TableShape,
        stored: GrainTables,
        *,
        half: HalfWritten | None = None,
        takes_up: bool = True,
    ) -> None:
        """Hold the directories of *file*; *stored* reads them.

        What an interrupted write left *half* written goes on as it is read now, or if one
        *takes_up* what the redundant tables alone lead to, as these say.
        """
        self._file = file
        self._header = header
        self._per_table = header.gtes_per_gt
        self._directory = stored.directory().copy()
        self._redundant = (
            stored.directory(header.rgd_offset).copy() if header.has_redundant_tables else None
        )
        self._tables: dict[int, NDArray[np.uint32]] = {}
        # One entry out of a memoryview is a plain number, several times faster than out of numpy.
        self._views: dict[int, memoryview] = {}
        self._changed: dict[int, tuple[int, int]] = {}
        self._new: set[int] = set()
        self._stored: list[tuple[NDArray[np.int64], NDArray[np.uint32]]] = []
        """Grains of the tables that were stored, with their entries: what `take_stored` tells."""
        self._half = half
        self._mended = np.empty(0, np.uint32)
        """The entries of `half.grains` from now on."""
        if half is not None:
            self._mended = half.found if takes_up else half.read

    @property
    def is_changed(self) -> bool:
        """Whether entries wait to be stored."""
        return bool(self._changed)

    def entry(self, grain: int) -> int:
        """Return the entry of *grain*."""
        index, within = divmod(grain, self._per_table)
        view = self._views.get(index)
        if view is None:
            self._table(index)
            view = self._views[index]
        entry: int = view[within]
        return entry

    def set_entry(self, grain: int, entry: int) -> None:
        """Let *grain* have *entry* from now on."""
        index, within = divmod(grain, self._per_table)
        if index not in self._views:
            self._table(index)
        self._views[index][within] = entry
        self._note(index, within, within + 1)

    def entries(self, grain: int, count: int) -> NDArray[np.uint32]:
        """Return a copy of the entries of *count* grains from *grain* on."""
        parts = [
            self._table(index)[low:high] for index, low, high in self._spans(grain, grain + count)
        ]
        return np.concatenate(parts)

    def set_entries(self, grain: int, entries: NDArray[np.uint32]) -> None:
        """Let the grains from *grain* on have *entries* from now on."""
        done = 0
        for index, low, high in self._spans(grain, grain + len(entries)):
            self._table(index)[low:high] = entries[done : done + high - low]
            self._note(index, low, high)
            done += high - low

    def entries_at(self, grains: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the entries of *grains*, which ascend."""
        found = np.empty(len(grains), np.uint32)
        for index, which in self._by_table(grains):
            found[which] = self._table(index)[grains[which] - index * self._per_table]
        return found

    def set_entries_at(self, grains: NDArray[np.int64], entries: NDArray[np.uint32]) -> None:
        """Let *grains*, which ascend, have *entries* from now on."""
        for index, which in self._by_table(grains):
            within = grains[which] - index * self._per_table
            self._table(index)[within] = entries[which]
            self._note(index, int(within[0]), int(within[-1]) + 1)

    def _spans(self, first: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """Yield (table, first entry in it, entry behind the last) of the grains up to *stop*."""
        while first < stop:
            index, within = divmod(first, self._per_table)
            high = min(self._per_table, within + stop - first)
            yield index, within, high
            first += high - within

    def _by_table(self, grains: NDArray[np.int64]) -> Iterator[tuple[int, slice]]:
        """Yield each table of the ascending *grains* with the slice of them that is in it."""
        if not len(grains):
            return
        table = grains // self._per_table
        first = np.flatnonzero(np.concatenate(([True], table[1:] != table[:-1])))
        last = np.append(first[1:], len(grains))
        indices = table[first].tolist()
        for index, low, high in zip(indices, first.tolist(), last.tolist(), strict=True):
            yield index, slice(low, high)

    def _note(self, index: int, low: int, high: int) -> None:
        known = self._changed.get(index)
        if known is not None:
            low, high = min(low, known[0]), max(high, known[1])
        self._changed[index] = (low, high)

    def _table(self, index: int) -> NDArray[np.uint32]:
        table = self._tables.get(index)
        if table is None:
            table = self._tables[index] = self._load(index)
            self._views[index] = table.data
        return table

    def _load(self, index: int) -> NDArray[np.uint32]:
        sector = int(self._directory[index])
        table = self._read(sector, index)
        if self._redundant is None:
            return table
        copy = int(self._redundant[index])
        if (sector == 0) != (copy == 0):
            self._refuse_half_directory(index, sector, copy)
        other = self._read(copy, index)
        if self._half is not None:
            low, high = np.searchsorted(
                self._half.grains, [index * self._per_table, (index + 1) * self._per_table]
            )
            within = self._half.grains[low:high] - index * self._per_table
            table[within] = other[within] = self._mended[low:high]
        # What is behind the last grain decides no byte; it stays as it is in either copy.
        used = self._header.grain_count - index * self._per_table
        unlike = np.flatnonzero((table != other)[:used])
        if len(unlike):
            entry = int(unlike[0])
            raise CorruptVmdk(
                "the grain table and its redundant copy differ, so nothing is written",
                path=self._file.path,
                where=f"grain table {index}, entry {entry}",
                offset=sector * SECTOR + entry * _ENTRY,
                found=f"0x{table[entry]:X} and 0x{other[entry]:X}",
                expected="the same in both",
                cure="repair the disk first",
            )
        return table

    def _refuse_half_directory(self, index: int, sector: int, copy: int) -> None:
        """Refuse a table that one directory alone leads to, unless its writing was interrupted."""
        if self._half is None or index not in self._half.tables:
            raise CorruptVmdk(
                "the grain directory and its redundant copy differ, so nothing is written",
                path=self._file.path,
                where=f"entry {index} of the grain directory",
                offset=self._header.gd_offset * SECTOR + index * _ENTRY,
                found=f"{sector} and {copy}",
                expected="a table in both, or in none",
                cure="repair the disk first",
            )

    def mend(self) -> None:
        """Let what was half written be stored whole, in both copies, at the next `store`."""
        if self._half is None:
            return
        self.set_entries_at(self._half.grains, self._mended)
        for index in self._half.tables.tolist():
            self._table(index)
            self._note(index, 0, self._per_table)

    def _read(self, sector: int, index: int) -> NDArray[np.uint32]:
        if sector == 0:
            self._new.add(index)
            return np.zeros(self._per_table, np.uint32)
        raw = self._file.read_at(
            sector * SECTOR, self._per_table * _ENTRY, what=f"grain table {index}"
        )
        return np.frombuffer(raw, "<u4").astype(np.uint32)

    def store(self, first_free: int) -> int:
        """Make all changes durable; the data that they lead to must be so already.

        Tables that the file does not have yet are put at sector *first_free* and behind.
        Returns the first sector of the file that is then free.

        Raises:
            DiskFull: No room for another table.
        """
        if not self._changed:
            return first_free
        made = [index for index in sorted(self._changed) if index in self._new]
        for index in made:
            first_free = self._place(index, first_free)
        for index, (low, high) in sorted(self._changed.items()):
            entries = self._tables[index][low:high].astype("<u4").tobytes()
            for directory in (self._redundant, self._directory):
                if directory is not None:
                    self._file.write_at(int(directory[index]) * SECTOR + low * _ENTRY, entries)
        self._file.sync()
        if made:
            self._store_directories(made)
        self._stored += [
            self._told(index, low, high) for index, (low, high) in sorted(self._changed.items())
        ]
        self._changed.clear()
        self._half = None
        if len(self._tables) > _KEPT:
            self._tables.clear()
            self._views.clear()
        return first_free

    def _told(
        self, index: int, low: int, high: int
    ) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        entries = self._tables[index][low:high]
        where = np.flatnonzero(entries)
        return index * self._per_table + low + where, entries[where]

    def take_stored(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Return the grains that have an entry in what was stored since the last time, and it.

        Something was. They ascend if `store` was called once since then; some may have had it
        before.
        """
        told, self._stored = self._stored, []
        return np.concatenate([each[0] for each in told]), np.concatenate(
            [each[1] for each in told]
        )

    def _place(self, index: int, first_free: int) -> int:
        """Give a table that was never stored its place at the end of the file."""
        sectors = self._header.table_sectors
        for directory in (self._redundant, self._directory):
            if directory is not None and directory[index] == 0:
                if first_free + sectors > MAX_EXTENT_SECTOR:
                    raise DiskFull("no room for another grain table", path=self._file.path)
                directory[index] = first_free
                self._file.write_at(first_free * SECTOR, bytes(sectors * SECTOR))
                first_free += sectors
        self._changed[index] = (0, self._per_table)
        return first_free

    def _store_directories(self, made: list[int]) -> None:
        places = (
            (self._redundant, self._header.rgd_offset),
            (self._directory, self._header.gd_offset),
        )
        for directory, sector in places:
            if directory is not None:
                low, high = made[0], made[-1] + 1
                self._file.write_at(
                    sector * SECTOR + low * _ENTRY, directory[low:high].astype("<u4").tobytes()
                )
        self._file.sync()
        self._new.difference_update(made)
