"""The trail as a file: records put behind its end, and all of it proved.

Who appends reads the last line, under a lock, and waits for others that do. A line that a kill
left half written is closed, never removed: the record behind it tells of it.
"""

from __future__ import annotations

import getpass
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core import __version__
from redoscope_core.errors import FileRefused, MalformedDocument, printable
from redoscope_core.files.append import growing
from redoscope_core.files.file import DiskFile, require_there
from redoscope_core.format.trail import (
    MAX_LINE,
    TORN_ACT,
    TrailHead,
    TrailLine,
    TrailRecord,
    TrailVerdict,
    judge_trail,
    record_of,
    trail_line,
)
from redoscope_core.link.first_bytes import named_as_disk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

__all__ = [
    "EVENT",
    "TrailEnd",
    "lines_at",
    "note_event",
    "trail_end",
    "trail_records",
    "verify_trail",
]

_PIECE = 2**20
_END = b"\n"
_TAIL = 4 * MAX_LINE
"""Bytes in which the last record begins, and some lines behind it that a kill left."""
_BEGINNING = b'{"act":"'
"""Of every record, since keys are sorted: what is torn off begins so too."""
EVENT = "event"
"""The key, in the result of a record, of what its event is called elsewhere."""


class TrailEnd(NamedTuple):
    """What the end of a trail tells."""

    head: TrailHead
    """Of the last whole record."""
    events: frozenset[str]
    """Of the records behind the head that was kept, those of which is known what they are of."""


def note_event(
    path: Path,
    act: str,
    args: Mapping[str, object],
    result: Mapping[str, object] | None = None,
    *,
    who: str | None = None,
) -> TrailHead:
    """Put a record behind the end of the trail *path*, which is made if it is not there.

    *act* says what was done, *args* to what, *result* what came of it: texts, whole numbers,
    lists and maps. The record is on the disk when this returns; the head of the trail is returned.

    Raises:
        FileRefused: It is named as a disk, or is no regular file.
        MalformedDocument: What is there does not end as a trail does; nothing was written.
        InvalidArgument: The record is too long.
        VmdkError: It can't be written.
    """
    if named_as_disk(path):
        raise FileRefused("it is named as a disk", path=path, cure="name the trail .jsonl")
    record = _record(act, args, result or {}, who)
    with growing(path) as file:
        number, before, lost = _end_of(path, file.tail(_TAIL))
        data = b"" if lost is None or lost.is_closed else _END
        if lost is not None:
            told = _record(TORN_ACT, {}, {"lines": lost.lines}, who)
            line = trail_line(number, before, told)
            data += line + _END
            number, before = number + 1, hashlib.sha256(line).hexdigest()
        line = trail_line(number, before, record)
        file.append(data + line + _END)
    return TrailHead(number, hashlib.sha256(line).hexdigest())


