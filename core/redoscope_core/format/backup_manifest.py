"""The manifest of a backup: what its stream holds, since what, and what that restores to.

A JSON document of which each line can be read alone, however large the disk is:

    {"redoscope_backup": 2, "number": 2, "kind": "incremental", "disk": "disk.vmdk", ...,
    "spans": [
    {"span": 0, "areas": [{"start": 0, "length": 65536}], "grains": "<base64>"},
    {"span": 7, ...}
    ],
    "areas": 3, "area_bytes": 196608, "stream_bytes": 68608, "stream_sha256": "...",
    "disk_tree_sha256": "...", "rest_blake3": "...",
    "sha256": "..."}

Areas are in bytes. A span is 32 MiB of the disk: 512 grains, whatever the links' own grains are;
`grains` has the digest of each grain of 64 KiB that the areas of the span touch, one behind the
other: its BLAKE3, in manifests of version 1 its SHA-256. The last checksum is that of all bytes
before its line: a manifest in which a byte was changed, anywhere, is none.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import asdict, dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import CorruptVmdk
from redoscope_core.format.manifest_facts import ManifestFacts, loaded
from redoscope_core.format.units import MAX_CAPACITY, SECTOR, ceil_div

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

__all__ = [
    "BACKUP_GRAIN",
    "CHECKSUM_LINE",
    "GRAINS_PER_SPAN",
    "LONGEST_LINE",
    "MOST_NUMBER",
    "BackupKind",
    "FileStamp",
    "ManifestEnd",
    "ManifestHead",
    "ManifestSpan",
    "ManifestVersion",
    "Since",
    "checksum_line",
    "checksum_of_line",
    "head_of_line",
    "opening_line",
    "span_lines",
    "spans_of",
]

BACKUP_GRAIN = 128
"""Sectors that a backup stores or leaves out together: the grain of every known stream."""
GRAINS_PER_SPAN = 512
LONGEST_LINE = 2**20
"""Bytes of a line that are read at most; a span of single grains has some 50,000."""
_DIGEST = 32
_GRAIN_BYTES = BACKUP_GRAIN * SECTOR
_VERSION_KEY = "redoscope_backup"
_SPANS = b'"spans": ['
_CLOSES = b"\n],\n"
_CHECKSUM = re.compile(rb'"sha256": "([0-9a-f]{64})"\}\n')
CHECKSUM_LINE = len(b'"sha256": ""}\n') + 2 * _DIGEST
"""Bytes of the line that closes every manifest."""
_MOST_BYTES = 2**63 - 1
MOST_NUMBER = 10**9
"""The highest number of a backup or a generation."""


class ManifestVersion(IntEnum):
    """Of which shape a manifest is."""

    SHA256_GRAINS = 1
    """The digests of grains are SHA-256."""
    BLAKE3_GRAINS = 2
    """They are BLAKE3, which takes less than half the time."""


class BackupKind(Enum):
    """Since what a backup holds what changed."""

    FULL = "full"
    """All that is stored."""
    INCREMENTAL = "incremental"
    """What changed since the last backup of any kind."""
    DIFFERENTIAL = "differential"
    """What changed since the last full one."""


class FileStamp(NamedTuple):
    """How a file of the disk was when it was read: one that is written to has another stamp."""

    name: str
    length: int
    """Bytes."""
    changed: int
    """Nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Since:
    """The point that a backup builds on."""

    change_id: str
    sha256: str | None = None
    """Checksum of its manifest; None if nobody had that."""
    name: str | None = None
    """What it was called; for people, and where it is not to be found."""


