"""Write a generation as a stream-optimized disk, in one pass, compressed by every core."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from redoscope_core.ahead import ahead
from redoscope_core.areas.areas import State
from redoscope_core.chain.around import read_around
from redoscope_core.extents.stream.packing import STORED_BYTES, STREAM_GRAIN, pack_grains
from redoscope_core.extents.stream.writer import StreamWriter
from redoscope_core.format.compose import NewDescriptor
from redoscope_core.format.content_id import NO_PARENT, draw_content_id
from redoscope_core.format.extent_line import ExtentLine
from redoscope_core.format.units import SECTOR, round_up
from redoscope_core.operations.making.new_disk import adapter_of
from redoscope_core.operations.walking.reading import cores
from redoscope_core.operations.walking.windows import (
    WINDOW_SECTORS,
    held_areas,
    spans,
    window_buffer,
)
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from redoscope_core.areas.areas import Areas
    from redoscope_core.chain.around import Unreadable
    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.unread import Unread
    from redoscope_core.extents.stream.packing import PackedGrains
    from redoscope_core.extents.stream.writer import Sink

__all__ = ["write_stream"]

_STEP = 4
"""Windows after which the operation shows progress and may be stopped: about 10 ms."""


def write_stream(
    chain: Chain,
    sink: Sink,
    *,
    name: str = "disk.vmdk",
    comment: str = "",
    fill: int = 0,
    unread: Unread | None = None,
) -> Generator[Progress, None, None]:
    """Write the generation that *chain* shows to *sink* as a stream-optimized disk.

    *sink* may be a pipe: it is written once, from the first byte to the last. Progress is
    in bytes of the disk. If the chain salvages, what can't be read becomes bytes of *fill*;
    what comes to light while it is read is added to *unread*.

    Raises:
        VmdkError: A sector can't be read, and the chain does not salvage; the stream is then
            incomplete.
        DiskFull: The stream would grow past sector 2^32.
    """
    text = NewDescriptor(
        cid=draw_content_id(NO_PARENT),
        create_type="streamOptimized",
        extents=(ExtentLine("RW", chain.capacity, "SPARSE", name),),
        adapter=adapter_of(chain),
        comment=comment,
    )
    writer = StreamWriter(sink, chain.capacity, text.to_bytes())
    total = chain.capacity * SECTOR
    held = yield from held_areas(chain)
    if chain.salvages and not fill:
        held = held.take(held.state != State.UNREADABLE)  # not stored, so it reads as zeros
    with closing(_packed(chain, held, fill)) as windows:
        for number, (first, grains, found) in enumerate(windows):
            if unread is not None:
                unread.add(found)
            writer.write(grains)
            if number % _STEP == 0:
                yield Progress(first * SECTOR, total, "compressing")
    writer.finish()


def _packed(
    chain: Chain, held: Areas, fill: int
) -> Generator[tuple[int, PackedGrains, list[Unreadable]], None, None]:
    """Yield (first sector, grains, what can't be read) of each window that stores something."""
    threads = cores()
    slots = 2 * threads
    buffers = [window_buffer() for _ in range(slots)]
    rooms = [memoryview(bytearray(WINDOW_SECTORS // STREAM_GRAIN * STORED_BYTES)) for _ in buffers]

    def pack(piece: tuple[int, int], slot: int) -> tuple[int, PackedGrains, list[Unreadable]]:
        first, count = piece
        inside = min(count, chain.capacity - first) * SECTOR
        window = buffers[slot][: count * SECTOR]
        found = []
        if chain.salvages:
            found = read_around(chain, window[:inside], first, fill=fill)
        else:
            chain.read_into(window[:inside], first)
        window[inside:] = bytes(len(window) - inside)
        return first, pack_grains(first // STREAM_GRAIN, window, rooms[slot]), found

    yield from ahead(_pieces(held), pack, threads=threads, slots=slots)


def _pieces(held: Areas) -> Iterator[tuple[int, int]]:
    """Yield (first sector, sectors) of whole grains that hold something, each grain once."""
    start = end = 0
    for first, count in spans(held):
        low = max(end, first // STREAM_GRAIN * STREAM_GRAIN)
        high = round_up(first + count, STREAM_GRAIN)
        if low > end or start == end:
            yield from _cut(start, end)
            start = low
        end = max(end, high)
        last = end // WINDOW_SECTORS * WINDOW_SECTORS
        if last > start:
            yield from _cut(start, last)
            start = last
    yield from _cut(start, end)


def _cut(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces between two sectors, cut where a window would end."""
    while start < end:
        stop = min(end, (start // WINDOW_SECTORS + 1) * WINDOW_SECTORS)
        yield start, stop - start
        start = stop
