"""Flatten: the bytes of a generation into flat files, whichever way takes less time.

Blocks that hold nothing but zeros become holes. Most blocks that hold anything have some
of it in their first sector, so that is all that is read of them when the kernel copies.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, TypeAlias

from redoscope_core.ahead import ahead
from redoscope_core.areas.areas import State
from redoscope_core.areas.end_to_end import EndToEnd
from redoscope_core.files.transfer import Transfer
from redoscope_core.files.writeback import begin_writeback
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.making.ways import Way, ways_between
from redoscope_core.operations.walking.reading import reading_threads
from redoscope_core.operations.walking.speaking import speaking
from redoscope_core.operations.walking.windows import held_areas
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from redoscope_core.areas.areas import Areas
    from redoscope_core.chain.chain import Chain
    from redoscope_core.files.file import DiskFile

__all__ = ["FLAT_BLOCK", "FlatPlace", "flatten"]

FLAT_BLOCK = 128
"""Sectors that are left a hole together if all of them are zeros."""
_STEP = 2**24
"""Bytes after which progress is shown and the copying may be stopped: about 10 ms."""
_ROOM = 2**22
"""Bytes that are read side by side and written at once."""
_ROWS = 4096
_ZERO_BLOCK = bytes(FLAT_BLOCK * SECTOR)
_ZERO_SECTOR = bytes(SECTOR)

FlatPlace: TypeAlias = "tuple[int, int, DiskFile, int]"
"""First sector, sectors, file and byte offset there: a part of a disk in a flat file."""
_Piece: TypeAlias = "tuple[DiskFile, int, int, int]"
"""File, byte offset there, sector and sectors: a part of a disk in a file of a link."""


def flatten(chain: Chain, places: Sequence[FlatPlace]) -> Generator[Progress, None, None]:
    """Copy all that *chain* stores to *places*, new flat files of full length.

    The chain holds no compressed grains. Progress is in bytes of the disk.

    Raises:
        CorruptVmdk: A sector can't be read.
        DiskFull: No room.
    """
    held = yield from held_areas(chain)
    total = chain.capacity * SECTOR
    parts = EndToEnd(count for _, count, _, _ in places)
    targets = [(Transfer(file), at) for _, _, file, at in places]

    files = [file for link in chain.links for file in link.disk_files]
    ways = ways_between(files[0].identity[0], places[0][2].identity[0])
    own = threading.local()

    def copy(batch: list[_Piece], slot: int) -> int:
        del slot
        way, begun = ways.next(), time.perf_counter_ns()
        if way is Way.IN_KERNEL:
            _copy_in_kernel(batch, parts, targets)
        else:
            if not hasattr(own, "room"):
                own.room = memoryview(bytearray(_ROOM))
            _copy_by_memory(batch, parts, places, own.room)
        ways.note(way, sum(piece[3] for piece in batch) * SECTOR, time.perf_counter_ns() - begun)
        _begin_writeback(batch, parts, places)
        return batch[-1][2]

    # Two cores fill new pages of the file system nearly twice as fast as one.
    threads = reading_threads()
    batches = _batches(_pieces(chain, held))
    done = ahead(batches, copy, threads=threads) if threads else (copy(b, 0) for b in batches)
    with closing(done):
        for sector in done:
            yield Progress(sector * SECTOR, total, "copying")


def _copy_in_kernel(
    pieces: Iterable[_Piece], parts: EndToEnd, targets: Sequence[tuple[Transfer, int]]
) -> None:
    """Copy what of *pieces* is more than zeros."""
    for source, offset, sector, count in pieces:
        for low, high in _speaking(source, offset, sector, count):
            for index, within, skipped, length in parts.pieces(low, high - low):
                transfer, at = targets[index]
                taken_from = offset + (low - sector + skipped) * SECTOR
                transfer.copy(source, taken_from, length * SECTOR, at + within * SECTOR)


def _copy_by_memory(
    pieces: Sequence[_Piece], parts: EndToEnd, places: Sequence[FlatPlace], room: memoryview
) -> None:
    """Copy what of *pieces* is more than zeros, as much at once as *room* takes.

    pieces    |ab|..|cd|     |ef|   anywhere in their files, in the order of the disk
    room      |ab ·· cd|            those that touch are read side by side, and written
    target    |ab|hole|cd|   |ef|   in one piece, but for blocks of zeros
    """
    for run in _side_by_side(pieces, len(room) // SECTOR):
        first, end = run[0][2], 0
        for source, offset, _, count in run:
            begin, end = end, end + count * SECTOR
            source.read_into(room[begin:end], offset, what="stored sectors")
        for low, sectors in speaking(room[:end], first, FLAT_BLOCK):
            taken = (low - first) * SECTOR
            for index, within, skipped, length in parts.pieces(low, sectors):
                _, _, file, at = places[index]
                start = taken + skipped * SECTOR
                file.write_at(at + within * SECTOR, room[start : start + length * SECTOR])


def _side_by_side(pieces: Sequence[_Piece], most: int) -> Iterator[list[_Piece]]:
    """Yield lists of *pieces* that touch on the disk, each of *most* sectors together."""
    run: list[_Piece] = []
    behind = held = 0
    for source, offset, sector, count in pieces:
        if run and (sector != behind or held == most):
            yield run
            run, held = [], 0
        behind = sector + count
        done = 0
        while done < count:
            if held == most:
                yield run
                run, held = [], 0
            part = min(count - done, most - held)
            run.append((source, offset + done * SECTOR, sector + done, part))
            held += part
            done += part
    if run:
        yield run


def _begin_writeback(batch: Sequence[_Piece], parts: EndToEnd, places: Sequence[FlatPlace]) -> None:
    first, behind = batch[0][2], batch[-1][2] + batch[-1][3]
    for index, within, _, length in parts.pieces(first, behind - first):
        _, _, file, at = places[index]
        begin_writeback(file, at + within * SECTOR, length * SECTOR)


def _batches(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Yield *pieces* in lists, each of about a step."""
    batch: list[_Piece] = []
    sectors = 0
    for piece in pieces:
        batch.append(piece)
        sectors += piece[3]
        if sectors >= _STEP // SECTOR:
            yield batch
            batch, sectors = [], 0
    if batch:
        yield batch