@dataclass(frozen=True, slots=True)
class ManifestHead:
    """What is known before the first byte of the disk is read."""

    number: int
    """Which backup of its folder it is; later ones have higher numbers."""
    kind: BackupKind
    disk: str
    """Name of the base disk: it stays the same when children are made and merged."""
    folder: str
    """Where that is: another disk may have the same name elsewhere."""
    link: str
    """Name of the link whose generation it is."""
    generation: int
    change_id: str
    cid: int
    """Content ID of the stream."""
    capacity: int
    """Sectors."""
    made: str
    """When, UTC, as ISO 8601 has it."""
    files: tuple[FileStamp, ...]
    """The files of the link."""
    since: Since | None = None
    version: ManifestVersion = ManifestVersion.BLAKE3_GRAINS

    def to_document(self) -> dict[str, object]:
        """Return what stands in the manifest."""
        told = asdict(self) | {
            "kind": self.kind.value,
            "files": [stamp._asdict() for stamp in self.files],
        }
        return {_VERSION_KEY: int(told.pop("version"))} | told

    @classmethod
    def of_document(cls, document: object) -> Self:
        """Read what `to_document` gave.

        Raises:
            CorruptVmdk: It is something else.
        """
        facts = ManifestFacts(document)
        version = facts.given(_VERSION_KEY)
        if type(version) is not int or version not in list(ManifestVersion):
            raise facts.wrong(_VERSION_KEY)
        kind = facts.text("kind")
        if kind not in [each.value for each in BackupKind]:
            raise facts.wrong("kind")
        since = facts.given("since")
        if (since is None) != (kind == BackupKind.FULL.value):
            raise facts.wrong("since")
        return cls(
            facts.whole("number", MOST_NUMBER),
            BackupKind(kind),
            facts.text("disk"),
            facts.text("folder"),
            facts.text("link"),
            facts.whole("generation", MOST_NUMBER),
            facts.text("change_id"),
            facts.whole("cid", 2**32 - 1),
            facts.whole("capacity", MAX_CAPACITY, least=1),
            facts.text("made"),
            tuple(_stamp(each) for each in facts.array("files")),
            None if since is None else _since(since),
            ManifestVersion(version),
        )


@dataclass(frozen=True, slots=True)
class ManifestEnd:
    """What is known once the stream is written."""

    areas: int
    area_bytes: int
    """Bytes of the disk that the areas cover."""
    stream_bytes: int
    stream_sha256: str
    disk_tree_sha256: str | None
    """The tree digest of the disk that it restores to; None if what it builds on was not known."""
    rest_blake3: str | None = None
    """The digest of all of the stream but what digests of grains prove; None in version 1."""

    def to_line(self) -> bytes:
        """Return the lines that close the spans and say this."""
        told = asdict(self)
        if self.rest_blake3 is None:
            del told["rest_blake3"]
        return _CLOSES + json.dumps(told)[1:-1].encode() + b",\n"

    @classmethod
    def of_tail(cls, tail: bytes) -> Self:
        """Read the end of a manifest without its checksum line; *tail* may begin anywhere before.

        Raises:
            CorruptVmdk: It is something else.
        """
        line = tail.rpartition(_CLOSES)[2].strip().rstrip(b",")
        return cls.of_document(loaded(b"{%s}" % line))

    @classmethod
    def of_document(cls, document: object) -> Self:
        """Read the values by their names; raises as `of_tail` does."""
        facts = ManifestFacts(document)
        root, rest = facts.given("disk_tree_sha256"), facts.given("rest_blake3")
        return cls(
            facts.whole("areas", _MOST_BYTES),
            facts.whole("area_bytes", _MOST_BYTES),
            facts.whole("stream_bytes", _MOST_BYTES),
            facts.digest("stream_sha256"),
            None if root is None else facts.digest("disk_tree_sha256"),
            None if rest is None else facts.digest("rest_blake3"),
        )


class ManifestSpan(NamedTuple):
    """What a backup holds of one span."""

    number: int
    runs: tuple[tuple[int, int], ...]
    """(first grain, the one behind the last) of each area, counted from the start of the disk."""
    digests: bytes
    """32 bytes for each grain of the runs."""

    def byte_runs(self, capacity: int) -> Iterator[tuple[int, int]]:
        """Yield (first byte, the one behind the last) of each area on a disk of *capacity*."""
        end = capacity * SECTOR
        for first, behind in self.runs:
            yield first * _GRAIN_BYTES, min(behind * _GRAIN_BYTES, end)

    def to_line(self, capacity: int) -> bytes:
        """Return its line, without what separates it from the next."""
        areas = [
            {"start": start, "length": stop - start} for start, stop in self.byte_runs(capacity)
        ]
        grains = base64.b64encode(self.digests).decode()
        return json.dumps({"span": self.number, "areas": areas, "grains": grains}).encode()


