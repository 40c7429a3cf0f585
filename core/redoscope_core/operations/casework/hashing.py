"""The files of a disk: how they are, and their digests, all three in one pass.

MD5 and SHA-1 prove nothing against who wants to deceive; older reports and lists have them.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from redoscope_core.errors import InUse
from redoscope_core.files.file import DiskFile, os_error
from redoscope_core.format.case_values import EvidenceFile, FileDigests
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    import os
    from collections.abc import Generator
    from pathlib import Path

    from redoscope_core.chain.chain import Chain

__all__ = ["Stepping", "files_of", "hashed_file", "now"]

_PIECE = 2**22
"""Bytes that are read and hashed in a step: about 10 ms."""


def now() -> str:
    """Return the present time as the case keeps it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Stepping:
    """How far the hashing of several files has come."""

    def __init__(self, total: int) -> None:
        """Begin with *total* bytes ahead."""
        self.total = total
        self.done = 0

    def on(self, count: int, name: str) -> Progress:
        """Return the progress behind *count* more bytes, of the file called *name*."""
        self.done += count
        return Progress(self.done, max(self.total, self.done), f"hashing {name}")


def files_of(chain: Chain) -> tuple[EvidenceFile, ...]:
    """Return every file of *chain* as it is now, without digests; paths are absolute.

    Raises:
        VmdkError: One can't be looked at.
    """
    seen: dict[Path, EvidenceFile] = {}
    for generation, link in enumerate(chain.links):
        for path in link.all_files:
            if path not in seen:
                seen[path] = _looked_at(path, generation)
    return tuple(seen.values())


def _looked_at(path: Path, generation: int) -> EvidenceFile:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        problem = error if isinstance(error, OSError) else OSError(None, str(error))
        raise os_error(problem, path, "looking at it") from None
    return EvidenceFile(generation, path.absolute(), *_facts(status))


def _facts(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def hashed_file(
    path: Path, generation: int, steps: Stepping
) -> Generator[Progress, None, EvidenceFile]:
    """Return the file at *path* with its digests; nothing of it is written.

    Raises:
        InUse: It was written to meanwhile.
        VmdkError: It can't be read.
    """
    before = _looked_at(path, generation)
    hashers = [hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1", "sha256")]
    with DiskFile(path) as file:
        buffer = memoryview(bytearray(_PIECE))
        for offset in range(0, before.length, _PIECE):
            part = buffer[: min(_PIECE, before.length - offset)]
            file.read_into(part, offset, what="the evidence")
            for each in hashers:
                each.update(part)
            yield steps.on(len(part), path.name)
    after = _looked_at(path, generation)
    if after != before:
        raise InUse(
            "the file was changed while it was hashed",
            path=path,
            cure="close the program that writes to it, and try again",
        )
    md5, sha1, sha256 = (each.hexdigest() for each in hashers)
    digests = FileDigests(md5, sha1, sha256, now())
    return EvidenceFile(
        generation, after.path, after.length, after.modified, after.changed, digests
    )
