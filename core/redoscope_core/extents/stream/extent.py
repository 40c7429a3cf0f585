"""A stream-optimized extent: compressed grains, found by a directory or by walking.

Grains are inflated when they are read. Those of which only a part was wanted are kept for
a while, since the next read is often of the rest.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from redoscope_core.areas.areas import Areas, State
from redoscope_core.errors import CorruptVmdk, VixCode
from redoscope_core.extents.sparse.behind import Behind
from redoscope_core.extents.sparse.extent import (
    SparseExtent,
    findings_of_header,
    tables_by_copies,
    verdict,
)
from redoscope_core.extents.sparse.grain_tables import GrainTables
from redoscope_core.extents.stream.footer import find_footer
from redoscope_core.extents.stream.packing import taken_as_stored
from redoscope_core.extents.stream.walk import WalkedTables, walk
from redoscope_core.findings import Finding, Kind, Place
from redoscope_core.format.sparse import SparseFlag
from redoscope_core.format.stream import GrainMark, inflate, packed_limit
from redoscope_core.format.units import SECTOR
from redoscope_core.overriding import override
from redoscope_core.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from redoscope_core.errors import VmdkError
    from redoscope_core.extents.lookup import Answer
    from redoscope_core.extents.table_report import TableReport
    from redoscope_core.files.file import DiskFile
    from redoscope_core.format.extent_line import ExtentLine
    from redoscope_core.format.sparse import SparseHeader

__all__ = ["StreamExtent", "open_stream"]

_KEPT = 8 * 2**20
"""Bytes of inflated grains that an extent keeps."""
_MOST_TOLD = 20
_AT_ONCE = 2**16
"""Grains that a walk found which are handed out together."""


class _Kept:
    """Inflated grains by their place in the file, the least recently used dropped first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grains: OrderedDict[int, bytes | bytearray] = OrderedDict()
        self._bytes = 0

    def get(self, place: int) -> bytes | bytearray | None:
        with self._lock:
            data = self._grains.get(place)
            if data is not None:
                self._grains.move_to_end(place)
            return data

    def keep(self, place: int, data: bytes | bytearray) -> None:
        with self._lock:
            if place not in self._grains:
                self._grains[place] = data
                self._bytes += len(data)
            while self._bytes > _KEPT and len(self._grains) > 1:
                self._bytes -= len(self._grains.popitem(last=False)[1])


