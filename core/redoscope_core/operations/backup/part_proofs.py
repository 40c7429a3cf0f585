"""The bytes of a stream proved by every core: grains by their digests, the rest by its own.

    stream     | header | mark grain sum | mark packed | table | mark grain sum | footer |
    by leaves                    ~~~~~                                ~~~~~
    as rest    ~~~~~~~~~~~~~~~~~~     ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~     ~~~~~~~~~~~~~~~

The one digest of the whole stream can be worked out by one core alone. These prove the same: no
byte is left out, and where a grain lies is told by tables that belong to the rest.
"""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.ahead import ahead
from redoscope_core.areas.areas import State
from redoscope_core.errors import CorruptVmdk
from redoscope_core.extents.stream.packing import stored_parts
from redoscope_core.files.file import DiskFile
from redoscope_core.format.backup_manifest import BACKUP_GRAIN, GRAINS_PER_SPAN
from redoscope_core.operations.backup.building_on import require_stream
from redoscope_core.operations.backup.manifests import read_spans
from redoscope_core.operations.backup.proving import opened_stream, prove_stream
from redoscope_core.operations.backup.tree import leaves_by
from redoscope_core.operations.walking.reading import cores
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.areas.areas import Areas
    from redoscope_core.format.backup_manifest import ManifestSpan
    from redoscope_core.operations.backup.manifests import Point

__all__ = ["prove_bytes"]

_DIGEST = 32
_AT_ONCE = 16
_STEP = 16
"""Parts after which progress is shown: about 10 ms."""
_MOST = 2**22
"""Bytes that a part of so many grains, and what is between them, has at most."""
_CURE = "put a sound copy of it back, or make a full backup"


class _Part(NamedTuple):
    """Bytes of a stream: all from one grain to another that comes some grains later."""

    start: int
    end: int
    places: list[int]
    """Byte of the file at which each of the grains begins."""
    grains: list[int]
    digests: bytes
    """Of the grains, one behind the other."""


class _Seen(NamedTuple):
    rest: bytes
    wrong: int | None
    """The first grain that is another than it was."""


def prove_bytes(point: Point) -> Generator[Progress, None, None]:
    """Prove that no byte of the stream of *point* was changed since it was written.

    As `prove_stream` does, by every core where the manifest has what it takes. Progress is in
    bytes of the stream.

    Raises:
        CorruptVmdk: Some byte of it was changed.
        VmdkError: It is not there, has another length, or can't be read.
    """
    begin = leaves_by(point.head.version).of_rest
    if begin is None or point.end.rest_blake3 is None:
        yield from prove_stream(point)
        return
    require_stream(point)
    total, rest = point.end.stream_bytes, begin()
    with closing(_seen(point)) as parts:
        for number, (end, seen) in enumerate(parts):
            if seen.wrong is not None:
                raise _damaged(point, f"sector {seen.wrong * BACKUP_GRAIN}")
            rest.update(seen.rest)
            if number % _STEP == 0:
                yield Progress(end, total, f"proving {point.name}")
    if rest.hexdigest() != point.end.rest_blake3:
        raise _damaged(point, "what is beside its grains")


def _damaged(point: Point, where: str) -> CorruptVmdk:
    return CorruptVmdk(
        "the stream of the backup is damaged: its checksum does not fit",
        path=point.stream,
        where=where,
        found="another digest",
        expected=f"that of {point.manifest.name}",
        cure=_CURE,
    )


def _seen(point: Point) -> Generator[tuple[int, _Seen], None, None]:
    """Yield of each part of the stream where it ends, and what was seen of it."""
    rule = leaves_by(point.head.version)
    threads = cores()
    slots = 2 * threads
    rooms: list[bytearray] = [bytearray() for _ in range(slots)]
    with opened_stream(point) as link, DiskFile(point.stream) as file:

        def look(part: _Part, slot: int) -> tuple[int, _Seen]:
            if len(rooms[slot]) < part.end - part.start:
                rooms[slot] = bytearray(part.end - part.start)
            data = memoryview(rooms[slot])[: part.end - part.start]
            file.read_into(data, part.start, what="the stream")
            rest, found = stored_parts(data, [place - part.start for place in part.places])
            for index, first, last in found:
                if rule.of(first, last) != part.digests[index * _DIGEST : (index + 1) * _DIGEST]:
                    return part.end, _Seen(rest, part.grains[index])
            return part.end, _Seen(rest, None)

        yield from ahead(_parts(point, link.stored), look, threads=threads, slots=slots)


def _parts(point: Point, stored: Areas) -> Iterator[_Part]:
    """Yield the parts of the stream, which leave no byte out.

    Raises:
        CorruptVmdk: The tables of the stream lead to other places than those of a backup do.
    """
    waiting = _Part(0, 0, [], [], b"")
    for part in _grains(point, stored):
        # What lies between two grains is read with the first.
        for each in _up_to(part.places[0], waiting):
            yield _checked(point, each)
        waiting = part._replace(start=part.places[0])
    for each in _up_to(point.end.stream_bytes, waiting):
        yield _checked(point, each)


def _up_to(stop: int, part: _Part) -> Iterator[_Part]:
    """Yield *part* with all that is behind it up to byte *stop*: tables, perhaps very many."""
    last = part.places[-1] if part.places else part.start
    end = min(stop, last + _MOST // 2)
    yield part._replace(end=end)
    for start in range(end, stop, _MOST):
        yield _Part(start, min(start + _MOST, stop), [], [], b"")


def _checked(point: Point, part: _Part) -> _Part:
    in_order = all(low < high for low, high in pairwise([part.start - 1, *part.places, part.end]))
    if not in_order or part.end - part.start > _MOST or part.end > point.end.stream_bytes:
        raise _damaged(point, "its tables")
    return part


def _grains(point: Point, stored: Areas) -> Iterator[_Part]:
    """Yield the grains that the stream holds, in order, some at a time; where they end is open."""
    for span in read_spans(point):
        first = span.number * GRAINS_PER_SPAN * BACKUP_GRAIN
        count = min(GRAINS_PER_SPAN * BACKUP_GRAIN, point.head.capacity - first)
        held = stored.window(first, count)
        held = held.take(held.state == State.DATA)
        numbers = held.start // BACKUP_GRAIN
        rows = _rows(span, numbers)
        if rows is None:
            raise _damaged(point, "its tables")
        for low in range(0, len(numbers), _AT_ONCE):
            part = slice(low, low + _AT_ONCE)
            places = held.offset[part].tolist()
            yield _Part(0, 0, places, numbers[part].tolist(), rows[part].tobytes())


def _rows(span: ManifestSpan, numbers: NDArray[np.int64]) -> NDArray[np.uint8] | None:
    """Return the digests that *span* has of the grains *numbers*; None if it lacks one."""
    runs = np.array(span.runs, np.int64).reshape(-1, 2)
    length = runs[:, 1] - runs[:, 0]
    run = np.searchsorted(runs[:, 1], numbers, side="right")
    if (run >= len(runs)).any() or (numbers < runs[run, 0]).any():
        return None
    row = (np.cumsum(length) - length)[run] + numbers - runs[run, 0]
    digests = np.frombuffer(span.digests, np.uint8).reshape(-1, _DIGEST)
    found: NDArray[np.uint8] = digests[row]
    return found
