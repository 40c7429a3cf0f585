"""The manifest of a report: every file of it with its digest, so that one changed byte is found.

    SHA256SUMS      for `sha256sum -c`: all files below, and manifest.json
    manifest.json   {"files":[{"bytes":..,"name":..,"sha256":..}],"sha256":..,"version":1}

The last digest is that of the manifest without it, so that a change of the manifest is told as such
and accuses no other file; SHA256SUMS is what the manifest makes it, byte for byte. Where the
manifest itself was changed, or is gone, SHA256SUMS judges the others.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import FileMissing, FileRefused, MalformedDocument, VmdkError
from redoscope_core.files.file import DiskFile, os_error, require_there
from redoscope_core.operations.reporting.json_text import canonical
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

__all__ = [
    "MANIFEST",
    "SUMS",
    "FileJudged",
    "ReportFile",
    "ReportState",
    "ReportVerdict",
    "manifest_bytes",
    "sums_bytes",
    "verify_report",
]

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
"""What files of a report are called: no name of a manifest leads anywhere else."""
_LINE = re.compile(rb"([0-9a-f]{64})  ([a-z0-9][a-z0-9.-]{0,99})\n")
_MOST = 2**20
"""Bytes of the longest manifest that is read."""
_PIECE = 2**20
_VERSION = 1


class ReportState(StrEnum):
    """What became of a file of a report; the value is its word for programs."""

    SOUND = "sound"
    CHANGED = "changed"
    """Other bytes, or something else than a file has its name."""
    LACKING = "lacking"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    """It is in the folder and in no manifest."""


class ReportFile(NamedTuple):
    """A file of a report, as the manifest has it."""

    name: str
    bytes: int | None
    """None where only SHA256SUMS tells of it."""
    sha256: str


class FileJudged(NamedTuple):
    """What became of a file of a report."""

    name: str
    state: ReportState


class ReportVerdict(NamedTuple):
    """What became of a report."""

    files: list[FileJudged]
    """By name."""
    manifest_sha256: str | None
    """Digest of the manifest as it is now, to be held against one that was kept elsewhere."""

    @property
    def is_sound(self) -> bool:
        """Whether all files are as they were made, and there is no other."""
        return all(each.state is ReportState.SOUND for each in self.files)


def manifest_bytes(files: Iterable[ReportFile]) -> bytes:
    """Return the manifest of *files*."""
    document: dict[str, object] = {
        "files": [each._asdict() for each in sorted(files)],
        "version": _VERSION,
    }
    document["sha256"] = hashlib.sha256(canonical(document)).hexdigest()
    return canonical(document) + b"\n"


def sums_bytes(files: Iterable[ReportFile], manifest: bytes) -> bytes:
    """Return what `sha256sum -c` checks."""
    own = ReportFile(MANIFEST, len(manifest), hashlib.sha256(manifest).hexdigest())
    lines = (f"{each.sha256}  {each.name}\n" for each in sorted([*files, own]))
    return "".join(lines).encode("ascii")


def verify_report(folder: Path) -> Generator[Progress, None, ReportVerdict]:
    """Return what became of each file of the report in *folder*.

    Raises:
        FileRefused: It is no folder.
        MalformedDocument: There is neither a manifest nor what `sha256sum -c` checks.
        VmdkError: The folder can't be read.
    """
    names = _names_in(folder)
    manifest, sums = _small(folder / MANIFEST), _small(folder / SUMS)
    files = _of_manifest(manifest)
    judged = {}
    if files is not None and manifest is not None:
        told = sums_bytes(files, manifest)
        judged[MANIFEST] = ReportState.SOUND
        files.append(ReportFile(SUMS, len(told), hashlib.sha256(told).hexdigest()))
    else:
        files = _of_sums(sums)
        if files is None:
            raise MalformedDocument(
                "no report, or its manifest was changed and so was what else tells of its files",
                path=folder,
                expected=f"{MANIFEST} and {SUMS}, as `report` makes them",
                cure="name the folder that `report` made; take the two from who sent it",
            )
        judged[SUMS] = ReportState.SOUND
    total = sum(each.bytes or 0 for each in files)
    done = 0
    for each in files:
        judged[each.name] = yield from _state(folder / each.name, each, (done, total))
        done += each.bytes or 0
    for name in names:
        judged.setdefault(name, ReportState.UNKNOWN)
    proof = None if manifest is None else hashlib.sha256(manifest).hexdigest()
    return ReportVerdict([FileJudged(*each) for each in sorted(judged.items())], proof)


def _names_in(folder: Path) -> list[str]:
    require_there(folder)
    if not folder.is_dir():
        raise FileRefused("not the folder of a report", path=folder, expected="a folder")
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise os_error(error, folder, "listing it") from None


def _small(path: Path) -> bytes | None:
    """Return the bytes of a manifest; None if there is none to read."""
    try:
        if not _is_file(path):
            return None
        with DiskFile(path) as file:
            size = min(file.file_bytes, _MOST)
            return file.read_at(0, size, what="the manifest")
    except VmdkError:
        return None


def _of_manifest(raw: bytes | None) -> list[ReportFile] | None:
    """Return the files of a manifest; None if it is not one, to the last byte."""
    try:
        files = [ReportFile(**each) for each in json.loads(raw or b"")["files"]]
        named = all(_NAME.fullmatch(each.name) for each in files)
        whole = named and raw == manifest_bytes(files)
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return None
    return files if whole else None


def _of_sums(raw: bytes | None) -> list[ReportFile] | None:
    lines = [] if raw is None else _LINE.findall(raw)
    if not lines or b"".join(b"%b  %b\n" % line for line in lines) != raw:
        return None
    return [
        ReportFile(name.decode("ascii"), None, digest.decode("ascii")) for digest, name in lines
    ]


def _is_file(path: Path) -> bool:
    """Tell whether a file of its own is there: what a link leads to is somebody else's."""
    return stat.S_ISREG(os.lstat(path).st_mode) if os.path.lexists(path) else False


def _state(
    path: Path, wanted: ReportFile, progress: tuple[int, int]
) -> Generator[Progress, None, ReportState]:
    if not os.path.lexists(path):
        return ReportState.LACKING
    if not _is_file(path):
        return ReportState.CHANGED
    hashed, (done, total) = hashlib.sha256(), progress
    try:
        with DiskFile(path) as file:
            size = file.file_bytes
            if wanted.bytes is not None and size != wanted.bytes:
                return ReportState.CHANGED
            for place in range(0, size, _PIECE):
                count = min(_PIECE, size - place)
                hashed.update(file.read_at(place, count, what="a file of the report"))
                yield Progress(done + place, total, "verifying the report")
    except FileMissing:
        return ReportState.LACKING
    except VmdkError:
        return ReportState.UNREADABLE
    return ReportState.SOUND if hashed.hexdigest() == wanted.sha256 else ReportState.CHANGED
