"""Clone: a generation as one disk without parents, raw or of any kind that can be made.

Only what is stored is read, and blocks that hold nothing but zeros are not stored in
the copy, whatever the source did.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.end_to_end import EndToEnd
from redoscope_core.chain.outputs import refuse_output
from redoscope_core.errors import InvalidArgument
from redoscope_core.extents.flat_writer import FlatWriter
from redoscope_core.files.new_file import NewFiles
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.making.flatten import FLAT_BLOCK, flatten
from redoscope_core.operations.making.new_disk import (
    NewDisk,
    adapter_of,
    check_disk_name,
    laid_out,
)
from redoscope_core.operations.making.pieces import DISK_KINDS
from redoscope_core.operations.making.write_stream import write_stream
from redoscope_core.operations.walking.reading import filled
from redoscope_core.operations.walking.windows import STEP_SECTORS, held_areas, spans
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from redoscope_core.chain.chain import Chain
    from redoscope_core.extents.contract import Extent
    from redoscope_core.extents.writing import ExtentWriter
    from redoscope_core.files.file import DiskFile
    from redoscope_core.operations.making.flatten import FlatPlace

__all__ = ["CLONE_KINDS", "clone"]

CLONE_KINDS = ("raw", *DISK_KINDS, "streamOptimized")


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
    path = Path(path)
    if kind == "raw":
        refuse_output(path)
        with NewFiles([path], like=chain.all_files) as (file,):
            file.truncate(chain.capacity * SECTOR)
            places = [(0, chain.capacity, file, 0)]
            target = _Target([chain.capacity], [FlatWriter(file, 0)], places)
            yield from _fill(chain, target, FLAT_BLOCK)
        return
    if kind == "streamOptimized":
        check_disk_name(path)
        refuse_output(path)
        with NewFiles([path], like=chain.all_files) as (file,):
            yield from write_stream(chain, _Appending(file), name=path.name, comment=comment)
        return
    if kind not in DISK_KINDS:
        raise InvalidArgument(
            "a kind of disk that can't be made",
            path=path,
            found=repr(kind),
            expected=", ".join(CLONE_KINDS),
        )
    adapter = adapter_of(chain)
    plan = NewDisk(
        path,
        chain.capacity,
        kind,
        adapter,
        comment,
        grain_size,
        zeroed_grains=False,
        like=chain.all_files,
    )
    with laid_out(plan) as extents:
        yield from _fill(chain, _target(extents), grain_size)


def _target(extents: Sequence[Extent]) -> _Target:
    counts = [extent.line.sectors for extent in extents]
    writers = [extent.writer(_zeros, has_parent=False, is_new=True) for extent in extents]
    places: list[FlatPlace] = [
        (start, extent.line.sectors, extent.file, extent.flat_offset)
        for start, extent in zip(EndToEnd(counts).starts, extents, strict=True)
        if extent.file is not None and extent.flat_offset is not None
    ]
    return _Target(counts, writers, places if len(places) == len(extents) else None)


def _fill(chain: Chain, target: _Target, block: int) -> Generator[Progress, None, None]:
    if target.places is not None and not chain.stored.packed.any():
        yield from flatten(chain, target.places)
    else:
        yield from _copy(chain, target, block)
        target.flush()


def _copy(chain: Chain, target: _Target, block: int) -> Generator[Progress, None, None]:
    total = chain.capacity * SECTOR
    shown = 0
    held = yield from held_areas(chain)
    with closing(filled(chain, spans(held))) as windows:
        for first, window in windows:
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
    # A block that begins with something needs no closer look.
    speaks = words[edges] != 0
    if not speaks.all():
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


class _Target:
    """New extents end to end; nothing else writes them, so none is marked as open."""

    def __init__(
        self,
        counts: Sequence[int],
        writers: Sequence[ExtentWriter],
        places: Sequence[FlatPlace] | None,
    ) -> None:
        """Write extents of *counts* sectors; *places* if all of them are flat."""
        self.places = places
        self._parts = EndToEnd(counts)
        self._writers = writers

    def write(self, sector: int, data: memoryview) -> None:
        """Write *data* to the extents that hold it."""
        for index, within, skipped, length in self._parts.pieces(sector, len(data) // SECTOR):
            piece = data[skipped * SECTOR : (skipped + length) * SECTOR]
            self._writers[index].write(within, piece)

    def flush(self) -> None:
        """Write the tables that are pending."""
        for writer in self._writers:
            writer.flush()


def _zeros(buffer: memoryview, sector: int) -> None:
    del sector
    buffer[:] = bytes(len(buffer))