def _record(
    act: str, args: Mapping[str, object], result: Mapping[str, object], who: str | None
) -> dict[str, object]:
    return {
        "act": act,
        "args": dict(args),
        "result": dict(result),
        "tool": {"name": "redoscope", "version": __version__},
        "when": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "who": printable(_user() if who is None else who),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


class _Lost(NamedTuple):
    """Lines at the end of which only a part was written."""

    lines: int
    is_closed: bool
    """Whether the last one has its end: that was written, and what was to follow was not."""


def _end_of(path: Path, tail: bytes) -> tuple[int, str | None, _Lost | None]:
    """Return the number of the next record, the digest before it, and what was lost."""
    if not tail:
        return 0, None, None
    lines = tail.split(_END)
    is_closed = not lines[-1]
    if is_closed:
        lines.pop()
    number, torn = -1, 0
    for at, line in enumerate(reversed(lines)):
        record = record_of(line) if at or is_closed else None
        if record is not None:
            number = int(str(record["n"]))
            break
        if not line or line[: len(_BEGINNING)] != _BEGINNING[: len(line)]:
            raise MalformedDocument(
                "it does not end as a trail does",
                path=path,
                cure="`redoscope trail FILE` tells what is wrong; begin a new one in another file",
            )
        torn += 1
    before = hashlib.sha256(lines[-1]).hexdigest()
    return number + 1 + torn, before, _Lost(torn, is_closed) if torn else None


def trail_end(path: Path, kept: TrailHead | None) -> TrailEnd:
    """Return what the end of the trail *path* tells, which is to go on from the head *kept*.

    Only the last lines are read: whether all of it is sound `verify_trail` tells. That a record
    can be put behind it is known then, as far as it can be without doing so.

    Raises:
        FileRefused: It is no regular file, or a symbolic link.
        MalformedDocument: It does not end as a trail does, or ends before that head, or its line
            is another one.
        VmdkError: It can't be read and written, or is not there.
    """
    require_there(path)
    with growing(path) as file:
        tail = file.tail(_TAIL)
    _end_of(path, tail)
    head: TrailHead | None = None
    events = set()
    for line in reversed(tail.split(_END)[:-1]):
        record = record_of(line)
        if record is None:
            continue
        found = TrailHead(int(str(record["n"])), hashlib.sha256(line).hexdigest())
        head = head or found
        if kept is not None and found.number == kept.number and found != kept:
            raise _goes_on_elsewhere(path, found, kept)
        if kept is not None and found.number <= kept.number:
            break
        result = record["result"]
        event = result.get(EVENT) if isinstance(result, dict) else None
        if isinstance(event, str):
            events.add(event)
    if head is None or (kept is not None and head.number < kept.number):
        raise _goes_on_elsewhere(path, head, kept)
    return TrailEnd(head, frozenset(events))


def _goes_on_elsewhere(
    path: Path, found: TrailHead | None, kept: TrailHead | None
) -> MalformedDocument:
    return MalformedDocument(
        "the trail does not go on from where it was left",
        path=path,
        found="no record" if found is None else str(found),
        expected="a record" if kept is None else str(kept),
        cure="put back a copy of it; `redoscope trail FILE` tells what is wrong",
    )


def verify_trail(path: Path, head: TrailHead | None = None) -> TrailVerdict:
    """Return what the trail *path* comes to, and the place of each change, cut and swap.

    With *head*, which was kept elsewhere, also a cut of the end is found.

    Raises:
        MalformedDocument: It is no trail: none of its lines is a record.
        VmdkError: It can't be read.
    """
    with DiskFile(path) as file:
        verdict = judge_trail(_lines(file), head)
    if verdict.lines > 1 and verdict.head is None:
        raise MalformedDocument(
            "it is no trail",
            path=path,
            found=f"{verdict.lines} lines, of which none is a record",
            expected="audit.jsonl, as `trail --note` makes it",
        )
    return verdict


def trail_records(path: Path, most: int = 1000) -> list[TrailRecord]:
    """Return the last records of the trail *path*, the newest last: *most*, or what 4 MiB hold.

    Whether it is sound `verify_trail` tells: what is no record is passed over.

    Raises:
        VmdkError: It can't be read, or is not there.
    """
    with DiskFile(path) as file:
        begin = max(file.file_bytes - _TAIL, 0)
        tail = file.read_at(begin, file.file_bytes - begin, what="the end of the trail")
    lines = bytes(tail).split(_END)[1 if begin else 0 : -1]
    found = []
    for line in reversed(lines):
        record = record_of(line)
        if record is not None:
            found.append(_told(line, record))
        if len(found) == most:
            break
    return found[::-1]


def _told(line: bytes, record: Mapping[str, object]) -> TrailRecord:
    head = TrailHead(int(str(record["n"])), hashlib.sha256(line).hexdigest())
    when, who, act = (str(record[key]) for key in ("when", "who", "act"))
    args, result = (
        told if isinstance(told := record[key], dict) else {} for key in ("args", "result")
    )
    return TrailRecord(head, when, who, act, args, result)


def lines_at(path: Path, numbers: Collection[int]) -> dict[int, str]:
    """Return the digests of the lines of the trail *path* whose records have these *numbers*.

    Raises:
        VmdkError: It can't be read.
    """
    found = {}
    with DiskFile(path) as file:
        for line in _lines(file):
            record = record_of(line.raw) if line.is_whole else None
            number = None if record is None else int(str(record["n"]))
            if number is not None and number in numbers:
                found[number] = line.sha256
    return found


def _lines(file: DiskFile) -> Iterator[TrailLine]:
    """Yield the lines of *file*, of which none is held that is longer than a record."""
    hashed, kept, length = hashlib.sha256(), bytearray(), 0
    for place in range(0, file.file_bytes, _PIECE):
        data = file.read_at(place, min(_PIECE, file.file_bytes - place), what="the trail")
        *ended, rest = bytes(data).split(_END)
        for part in ended:
            hashed.update(part)
            length += len(part)
            kept += part[: max(MAX_LINE + 1 - len(kept), 0)]
            yield TrailLine(bytes(kept) if length <= MAX_LINE else None, hashed.hexdigest(), True)
            hashed, kept, length = hashlib.sha256(), bytearray(), 0
        hashed.update(rest)
        length += len(rest)
        kept += rest[: max(MAX_LINE + 1 - len(kept), 0)]
    if length:
        yield TrailLine(bytes(kept) if length <= MAX_LINE else None, hashed.hexdigest(), False)
