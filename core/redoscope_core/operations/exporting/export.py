"""Export: files of a generation as files in a folder, each whole or not at all.

    paths -> volumes parsed -> files chosen -> places in the folder -> all names free? -> bytes

A file of which a byte is not known or can't be read is told, with these bytes, and is not written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.chain.outputs import chosen_output
from redoscope_core.files.new_file import NewFiles
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.attributing.indexing import Examining, examine
from redoscope_core.operations.attributing.ownership import Ownership
from redoscope_core.operations.exporting.choosing import Chosen, chosen_files, volumes_meant
from redoscope_core.operations.exporting.contents import Contents, WhyLeft, contents_of
from redoscope_core.operations.exporting.made import Made, refuse_folders
from redoscope_core.operations.exporting.placing import Placed, Placing
from redoscope_core.operations.exporting.stream_bytes import (
    StreamUnreadable,
    pieces_of_stream,
    unreadable_bytes,
)
from redoscope_core.progress import Progress
from redoscope_core.volumes.disk_volumes import disk_volumes
from redoscope_core.volumes.index import NOTHING
from redoscope_core.volumes.parse import PARSED

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.attributing.side import Side
    from redoscope_core.volumes.disk_volumes import DiskVolume

__all__ = ["Exported", "ExportedFile", "export_files"]

_STEP = 2**24
"""Bytes after which progress is shown and exporting may be stopped: about 10 ms."""
_NONE = Runs.joined([], [])


@dataclass(frozen=True, slots=True, eq=False)
class ExportedFile:
    """A stream of a file, and where it was written; or why it was not."""

    volume: DiskVolume
    path: str
    """In its volume, as `files` tells it."""
    stream: str
    """Name of an alternate stream; else nothing."""
    deleted: bool
    size: int
    """Bytes."""
    written: Path | None = None
    sha256: str | None = None
    why: WhyLeft | None = None
    """Why it was not written."""
    detail: str = ""
    """What reading it said."""
    unknown: Runs = _NONE
    """Bytes of it that can't be read, or are nowhere; it was not written for them."""
    holes: Runs = _NONE
    """Bytes of it that are stored nowhere and are zeros by that."""
    taken: Runs = _NONE
    """Bytes of a deleted file that are stored where another file or structure is now."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what was not."""

    examined: tuple[Examining, ...]
    """The volumes that the paths may mean."""
    files: list[ExportedFile]

    @property
    def is_whole(self) -> bool:
        """Whether all files in use that were asked for are there, as far as anything tells."""
        told = {WhyLeft.LINK, WhyLeft.SPECIAL, WhyLeft.INTERNAL}
        lacking = any(each.why not in {None, *told} and not each.deleted for each in self.files)
        unsure = any(
            each.failed is not None or (each.index is not None and not each.index.is_whole)
            for each in self.examined
        )
        return not (lacking or unsure)


def export_files(
    chain: Chain,
    paths: Sequence[str],
    folder: Path,
    *,
    deleted: bool = False,
    policy: Policy | None = None,
) -> Generator[Progress, None, Exported]:
    """Write the files that *paths* mean, and all that is in directories, to *folder*.

    *paths* are as `chosen_files` takes them; *policy* is what *chain* was opened by. If the disk
    has several volumes with files, each has a folder of its own. Names are made safe, no file is
    replaced, symbolic links and devices are told and not made. Closing the generator, and any
    error, takes all back that was made.

    Raises:
        InvalidArgument: A path means nothing here.
        AlreadyExists: A name is taken.
        FileRefused: A folder to write to is a symbolic link, or none.
        VmdkError: Something can't be written.
    """
    found = disk_volumes(chain)
    meant = volumes_meant(found.volumes, paths)
    examined = yield from examine([(chain, each) for each in meant], policy)
    chosen = chosen_files(chain, examined, paths, deleted=deleted)
    several = sum(each.holding in PARSED for each in found.volumes) > 1
    if not chosen:
        return Exported(examined, [])
    folders, placed = _placed(chosen, folder, several=several)
    refuse_folders(folders)
    for each in placed:
        if each.target is not None and each.target.parent.is_dir():
            chosen_output(each.target, force=False, chains=[chain])
    with Made(chain.all_files) as made:
        for needed in folders:
            if needed != folder or not folder.is_dir():
                made.folder(needed)
        files = yield from _written(placed, made)
    return Exported(examined, files)


