"""Done before: what a call that was killed at its very end, and is made again, finds done.

A new file gets its name as the last thing. A program that is killed behind that has done its work,
and nobody was told: made again, the call would say that the name is taken. So what has the name is
compared with what would be made.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.chain.chain import Chain
from redoscope_core.errors import VmdkError
from redoscope_core.files.file import DiskFile
from redoscope_core.format.backup_manifest import BackupKind
from redoscope_core.format.units import SECTOR
from redoscope_core.link.link import Link
from redoscope_core.operations.backup.manifests import read_point
from redoscope_core.operations.backup.proving import stream_digest
from redoscope_core.operations.examining.compare import compare
from redoscope_core.operations.making.pieces import CHILD_KINDS
from redoscope_core.operations.walking.windows import window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from redoscope_core.format.backup_manifest import ManifestHead
    from redoscope_core.operations.backup.manifests import Point

__all__ = ["backup_like", "may_be_restored", "newest_like", "point_like", "reads_as"]

_WINDOW = 2048
"""Sectors (1 MiB) that are compared at a time."""
_STEP = 16
"""Windows after which progress is shown: about 10 ms."""


def may_be_restored(path: Path, kind: str, capacity: int, grain_size: int) -> bool:
    """Tell whether *path* is a disk of that *kind* and size, so that it is worth reading."""
    try:
        if path.is_symlink() or not path.is_file():
            return False
        if kind == "raw":
            return path.stat().st_size == capacity * SECTOR
        with Link.open(path) as link:
            found = (link.descriptor.create_type, link.capacity, link.is_child)
            grains_fit = kind not in CHILD_KINDS or link.grain_size == grain_size
            return grains_fit and found == (kind, capacity, False)
    except (OSError, VmdkError):
        return False


def reads_as(chain: Chain, path: Path, kind: str) -> Generator[Progress, None, bool]:
    """Tell whether the disk *path* has every byte that *chain* has; a difference ends the look.

    Progress is in bytes.
    """
    try:
        if kind == "raw":
            return (yield from _raw_reads_as(chain, path))
        with Chain.open(path) as there:
            differing: list[object] = []
            with closing(compare(chain, there, heard=differing.append)) as steps:
                while not differing:
                    try:
                        yield next(steps)
                    except StopIteration as ended:
                        return bool(ended.value.equal)
            return False
    except VmdkError:
        return False


def _raw_reads_as(chain: Chain, path: Path) -> Generator[Progress, None, bool]:
    wanted, found = window_buffer(_WINDOW), window_buffer(_WINDOW)
    total = chain.capacity * SECTOR
    with DiskFile(path) as file:
        for number, first in enumerate(range(0, chain.capacity, _WINDOW)):
            length = min(_WINDOW, chain.capacity - first) * SECTOR
            chain.read_into(wanted[:length], first)
            file.read_into(found[:length], first * SECTOR, what="the disk")
            left = np.frombuffer(wanted[:length], np.uint64)
            if not np.array_equal(left, np.frombuffer(found[:length], np.uint64)):
                return False
            if number % _STEP == 0:
                yield Progress(first * SECTOR, total, "comparing")
    return True


def backup_like(
    wanted: ManifestHead, stream: Path, manifest: Path
) -> Generator[Progress, None, Point | None]:
    """Return the backup in *stream* and *manifest* if it is whole and holds what *wanted* says.

    Progress is in bytes of the stream.
    """
    try:
        if any(path.is_symlink() or not path.is_file() for path in (stream, manifest)):
            return None
        point = point_like(wanted, manifest)
        if point is None or stream.stat().st_size != point.end.stream_bytes:
            return None
        # Its stream may lie elsewhere than beside it, so it is not proved by its name.
        found = yield from stream_digest(
            stream, point.end.stream_bytes, "comparing with what is there"
        )
    except (OSError, VmdkError):
        return None
    return point if found == point.end.stream_sha256 else None


def point_like(wanted: ManifestHead, manifest: Path) -> Point | None:
    """Return the point of the file *manifest* if that is what *wanted* says; no stream is read.

    Raises:
        VmdkError: It can't be read, or is no manifest.
    """
    point = read_point(manifest)
    found = replace(point.head, number=wanted.number, cid=wanted.cid, made=wanted.made)
    return point if found == wanted else None


def newest_like(
    wanted: ManifestHead, points: Sequence[Point], *, any_kind: bool
) -> Generator[Progress, None, Point | None]:
    """Return the newest of *points* of that disk if it is whole and all that *wanted* would be.

    One that *wanted* would build on, and that has the same generation, leaves nothing to be done
    either, if it is of the same kind or may be of *any_kind*. Progress is in bytes of its stream.
    """
    mine = [each for each in points if each.disk == (wanted.folder, wanted.disk)]
    if not mine:
        return None
    newest, since = mine[-1], wanted.since
    if (
        wanted.kind is not BackupKind.DIFFERENTIAL
        and since is not None
        and since.sha256 == newest.sha256
        and (any_kind or newest.head.kind is wanted.kind)
    ):
        wanted = replace(wanted, kind=newest.head.kind, since=newest.head.since)
    return (yield from backup_like(wanted, newest.stream, newest.manifest))
