"""Evidence: every file that was read, with its digests before, and whether it changed since."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from redoscope_core.errors import VmdkError
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from redoscope_core.chain.chain import Chain
    from redoscope_core.files.file import DiskFile
    from redoscope_core.link.link import Link

__all__ = ["Evidence", "EvidenceFile", "evidence_of", "hashed_again", "hashed_before", "sized"]

_PIECE = 2**20
_ALL = ("md5", "sha1", "sha256")
"""MD5 and SHA-1 only since hash sets and older reports have them."""
_AGAIN = ("sha256",)


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file of a link that was read."""

    file: DiskFile
    path: Path
    """As the call named it, or as it was found from there."""
    is_descriptor: bool
    """Whether it has the text of the link; it may have the data too."""
    is_data: bool
    link: int
    """Index into `Evidence.links`."""
    bytes: int = 0
    digests: tuple[str, ...] | None = None
    """MD5, SHA-1 and SHA-256, before all else was read; None if it can't be read whole."""
    again: str | None = None
    """SHA-256, after all else was read; None if it could not be read again."""

    @property
    def is_unchanged(self) -> bool | None:
        """Whether the bytes, and what the path leads to, are the same after; None: not known."""
        if self.digests is None:
            return None
        return self.again == self.digests[-1] and _leads_to(self.path, self.file)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All links of two generations, each once, and their files, each once."""

    links: tuple[Link, ...]
    files: tuple[EvidenceFile, ...]
    chains: tuple[tuple[int, ...], tuple[int, ...]]
    """Of each generation the indexes of its links, base disk first."""

    def files_of(self, link: Link) -> list[int]:
        """Return the index of each of the files that hold data of *link*."""
        by_identity = {each.file.identity: index for index, each in enumerate(self.files)}
        return [by_identity[each.identity] for each in link.disk_files]


def evidence_of(old: Chain, new: Chain) -> Evidence:
    """Return the links and files of two generations, which have most of them in common."""
    links: dict[tuple[int, int], Link] = {}
    numbers: dict[tuple[int, int], int] = {}
    chains = []
    for chain in (old, new):
        own = []
        for link in chain.links:
            links.setdefault(link.identity, link)
            own.append(numbers.setdefault(link.identity, len(numbers)))
        chains.append(tuple(own))
    files: dict[tuple[int, int], EvidenceFile] = {}
    for index, link in enumerate(links.values()):
        text = link.descriptor_file
        data = {each.identity for each in link.disk_files}
        for each in (text, *link.disk_files):
            is_text = each.identity == text.identity
            is_data = each.identity in data
            told = EvidenceFile(each, each.path, is_text, is_data, index)
            files.setdefault(each.identity, told)
    return Evidence(tuple(links.values()), tuple(files.values()), (chains[0], chains[1]))


def sized(evidence: Evidence) -> Evidence:
    """Return *evidence* with the lengths of all files, and no digests."""
    told = [replace(each, bytes=each.file.file_bytes) for each in evidence.files]
    return replace(evidence, files=tuple(told))


def hashed_before(
    evidence: Evidence, *, salvages: bool = False
) -> Generator[Progress, None, Evidence]:
    """Return *evidence* with the lengths and digests of all files.

    Raises:
        VmdkError: One can't be read, and not both generations were opened to salvage.
    """
    sizes = [each.file.file_bytes for each in evidence.files]
    told, done = [], 0
    for each, size in zip(evidence.files, sizes, strict=True):
        digests: tuple[str, ...] | None = None
        try:
            digests = yield from _digests(each.file, size, _ALL, (done, sum(sizes)))
        except VmdkError:
            if not salvages:
                raise
        told.append(replace(each, bytes=size, digests=digests))
        done += size
    return replace(evidence, files=tuple(told))


def hashed_again(evidence: Evidence) -> Generator[Progress, None, Evidence]:
    """Return *evidence* with the digests that all files have now."""
    told, done = [], 0
    total = sum(each.bytes for each in evidence.files)
    for each in evidence.files:
        try:
            steps = _digests(each.file, each.file.file_bytes, _AGAIN, (done, total))
            (again,) = yield from steps
            told.append(replace(each, again=again))
        except VmdkError:
            told.append(each)
        done += each.bytes
    return replace(evidence, files=tuple(told))


def _digests(
    file: DiskFile, size: int, algorithms: Sequence[str], progress: tuple[int, int]
) -> Generator[Progress, None, tuple[str, ...]]:
    hashed = [hashlib.new(each, usedforsecurity=False) for each in algorithms]
    done, total = progress
    for place in range(0, size, _PIECE):
        data = file.read_at(place, min(_PIECE, size - place), what="a file of the disk")
        for each in hashed:
            each.update(data)
        yield Progress(done + place, total, "hashing the evidence")
    return tuple(each.hexdigest() for each in hashed)


def _leads_to(path: Path, file: DiskFile) -> bool:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return False
    return (status.st_dev, status.st_ino) == file.identity
