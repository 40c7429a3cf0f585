"""What is in the database of a case: disks and entries as rows, and rows as these.

A text is kept as a text, or, where it holds what no text can, as bytes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from redoscope_core.errors import InvalidArgument, MalformedDocument
from redoscope_core.format.case_document import read_search, search_document
from redoscope_core.format.case_values import (
    CaseDisk,
    CaseEntry,
    CaseEntryKind,
    EvidenceFile,
    FileDigests,
    LinkIdentity,
    MarkColour,
    MarkedPlace,
    checked_entry,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from redoscope_core.operations.casework.store import Store

__all__ = [
    "Event",
    "about",
    "add_disk",
    "add_entries",
    "change_entry",
    "disks_in",
    "drop_disk",
    "drop_events",
    "entries_in",
    "keep_event",
    "next_number",
    "remove_entries",
    "replace_files",
    "tell_about",
    "waiting_events",
]

_ENTRY = (
    "number, uid, kind, name, text, colour, disk, generation, start, count, file, search,"
    " made, changed"
)
_LAST = 2**63 - 1
_FEW = 500
"""Entries that are asked for by their numbers; all are, if more are wanted."""
_SURROGATES = "surrogatepass"


class Event(NamedTuple):
    """Something that was done, and is to have its record in the trail."""

    uid: str
    act: str
    args: dict[str, object]
    result: dict[str, object]


def _kept(text: str) -> str | bytes:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", _SURROGATES)
    return text


def _maybe_kept(text: str | None) -> str | bytes | None:
    return None if text is None else _kept(text)


class _Row:
    """Values of one row, each of its kind."""

    def __init__(self, store: Store, values: Sequence[Any]) -> None:
        self._store, self._values, self._at = store, values, -1

    def _next(self) -> Any:
        self._at += 1
        return self._values[self._at]

    def text(self) -> str:
        value = self._next()
        if isinstance(value, bytes):
            try:
                return value.decode("utf-8", _SURROGATES)
            except UnicodeDecodeError:
                raise self._wrong(value) from None
        if not isinstance(value, str):
            raise self._wrong(value)
        return value

    def maybe_text(self) -> str | None:
        return None if self._skips_nothing() else self.text()

    def whole(self) -> int:
        value = self._next()
        if type(value) is not int:
            raise self._wrong(value)
        return value

    def maybe_whole(self) -> int | None:
        return None if self._skips_nothing() else self.whole()

    def _skips_nothing(self) -> bool:
        """Tell whether there is no next value; if so it is passed over."""
        is_nothing = self._values[self._at + 1] is None
        self._at += is_nothing
        return is_nothing

    def _wrong(self, value: object) -> MalformedDocument:
        return MalformedDocument(
            "the notes of the case have a value that can't be",
            path=self._store.path,
            found=repr(value)[:100],
            cure="put back a copy of it, or import an export of the case into a new one",
        )


def about(store: Store, key: str) -> str | None:
    """Return what the case keeps of itself under *key*."""
    rows = store.ask("SELECT value FROM about WHERE key = ?", (key,))
    return _Row(store, rows[0]).text() if rows else None


def tell_about(store: Store, key: str, value: str) -> None:
    """Keep *value* under *key*."""
    store.tell("INSERT OR REPLACE INTO about (key, value) VALUES (?, ?)", (key, value))


def disks_in(store: Store) -> tuple[CaseDisk, ...]:
    """Return the disks of the case, by number."""
    links: dict[int, list[LinkIdentity]] = {}
    for values in store.ask(
        "SELECT disk, cid, uuid, capacity, descriptor FROM links ORDER BY disk, generation"
    ):
        row = _Row(store, values)
        disk = row.whole()
        identity = LinkIdentity(row.whole(), row.text(), row.whole(), row.text())
        links.setdefault(disk, []).append(identity)
    files: dict[int, list[EvidenceFile]] = {}
    for values in store.ask("SELECT * FROM files ORDER BY disk, place"):
        row = _Row(store, values)
        disk, _ = row.whole(), row.whole()
        files.setdefault(disk, []).append(_file(row))
    disks = []
    for values in store.ask("SELECT number, uid, path, added FROM disks ORDER BY number"):
        row = _Row(store, values)
        number = row.whole()
        told = (row.text(), Path(row.text()), row.text())
        own = tuple(links.get(number, ())), tuple(files.get(number, ()))
        disks.append(CaseDisk(number, *told, *own))
    return tuple(disks)


def _file(row: _Row) -> EvidenceFile:
    generation, path = row.whole(), Path(row.text())
    length, modified, changed = row.whole(), row.whole(), row.whole()
    found = [row.maybe_text() for _ in FileDigests._fields]
    whole = [each for each in found if each is not None]
    digests = FileDigests(*whole) if len(whole) == len(found) else None
    return EvidenceFile(generation, path, length, modified, changed, digests)


def add_disk(store: Store, disk: CaseDisk) -> int:
    """Keep *disk*, and return its number: the one that it has, or, if that is 0, a new one."""
    number = store.tell(
        "INSERT INTO disks VALUES (?, ?, ?, ?)",
        (disk.number or None, disk.uid, _kept(str(disk.path)), _kept(disk.added)),
    )
    store.tell_many(
        "INSERT INTO links VALUES (?, ?, ?, ?, ?, ?)",
        [
            (number, at, each.cid, _kept(each.uuid), each.capacity, each.descriptor)
            for at, each in enumerate(disk.links)
        ],
    )
    replace_files(store, number, disk.path, disk.files)
    return number


def replace_files(store: Store, disk: int, path: Path, files: Sequence[EvidenceFile]) -> None:
    """Keep where the *disk* of that number, and its *files*, are, and their digests."""
    store.tell("UPDATE disks SET path = ? WHERE number = ?", (_kept(str(path)), disk))
    store.tell("DELETE FROM files WHERE disk = ?", (disk,))
    none = (None,) * len(FileDigests._fields)
    store.tell_many(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (disk, place, each.generation, _kept(str(each.path)))
            + (each.length, each.modified, each.changed)
            + (none if each.digests is None else tuple(each.digests))
            for place, each in enumerate(files)
        ],
    )


def drop_disk(store: Store, disk: int) -> None:
    """Forget the *disk* of that number; nothing may be about it."""
    for table, key in (("files", "disk"), ("links", "disk"), ("disks", "number")):
        store.tell(f"DELETE FROM {table} WHERE {key} = ?", (disk,))  # noqa: S608 - our own words


def entries_in(store: Store, numbers: Collection[int] | None = None) -> tuple[CaseEntry, ...]:
    """Return the entries of the case, by number; only those of these *numbers*, if they are few.

    Among those of many *numbers* there may be others.
    """
    few = [n for n in numbers or () if 0 < n <= _LAST] if len(numbers or ()) <= _FEW else []
    only = ", ".join("?" * len(few))
    of_tags = "" if numbers is None or not few else f" WHERE entry IN ({only})"
    of_entries = "" if numbers is None or not few else f" WHERE number IN ({only})"
    tags: dict[int, list[str]] = {}
    for values in store.ask(f"SELECT entry, tag FROM tags{of_tags}", few):  # noqa: S608 - marks
        row = _Row(store, values)
        tags.setdefault(row.whole(), []).append(row.text())
    asked = f"SELECT {_ENTRY} FROM entries{of_entries} ORDER BY number"  # noqa: S608 - marks
    return tuple(_entry(store, values, tags) for values in store.ask(asked, few))


def _entry(store: Store, values: Sequence[Any], tags: dict[int, list[str]]) -> CaseEntry:
    row = _Row(store, values)
    number, uid, kind, name, text = row.whole(), row.text(), row.text(), row.text(), row.text()
    colour, disk, generation = row.maybe_text(), row.maybe_whole(), row.maybe_whole()
    start, count, file = row.maybe_whole(), row.maybe_whole(), row.maybe_text()
    search, made, changed = row.maybe_text(), row.text(), row.text()
    try:
        place = None
        if disk is not None:
            place = MarkedPlace(disk, generation or 0, start, count, file)
        entry = CaseEntry(
            CaseEntryKind(kind),
            name,
            text,
            None if colour is None else MarkColour(colour),
            place,
            None if search is None else read_search(json.loads(search)),
            tuple(tags.get(number, ())),
            number,
            uid,
            made,
            changed,
        )
        return checked_entry(entry)
    except (ValueError, RecursionError, InvalidArgument, MalformedDocument) as error:
        told = error.what if isinstance(error, InvalidArgument | MalformedDocument) else str(error)
        raise MalformedDocument(
            "the notes of the case have an entry that can't be",
            path=store.path,
            where=f"entry {number}",
            found=told,
            cure="put back a copy of it, or import an export of the case into a new one",
        ) from None


def add_entries(store: Store, entries: Iterable[CaseEntry], first: int) -> list[CaseEntry]:
    """Keep *entries*, those without a number under those from *first* on; return them with it."""
    kept = []
    for entry in entries:
        number = entry.number
        if not number:
            number, first = first, first + 1
        kept.append(entry if entry.number else _numbered(entry, number))
    marks = ", ".join("?" * len(_ENTRY.split(",")))
    store.tell_many(
        f"INSERT INTO entries ({_ENTRY}) VALUES ({marks})",  # noqa: S608 - our own words
        [(each.number, each.uid, *_values(each), each.made, each.changed) for each in kept],
    )
    _add_tags(store, kept)
    return kept


def _numbered(entry: CaseEntry, number: int) -> CaseEntry:
    # dataclasses.replace takes twice as long, and there may be 100,000.
    values = (entry.kind, entry.name, entry.text, entry.colour, entry.place, entry.search)
    return CaseEntry(*values, entry.tags, number, entry.uid, entry.made, entry.changed)


def next_number(store: Store) -> int:
    """Return the number of the next new entry: one that no entry has had."""
    rows = store.ask(
        "SELECT max(seq) FROM (SELECT seq FROM sqlite_sequence WHERE name = 'entries'"
        " UNION SELECT max(number) FROM entries)"
    )
    return (_Row(store, rows[0]).maybe_whole() or 0) + 1


def change_entry(store: Store, entry: CaseEntry) -> None:
    """Keep *entry* in the place of the one that has its number."""
    store.tell(
        "UPDATE entries SET kind = ?, name = ?, text = ?, colour = ?, disk = ?, generation = ?,"
        " start = ?, count = ?, file = ?, search = ?, changed = ? WHERE number = ?",
        (*_values(entry), entry.changed, entry.number),
    )
    store.tell("DELETE FROM tags WHERE entry = ?", (entry.number,))
    _add_tags(store, [entry])


def remove_entries(store: Store, numbers: Iterable[int]) -> None:
    """Remove the entries of these *numbers*."""
    rows = [(number,) for number in numbers]
    store.tell_many("DELETE FROM entries WHERE number = ?", rows)
    store.tell_many("DELETE FROM tags WHERE entry = ?", rows)


def _values(entry: CaseEntry) -> tuple[object, ...]:
    """Return what a row has between uid and times."""
    place = entry.place
    on = (None,) * 4 if place is None else (place.disk, place.generation, place.start, place.count)
    search = None if entry.search is None else json.dumps(search_document(entry.search))
    colour = None if entry.colour is None else entry.colour.value
    file = None if place is None else _maybe_kept(place.file)
    return entry.kind.value, _kept(entry.name), _kept(entry.text), colour, *on, file, search


def _add_tags(store: Store, entries: Iterable[CaseEntry]) -> None:
    rows = [(each.number, _kept(tag)) for each in entries for tag in each.tags]
    store.tell_many("INSERT INTO tags VALUES (?, ?)", rows)


def keep_event(store: Store, uid: str, act: str, args: str, result: str) -> None:
    """Keep that the trail is to tell of *act*; *args* and *result* are JSON objects."""
    store.tell(
        "INSERT INTO events (uid, act, args, result) VALUES (?, ?, ?, ?)",
        (uid, _kept(act), args, result),
    )


def waiting_events(store: Store) -> list[Event]:
    """Return the events of which the trail may not tell yet, in their order."""
    found = []
    for values in store.ask("SELECT uid, act, args, result FROM events ORDER BY number"):
        row = _Row(store, values)
        uid, act = row.text(), row.text()
        try:
            args, result = json.loads(row.text()), json.loads(row.text())
        except (ValueError, RecursionError):
            args = result = None
        if not isinstance(args, dict) or not isinstance(result, dict):
            raise MalformedDocument(
                "the notes of the case have an event that can't be",
                path=store.path,
                where=f"event {uid}",
            )
        found.append(Event(uid, act, args, result))
    return found


def drop_events(store: Store) -> None:
    """Forget the events that the trail tells of."""
    store.tell("DELETE FROM events")
