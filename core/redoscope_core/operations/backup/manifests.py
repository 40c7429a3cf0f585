"""Manifests as files: found in a folder, read line by line, proved by their checksums."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.errors import CorruptVmdk, FileMissing, VmdkError
from redoscope_core.files.file import DiskFile, os_error
from redoscope_core.format.backup_manifest import (
    CHECKSUM_LINE,
    LONGEST_LINE,
    ManifestEnd,
    ManifestHead,
    checksum_of_line,
    head_of_line,
    spans_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redoscope_core.format.backup_manifest import ManifestSpan

__all__ = [
    "MANIFEST_ENDING",
    "Point",
    "free_manifest",
    "manifest_beside",
    "manifests_in",
    "read_point",
    "read_spans",
    "stream_beside",
]

MANIFEST_ENDING = ".manifest.json"
_STREAM_ENDING = ".vmdk"
_PIECE = 2**20
_TAIL = 2**12


@dataclass(frozen=True, slots=True)
class Point:
    """A backup that a manifest tells of: a state of a disk that can be restored."""

    manifest: Path
    sha256: str
    """Checksum of the manifest: by that others name what they build on."""
    head: ManifestHead
    end: ManifestEnd

    @property
    def name(self) -> str:
        """What it is called: its files without their endings."""
        return self.manifest.name.removesuffix(MANIFEST_ENDING)

    @property
    def stream(self) -> Path:
        """Where its stream has to be; nothing in the manifest says so."""
        return stream_beside(self.manifest)

    @property
    def disk(self) -> tuple[str, str]:
        """Which disk it is a state of, as far as its name and place tell."""
        return self.head.folder, self.head.disk

    @property
    def order(self) -> tuple[int, str, str]:
        """What points of a folder are sorted by, the newest last."""
        return self.head.number, self.head.made, self.name


def free_manifest(folder: Path, disk: str, number: int) -> tuple[int, Path]:
    """Return the first number from *number* on whose names nobody has, and the manifest's."""
    while True:
        manifest = folder / f"{disk}-{number:04d}{MANIFEST_ENDING}"
        if not any(os.path.lexists(path) for path in (manifest, stream_beside(manifest))):
            return number, manifest
        number += 1


def stream_beside(manifest: Path) -> Path:
    """Return where the stream of *manifest* is: beside it, under the same name."""
    return manifest.with_name(manifest.name.removesuffix(MANIFEST_ENDING) + _STREAM_ENDING)


def manifest_beside(stream: Path) -> Path:
    """Return where the manifest of *stream* is: beside it, under the same name."""
    name = stream.name
    if name.lower().endswith(_STREAM_ENDING):
        name = name[: -len(_STREAM_ENDING)]
    return stream.with_name(name + MANIFEST_ENDING)


def manifests_in(folder: Path) -> tuple[Path, ...]:
    """Return what is called as manifests are, in *folder* itself.

    Raises:
        FileMissing: There is no such folder.
        FileUnreadable: It can't be listed.
    """
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names are wanted, not paths
    except OSError as error:
        raise os_error(error, folder, "listing it") from None
    return tuple(
        folder / name
        for name in sorted(names)
        if name.endswith(MANIFEST_ENDING) and not name.startswith(".")
    )


def read_point(manifest: Path) -> Point:
    """Read what *manifest* says of its backup; its checksum is proved.

    Raises:
        CorruptVmdk: A byte of it was changed, or it is none.
        VmdkError: It can't be read.
    """
    with DiskFile(manifest) as file:
        try:
            digest = _proved(file)
            length = file.file_bytes - CHECKSUM_LINE
            head = head_of_line(next(_lines(file)))
            start = max(0, length - _TAIL)
            tail = file.read_at(start, length - start, what="the end of the manifest")
            return Point(manifest, digest, head, ManifestEnd.of_tail(tail))
        except VmdkError as error:
            raise _named(error, manifest) from None


def read_spans(point: Point) -> Iterator[ManifestSpan]:
    """Yield what *point* holds of each span, in order.

    Raises:
        CorruptVmdk: The manifest was changed since, or its lines can't be those of one.
    """
    with DiskFile(point.manifest) as file:
        try:
            if _proved(file) != point.sha256:
                raise CorruptVmdk("the manifest was replaced while it was read")
            lines = _lines(file)
            next(lines)
            yield from spans_of(lines, point.head.capacity)
        except VmdkError as error:
            raise _named(error, point.manifest) from None


def _named(error: VmdkError, manifest: Path) -> VmdkError:
    error.path = error.path or manifest
    return error


def _proved(file: DiskFile) -> str:
    """Return the checksum of a manifest, after comparing it with what it says itself."""
    length = file.file_bytes - CHECKSUM_LINE
    said = None
    if length > 0:
        said = checksum_of_line(file.read_at(length, CHECKSUM_LINE, what="the checksum"))
    hashed = sha256()
    for first in range(0, max(0, length), _PIECE):
        hashed.update(file.read_at(first, min(_PIECE, length - first), what="the manifest"))
    found = hashed.hexdigest()
    if said != found:
        raise CorruptVmdk(
            "a manifest that is damaged: its checksum does not fit",
            where="the last line",
            offset=max(0, length),
            found="no checksum" if said is None else said,
            expected=found if said is not None else "a line with the checksum of all before it",
            cure="put a sound copy of it back, or make a full backup",
        )
    return found


def _lines(file: DiskFile) -> Iterator[bytes]:
    """Yield the lines of a manifest, read a piece at a time."""
    rest = b""
    length = file.file_bytes
    for first in range(0, length, _PIECE):
        data = rest + file.read_at(first, min(_PIECE, length - first), what="the manifest")
        *whole, rest = data.split(b"\n")
        yield from whole
        if len(rest) > LONGEST_LINE:
            raise CorruptVmdk(
                "not a manifest of a backup",
                found="a line that is too long",
                expected=f"lines of {LONGEST_LINE} bytes at most",
            )
    yield rest


def missing_manifest(stream: Path) -> FileMissing:
    """Return the error that *stream* has no manifest beside it."""
    return FileMissing(
        "the manifest of the backup is not there",
        path=manifest_beside(stream),
        cure="put it beside the stream, under the same name; `redoscope clone` copies a full one "
        "without proving it",
    )
