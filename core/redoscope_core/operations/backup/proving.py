"""Proving: is a backup what its manifest says, byte for byte and grain for grain?"""

from __future__ import annotations

from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.ahead import ahead
from redoscope_core.areas.runs import Runs
from redoscope_core.chain.chain import Chain
from redoscope_core.errors import CorruptVmdk
from redoscope_core.files.file import DiskFile
from redoscope_core.format.backup_manifest import BACKUP_GRAIN
from redoscope_core.format.units import SECTOR
from redoscope_core.link.link import Link
from redoscope_core.operations.backup.building_on import require_stream
from redoscope_core.operations.backup.manifests import read_spans
from redoscope_core.operations.backup.tree import leaves_by
from redoscope_core.operations.walking.reading import cores
from redoscope_core.operations.walking.windows import window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from redoscope_core.operations.backup.manifests import Point

__all__ = ["opened_stream", "prove_content", "prove_stream", "stream_digest"]

_PIECE = 2**20
_STEP = 16
"""Pieces after which progress is shown: about 10 ms."""
_READ_AHEAD = 3
_GRAIN_BYTES = BACKUP_GRAIN * SECTOR
_DIGEST = 32
_AT_ONCE = 16
_CURE = "put a sound copy of it back, or make a full backup"


def prove_stream(point: Point) -> Generator[Progress, None, None]:
    """Read the whole stream of *point*, and compare its digest with that of the manifest.

    Progress is in bytes of the stream.

    Raises:
        CorruptVmdk: Some byte of it was changed.
        VmdkError: It is not there, has another length, or can't be read.
    """
    require_stream(point)
    total = point.end.stream_bytes
    found = yield from stream_digest(point.stream, total, f"proving {point.name}")
    if found != point.end.stream_sha256:
        raise CorruptVmdk(
            "the stream of the backup is damaged: its checksum does not fit",
            path=point.stream,
            found=found,
            expected=point.end.stream_sha256,
            cure=_CURE,
        )


def stream_digest(stream: Path, total: int, note: str) -> Generator[Progress, None, str]:
    """Return the SHA-256 of the *total* bytes of *stream*, in hex; progress is in these.

    Raises:
        VmdkError: It can't be read.
    """
    hashed = sha256()
    with DiskFile(stream) as file, closing(_pieces(file, total)) as pieces:
        for number, piece in enumerate(pieces):
            hashed.update(piece)
            if number % _STEP == 0:
                yield Progress(number * _PIECE, total, note)
    return hashed.hexdigest()


def _pieces(file: DiskFile, total: int) -> Generator[memoryview, None, None]:
    """Yield the *total* bytes of *file*; the next piece is read while one is hashed."""
    buffers = [memoryview(bytearray(_PIECE)) for _ in range(_READ_AHEAD)]

    def read(first: int, slot: int) -> memoryview:
        piece = buffers[slot][: min(_PIECE, total - first)]
        file.read_into(piece, first, what="the stream")
        return piece

    yield from ahead(range(0, total, _PIECE), read, slots=_READ_AHEAD)


def opened_stream(point: Point) -> Link:
    """Open the stream of *point*: a link of one file, and of no other.

    Raises:
        CorruptVmdk: It is another disk than the manifest says.
        VmdkError: It does not open.
    """
    link = Link.open(point.stream)
    text = link.descriptor
    says = (text.create_type, link.capacity, link.is_child, len(link.all_files))
    wanted = ("streamOptimized", point.head.capacity, point.head.since is not None, 1)
    if says != wanted:
        link.close()
        raise CorruptVmdk(
            "the stream is not the one that the manifest tells of",
            path=point.stream,
            found=f"{text.create_type}, {link.capacity} sectors",
            expected=f"streamOptimized, {point.head.capacity} sectors, in one file",
            cure=_CURE,
        )
    return link


def prove_content(point: Point) -> Generator[Progress, None, None]:
    """Unpack every grain of *point*, and compare it with its digest in the manifest.

    Progress is in bytes of the areas that it holds.

    Raises:
        CorruptVmdk: A grain is another than it was, or the stream holds others than it should.
        VmdkError: It can't be read.
    """
    total = point.end.area_bytes
    with Chain([opened_stream(point)]) as chain, closing(_differing(chain, point)) as batches:
        done = 0
        for number, (count, first) in enumerate(batches):
            if first is not None:
                raise CorruptVmdk(
                    "a grain of the backup is not what it was when it was read from the disk",
                    path=point.stream,
                    where=f"sector {first * BACKUP_GRAIN}",
                    found="another digest than that in the manifest",
                    cure=_CURE,
                )
            done += count * _GRAIN_BYTES
            if number % _STEP == 0:
                yield Progress(min(done, total), total, f"unpacking {point.name}")
        _refuse_others(chain, point)


class _Told(NamedTuple):
    """Grains, one behind the other, and what the manifest says of them."""

    first: int
    digests: bytes

    @property
    def grains(self) -> int:
        return len(self.digests) // _DIGEST


def _told(point: Point) -> Iterator[_Told]:
    for span in read_spans(point):
        place = 0
        for first, behind in span.runs:
            for low in range(first, behind, _AT_ONCE):
                count = min(_AT_ONCE, behind - low)
                yield _Told(low, span.digests[place : place + count * _DIGEST])
                place += count * _DIGEST


def _differing(chain: Chain, point: Point) -> Generator[tuple[int, int | None], None, None]:
    """Yield of each batch how many grains it has, and the first that differs, if any."""
    threads = cores()
    rule = leaves_by(point.head.version)
    slots = 2 * threads
    buffers = [window_buffer(_AT_ONCE * BACKUP_GRAIN) for _ in range(slots)]

    def judge(told: _Told, slot: int) -> tuple[int, int | None]:
        view = buffers[slot][: told.grains * _GRAIN_BYTES]
        sector = told.first * BACKUP_GRAIN
        inside = min(told.grains * BACKUP_GRAIN, chain.capacity - sector) * SECTOR
        # What the stream says to be its parent's is none of this backup: see `_refuse_others`.
        chain.read_into(view[:inside], sector, fill=0 if chain.asks_parent else None)
        view[inside:] = bytes(len(view) - inside)
        for index in range(told.grains):
            cell = view[index * _GRAIN_BYTES : (index + 1) * _GRAIN_BYTES]
            if rule.of(cell) != told.digests[index * _DIGEST : (index + 1) * _DIGEST]:
                return told.grains, told.first + index
        return told.grains, None

    yield from ahead(_told(point), judge, threads=threads, slots=slots)


def _refuse_others(chain: Chain, point: Point) -> None:
    """Refuse a stream that stores other grains than the manifest tells of.

    Raises:
        CorruptVmdk: The first grain that only one of them has.
    """
    pairs = [np.array(span.runs, np.int64) for span in read_spans(point)]
    told = np.concatenate(pairs) if pairs else np.empty((0, 2), np.int64)
    wanted = Runs.joined(told[:, 0], told[:, 1])
    stored = chain.stored
    held = Runs.joined(stored.start // BACKUP_GRAIN, -(-stored.end // BACKUP_GRAIN))
    odd = held.minus(wanted).plus(wanted.minus(held))
    if len(odd.start):
        raise CorruptVmdk(
            "the stream holds other grains than the manifest tells of",
            path=point.stream,
            where=f"sector {int(odd.start[0]) * BACKUP_GRAIN}",
            found=_counted(held.total),
            expected=_counted(wanted.total),
            cure=_CURE,
        )


def _counted(count: int) -> str:
    return f"{count} grain{'' if count == 1 else 's'}"
