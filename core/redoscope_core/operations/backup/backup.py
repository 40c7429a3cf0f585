"""Backup: a generation, or what changed in it since an earlier backup, as a stream with a manifest.

The stream is a streamOptimized disk, written in one pass. A full one is a disk of its own that any
program opens; another is a child disk of the stream that it builds on, so that a folder of
backups reads as what it is: links.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.chain.outputs import chosen_output, refuse_output
from redoscope_core.errors import AlreadyExists, VmdkError
from redoscope_core.files.file import folder_error, os_error
from redoscope_core.files.locks import sole_use
from redoscope_core.files.names import real_path
from redoscope_core.files.new_file import Appending, NewFiles
from redoscope_core.format.backup_manifest import BackupKind, ManifestHead, ManifestVersion
from redoscope_core.format.compose import NewDescriptor
from redoscope_core.format.content_id import NO_PARENT, draw_content_id
from redoscope_core.format.extent_line import ExtentLine
from redoscope_core.operations.backup.building_on import (
    Ground,
    all_stamps,
    automatic,
    named_ground,
    outside_ground,
    refuse_written,
    stamps_of,
)
from redoscope_core.operations.backup.catalogue import CATALOGUE, Catalogue
from redoscope_core.operations.backup.grains import grains_of
from redoscope_core.operations.backup.manifests import (
    Point,
    free_manifest,
    manifest_beside,
    read_point,
    stream_beside,
)
from redoscope_core.operations.backup.tidying import clear_backup, clear_manifest, tidy
from redoscope_core.operations.backup.write_backup import (
    Base,
    ManifestWriter,
    Outlet,
    write_backup,
)
from redoscope_core.operations.making.new_disk import adapter_of, check_disk_name
from redoscope_core.operations.tracking.query import change_id_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.extents.stream.writer import Sink
    from redoscope_core.format.backup_manifest import ManifestEnd
    from redoscope_core.operations.backup.series import Shelf
    from redoscope_core.progress import Progress

__all__ = ["BackupMade", "backup_to_file", "backup_to_folder", "backup_to_sink"]

_PIPED = "disk.vmdk"
"""What a stream calls itself that has no name."""
_FIRST_RESERVED = NO_PARENT - 1
"""The content IDs from here on are none of a disk."""


@dataclass(frozen=True, slots=True)
class BackupMade:
    """What was made."""

    head: ManifestHead
    end: ManifestEnd
    manifest_sha256: str
    stream: Path | None
    """None if it went to a pipe."""
    manifest: Path | None
    """None if none was kept."""
    passed_over: tuple[Point, ...] = ()
    """Newer points of the folder that it could not build on."""
    already: bool = False
    """Whether just that was there before, and nothing was written."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be made."""

    chain: Chain
    ground: Ground
    number: int

    def head(self) -> ManifestHead:
        """Return what the manifest says first."""
        chain, last = self.chain, len(self.chain.links) - 1
        base = chain.links[0].path
        return ManifestHead(
            self.number,
            self.ground.kind,
            base.name,
            str(real_path(base.parent)),
            chain.path.name,
            last,
            str(change_id_of(chain, last)),
            draw_content_id(self._parent_cid()),
            chain.capacity,
            datetime.now(UTC).isoformat(timespec="seconds"),
            stamps_of(chain.tip),
            self.ground.since,
            self._version(),
        )

    def _version(self) -> ManifestVersion:
        if self.ground.series:
            return self.ground.series[-1].head.version
        return ManifestVersion.BLAKE3_GRAINS

    def _parent_cid(self) -> int:
        if self.ground.series:
            return self.ground.series[-1].head.cid
        return NO_PARENT

    def text(self, head: ManifestHead, name: str) -> bytes:
        """Return the descriptor of the stream *name*."""
        series = self.ground.series
        parent = self._parent_cid()
        if head.since is not None and not series:
            # Nobody knows its content ID here: another one, and the same if it is made again.
            parent = (head.cid + 1) % _FIRST_RESERVED
        return NewDescriptor(
            cid=head.cid,
            create_type="streamOptimized",
            extents=(ExtentLine("RW", head.capacity, "SPARSE", name),),
            parent_cid=parent,
            parent_hint=series[-1].stream.name if series else None,
            adapter=adapter_of(self.chain),
            comment=f"redoscope backup, {head.kind.value}, {head.change_id}",
            # What is written again for the same manifest has the same bytes.
            identity=sha256(repr(head.to_document()).encode()).digest(),
        ).to_bytes()