class _OfReading:
    """What was odd about grains that were read, each once, not too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[tuple[int, str], Finding] = {}

    def add(self, place: int, finding: Finding) -> None:
        # Whichever thread comes first: those that are kept stand first in the file.
        with self._lock:
            self._found[place, finding.kind.value] = finding
            if len(self._found) > _MOST_TOLD:
                del self._found[max(self._found)]

    def all(self) -> tuple[Finding, ...]:
        with self._lock:
            return tuple(finding for _, finding in sorted(self._found.items(), key=_by_place))


def _by_place(item: tuple[tuple[int, str], Finding]) -> tuple[int, str]:
    return item[0]


@dataclass(frozen=True, slots=True)
class StreamExtent(SparseExtent):
    """An extent whose grains are compressed."""

    of_opening: tuple[Finding, ...] = ()
    """What was odd when it was opened."""
    walked: WalkedTables | None = None
    """What a walk found, if the directory is lost."""
    _kept: _Kept = field(default_factory=_Kept)
    _of_reading: _OfReading = field(default_factory=_OfReading)

    @property
    @override
    def tables(self) -> GrainTables:
        """The directory and tables in the file, or what stands in for them."""
        if self.walked is not None:
            return self.walked
        return self.first_tables if self.redundant is None else self.redundant

    @property
    @override
    def findings(self) -> tuple[Finding, ...]:
        """What was odd when it was opened."""
        return (*findings_of_header(self), *self.of_opening)

    @property
    @override
    def findings_of_reading(self) -> tuple[Finding, ...]:
        """What came to light while tables and grains were read."""
        tables = () if self.redundant is None else self.redundant.findings(self.file.path)
        return (*tables, *self._of_reading.all())

    @property
    @override
    def is_salvaged(self) -> bool:
        """Whether the grains were found by a walk."""
        return self.walked is not None

    @override
    def table_report(self) -> Generator[int, None, TableReport] | None:
        """Return the judging of the tables, if they are not lost."""
        return SparseExtent.table_report(self) if self.walked is None else None

    @override
    def behind_the_end(self) -> Behind:
        """Return what the tables have behind the end of the extent, if they are not lost."""
        return SparseExtent.behind_the_end(self) if self.walked is None else Behind()

    @override
    def stored_windows(self) -> Iterator[Areas]:
        """Yield the stored areas, some at a time."""
        if self.walked is None:
            yield from SparseExtent.stored_windows(self)
            return
        areas = self.areas()
        for low in range(0, len(areas), _AT_ONCE):
            yield areas.take(slice(low, low + _AT_ONCE))

    @override
    def read_packed(
        self, buffer: memoryview, sector: int, place: int, known: bytes | memoryview = b""
    ) -> None:
        """Fill *buffer* from *sector* on, of the grain stored at byte *place*.

        *known* is what was read of the file from *place* on, as much as there is.

        Raises:
            CorruptVmdk: The grain is damaged; no byte of it is made up.
        """
        size = self.header.grain_size
        if taken_as_stored(buffer, sector, known):
            return
        done = 0
        # As a rule it is one grain; two entries that lead to one place make one area of both.
        while done < len(buffer):
            grain, within = divmod(sector + done // SECTOR, size)
            step = min((size - within) * SECTOR, len(buffer) - done)
            data = self._kept.get(place)
            if data is None:
                data = self._inflated(grain, place, known)
                if step < len(data) == size * SECTOR:
                    self._kept.keep(place, data)
            first = within * SECTOR
            buffer[done : done + step] = memoryview(data)[first : first + step]
            done += step

    def _inflated(self, grain: int, place: int, known: bytes | memoryview) -> bytes | bytearray:
        start = grain * self.header.grain_size
        data, says, left = self._unpacked(grain, place, known)
        if says != start and self.salvages:
            raise self._foreign(f"compressed grain {grain}", place, says, start)
        if says != start:
            self._tell(Kind.GRAIN_OF_OTHER_SECTOR, grain, place, says=says, sector=start)
        if left:
            self._tell(Kind.BYTES_BEHIND_GRAIN, grain, place, count=left)
        return data

    @override
    def prove_packed(self, sector: int, place: int, known: memoryview) -> int:
        """Inflate the grain of *sector*, and prove its checksum; nothing is kept of it."""
        return self._unpacked(sector // self.header.grain_size, place, known)[2]

    def _unpacked(
        self, grain: int, place: int, known: bytes | memoryview
    ) -> tuple[bytes | bytearray, int, int]:
        """Return the bytes of a grain, the sector in its mark, and how many bytes are behind it."""
        header, name = self.header, f"compressed grain {grain}"
        start = grain * header.grain_size
        first = GrainMark.LAYOUT.size
        if len(known) < first:
            known = self.file.read_at(place, first, what=f"the mark of {name}")
        says, length = GrainMark.LAYOUT.unpack_from(known)
        if not 0 < length <= packed_limit(header.grain_size):
            raise CorruptVmdk(
                "a table entry leads to something that is no compressed grain",
                path=self.file.path,
                where=f"the length of {name}",
                offset=place + 8,
                found=f"{length} bytes",
                expected=f"1 to {packed_limit(header.grain_size)}",
            )
        packed = known[first : first + length]
        if len(packed) < length:
            packed = self.file.read_at(place + first, length, what=name)
        needed = min(header.grain_size, self.line.sectors - start) * SECTOR
        try:
            data, left = inflate(packed, needed=needed, whole=header.grain_size * SECTOR)
        except CorruptVmdk as error:
            error.path, error.where, error.offset = self.file.path, name, place
            raise
        return data, says, left

    def _foreign(self, name: str, place: int, value: int, start: int) -> CorruptVmdk:
        """Return the error of a grain that says it belongs elsewhere: its bytes prove nothing."""
        return CorruptVmdk(
            "a compressed grain that says it belongs to another sector",
            path=self.file.path,
            where=f"the mark of {name}",
            offset=place,
            found=f"sector {value}",
            expected=f"sector {start}",
        )

    def _tell(self, kind: Kind, grain: int, place: int, **facts: int) -> None:
        where = Place(f"compressed grain {grain}", place)
        finding = Finding.of(kind, self.file.path, where, grain=grain, byte=place, **facts)
        self._of_reading.add(place, finding)

    @override
    def explain(self, sector: int) -> Answer:
        """Look *sector* up; the offset told is that of its whole grain."""
        found = SparseExtent.explain(self, sector)
        if found.table_entry is None or found.state is not State.DATA:
            return found
        return replace(found, data_offset=found.table_entry * SECTOR)

    @override
    def unreadable(self, sector: int) -> VmdkError:
        """Return which entry leads nowhere, or that nothing is known of the grain."""
        if self.walked is None:
            return SparseExtent.unreadable(self, sector)
        grain = sector // self.header.grain_size
        return CorruptVmdk(
            "the grain directory is lost, and no grain was found for this place",
            path=self.file.path,
            where=f"grain {grain}",
            offset=56,
            found=f"gdOffset 0x{self.header.gd_offset:X} and no footer",
            expected="a directory inside the file",
            cure="copy the file again, it may be truncated",
            code=VixCode.HOST_FILE_ERROR_EOF,
        )

    @override
    def _verdict(self, state: State, directory_entry: int, entry: int | None) -> Verdict:
        if self.walked is not None:
            walked = {State.DATA: Verdict.WALKED, State.ABSENT: Verdict.NOT_IN_STREAM}
            return walked.get(state, Verdict.LOST_IN_STREAM)
        if state is State.DATA:
            return Verdict.PACKED_GRAIN
        return verdict(state, directory_entry, entry)


def open_stream(
    line: ExtentLine,
    file: DiskFile,
    header: SparseHeader,
    *,
    by_copies: bool = False,
    salvages: bool = False,
) -> StreamExtent:
    """Return the stream in *file*: by its directory, by the footer's, or by a walk.

    *by_copies* reads its tables with the help of redundant ones, where it has some. With
    *salvages* what can't be read of it is passed over.
    """
    found: list[Finding] = []
    if not header.flags & SparseFlag.MARKERS:
        found.append(Finding.of(Kind.NO_MARKER_FLAG, file.path))
    if header.has_directory(file.file_bytes):
        redundant = tables_by_copies(file, header) if by_copies else None
        told = tuple(found)
        return StreamExtent(
            line, file, header, salvages=salvages, of_opening=told, redundant=redundant
        )
    footer = find_footer(file, header, salvages=salvages)
    if footer is not None:
        found += footer[1]
        return StreamExtent(line, file, footer[0], salvages=salvages, of_opening=tuple(found))
    walked = walk(file, header, salvages=salvages)
    lost = walked.areas().sectors_in(State.UNREADABLE)
    kind = Kind.DIRECTORY_LOST if lost else Kind.DIRECTORY_WALKED
    place = Place("header field gdOffset", 56)
    found.append(Finding.of(kind, file.path, place, sectors=lost))
    told = tuple(found)
    return StreamExtent(line, file, header, salvages=salvages, of_opening=told, walked=walked)
