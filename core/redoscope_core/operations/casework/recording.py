"""A change of a case: database and trail, each of which tells all that was done.

    1  turn at the folder                  others wait
    2  what an earlier change still owes   a kill came between 3 and 4: the trail gets its records
    3  rows and events                     one transaction
    4  a record of each event              behind the end of the trail, each flushed
    5  events dropped, the head kept       one transaction

Killed in 3 the case is as before, killed later as after. The uid of an event stands in its
record, so none is told twice. The head that the case keeps is that of its trail or of a line
of it: one that was cut or exchanged is noticed, and nothing more is put behind its end. Where the
trail tells of events that the database never had, an older copy of that was put back: the trail
tells that, too.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from typing import TYPE_CHECKING

from redoscope_core.errors import FileMissing, InvalidArgument, VmdkError
from redoscope_core.files.turns import turn_at
from redoscope_core.format.trail import MAX_LINE, TrailHead
from redoscope_core.operations.casework.rows import (
    about,
    drop_events,
    keep_event,
    tell_about,
    waiting_events,
)
from redoscope_core.operations.casework.store import NOTES, WAIT, reading, writing
from redoscope_core.operations.reporting.trail import EVENT, note_event, trail_end

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from redoscope_core.operations.casework.store import Store
    from redoscope_core.operations.reporting.trail import TrailEnd

__all__ = [
    "HEAD",
    "TRAIL",
    "Changing",
    "begin_trail",
    "changing",
    "kept_head",
    "looking",
    "require_trail",
]

TRAIL = "audit.jsonl"
HEAD = "trail"
"""What the head of the trail is kept under."""
_LONGEST = MAX_LINE - 2**14
"""Bytes of what a record tells: who, when and by what tool stand there too."""


class Changing:
    """A change that is being made."""

    def __init__(self, store: Store) -> None:
        """Change what is in *store*."""
        self.store = store
        self.head: TrailHead | None = None
        """Of the trail, once all is made."""

    def event(
        self, act: str, args: Mapping[str, object], result: Mapping[str, object] | None = None
    ) -> None:
        """Let the trail tell of *act*, if the change is made.

        Raises:
            InvalidArgument: No record can hold it.
        """
        try:
            told = [
                json.dumps(each, allow_nan=False) for each in (act, dict(args), dict(result or {}))
            ]
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidArgument("no record of a trail can hold this", found=str(error)) from None
        length = sum(map(len, told))
        if length > _LONGEST:
            raise InvalidArgument(
                "the record is too long", found=f"{length} bytes", expected=f"at most {_LONGEST}"
            )
        keep_event(self.store, uuid.uuid4().hex, act, *told[1:])


@contextlib.contextmanager
def changing(folder: Path) -> Generator[Changing]:
    """Change the case in *folder*; nobody else does meanwhile.

    Raises:
        InUse: Another program works on it, and did not end shortly.
        MalformedDocument: Its database is none or damaged, or its trail was cut or exchanged.
        VmdkError: It can't be written.
    """
    with turn_at(folder, WAIT), writing(folder / NOTES) as store:
        change = Changing(store)
        _catch_up(folder, store)
        with store.all_or_nothing(writes=True):
            yield change
        change.head = _catch_up(folder, store)


@contextlib.contextmanager
def looking(folder: Path) -> Generator[Store]:
    """Open the database of the case in *folder* to read what is in it now.

    Raises:
        InUse: Another program changes it, and did not end shortly.
        VmdkError: It is none, damaged, or not there.
    """
    # SQLite's own locks would do, but for this: whoever opens and closes its file in this process,
    # to see whether it is a disk, gives them up.
    with turn_at(folder, WAIT, shared=True), reading(folder / NOTES) as store:
        yield store


def begin_trail(folder: Path, store: Store) -> None:
    """Put the first records into the trail of a case that is being made."""
    with store.all_or_nothing(writes=True):
        events = waiting_events(store)
        for event in events:
            head = note_event(
                folder / TRAIL, event.act, event.args, {**event.result, EVENT: event.uid}
            )
            tell_about(store, HEAD, str(head))
        drop_events(store)


def kept_head(store: Store) -> TrailHead | None:
    """Return the head of the trail that the case keeps."""
    kept = about(store, HEAD)
    return None if kept is None else TrailHead.parse(kept)


def require_trail(folder: Path) -> None:
    """Refuse the case in *folder* if a record can't be put behind its trail, and write nothing.

    Raises:
        FileMissing: The trail is not there.
        MalformedDocument: It was cut or exchanged.
        VmdkError: It, or the database, can't be read or written.
    """
    with looking(folder) as store:
        _end_of_trail(folder, store)


def _end_of_trail(folder: Path, store: Store) -> TrailEnd:
    try:
        return trail_end(folder / TRAIL, kept_head(store))
    except FileMissing as error:
        error.cure = "put back a copy of it: without it nobody can tell what was done"
        raise


def _catch_up(folder: Path, store: Store) -> TrailHead | None:
    """Let the trail tell of all events of which it does not yet; return its head."""
    trail = folder / TRAIL
    end = _end_of_trail(folder, store)
    events = waiting_events(store)
    unknown = end.events.difference(event.uid for event in events)
    if not events and not unknown:
        return end.head
    head = end.head
    try:
        if unknown:
            head = note_event(trail, "older-notes", {}, {"lacking": len(unknown)})
        for event in events:
            if event.uid not in end.events:
                result = {**event.result, EVENT: event.uid}
                head = note_event(trail, event.act, event.args, result)
    except VmdkError as error:
        error.what = f"the change is made, and the trail can't tell of it yet: {error.what}"
        raise
    with store.all_or_nothing(writes=True):
        drop_events(store)
        tell_about(store, HEAD, str(head))
    return head