def backup_to_folder(
    chain: Chain,
    folder: Path,
    kind: BackupKind | None = None,
    *,
    since: str | None = None,
) -> Generator[Progress, None, BackupMade]:
    """Back the generation that *chain* shows up into *folder*, which is made if it is not there.

    Without a *kind* it is incremental if the folder has something to build on, else full. *since*
    names what it builds on: a point, a link or a change id. The files are called after the base
    disk. Where the newest point of the disk is just what would be made, and whole, nothing is:
    so a call that was killed at its very end may be made again. Progress is in bytes; closing the
    generator leaves nothing behind.

    Raises:
        InUse: Another program works in the folder.
        InvalidArgument: There is nothing to build on.
        BrokenChain: The disk was written to meanwhile.
        VmdkError: A sector can't be read, or a file can't be written.
    """
    made = _made_folder(folder)
    try:
        with ExitStack() as opened:
            opened.enter_context(sole_use(folder))
            catalogue = opened.enter_context(Catalogue.open(folder, kept=True))
            tidy(catalogue)
            shelf = catalogue.shelf()
            if since is None:
                ground = automatic(chain, shelf, kind)
            else:
                ground = named_ground(chain, shelf, since, kind)
            if since is None:
                before = yield from _done_in(chain, shelf, ground, kind)
                if before is not None:
                    catalogue.keep()
                    return before
            base = yield from _base(catalogue, ground)
            catalogue.keep()
            free = max(shelf.next_number, catalogue.next_number)
            number, manifest = free_manifest(folder, chain.links[0].path.stem, free)
            order = _Order(chain, ground, number)
            result = yield from _to_files(order, stream_beside(manifest), manifest, base)
            catalogue.shelf()
            yield from catalogue.nodes((*ground.series, read_point(manifest)))
            catalogue.keep()
    except BaseException:
        if made:
            _remove_empty(folder)
        raise
    return result


def backup_to_file(
    chain: Chain,
    stream: Path,
    manifest: Path | None = None,
    *,
    since: str | None = None,
    kind: BackupKind | None = None,
) -> Generator[Progress, None, BackupMade]:
    """Back the generation up into the file *stream*, with its *manifest*, by default beside it.

    *since* names a manifest, a link or a change id; without it the backup is full. A FIFO or a
    device is written to as a pipe is. A call that was killed is made again as it was: it removes
    what was half done, and finds what is whole. Raises as `backup_to_folder`, and

    Raises:
        AlreadyExists: A name is taken, by something else than that very backup.
    """
    beside = manifest or manifest_beside(stream)
    clear_backup(stream, beside)
    if os.path.lexists(stream) and os.path.lexists(beside):
        made = yield from _made_before(chain, stream, beside, since, kind)
        if made is not None:
            return made
    target = _target(chain, stream)
    if os.path.lexists(target):
        try:
            with target.open("wb") as sink:
                return (yield from backup_to_sink(chain, sink, manifest, since=since, kind=kind))
        except OSError as error:
            raise os_error(error, stream, "writing the output") from None
    check_disk_name(stream)
    with ExitStack() as opened:
        order, base = yield from _outside(chain, since, kind, opened)
        return (yield from _to_files(order, stream, beside, base))


def _done_in(
    chain: Chain, shelf: Shelf, ground: Ground, kind: BackupKind | None
) -> Generator[Progress, None, BackupMade | None]:
    """Return the newest backup of the disk in a folder, if nothing is to be made beside it."""
    wanted = _Order(chain, ground, 1).head()
    if all(point.head.change_id != wanted.change_id for point in shelf.points):
        return None
    from redoscope_core.operations.backup.done_before import newest_like  # noqa: PLC0415 - seldom

    point = yield from newest_like(wanted, shelf.points, any_kind=kind is None)
    if point is None:
        return None
    files = point.stream, point.manifest
    return BackupMade(point.head, point.end, point.sha256, *files, ground.passed_over, already=True)


def _made_before(
    chain: Chain, stream: Path, manifest: Path, since: str | None, kind: BackupKind | None
) -> Generator[Progress, None, BackupMade | None]:
    """Return the backup that has those names, if it is the one that would be made."""
    from redoscope_core.operations.backup.done_before import backup_like  # noqa: PLC0415 - seldom

    ground = Ground(BackupKind.FULL) if since is None else outside_ground(chain, since, kind)
    wanted = _Order(chain, ground, 1).head()
    point = yield from backup_like(wanted, stream, manifest)
    if point is None:
        return None
    return BackupMade(point.head, point.end, point.sha256, stream, manifest, already=True)


