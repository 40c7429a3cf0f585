"""Building on: which point a backup holds the changes since.

A point fits if its change id is that of a link of the chain, and that link was not written to since
the backup was made. A content ID alone does not prove that: programs give a disk another one at
most once after they open it. So the files have to have the length and the time that they had.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.chain.naming import link_index
from redoscope_core.errors import BrokenChain, FileMissing, InvalidArgument, VmdkError
from redoscope_core.files.file import os_error
from redoscope_core.format.backup_manifest import BackupKind, FileStamp, Since
from redoscope_core.format.change_id import ChangeId
from redoscope_core.operations.backup.manifests import (
    MANIFEST_ENDING,
    Point,
    manifest_beside,
    read_point,
)
from redoscope_core.operations.backup.series import Shelf
from redoscope_core.operations.tracking.query import change_id_of, link_of_id

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain
    from redoscope_core.link.link import Link

__all__ = [
    "Ground",
    "all_stamps",
    "automatic",
    "named_ground",
    "outside_ground",
    "refuse_written",
    "stamps_of",
]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a backup builds on."""

    kind: BackupKind
    index: int | None = None
    """The link of the chain since which it holds what changed; None for a full one."""
    series: tuple[Point, ...] = ()
    """The point of that link, with all that it builds on; none if it is not known."""
    change_id: str = ""
    passed_over: tuple[Point, ...] = ()
    """Newer points that it could not build on."""

    @property
    def since(self) -> Since | None:
        """What the manifest says of it."""
        if self.index is None:
            return None
        if not self.series:
            return Since(self.change_id)
        return Since(self.change_id, self.series[-1].sha256, self.series[-1].name)


def stamps_of(link: Link) -> tuple[FileStamp, ...]:
    """Return how the files of *link* are now.

    Raises:
        VmdkError: One of them is gone.
    """
    stamps = []
    for path in link.all_files:
        try:
            status = path.stat()
        except OSError as error:
            raise os_error(error, path, "looking at it") from None
        stamps.append(FileStamp(path.name, status.st_size, status.st_mtime_ns))
    return tuple(stamps)


def all_stamps(chain: Chain) -> list[tuple[FileStamp, ...]]:
    """Return how the files of each link of *chain* are now.

    Raises:
        VmdkError: One of them is gone.
    """
    return [stamps_of(link) for link in chain.links]


def refuse_written(chain: Chain, before: list[tuple[FileStamp, ...]]) -> None:
    """Refuse a backup of a disk that was written to while it was read.

    Raises:
        BrokenChain: A file has another length or time than *before*.
    """
    for link, stamps in zip(chain.links, before, strict=True):
        for path, was, now in zip(link.all_files, stamps, stamps_of(link), strict=True):
            if was != now:
                raise BrokenChain(
                    "the disk was written to while it was backed up",
                    path=path,
                    cure="end the program that does so, or back up an older link (--at): "
                    "nothing was kept",
                )


def automatic(chain: Chain, shelf: Shelf, kind: BackupKind | None) -> Ground:
    """Return what a backup of *kind* into a folder builds on: the newest point that fits.

    Without a kind it is an incremental one, or a full one if no point fits.

    Raises:
        InvalidArgument: No point fits, and a full backup was not asked for.
    """
    if kind is BackupKind.FULL:
        return Ground(kind)
    passed_over: list[Point] = []
    ids = {str(change_id_of(chain, index)): index for index in range(len(chain.links))}
    for point in reversed(shelf.points):
        if kind is BackupKind.DIFFERENTIAL and point.head.kind is not BackupKind.FULL:
            continue
        index = ids.get(point.head.change_id)
        series = None if index is None else _whole_series(shelf, point)
        if index is not None and series is not None and not _was_written(chain.links[index], point):
            told = kind or BackupKind.INCREMENTAL
            return Ground(told, index, series, point.head.change_id, tuple(passed_over))
        passed_over.append(point)
    if kind is None:
        return Ground(BackupKind.FULL, passed_over=tuple(passed_over))
    wanted = "a full backup" if kind is BackupKind.DIFFERENTIAL else "a backup"
    raise InvalidArgument(
        "nothing to build on",
        path=shelf.folder,
        found=f"{len(passed_over)} that don't fit: of other states, or of files written since"
        if passed_over
        else "none",
        expected=f"{wanted} of one of the links of {chain.path.name}, and all that it builds on",
        cure="make a full backup",
    )


