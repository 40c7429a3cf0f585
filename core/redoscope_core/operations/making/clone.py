"""Clone: a generation as one disk without parents, raw or of any kind that can be made.

Only what is stored is read, and blocks that hold nothing but zeros are not stored in
the copy, whatever the source did.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.areas.end_to_end import EndToEnd
from redoscope_core.chain.outputs import refuse_output
from redoscope_core.chain.unread import Unread
from redoscope_core.errors import InvalidArgument
from redoscope_core.extents.flat_writer import FlatWriter
from redoscope_core.files.new_file import Appending, NewFiles
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.making.damage_log import DamageLog, log_beside
from redoscope_core.operations.making.flatten import FLAT_BLOCK, flatten
from redoscope_core.operations.making.new_disk import (
    NewDisk,
    adapter_of,
    check_disk_name,
    laid_out,
)
from redoscope_core.operations.making.pieces import DISK_KINDS, DiskPieces
from redoscope_core.operations.making.write_stream import write_stream
from redoscope_core.operations.walking.pieces import pieces_of
from redoscope_core.operations.walking.speaking import speaking
from redoscope_core.operations.walking.windows import (
    STEP_SECTORS,
    WINDOW_SECTORS,
    held_areas,
)
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from redoscope_core.chain.chain import Chain
    from redoscope_core.extents.contract import Extent
    from redoscope_core.extents.writing import ExtentWriter
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
    fill: int = 0,
    log: Path | None = None,
) -> Generator[Progress, None, Unread]:
    """Copy the generation that *chain* shows to the new disk *path*, flattened.

    Progress is in bytes of the disk. Closing the generator leaves nothing behind. If the chain
    salvages, what can't be read becomes bytes of *fill*, and is told: in what is returned, and in
    the file *log* (beside the copy unless it is named) and a map for ddrescue beside that.

    Raises:
        InvalidArgument: The kind is unknown.
        AlreadyExists: A name is taken.
        VmdkError: A sector can't be read, and the chain does not salvage: nothing is made up.
        DiskFull: No room.
    """
    path = Path(path)
    if kind not in CLONE_KINDS:
        raise InvalidArgument(
            "a kind of disk that can't be made",
            path=path,
            found=repr(kind),
            expected=", ".join(CLONE_KINDS),
        )
    source = _Source(chain, Unread(chain), fill)
    plan = NewDisk(
        path,
        chain.capacity,
        kind,
        adapter_of(chain),
        comment,
        grain_size,
        zeroed_grains=False,
        like=chain.all_files,
    )
    if not chain.salvages:
        yield from _made(source, plan, None)
        return source.unread
    told = DamageLog(log or log_beside(path), like=chain.all_files)
    pieces = DiskPieces(path, kind, chain.capacity)
    told.refuse_taken(pieces.paths if kind in DISK_KINDS else (path,))
    with told.removed_on_failure():
        yield from _made(source, plan, told)
    return source.unread


class _Source(NamedTuple):
    """What is copied."""

    chain: Chain
    unread: Unread
    """What of it can't be read, as it comes to light."""
    fill: int
    """The byte that stands for it in the copy."""


def _made(source: _Source, plan: NewDisk, log: DamageLog | None) -> Generator[Progress, None, None]:
    """Make the disk *plan*, and the *log* just before it appears."""
    chain, path = source.chain, plan.path
    if plan.kind in DISK_KINDS:
        with laid_out(plan) as extents:
            yield from _fill(source, _target(extents), plan.grain_size)
            yield from _told(source, log)
        return
    if plan.kind == "streamOptimized":
        check_disk_name(path)
    refuse_output(path)
    with NewFiles([path], like=plan.like) as (file,):
        if plan.kind == "streamOptimized":
            words = {"name": path.name, "comment": plan.comment}
            yield from write_stream(
                chain, Appending(file), **words, fill=source.fill, unread=source.unread
            )
        else:
            file.truncate(chain.capacity * SECTOR)
            places = [(0, chain.capacity, file, 0)]
            target = _Target([chain.capacity], [FlatWriter(file, 0)], places)
            yield from _fill(source, target, FLAT_BLOCK)
        yield from _told(source, log)


def _told(source: _Source, log: DamageLog | None) -> Generator[Progress, None, None]:
    if log is not None:
        yield from log.write(source.unread)


def _target(extents: Sequence[Extent]) -> _Target:
    counts = [extent.line.sectors for extent in extents]
    writers = [extent.writer(_zeros, has_parent=False, is_new=True) for extent in extents]
    places: list[FlatPlace] = [
        (start, extent.line.sectors, extent.file, extent.flat_offset)
        for start, extent in zip(EndToEnd(counts).starts, extents, strict=True)
        if extent.file is not None and extent.flat_offset is not None
    ]
    return _Target(counts, writers, places if len(places) == len(extents) else None)


def _fill(source: _Source, target: _Target, block: int) -> Generator[Progress, None, None]:
    chain = source.chain
    if target.places is None or chain.salvages or chain.stored.packed.any():
        yield from _copy(source, target, block)
        target.flush()
    else:
        yield from flatten(chain, target.places)


def _copy(source: _Source, target: _Target, block: int) -> Generator[Progress, None, None]:
    chain, fill = source.chain, bytes([source.fill])
    total = chain.capacity * SECTOR
    shown = 0
    held = yield from held_areas(chain)
    with closing(pieces_of(chain, held, source.unread)) as pieces:
        for first, count, data, _ in pieces:
            if data is not None:
                for start, sectors in speaking(data, first, block):
                    at = (start - first) * SECTOR
                    target.write(start, data[at : at + sectors * SECTOR])
            elif source.fill:
                # What is not written reads as zeros.
                yield from _filled(target, fill, first, count, total)
            if first - shown >= STEP_SECTORS:
                shown = first
                yield Progress(first * SECTOR, total, "copying")


def _filled(
    target: _Target, fill: bytes, first: int, count: int, total: int
) -> Generator[Progress, None, None]:
    window = memoryview(fill * (WINDOW_SECTORS * SECTOR))
    for number, start in enumerate(range(first, first + count, WINDOW_SECTORS)):
        target.write(start, window[: min(WINDOW_SECTORS, first + count - start) * SECTOR])
        if number % (STEP_SECTORS // WINDOW_SECTORS) == 0:
            yield Progress(start * SECTOR, total, "filling what can't be read")


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