def _target(chain: Chain, stream: Path) -> Path:
    """Return *stream*: a new name, or what takes bytes as a pipe does; no file is replaced."""
    try:
        return chosen_output(stream, force=False, chains=[chain], streams=True)
    except AlreadyExists as error:
        error.leniency = None
        raise


def backup_to_sink(
    chain: Chain,
    sink: Sink,
    manifest: Path | None = None,
    *,
    since: str | None = None,
    kind: BackupKind | None = None,
) -> Generator[Progress, None, BackupMade]:
    """Write the stream of a backup to *sink*, and its manifest to the file *manifest*, if named.

    The sink is written from the first byte to the last; the manifest appears when all was taken. If
    it is there already, for a call that was killed behind that, the very stream that it tells of
    is written again. Raises as `backup_to_file`.
    """
    with ExitStack() as opened:
        order, base = yield from _outside(chain, since, kind, opened)
        head = order.head()
        before = all_stamps(chain)
        file = None
        kept = None if manifest is None else _kept_manifest(head, manifest)
        if kept is not None:
            head = kept.head
        elif manifest is not None:
            refuse_output(manifest)
            (file,) = opened.enter_context(NewFiles([manifest], like=chain.all_files))
        name = _PIPED if manifest is None else stream_beside(manifest).name
        writer = ManifestWriter(file, head)
        grains = yield from grains_of(chain, order.ground.index)
        outlet = Outlet(sink, order.text(head, name), writer)
        end = yield from write_backup(chain, grains, outlet, base)
        refuse_written(chain, before)
        digest = writer.finish(end)
        if kept is not None and kept.sha256 != digest:
            raise AlreadyExists(
                "the name is taken",
                path=manifest,
                found="the manifest of another stream of that generation",
                cure="choose another name, and make the stream again",
            )
        return BackupMade(head, end, digest, None, manifest)


def _kept_manifest(head: ManifestHead, manifest: Path) -> Point | None:
    """Return what *manifest* tells of if a call like this one, that was killed, has made it."""
    clear_manifest(manifest)
    if manifest.is_symlink() or not manifest.is_file():
        return None
    from redoscope_core.operations.backup.done_before import point_like  # noqa: PLC0415 - seldom

    try:
        return point_like(head, manifest)
    except VmdkError:
        return None


def _to_files(
    order: _Order, stream: Path, manifest: Path, base: Base | None
) -> Generator[Progress, None, BackupMade]:
    chain = order.chain
    for target in (stream, manifest):
        refuse_output(target)
    head, before = order.head(), all_stamps(chain)
    # The manifest is what a backup is found by: it gets its name last.
    with NewFiles([manifest, stream], like=chain.all_files) as (text_file, stream_file):
        writer = ManifestWriter(text_file, head)
        grains = yield from grains_of(chain, order.ground.index)
        outlet = Outlet(Appending(stream_file), order.text(head, stream.name), writer)
        end = yield from write_backup(chain, grains, outlet, base)
        digest = writer.finish(end)
        refuse_written(chain, before)
    return BackupMade(head, end, digest, stream, manifest, order.ground.passed_over)


def _outside(
    chain: Chain,
    since: str | None,
    kind: BackupKind | None,
    opened: ExitStack,
) -> Generator[Progress, None, tuple[_Order, Base | None]]:
    """Return what is to be made outside a backup folder, and what is known of its base."""
    ground = Ground(BackupKind.FULL) if since is None else outside_ground(chain, since, kind)
    number = 1 + max((point.head.number for point in ground.series), default=0)
    base: Base | None = None
    if ground.index is None:
        base = Base.of_nothing()
    elif ground.series:
        folder = ground.series[-1].manifest.parent
        catalogue = opened.enter_context(Catalogue.open(folder, kept=False))
        base = yield from _base(catalogue, ground)
    return _Order(chain, ground, number), base


def _base(catalogue: Catalogue, ground: Ground) -> Generator[Progress, None, Base]:
    if ground.index is None:
        return Base.of_nothing()
    series = ground.series
    nodes = yield from catalogue.nodes(series)
    return Base(nodes, lambda number: catalogue.leaves(series, number))


def _made_folder(folder: Path) -> bool:
    """Make *folder* if nothing has its name; return whether it was made."""
    if os.path.lexists(folder):
        return False
    try:
        folder.mkdir()
    except OSError as error:
        raise folder_error(error, folder) from None
    return True


def _remove_empty(folder: Path) -> None:
    try:
        (folder / CATALOGUE).unlink(missing_ok=True)
        folder.rmdir()
    except OSError:
        return  # somebody has put something into it