def named_ground(chain: Chain, shelf: Shelf, text: str, kind: BackupKind | None) -> Ground:
    """Return what a backup into a folder builds on if *text* names it: a point, or a link.

    Raises:
        InvalidArgument: There is no such point, or it does not fit.
    """
    # A manifest may be named by its path.
    name = Path(text).name if text.endswith(MANIFEST_ENDING) else text
    try:
        point = shelf.named(name)
    except InvalidArgument as error:
        found = _of_link(chain, shelf, text)
        if found is None:
            raise error from None
        point = found
    return _proved(chain, shelf, point, kind)


def outside_ground(chain: Chain, text: str, kind: BackupKind | None) -> Ground:
    """Return what a backup to a file or a pipe builds on: a manifest, a link, or a change id.

    Raises:
        VmdkError: It names none of them, or the point does not fit.
    """
    path = Path(text)
    if path.name.endswith(".vmdk") and manifest_beside(path).exists() and not _is_link(chain, text):
        path = manifest_beside(path)
    if path.name.endswith(MANIFEST_ENDING):
        point = read_point(path)
        shelf = Shelf.read(path.parent)
        return _proved(chain, shelf, point, kind)
    index = link_of_id(chain, text) if ChangeId.is_like(text) else link_index(chain, text)
    if kind is BackupKind.DIFFERENTIAL:
        raise InvalidArgument(
            "a differential backup builds on a full one",
            found=text,
            expected="the manifest of a full backup",
        )
    change_id = str(change_id_of(chain, index))
    return Ground(BackupKind.INCREMENTAL, index, (), change_id)


def _of_link(chain: Chain, shelf: Shelf, text: str) -> Point | None:
    try:
        index = link_of_id(chain, text) if ChangeId.is_like(text) else link_index(chain, text)
    except InvalidArgument:
        return None
    return shelf.with_change_id(str(change_id_of(chain, index)))


def _is_link(chain: Chain, text: str) -> bool:
    try:
        link_index(chain, text)
    except InvalidArgument:
        return False
    return True


def _proved(chain: Chain, shelf: Shelf, point: Point, kind: BackupKind | None) -> Ground:
    """Return *point* as the ground.

    Raises:
        InvalidArgument: Its state is none of this chain; or it is no full one, as it has to be.
        BrokenChain: Its link was written to since.
        VmdkError: What it builds on is not there.
    """
    if kind is BackupKind.DIFFERENTIAL and point.head.kind is not BackupKind.FULL:
        raise InvalidArgument(
            "a differential backup builds on a full one",
            path=point.manifest,
            found=f"{point.name}, {point.head.kind.value}",
            expected="a full backup",
        )
    index = link_of_id(chain, point.head.change_id)
    link = chain.links[index]
    if _was_written(link, point):
        raise BrokenChain(
            "the link was written to, or copied, since the backup was made: what changed in it "
            "nobody can tell",
            path=link.path,
            found="files of another length or time",
            expected=f"those that {point.name} tells of",
            cure="make a full backup, or one since an older point",
        )
    told = kind or BackupKind.INCREMENTAL
    return Ground(told, index, shelf.series(point), point.head.change_id)


def _was_written(link: Link, point: Point) -> bool:
    try:
        now = stamps_of(link)
    except VmdkError:
        return True
    return sorted(stamp[1:] for stamp in now) != sorted(stamp[1:] for stamp in point.head.files)


def _whole_series(shelf: Shelf, point: Point) -> tuple[Point, ...] | None:
    """Return *point* with all that it builds on if all streams seem to be there."""
    try:
        series = shelf.series(point)
        for each in series:
            require_stream(each)
    except VmdkError:
        return None
    return series


def require_stream(point: Point) -> None:
    """Refuse a *point* whose stream is not there, or not as long as it has to be.

    Raises:
        FileMissing: It is not there.
        BrokenChain: It has another length.
    """
    try:
        length = point.stream.stat().st_size
    except OSError as error:
        missing = os_error(error, point.stream, "looking for it")
        if isinstance(missing, FileMissing):
            missing.what = "the stream of the backup is not there"
            missing.cure = "put it back beside its manifest, under the same name"
        raise missing from None
    if length != point.end.stream_bytes:
        raise BrokenChain(
            "the stream of the backup is damaged: it has another length",
            path=point.stream,
            found=f"{length} bytes",
            expected=f"{point.end.stream_bytes}",
            cure="put a sound copy of it back, or make a full backup",
        )
