"""Writing into a sparse extent, in an order that a crash cannot turn into wrong bytes.

New grains are appended first. Their table entries are kept in memory until the data
is on the storage device, then written, the redundant table before the one that is
read. A crash in between leaves at worst grains that nothing leads to.

    data of new grains  ->  flush  ->  RGT, GT  ->  flush  ->  RGD, GD (new tables)
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.landing import Landing, cut_at_grains
from redoscope_core.errors import DiskFull, UnsupportedVmdk, VmdkError
from redoscope_core.extents.changes import Changes
from redoscope_core.extents.sparse.damage import refuse_damage
from redoscope_core.extents.sparse.held_tables import HeldTables
from redoscope_core.format.sparse import UNCLEAN_OFFSET, ZERO_GRAIN
from redoscope_core.format.units import MAX_EXTENT_SECTOR, SECTOR, round_up

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.extents.sparse.tabled import Tabled
    from redoscope_core.extents.writing import ReadBelow

__all__ = ["SparseWriter"]

_PENDING_LIMIT = 4096
"""New grains whose table entries may wait; then they are written."""
_ZEROS = 2**24
"""Bytes of zeros that are written at once where they have to be stored."""


class SparseWriter:
    """The one writer of a sparse extent. Sectors count from the extent's first."""

    def __init__(
        self,
        extent: Tabled,
        below: ReadBelow,
        *,
        has_parent: bool,
        is_new: bool = False,
        takes_up: bool = True,
    ) -> None:
        """Prepare to write; nothing is changed before `begin`.

        All tables are read first, to see that writing does no harm; not those of one
        that *is_new*: the caller made it. What an interrupted write left in the redundant
        tables alone is taken up, or if one *takes_up* nothing, stays as it is read now.

        Raises:
            UnsupportedVmdk: The extent is of a version that is only read.
            CorruptVmdk: Its tables are damaged, so that writing would damage more.
        """
        self._file = extent.file
        self._header = extent.header
        self._tables_of = extent.tables
        self._below = below
        self._has_parent = has_parent
        self._size = self._header.grain_size
        self._refuse_kind()
        if not is_new:
            refuse_damage(self._tables_of, self._header, self._file.path)
        half = None if is_new else extent.half_written()
        self._tables = HeldTables(
            self._file, self._header, self._tables_of, half=half, takes_up=takes_up
        )
        self._grain_bytes = self._size * SECTOR
        self._grain = memoryview(bytearray(self._grain_bytes))
        self._pending = 0
        self._unsynced = False
        self._begun = False
        self._next = self._first_free()
        self._changes = Changes()
        self._sectors = extent.line.sectors
        self._landed: list[tuple[NDArray[np.int64], NDArray[np.uint32]]] = []

    def _refuse_kind(self) -> None:
        if not self._header.is_packed and self._header.version <= 2:  # noqa: PLR2004 - the number
            return
        kind = "a compressed (streamOptimized)" if self._header.is_packed else "an uncompressed"
        raise UnsupportedVmdk(
            f"{kind} extent of version {self._header.version}, which is only read",
            path=self._file.path,
            where="header field version",
            offset=4,
            found=self._header.version,
            expected="1 or 2, uncompressed",
            cure="create a child of it and write there",
        )

    def _first_free(self) -> int:
        """Return the sector of the file where the next grain goes."""
        file_sectors = -(-self._file.file_bytes // SECTOR)
        return max(round_up(file_sectors, self._size), self._header.overhead)

    def _mark(self, *, unclean: bool) -> None:
        """Store whether the extent is open for writing."""
        self._file.write_at(UNCLEAN_OFFSET, bytes([unclean]))

    def begin(self) -> None:
        """Mark the extent as open for writing, durably; once."""
        if not self._begun:
            self._mark(unclean=True)
            self._file.sync()
            self._begun = True
            self._tables.mend()

    def finish(self) -> None:
        """Write what is pending and mark the extent as closed."""
        self.flush()
        if self._begun:
            self._mark(unclean=False)
            self._file.sync()
            self._begun = False

    def rehearse(self, sector: int, count: int) -> None:
        """Raise what writing there would raise, before anything is changed.

        Raises:
            CorruptVmdk: A table differs from its redundant copy, or a grain that would
                be copied up can't be read.
            DiskFull: The new grains would not fit the extent.
        """
        size = self._size
        first, last = sector // size, (sector + count - 1) // size
        entries = self._tables.entries(first, last - first + 1)
        self._check_room(int(np.count_nonzero(entries <= ZERO_GRAIN)))
        for grain, entry in {first: entries[0], last: entries[-1]}.items():
            if entry == 0:
                self._fill_from_below(grain)

    def write(self, sector: int, data: memoryview) -> None:
        """Write *data*, whole sectors, from *sector* on.

        Raises:
            DiskFull: A new grain would start past sector 2^32 of the file.
        """
        size = self._size
        count = len(data) // SECTOR
        self._unsynced = True
        grain, within = divmod(sector, size)
        # Most writes are of a few sectors in one grain, and there are many of them.
        done = count if within + count <= size else 0
        if done:
            self._write_part(grain, within, data)
        while done < count:
            grain, within = divmod(sector + done, size)
            whole = self._grain_sectors(grain)
            if within or count - done < whole:
                step = min(whole - within, count - done)
                self._write_part(grain, within, data[done * SECTOR : (done + step) * SECTOR])
            else:
                step = self._whole_grains(grain, count - done)
                self._write_whole(grain, data[done * SECTOR : (done + step) * SECTOR])
            done += step
        if self._pending >= _PENDING_LIMIT:
            self.flush()

    def write_zeros(self, sector: int, count: int) -> None:
        """Make *count* sectors from *sector* on read as zeros, stored as little as possible.

        Whole grains become zero grains where the header allows them. In a base disk a
        grain that was never stored stays so.
        """
        size = self._size
        self._unsynced = True
        done = 0
        while done < count:
            grain, within = divmod(sector + done, size)
            whole = self._grain_sectors(grain)
            if within or count - done < whole:
                step = min(whole - within, count - done)
                if self._has_parent or self._tables.entry(grain):
                    self._write_part(grain, within, memoryview(bytes(step * SECTOR)))
            else:
                step = self._whole_grains(grain, count - done)
                self._zero_whole(grain, -(-step // size))
            done += step
        if self._pending >= _PENDING_LIMIT:
            self.flush()

    def land(self, start: NDArray[np.int64], count: NDArray[np.int64]) -> Landing:
        """Say where ascending runs of sectors are to be put, and keep room for new grains.

        Whoever puts the bytes there calls `settle` then, or `abandon` if that failed. Of
        a grain that is not stored yet only the whole has a place; a part of one is for
        `write`, after settling.

        Raises:
            DiskFull: A new grain would start past sector 2^32 of the file.
        """
        size = self._size
        run, low, sectors = cut_at_grains(start, count, size)
        grain = low // size
        within = low - grain * size
        entries = self._tables.entries_at(grain).astype(np.int64)
        whole = sectors == np.minimum(size, self._header.capacity - grain * size)
        fresh = (entries <= ZERO_GRAIN) & whole
        places = self._allocate(int(np.count_nonzero(fresh)))
        self._landed.append((grain[fresh], places))
        entries[fresh] = places
        direct = entries > ZERO_GRAIN
        offset = np.where(direct, (entries + within) * SECTOR, -1)
        return Landing(run, low, sectors, direct.astype(np.int32) - 1, offset)

    def settle(self) -> None:
        """Let the tables lead to what was put where `land` said, once that is durable."""
        for grains, places in self._landed:
            self._tables.set_entries_at(grains, places)
        self._landed.clear()
        self._unsynced = True
        # A grain is stored in full, also where the capacity ends inside it.
        if self._pending and self._file.file_bytes < self._next * SECTOR:
            self._file.truncate(self._next * SECTOR)
        if self._pending >= _PENDING_LIMIT:
            self.flush()

    def abandon(self) -> None:
        """Take back the room that `land` kept."""
        kept = sum(len(places) for _, places in self._landed)
        self._landed.clear()
        self._next -= kept * self._size
        self._pending -= kept

    def _grain_sectors(self, grain: int) -> int:
        return min(self._size, self._header.capacity - grain * self._size)

    def _whole_grains(self, grain: int, count: int) -> int:
        """Return how many of *count* sectors from the start of *grain* on are whole grains."""
        size = self._size
        if grain * size + count >= self._header.capacity:
            return count
        return count // size * size

    def _write_part(self, grain: int, within: int, data: memoryview) -> None:
        entry = self._tables.entry(grain)
        if entry > ZERO_GRAIN:
            self._file.write_at((entry + within) * SECTOR, data)
            return
        place = self._next
        end = place + self._size
        if end > MAX_EXTENT_SECTOR:
            self._check_room(1)
        if len(data) < self._grain_bytes:
            if entry == 0:
                self._fill_from_below(grain)
            else:
                self._grain[:] = bytes(self._grain_bytes)
            first = within * SECTOR
            self._grain[first : first + len(data)] = data
            data = self._grain
        self._file.write_at(place * SECTOR, data)
        # Only what is written counts as taken: a full disk leaves all as it was.
        self._next = end
        self._pending += 1
        self._tables.set_entry(grain, place)

    def _fill_from_below(self, grain: int) -> None:
        """Make the buffer hold *grain* as it is without this link, zeros past the capacity."""
        first = grain * self._size
        if first + self._size <= self._header.capacity:
            self._below(self._grain, first)
            return
        there = self._grain_sectors(grain) * SECTOR
        self._below(self._grain[:there], first)
        self._grain[there:] = bytes(self._grain_bytes - there)

    def _write_whole(self, grain: int, data: memoryview) -> None:
        count = -(-len(data) // (self._size * SECTOR))
        entries = self._tables.entries(grain, count)
        fresh = entries <= ZERO_GRAIN
        with self._giving_back():
            entries[fresh] = self._allocate(int(fresh.sum()))
            self._store(entries, data)
        self._tables.set_entries(grain, entries)

    @contextmanager
    def _giving_back(self) -> Generator[None]:
        """Take back what was allocated if its data could not be written."""
        before = self._next, self._pending
        try:
            yield
        except VmdkError:
            self._next, self._pending = before
            raise

    def _store(self, entries: NDArray[np.uint32], data: memoryview) -> None:
        """Write *data* to the grains at *entries*, before any table entry leads there."""
        size = self._size
        breaks = np.flatnonzero(np.diff(entries.astype(np.int64)) != size) + 1
        for first, last in zip(
            [0, *breaks.tolist()], [*breaks.tolist(), len(entries)], strict=True
        ):
            piece = data[first * size * SECTOR : last * size * SECTOR]
            self._file.write_at(int(entries[first]) * SECTOR, piece)
        # A grain is stored in full, also where the capacity ends inside it.
        end = (int(entries[-1]) + size) * SECTOR
        if len(data) % (size * SECTOR) and self._file.file_bytes < end:
            self._file.truncate(end)

    def _zero_whole(self, grain: int, count: int) -> None:
        entries = self._tables.entries(grain, count)
        if self._header.has_zero_grains:
            stored = (entries != 0) | self._has_parent
            entries[stored] = ZERO_GRAIN
            self._tables.set_entries(grain, entries)
            return
        needed = np.flatnonzero((entries > ZERO_GRAIN) | self._has_parent)
        breaks = np.flatnonzero(np.diff(needed) != 1) + 1
        at_once = max(1, _ZEROS // (self._size * SECTOR))
        for run in np.split(needed, breaks):
            for first in range(0, len(run), at_once):
                piece = run[first : first + at_once]
                last = grain + int(piece[-1])
                sectors = (len(piece) - 1) * self._size + self._grain_sectors(last)
                self._write_whole(grain + int(piece[0]), memoryview(bytes(sectors * SECTOR)))

    def _allocate(self, count: int) -> NDArray[np.uint32]:
        size = self._size
        self._check_room(count)
        end = self._next + count * size
        sectors = np.arange(self._next, end, size, dtype=np.int64)
        self._next = end
        self._pending += count
        return sectors.astype(np.uint32)

    def _check_room(self, count: int) -> None:
        end = self._next + count * self._size
        if end > MAX_EXTENT_SECTOR:
            raise DiskFull(
                "the extent is full: no grain can start past sector 2^32 of its file",
                path=self._file.path,
                found=f"sector {end}",
                expected=f"at most {MAX_EXTENT_SECTOR}",
                cure="use a split disk (twoGbMaxExtentSparse)",
            )

    def flush(self) -> None:
        """Make all writes durable: data first, then the tables that lead to it."""
        if self._unsynced:
            self._file.sync()
            self._unsynced = False
        if self._tables.is_changed:
            self._next = round_up(self._tables.store(self._next), self._size)
            self._pending = 0
            areas = self._tables_of.areas_of(*self._tables.take_stored())
            self._changes.note(areas.window(0, self._sectors))

    def take_changed(self) -> tuple[Areas, ...] | None:
        """Return what the tables lead to anew since the last time; None if it is too much."""
        return self._changes.take()
