"""Verify: every point of a backup folder proved, without restoring anything."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.files.file import require_there
from redoscope_core.operations.backup.catalogue import Catalogue
from redoscope_core.operations.backup.manifests import (
    MANIFEST_ENDING,
    Point,
    manifest_beside,
    missing_manifest,
    stream_beside,
)
from redoscope_core.operations.backup.proving import prove_content, prove_stream
from redoscope_core.operations.backup.series import Shelf

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from redoscope_core.progress import Progress

__all__ = ["PointProved", "PointVerdict", "points_at", "verify"]

_STREAM_ENDING = ".vmdk"


class PointVerdict(Enum):
    """What became of proving a point."""

    SOUND = "sound"
    """It can be restored, byte for byte."""
    DAMAGED = "damaged"
    """Its own manifest or stream is missing, or not what it was."""
    INCOMPLETE = "incomplete"
    """It is sound, and something that it builds on is not."""
    LISTED = "listed"
    """Its manifest is sound; nothing else was looked at."""


@dataclass(frozen=True, slots=True)
class PointProved:
    """A point, and what is wrong with it."""

    name: str
    manifest: Path
    point: Point | None
    """None if its manifest can't be used."""
    verdict: PointVerdict
    error: VmdkError | None = None
    """What is wrong with it, or with what it builds on."""


def points_at(path: Path) -> tuple[Shelf, str | None]:
    """Return the points at *path*, a folder, or a stream or manifest of one; and which is meant.

    Raises:
        VmdkError: There is no such folder, or the stream has no manifest.
    """
    if path.is_dir():
        return Shelf.read(path), None
    manifest = path if path.name.endswith(MANIFEST_ENDING) else manifest_beside(path)
    if not os.path.lexists(manifest):
        require_there(path)
        raise missing_manifest(path)
    shelf = Shelf.read(manifest.parent)
    return shelf, manifest.name


def verify(
    path: Path, text: str | None = None, *, listing: bool = False
) -> Generator[Progress, None, tuple[PointProved, ...]]:
    """Prove the points at *path*, or the one that *text* names and all that it builds on.

    Of each the checksums of manifest and stream, each grain of the stream against its digest, and
    that all it builds on comes to the disk that it names. With *listing* only manifests are read.

    Raises:
        VmdkError: There are no backups, or no such point. What is wrong with a point is in
            what is returned.
    """
    shelf, meant = points_at(path)
    wanted = text or meant
    if not shelf.points and not shelf.unusable:
        shelf.named(None)
    points: Iterable[Point] = shelf.points
    found = [
        PointProved(each.name, each.manifest, None, PointVerdict.DAMAGED, each.error)
        for each in (shelf.unusable if wanted is None else ())
    ]
    if wanted is not None:
        points = shelf.series(shelf.named(wanted))
    bad: dict[str, VmdkError] = {}
    with Catalogue.open(shelf.folder, kept=False) as catalogue:
        for point in points:
            if listing:
                found.append(PointProved(point.name, point.manifest, point, PointVerdict.LISTED))
                continue
            proved = yield from _proved(shelf, catalogue, point, bad)
            found.append(proved)
    found += [] if listing or wanted is not None else _alone(shelf)
    return tuple(sorted(found, key=lambda each: each.name))


def _proved(
    shelf: Shelf, catalogue: Catalogue, point: Point, bad: dict[str, VmdkError]
) -> Generator[Progress, None, PointProved]:
    verdict, error = PointVerdict.SOUND, None
    try:
        yield from prove_stream(point)
        yield from prove_content(point)
    except VmdkError as raised:
        verdict, error = PointVerdict.DAMAGED, raised
        bad[point.sha256] = raised
    if error is None:
        try:
            series = shelf.series(point)
            yield from catalogue.nodes(series)
        except VmdkError as raised:
            verdict, error = PointVerdict.INCOMPLETE, raised
        else:
            error = next((bad[each.sha256] for each in series if each.sha256 in bad), None)
            if error is not None:
                verdict = PointVerdict.INCOMPLETE
    return PointProved(point.name, point.manifest, point, verdict, error)


def _alone(shelf: Shelf) -> list[PointProved]:
    """Return the streams of the folder that points of it name as their base and have no manifest.

    A stream is a disk like any other: only one that a backup builds on is known to be one.
    """
    known = {point.name for point in shelf.points} | {each.name for each in shelf.unusable}
    names = {point.head.since.name for point in shelf.points if point.head.since is not None}
    lost = []
    for name in sorted(name for name in names if name is not None and name not in known):
        manifest = shelf.folder / (os.path.basename(name) + MANIFEST_ENDING)  # noqa: PTH119
        if os.path.lexists(stream_beside(manifest)):
            error = missing_manifest(stream_beside(manifest))
            lost.append(PointProved(name, manifest, None, PointVerdict.DAMAGED, error))
    return lost
