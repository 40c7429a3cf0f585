"""A case as a document: all of it but the evidence and the trail, so that another case may have it.

    {"redoscope_case": 1, "case": {"uid": ..}, "disks": [..], "entries": [..], "trail_head": ..}

`case.json` in the folder of a case is the same without disks and entries. A document comes from
anywhere: each value has to be of its kind and within its bounds, else all of it is refused.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from redoscope_core.errors import InvalidArgument, MalformedDocument
from redoscope_core.format.case_values import (
    LONGEST_NAME,
    LONGEST_PATH,
    LONGEST_TEXT,
    CaseDisk,
    CaseEntry,
    CaseEntryKind,
    CaseHead,
    EvidenceFile,
    FileDigests,
    LinkIdentity,
    MarkColour,
    MarkedPlace,
    SavedSearch,
    checked_entry,
    checked_head,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    Word = TypeVar("Word", bound=StrEnum)

__all__ = [
    "CASE_VERSION",
    "CaseDocument",
    "disk_document",
    "entry_document",
    "file_document",
    "head_bytes",
    "head_of_bytes",
    "read_case_document",
    "read_search",
    "search_document",
    "written_case_document",
]

CASE_VERSION = 1
_KEY = "redoscope_case"
_MOST = 2**63 - 1
_UID = re.compile(r"[0-9a-f]{32}")
_DIGEST = {"md5": 32, "sha1": 40, "sha256": 64, "descriptor": 64}
_WHAT = "not the document of a case"


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """What a document of a case holds."""

    head: CaseHead
    disks: tuple[CaseDisk, ...] = ()
    entries: tuple[CaseEntry, ...] = ()
    trail_head: str | None = None
    """The head of the trail when it was written, for people: `NUMBER:SHA-256`."""


def head_bytes(head: CaseHead) -> bytes:
    """Return what `case.json` holds."""
    return _lined({_KEY: CASE_VERSION, "case": asdict(head)})


def head_of_bytes(data: bytes) -> CaseHead:
    """Read what `head_bytes` gave; raises as `read_case_document` does."""
    return _head(_opened(data, {"case"}).part("case"))


def written_case_document(document: CaseDocument) -> bytes:
    """Return *document* as it is stored: a line for each disk and each entry, all of it ASCII."""
    return _lined(
        {
            _KEY: CASE_VERSION,
            "case": asdict(document.head),
            "disks": [disk_document(each) for each in document.disks],
            "entries": [entry_document(each) for each in document.entries],
            "trail_head": document.trail_head,
        }
    )


def read_case_document(data: bytes) -> CaseDocument:
    """Read what `written_case_document` gave.

    Raises:
        MalformedDocument: It is something else, of another version, or has a value that can't be.
    """
    facts = _opened(data, {"case", "disks", "entries", "trail_head"})
    disks = tuple(_disk(each) for each in facts.parts("disks"))
    entries = tuple(_entry(each) for each in facts.parts("entries"))
    _refuse_twice("disks", [each.number for each in disks], [each.uid for each in disks])
    _refuse_twice("entries", [each.number for each in entries], [each.uid for each in entries])
    known = {each.number: len(each.links) for each in disks}
    for each in entries:
        place = each.place
        if place is not None and place.generation >= known.get(place.disk, 0):
            _refuse(f"entry {each.number}", f"generation {place.generation} of disk {place.disk}")
    head = facts.maybe_text("trail_head", LONGEST_NAME)
    return CaseDocument(_head(facts.part("case")), disks, entries, head)


def disk_document(disk: CaseDisk) -> dict[str, object]:
    """Return *disk* as a part of a document."""
    return {
        "number": disk.number,
        "uid": disk.uid,
        "path": str(disk.path),
        "added": disk.added,
        "links": [link._asdict() for link in disk.links],
        "files": [file_document(file) for file in disk.files],
    }


def file_document(file: EvidenceFile) -> dict[str, object]:
    """Return *file* as a part of a document."""
    return {
        "generation": file.generation,
        "path": str(file.path),
        "bytes": file.length,
        "modified": file.modified,
        "changed": file.changed,
        "digests": None if file.digests is None else file.digests._asdict(),
    }


def entry_document(entry: CaseEntry) -> dict[str, object]:
    """Return *entry* as a part of a document."""
    return {
        "number": entry.number,
        "uid": entry.uid,
        "kind": entry.kind.value,
        "name": entry.name,
        "text": entry.text,
        "colour": None if entry.colour is None else entry.colour.value,
        "place": None if entry.place is None else _place_document(entry.place),
        "search": None if entry.search is None else search_document(entry.search),
        "tags": list(entry.tags),
        "made": entry.made,
        "changed": entry.changed,
    }


def _place_document(place: MarkedPlace) -> dict[str, object]:
    # asdict copies deeply, which for 100,000 of them takes seconds.
    return {
        "disk": place.disk,
        "generation": place.generation,
        "start": place.start,
        "count": place.count,
        "file": place.file,
    }


def search_document(search: SavedSearch) -> dict[str, object]:
    """Return *search* as a part of a document."""
    return asdict(search) | {"encodings": list(search.encodings)}


def _lined(document: dict[str, object]) -> bytes:
    """Return *document*, each of its lists with a line for each item."""
    spell = json.JSONEncoder(sort_keys=True, ensure_ascii=True).encode
    parts = []
    for key, value in document.items():
        if isinstance(value, list):
            lines = ",\n".join(spell(each) for each in value)
            parts.append(f"{spell(key)}: [\n{lines}\n]" if lines else f"{spell(key)}: []")
        else:
            parts.append(f"{spell(key)}: {spell(value)}")
    return ("{" + ",\n".join(parts) + "}\n").encode("ascii")


def _refuse(where: str, found: object) -> NoReturn:
    raise MalformedDocument(
        "a document of a case with a value that can't be", where=where, found=repr(found)[:100]
    )


def _refuse_twice(where: str, *lists: Sequence[object]) -> None:
    for each in lists:
        if len(set(each)) != len(each):
            _refuse(where, "a number or a uid that two have")


def _opened(data: bytes, keys: set[str]) -> _Facts:
    try:
        document: object = json.loads(data)
    except RecursionError:
        raise MalformedDocument(_WHAT, found="JSON nested too deeply") from None
    except ValueError as error:
        raise MalformedDocument(_WHAT, found=str(error), expected="JSON") from None
    version = document.get(_KEY) if isinstance(document, dict) else None
    if type(version) is not int or version != CASE_VERSION:
        raise MalformedDocument(
            _WHAT,
            found=f"version {str(version)[:20]}" if version else "JSON of another kind",
            expected=f"{_KEY} {CASE_VERSION}",
            cure="take the program that wrote it" if version else None,
        )
    return _Facts(document, "the document", keys | {_KEY})


class _Facts:
    """A JSON object with keys that are known, asked for values of which each is of its kind."""

    def __init__(self, document: object, where: str, keys: set[str]) -> None:
        if not isinstance(document, dict):
            _refuse(where, document)
        if set(document) != keys:
            _refuse(where, sorted(set(document) ^ keys))
        self._document, self._where = document, where

    def text(self, key: str, most: int = LONGEST_NAME) -> str:
        value = self._document[key]
        if not isinstance(value, str) or len(value) > most:
            _refuse(f"{self._where}, {key}", value)
        return value

    def maybe_text(self, key: str, most: int = LONGEST_NAME) -> str | None:
        return None if self._document[key] is None else self.text(key, most)

    def path(self, key: str) -> Path:
        text = self.text(key, LONGEST_PATH)
        if "\0" in text or not text:
            _refuse(f"{self._where}, {key}", text)
        return Path(text)

    def digits(self, key: str) -> str:
        value = self.text(key)
        if re.fullmatch(f"[0-9a-f]{{{_DIGEST[key]}}}", value) is None:
            _refuse(f"{self._where}, {key}", value)
        return value

    def uid(self) -> str:
        value = self.text("uid")
        if _UID.fullmatch(value) is None:
            _refuse(f"{self._where}, uid", value)
        return value

    def whole(self, key: str, *, least: int = 0, most: int = _MOST) -> int:
        value = self._document[key]
        if type(value) is not int or not least <= value <= most:
            _refuse(f"{self._where}, {key}", value)
        return value

    def maybe_whole(self, key: str) -> int | None:
        return None if self._document[key] is None else self.whole(key)

    def flag(self, key: str) -> bool:
        value = self._document[key]
        if not isinstance(value, bool):
            _refuse(f"{self._where}, {key}", value)
        return value

    def word(self, key: str, kind: type[Word]) -> Word:
        value = self._document[key]
        if value not in [each.value for each in kind]:
            _refuse(f"{self._where}, {key}", value)
        return kind(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._document[key]
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            _refuse(f"{self._where}, {key}", value)
        return tuple(value)

    def part(self, key: str) -> object:
        return self._document[key]

    def parts(self, key: str) -> list[object]:
        value = self._document[key]
        if not isinstance(value, list):
            _refuse(f"{self._where}, {key}", value)
        return value


def _head(document: object) -> CaseHead:
    facts = _Facts(document, "case", set(CaseHead.__dataclass_fields__))
    head = CaseHead(
        facts.uid(),
        facts.text("made"),
        facts.text("title"),
        facts.text("examiner"),
        facts.text("exhibit"),
        facts.flag("beside_evidence"),
    )
    return checked_head(head)


def _disk(document: object) -> CaseDisk:
    facts = _Facts(document, "a disk", set(CaseDisk.__dataclass_fields__))
    links = tuple(_link(each) for each in facts.parts("links"))
    files = tuple(_file(each) for each in facts.parts("files"))
    if not links or any(each.generation >= len(links) for each in files):
        _refuse("a disk", "a file of a link that it does not have")
    return CaseDisk(
        facts.whole("number", least=1),
        facts.uid(),
        facts.path("path"),
        facts.text("added"),
        links,
        files,
    )


def _link(document: object) -> LinkIdentity:
    facts = _Facts(document, "a link", set(LinkIdentity._fields))
    return LinkIdentity(
        facts.whole("cid", most=2**32 - 1),
        facts.text("uuid"),
        facts.whole("capacity"),
        facts.digits("descriptor"),
    )


def _file(document: object) -> EvidenceFile:
    keys = {"generation", "path", "bytes", "modified", "changed", "digests"}
    facts = _Facts(document, "a file", keys)
    digests = facts.part("digests")
    return EvidenceFile(
        facts.whole("generation"),
        facts.path("path"),
        facts.whole("bytes"),
        facts.whole("modified", least=-_MOST),
        facts.whole("changed", least=-_MOST),
        None if digests is None else _digests(digests),
    )


def _digests(document: object) -> FileDigests:
    facts = _Facts(document, "digests", set(FileDigests._fields))
    return FileDigests(
        facts.digits("md5"), facts.digits("sha1"), facts.digits("sha256"), facts.text("taken")
    )


def _entry(document: object) -> CaseEntry:
    facts = _Facts(document, "an entry", set(CaseEntry.__dataclass_fields__))
    place, search = facts.part("place"), facts.part("search")
    entry = CaseEntry(
        facts.word("kind", CaseEntryKind),
        facts.text("name"),
        facts.text("text", LONGEST_TEXT),
        None if facts.part("colour") is None else facts.word("colour", MarkColour),
        None if place is None else _place(place),
        None if search is None else read_search(search),
        facts.texts("tags"),
        facts.whole("number", least=1),
        facts.uid(),
        facts.text("made"),
        facts.text("changed"),
    )
    try:
        return checked_entry(entry)
    except InvalidArgument as error:
        _refuse(f"entry {entry.number}", error.what)


def _place(document: object) -> MarkedPlace:
    facts = _Facts(document, "a place", set(MarkedPlace.__dataclass_fields__))
    return MarkedPlace(
        facts.whole("disk"),
        facts.whole("generation"),
        facts.maybe_whole("start"),
        facts.maybe_whole("count"),
        facts.maybe_text("file", LONGEST_PATH),
    )


def read_search(document: object) -> SavedSearch:
    """Read what `search_document` gave; raises as `read_case_document` does."""
    facts = _Facts(document, "a search", set(SavedSearch.__dataclass_fields__))
    return SavedSearch(
        facts.text("pattern", LONGEST_TEXT),
        facts.flag("is_hex"),
        facts.flag("regex"),
        facts.flag("ignore_case"),
        facts.texts("encodings"),
    )
