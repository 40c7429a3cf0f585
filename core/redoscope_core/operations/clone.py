"""Clone: a generation as one disk without parents, raw or of any kind that can be made.

Only what is stored is read, and blocks that hold nothing but zeros are not stored in
the copy, whatever the source did.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from redoscope_core.errors import InvalidArgument
from redoscope_core.format.compose import NewDescriptor, check_new_name
from redoscope_core.format.content_id import NO_PARENT, draw_content_id
from redoscope_core.format.extent_line import ExtentLine
from redoscope_core.format.geometry import ADAPTERS
from redoscope_core.format.units import SECTOR
from redoscope_core.link.extents import SparseExtent
from redoscope_core.link.new_file import NewFiles
from redoscope_core.link.sparse_writer import SparseWriter
from redoscope_core.link.stream_writer import STREAM_GRAIN, StreamWriter
from redoscope_core.operations.new_disk import DISK_KINDS, NewDisk, laid_out
from redoscope_core.operations.windows import STEP_SECTORS, spans, window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from redoscope_core.chain.chain import Chain
    from redoscope_core.link.extents import FlatExtent
    from redoscope_core.link.file import DiskFile
    from redoscope_core.link.stream_writer import Sink

__all__ = ["CLONE_KINDS", "clone", "write_stream"]

CLONE_KINDS = ("raw", *DISK_KINDS, "streamOptimized")
_RAW_BLOCK = 128
"""Sectors that are left a hole together if all of them are zeros."""


class _Target(Protocol):
    def write(self, sector: int, data: memoryview) -> None: ...

    def finish(self) -> None: ...


def clone(
    chain: Chain,
    path: Path,
    kind: str = "monolithicSparse",
    *,
    grain_size: int = 128,
    comment: str = "",
) -> Generator[Progress, None, None]:
    """Copy the generation that *chain* shows to the new disk *path*, flattened.

    Progress is in bytes of the disk. Closing the generator leaves nothing behind.

    Raises:
        InvalidArgument: The kind is unknown.
        AlreadyExists: A name is taken.
        CorruptVmdk: A sector can't be read; nothing is made up for it.
        DiskFull: No room.
    """
    if kind == "raw":
        with NewFiles([path]) as (file,):
            file.truncate(chain.capacity * SECTOR)
            yield from _copy(chain, _Flat([(0, chain.capacity, file, 0)]), _RAW_BLOCK)
        return
    if kind == "streamOptimized":
        check_new_name(Path(path).name)
        with NewFiles([Path(path)]) as (file,):
            yield from write_stream(chain, _Appending(file), name=Path(path).name, comment=comment)
        return
    if kind not in DISK_KINDS:
        raise InvalidArgument(
            "a kind of disk that can't be made",
            path=path,
            found=repr(kind),
            expected=", ".join(CLONE_KINDS),
        )
    plan = NewDisk(
        Path(path), chain.capacity, kind, _adapter(chain), comment, grain_size, zeroed_grains=False
    )
    with laid_out(plan) as extents:
        target = _target(extents)
        yield from _copy(chain, target, grain_size)
        target.finish()


def write_stream(
    chain: Chain, sink: Sink, *, name: str = "disk.vmdk", comment: str = ""
) -> Generator[Progress, None, None]:
    """Write the generation that *chain* shows to *sink* as a stream-optimized disk.

    *sink* may be a pipe: it is written once, from the first byte to the last. Progress is
    in bytes of the disk.

    Raises:
        CorruptVmdk: A sector can't be read; the stream is then incomplete.
        DiskFull: The stream would grow past sector 2^32.
    """
    text = NewDescriptor(
        cid=draw_content_id(NO_PARENT),
        create_type="streamOptimized",
        extents=(ExtentLine("RW", chain.capacity, "SPARSE", name),),
        adapter=_adapter(chain),
        comment=comment,
    )
    writer = StreamWriter(sink, chain.capacity, text.to_bytes())
    yield from _copy(chain, writer, STREAM_GRAIN)
    writer.finish()


def _adapter(chain: Chain) -> str:
    # Others (pvscsi) stand in some descriptors, and no program writes or wants them there.
    adapter = chain.tip.descriptor.get("ddb.adapterType")
    return adapter if adapter in ADAPTERS else "lsilogic"


def _target(extents: Sequence[SparseExtent | FlatExtent]) -> _Target:
    starts, start = [], 0
    for extent in extents:
        starts.append(start)
        start += extent.line.sectors
    sparse = [extent for extent in extents if isinstance(extent, SparseExtent)]
    if sparse:
        return _Sparse(starts, sparse)
    return _Flat(
        [
            (first, extent.line.sectors, extent.file, extent.first_offset)
            for first, extent in zip(starts, extents, strict=True)
            if not isinstance(extent, SparseExtent) and extent.file is not None
        ]
    )


def _copy(chain: Chain, target: _Target, block: int) -> Generator[Progress, None, None]:
    total = chain.capacity * SECTOR
    buffer = window_buffer()
    shown = 0
    for first, count in spans(chain.stored):
        window = buffer[: count * SECTOR]
        chain.read_into(window, first)
        for start, sectors in _speaking(window, first, block):
            at = (start - first) * SECTOR
            target.write(start, window[at : at + sectors * SECTOR])
        if first - shown >= STEP_SECTORS:
            shown = first
            yield Progress(first * SECTOR, total, "copying")


def _speaking(window: memoryview, first: int, block: int) -> Iterator[tuple[int, int]]:
    """Yield (sector, sectors) of the runs of blocks in *window* that hold more than zeros."""
    words = np.frombuffer(window, np.uint64)
    per_block = block * SECTOR // words.itemsize
    ahead = -first % block * SECTOR // words.itemsize
    edges = np.concatenate(([0], np.arange(ahead or per_block, len(words), per_block)))
    speaks = np.logical_or.reduceat(words != 0, edges)
    edges = np.append(edges, len(words))
    change = np.flatnonzero(np.diff(np.concatenate(([False], speaks, [False])).astype(np.int8)))
    for low, high in zip(change[::2].tolist(), change[1::2].tolist(), strict=True):
        start = int(edges[low]) * words.itemsize // SECTOR
        yield first + start, int(edges[high]) * words.itemsize // SECTOR - start


class _Appending:
    """A new file that is written from its first byte to its last."""

    def __init__(self, file: DiskFile) -> None:
        self._file = file
        self._end = 0

    def write(self, data: bytes) -> None:
        """Put *data* behind what was written."""
        self._file.write_at(self._end, data)
        self._end += len(data)


class _Flat:
    """Flat files one behind the other, with holes where nothing is written."""

    def __init__(self, places: list[tuple[int, int, DiskFile, int]]) -> None:
        self._places = places

    def write(self, sector: int, data: memoryview) -> None:
        """Write *data* to the files that hold it."""
        count = len(data) // SECTOR
        for start, sectors, file, offset in self._places:
            low, high = max(sector, start), min(sector + count, start + sectors)
            if low < high:
                piece = data[(low - sector) * SECTOR : (high - sector) * SECTOR]
                file.write_at(offset + (low - start) * SECTOR, piece)

    def finish(self) -> None:
        """Nothing is pending."""


class _Sparse:
    """Sparse extents one behind the other."""

    def __init__(self, starts: list[int], extents: list[SparseExtent]) -> None:
        self._places = [
            (start, extent.line.sectors, SparseWriter(extent, _zeros, has_parent=False))
            for start, extent in zip(starts, extents, strict=True)
        ]

    def write(self, sector: int, data: memoryview) -> None:
        """Write *data* to the extents that hold it."""
        count = len(data) // SECTOR
        for start, sectors, writer in self._places:
            low, high = max(sector, start), min(sector + count, start + sectors)
            if low < high:
                writer.write(low - start, data[(low - sector) * SECTOR : (high - sector) * SECTOR])

    def finish(self) -> None:
        """Write the tables that are pending."""
        for _, _, writer in self._places:
            writer.flush()


def _zeros(sector: int, count: int) -> bytes:
    del sector
    return bytes(count * SECTOR)