def _placed(
    chosen: Sequence[Chosen], folder: Path, *, several: bool
) -> tuple[list[Path], list[Placed]]:
    """Return the folders that are needed, each behind the one that it is in, and what goes where.

    If the disk has *several* volumes, each has its own below *folder*.
    """
    folders = {folder: None}
    placed: list[Placed] = []
    for each in chosen:
        number = each.side.volume.number
        placing = Placing(folder / f"volume-{number}" if several else folder, each)
        placed += placing.placed()
        folders |= placing.folders
    return list(folders), placed


def _written(placed: list[Placed], made: Made) -> Generator[Progress, None, list[ExportedFile]]:
    """Write what can be, and tell of each what became of it."""
    known = [_contents(each) for each in placed]
    total = sum(each.size for each in known if each.why is None)
    used: dict[int, Runs] = {}
    files, done = [], 0
    for each, contents in zip(placed, known, strict=True):
        told = ExportedFile(each.side.volume, each.path, each.stream, each.deleted, contents.size)
        if contents.why is None and each.target is not None:
            if each.deleted:
                used.setdefault(id(each.side), _used(each.side))
                told = replace(told, taken=_within(contents, used[id(each.side)]))
            told = yield from _one(each, contents, told, made, (done, total))
            done += contents.size
        else:
            told = replace(told, why=contents.why, unknown=contents.unknown)
        files.append(told)
        yield Progress(done, total, "exporting")
    return files


def _contents(each: Placed) -> Contents:
    if each.why is None:
        return contents_of(each.side, each.row)
    size = 0 if each.row == NOTHING else int(each.side.index.streams.size[each.row])
    return Contents(size, each.why)


def _one(
    each: Placed,
    contents: Contents,
    told: ExportedFile,
    made: Made,
    progress: tuple[int, int],
) -> Generator[Progress, None, ExportedFile]:
    """Write one stream."""
    chain, target = each.side.chain, each.target
    if target is None:
        return told
    hashed, done = hashlib.sha256(), 0
    try:
        with NewFiles([target], like=made.like) as (file,):
            file.truncate(contents.size)
            for offset, data, stored in pieces_of_stream(chain, each.side.volume, contents):
                if stored:
                    file.write_at(offset, data)
                hashed.update(data)
                if offset - done >= _STEP:
                    done = offset
                    yield Progress(progress[0] + done, progress[1], "exporting")
    except StreamUnreadable as stop:
        unknown = unreadable_bytes(chain, each.side.volume, contents)
        detail = str(stop.error)
        return replace(told, why=WhyLeft.UNREADABLE, unknown=unknown, detail=detail)
    made.file(target)
    return replace(told, written=target, sha256=hashed.hexdigest(), holes=contents.holes)


def _used(side: Side) -> Runs:
    """Return the sectors of a volume that something has that is in use."""
    extents, regions = Ownership.of(side.index).extents, side.index.regions
    return Runs.joined(
        np.concatenate((extents.start, regions.start)),
        np.concatenate((extents.start + extents.sectors, regions.end)),
    )


def _within(contents: Contents, used: Runs) -> Runs:
    """Return the bytes of a stream that are stored in sectors that are *used*."""
    parts = []
    sectors = np.zeros(0, np.int64) if contents.sector is None else contents.sector
    for sector, start, end in zip(
        sectors.tolist(), contents.stored.start.tolist(), contents.stored.end.tolist(), strict=True
    ):
        here = Runs.joined([sector], [sector - (start - end) // SECTOR])
        taken = here.within(used).moved(-sector).times(SECTOR).moved(start)
        parts.append(Runs(taken.start, np.minimum(taken.end, end)))
    return Runs.joined(
        np.concatenate([np.zeros(0, np.int64), *(each.start for each in parts)]),
        np.concatenate([np.zeros(0, np.int64), *(each.end for each in parts)]),
    )
