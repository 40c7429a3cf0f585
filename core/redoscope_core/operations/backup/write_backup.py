"""Write a backup: its stream in one pass, and its manifest beside, by every core.

Threads read, hash and pack the next grains; this one writes them in order, and hashes the stream.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from redoscope_core.ahead import Beside, ahead
from redoscope_core.extents.stream.packing import STORED_BYTES, pack_scattered, stored_parts
from redoscope_core.extents.stream.writer import StreamWriter
from redoscope_core.format.backup_manifest import (
    BACKUP_GRAIN,
    GRAINS_PER_SPAN,
    ManifestEnd,
    ManifestSpan,
    checksum_line,
    opening_line,
)
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.backup.grains import AT_ONCE
from redoscope_core.operations.backup.tree import (
    changed_leaves,
    disk_digest,
    leaves_by,
    node_of,
)
from redoscope_core.operations.walking.reading import cores
from redoscope_core.operations.walking.windows import window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain
    from redoscope_core.extents.stream.packing import PackedGrains
    from redoscope_core.extents.stream.writer import Sink
    from redoscope_core.format.backup_manifest import ManifestHead
    from redoscope_core.operations.backup.grains import BackupGrains, SpanGrains
    from redoscope_core.operations.backup.tree import Leaves

__all__ = ["Base", "ManifestWriter", "Outlet", "write_backup"]

_GRAIN_BYTES = BACKUP_GRAIN * SECTOR
_DIGEST = 32
_STEPS = 64
"""Spans of zeros after which the operation shows progress and may be stopped: about 10 ms."""
_BATCH_STEPS = 16
"""As how many of them a batch counts."""
_DOING = "reading, hashing and packing"
_LONG = 2**17
"""Bytes that take longer to hash than to hand to another thread."""
_HELD_BACK = 2**20
"""Bytes of a manifest that are written together."""


class Base(NamedTuple):
    """What is known of the disk that a backup builds on."""

    nodes: dict[int, bytes]
    """The node of each of its spans, but for those of zeros."""
    leaves: Callable[[int], bytes | None]
    """Returns the leaves of one of its spans; None of one of zeros."""

    @classmethod
    def of_nothing(cls) -> Base:
        """Return what a full backup builds on: a disk of zeros."""
        return cls({}, lambda _number: None)


class _Placed(Protocol):
    def write_at(self, offset: int, data: bytes) -> None: ...


class ManifestWriter:
    """Writes a manifest to a new file, or nowhere; the spans are counted in any case."""

    def __init__(self, file: _Placed | None, head: ManifestHead) -> None:
        """Begin the manifest of *head*."""
        self._file = file
        self.head = head
        self._hash = sha256()
        self._waiting: list[bytes] = []
        self._held = self._place = 0
        self._separator = b""
        self.areas = self.area_bytes = 0
        self._put(opening_line(head))

    def add(self, span: ManifestSpan) -> None:
        """Put the line of *span*, which comes behind all others."""
        self.areas += len(span.runs)
        runs = span.byte_runs(self.head.capacity)
        self.area_bytes += sum(stop - start for start, stop in runs)
        self._put(self._separator + span.to_line(self.head.capacity))
        self._separator = b",\n"

    def finish(self, end: ManifestEnd) -> str:
        """Put the last lines; return the checksum of the manifest."""
        self._put(end.to_line())
        digest = self._hash.hexdigest()
        self._waiting.append(checksum_line(digest))
        self._write_out()
        return digest

    def _put(self, line: bytes) -> None:
        self._hash.update(line)
        self._waiting.append(line)
        self._held += len(line)
        if self._held >= _HELD_BACK:
            self._write_out()

    def _write_out(self) -> None:
        data = b"".join(self._waiting)
        self._waiting, self._held = [], 0
        if self._file is not None:
            self._file.write_at(self._place, data)
        self._place += len(data)


class _Hashed:
    """A sink that hashes and counts what goes through it, what is long by another thread."""

    def __init__(self, sink: Sink, beside: Beside, rule: Leaves) -> None:
        self._sink, self._beside = sink, beside
        self._rest = None if rule.of_rest is None else rule.of_rest()
        self._grains: tuple[bytes | memoryview, bytes] = (b"", b"")
        self.hash = sha256()
        self.bytes = 0

    def await_grains(self, batch: _Batch) -> None:
        """Know what of the bytes of *batch*, when they come, no digest of a grain proves."""
        self._grains = batch.packed.data, batch.rest

    def write(self, data: bytes | memoryview) -> None:
        if self._rest is not None:
            grains, rest = self._grains
            self._rest.update(rest if data is grains else data)
        if len(data) >= _LONG:
            self._beside.both(partial(self.hash.update, data), partial(self._sink.write, data))
        else:
            self._sink.write(data)
            self.hash.update(data)
        self.bytes += len(data)

    @property
    def rest(self) -> str | None:
        """The digest of what no digest of a grain proves."""
        return None if self._rest is None else self._rest.hexdigest()


class _Batch(NamedTuple):
    """Grains that were read together."""

    packed: PackedGrains
    """Those that hold more than zeros."""
    digests: bytes
    """Of all."""
    rest: bytes
    """The packed ones without what these prove."""


class Outlet(NamedTuple):
    """Where a backup goes."""

    sink: Sink
    """Takes the stream, from its first byte to its last; it may be a pipe."""
    text: bytes
    """The descriptor of the stream."""
    manifest: ManifestWriter


def write_backup(
    chain: Chain, grains: BackupGrains, outlet: Outlet, base: Base | None
) -> Generator[Progress, None, ManifestEnd]:
    """Write the stream of *grains* of *chain*, and the lines of its spans.

    The digest of the disk is worked out from *base*, if that is known. Progress is in bytes that
    are read.

    Raises:
        VmdkError: A sector can't be read: what was written is no backup.
        DiskFull: The stream would grow past sector 2^32.
    """
    with Beside() as beside:
        out = _Hashed(outlet.sink, beside, leaves_by(outlet.manifest.head.version))
        nodes = yield from _write_spans(chain, grains, outlet, out, base)
    manifest, stream = outlet.manifest, out.hash.hexdigest()
    root = None if base is None else disk_digest(manifest.head, base.nodes | nodes)
    return ManifestEnd(manifest.areas, manifest.area_bytes, out.bytes, stream, root, out.rest)


def _write_spans(
    chain: Chain, grains: BackupGrains, outlet: Outlet, out: _Hashed, base: Base | None
) -> Generator[Progress, None, dict[int, bytes]]:
    """Write the stream, and the lines of its spans; return the nodes of these."""
    manifest, head = outlet.manifest, outlet.manifest.head
    is_full = head.since is None
    writer = StreamWriter(out, head.capacity, outlet.text, zeroed_grains=not is_full)
    nodes: dict[int, bytes] = {}
    rule = leaves_by(head.version)
    total, done, steps = grains.read.total * _GRAIN_BYTES, 0, 0
    with closing(_packed(chain, grains, rule)) as batches:
        for wanted in grains.spans():
            taken = []
            for read in wanted.batches:
                batch = next(batches)
                out.await_grains(batch)
                writer.write(batch.packed)
                taken.append(batch)
                done += len(read) * _GRAIN_BYTES
                steps += _BATCH_STEPS
                if steps >= _STEPS:
                    steps = 0
                    yield Progress(done, total, _DOING)
            steps += 1
            if steps >= _STEPS:
                steps = 0
                yield Progress(done, total, _DOING)
            span, zeros = _held(wanted, taken, None if is_full else rule.zero)
            if not is_full:
                writer.write_zeros(zeros)
            if span is None:
                continue
            manifest.add(span)
            if base is not None:
                before = base.leaves(span.number) or rule.none
                nodes[span.number] = node_of(changed_leaves(before, span, head))
    writer.finish()
    return nodes


def _packed(chain: Chain, grains: BackupGrains, rule: Leaves) -> Generator[_Batch, None, None]:
    """Yield the batches of all spans, packed."""
    threads = cores()
    slots = 2 * threads
    buffers = [window_buffer(AT_ONCE * BACKUP_GRAIN) for _ in range(slots)]
    rooms = [memoryview(bytearray(AT_ONCE * STORED_BYTES)) for _ in buffers]

    def pack(wanted: NDArray[np.int64], slot: int) -> _Batch:
        view = buffers[slot][: len(wanted) * _GRAIN_BYTES]
        _read(chain, wanted, view)
        cells = [view[at : at + _GRAIN_BYTES] for at in range(0, len(view), _GRAIN_BYTES)]
        digests = b"".join(rule.of(cell) for cell in cells)
        packed = pack_scattered(wanted.tolist(), view, rooms[slot])
        rest = stored_parts(memoryview(packed.data), [start * SECTOR for start in packed.starts])[0]
        return _Batch(packed, digests, rest)

    tasks = (batch for span in grains.spans() for batch in span.batches)
    yield from ahead(tasks, pack, threads=threads, slots=slots)


def _read(chain: Chain, wanted: NDArray[np.int64], view: memoryview) -> None:
    """Fill *view* with the grains *wanted*; what is behind the end of the disk is zeros."""
    edges = [0, *(np.flatnonzero(np.diff(wanted) != 1) + 1).tolist(), len(wanted)]
    for low, high in pairwise(edges):
        first = int(wanted[low]) * BACKUP_GRAIN
        sectors = min((high - low) * BACKUP_GRAIN, chain.capacity - first)
        start, end = low * _GRAIN_BYTES, low * _GRAIN_BYTES + sectors * SECTOR
        chain.read_into(view[start:end], first)
        view[end : high * _GRAIN_BYTES] = bytes(high * _GRAIN_BYTES - end)


def _held(
    wanted: SpanGrains, taken: list[_Batch], zero_leaf: bytes | None
) -> tuple[ManifestSpan | None, NDArray[np.int64]]:
    """Return what the manifest says of a span, and which of its grains are zeros.

    A full backup has no need to tell of zeros: it has no *zero_leaf*.
    """
    if not taken:
        if zero_leaf is None:
            return None, wanted.zeros
        return _span(wanted.zeros, zero_leaf * len(wanted.zeros)), wanted.zeros
    packed = np.array([grain for batch in taken for grain in batch.packed.grains], np.int64)
    joined = b"".join(batch.digests for batch in taken)
    digests = np.frombuffer(joined, np.uint8).reshape(-1, _DIGEST)
    speaks = np.isin(wanted.read, packed, assume_unique=True)
    zeros = np.concatenate((wanted.zeros, wanted.read[~speaks]))
    if zero_leaf is None:
        return (_span(packed, digests[speaks].tobytes()) if len(packed) else None), zeros
    held = np.concatenate((wanted.read, wanted.zeros))
    blanks = np.frombuffer(zero_leaf * len(wanted.zeros), np.uint8).reshape(-1, _DIGEST)
    order = np.argsort(held)
    return _span(held[order], np.concatenate((digests, blanks))[order].tobytes()), zeros


def _span(grains: NDArray[np.int64], digests: bytes) -> ManifestSpan:
    """Return what the manifest says of *grains* of a span, ascending."""
    edges = (np.flatnonzero(grains[1:] != grains[:-1] + 1) + 1).tolist()
    numbers = grains.tolist()
    runs = [
        (numbers[low], numbers[high - 1] + 1) for low, high in pairwise([0, *edges, len(numbers)])
    ]
    return ManifestSpan(numbers[0] // GRAINS_PER_SPAN, tuple(runs), digests)