def _pieces(chain: Chain, held: Areas) -> Iterator[_Piece]:
    """Yield what is stored, in pieces no longer than a step."""
    areas = held.take((held.state == State.DATA) | (held.state == State.UNREADABLE))
    files = [link.disk_files for link in chain.links]
    most = _STEP // SECTOR
    columns = (areas.start, areas.count, areas.state, areas.link, areas.file, areas.offset)
    for row in range(0, len(areas), _ROWS):
        part = (column[row : row + _ROWS].tolist() for column in columns)
        for start, count, state, link, file, offset in zip(*part, strict=True):
            if state == State.UNREADABLE:
                raise chain.with_way_out(chain.unreadable(link, start))
            for skipped in range(0, count, most):
                piece = min(most, count - skipped)
                yield files[link][file], offset + skipped * SECTOR, start + skipped, piece


def _speaking(source: DiskFile, offset: int, sector: int, count: int) -> Iterable[tuple[int, int]]:
    """Return (first sector, sector behind) of the runs of blocks that hold more than zeros."""
    if sector % FLAT_BLOCK + count <= FLAT_BLOCK:
        # Nearly all pieces of a scattered disk are one block.
        silent = _is_silent(source, offset, count * SECTOR)
        return () if silent else ((sector, sector + count),)
    return _speaking_blocks(source, offset, sector, count)


def _speaking_blocks(
    source: DiskFile, offset: int, sector: int, count: int
) -> Iterator[tuple[int, int]]:
    stop = sector + count
    begin = low = sector
    while low < stop:
        high = min(stop, low - low % FLAT_BLOCK + FLAT_BLOCK)
        if _is_silent(source, offset + (low - sector) * SECTOR, (high - low) * SECTOR):
            if begin < low:
                yield begin, low
            begin = high
        low = high
    if begin < stop:
        yield begin, stop


def _is_silent(source: DiskFile, offset: int, length: int) -> bool:
    """Tell whether *length* bytes from *offset* on, a block at most, are zeros."""
    try:
        if os.pread(source.fileno(), SECTOR, offset) != _ZERO_SECTOR:
            return False
    except OSError:
        return False  # copying it tells what is wrong
    return source.read_at(offset, length, what="stored sectors") == _ZERO_BLOCK[:length]