def opening_line(head: ManifestHead) -> bytes:
    """Return how the manifest begins, up to its spans."""
    told = json.dumps(head.to_document())
    return told[:-1].encode() + b",\n" + _SPANS + b"\n"


def checksum_line(digest: str) -> bytes:
    """Return the line that closes a manifest of which all before has *digest*."""
    return f'"sha256": "{digest}"}}\n'.encode()


def checksum_of_line(line: bytes) -> str | None:
    """Return the digest that `checksum_line` wrote; None if *line* is not such a line."""
    match = _CHECKSUM.fullmatch(line)
    return None if match is None else match[1].decode()


def head_of_line(line: bytes) -> ManifestHead:
    """Read the first line of a manifest.

    Raises:
        CorruptVmdk: It is something else, or of another version.
    """
    document = loaded(line.rstrip().rstrip(b",") + b"}")
    version = document.get(_VERSION_KEY) if isinstance(document, dict) else None
    if version not in list(ManifestVersion):
        raise CorruptVmdk(
            "not a manifest of a backup",
            where="the first line",
            found=f"version {str(version)[:20]}",
            expected=f"{_VERSION_KEY} 1 or 2",
        )
    return ManifestHead.of_document(document)


def span_lines(spans: Iterable[ManifestSpan], capacity: int) -> Iterator[bytes]:
    """Yield the lines of *spans* as they stand behind `opening_line`."""
    separator = b""
    for span in spans:
        yield separator + span.to_line(capacity)
        separator = b",\n"


def spans_of(lines: Iterable[bytes], capacity: int) -> Iterator[ManifestSpan]:
    """Read the lines between the first and the one that closes the spans, in order.

    Raises:
        CorruptVmdk: One is something else, or reaches beyond the disk of *capacity* sectors.
    """
    last = -1
    rest = iter(lines)
    if next(rest, None) != _SPANS:
        raise CorruptVmdk("not a manifest of a backup", expected=f"{_SPANS.decode()} in line 2")
    for line in rest:
        text = line.strip().rstrip(b",")
        if text == b"]":
            return
        if not text:
            continue
        span = _span(ManifestFacts(loaded(text)), capacity)
        if span.number <= last:
            raise _misplaced(span.number, "areas that are not in order")
        last = span.number
        yield span


def _span(facts: ManifestFacts, capacity: int) -> ManifestSpan:
    number = facts.whole("span", ceil_div(capacity, BACKUP_GRAIN * GRAINS_PER_SPAN) - 1)
    end = capacity * SECTOR
    low, high = number * GRAINS_PER_SPAN, (number + 1) * GRAINS_PER_SPAN
    runs = []
    for area in facts.array("areas"):
        place = ManifestFacts(area)
        start, length = place.whole("start", end), place.whole("length", end, least=1)
        stop = start + length
        first, behind = start // _GRAIN_BYTES, ceil_div(stop, _GRAIN_BYTES)
        whole = start % _GRAIN_BYTES == 0 and (stop % _GRAIN_BYTES == 0 or stop == end)
        if not whole or stop > end or first < low or behind > high:
            raise _misplaced(number, f"{length} bytes from byte {start}")
        runs.append((first, behind))
        low = behind
    try:
        digests = base64.b64decode(facts.text("grains", LONGEST_LINE), validate=True)
    except (binascii.Error, ValueError):
        raise facts.wrong("grains") from None
    if len(digests) != _DIGEST * sum(behind - first for first, behind in runs):
        raise facts.wrong("grains")
    return ManifestSpan(number, tuple(runs), digests)


def _misplaced(number: int, found: str) -> CorruptVmdk:
    return CorruptVmdk(
        "areas that can't be those of a backup",
        where=f"span {number}",
        found=found,
        expected="whole grains inside the disk, in order",
    )


def _stamp(document: object) -> FileStamp:
    facts = ManifestFacts(document)
    return FileStamp(
        facts.text("name"), facts.whole("length", _MOST_BYTES), facts.whole("changed", _MOST_BYTES)
    )


def _since(document: object) -> Since:
    facts = ManifestFacts(document)
    digest, name = facts.given("sha256"), facts.given("name")
    return Since(
        facts.text("change_id"),
        None if digest is None else facts.digest("sha256"),
        None if name is None else facts.text("name"),
    )
