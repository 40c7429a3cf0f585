"""What a case holds, as values: who examines, the evidence, and what was noted about it.

A *disk* of a case is known by the links of its chain, wherever it lies: each by content ID, UUIDs,
capacity and the digest of its descriptor. An *entry* is a bookmark, a note or a saved search; where
it is about something, that is a *place*: a generation of a disk, sectors of it, a file in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from redoscope_core.errors import InvalidArgument

__all__ = [
    "LONGEST_NAME",
    "LONGEST_PATH",
    "LONGEST_TAG",
    "LONGEST_TEXT",
    "MOST_TAGS",
    "CaseDisk",
    "CaseEntry",
    "CaseEntryKind",
    "CaseHead",
    "EvidenceFile",
    "FileDigests",
    "LinkIdentity",
    "MarkColour",
    "MarkedPlace",
    "SavedSearch",
    "checked_entry",
    "checked_head",
    "checked_tag",
]

LONGEST_NAME = 1000
"""Characters of a name, a title."""
LONGEST_TEXT = 2**16
"""Characters of a note."""
LONGEST_PATH = 2**15
"""Characters of a path of a file in a volume."""
LONGEST_TAG = 200
"""Characters of a tag."""
MOST_TAGS = 50
"""Tags of one entry."""
_LAST_SECTOR = 2**53


class MarkColour(StrEnum):
    """What a bookmark is drawn in; the window has a shade of each for each theme."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    VIOLET = "violet"
    GREY = "grey"


class CaseEntryKind(StrEnum):
    """What an entry of a case is."""

    BOOKMARK = "bookmark"
    NOTE = "note"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What a case is called, and who works on it; `case.json` holds this."""

    uid: str
    """32 hex digits, drawn when the case was made."""
    made: str
    """When, UTC, as ISO 8601 has it."""
    title: str = ""
    examiner: str = ""
    exhibit: str = ""
    """Number or name that the evidence has elsewhere."""
    beside_evidence: bool = False
    """Whether its maker allowed it to lie beside the disks."""


class LinkIdentity(NamedTuple):
    """By what a link is known wherever it lies."""

    cid: int
    """Content ID."""
    uuid: str
    """UUIDs that its descriptor has, for guests and for VirtualBox; empty if none."""
    capacity: int
    """Sectors."""
    descriptor: str
    """SHA-256 of its descriptor's text."""


class FileDigests(NamedTuple):
    """The digests of a file, in hex, and when they were taken."""

    md5: str
    sha1: str
    sha256: str
    taken: str
    """When the last byte was read, UTC, as ISO 8601 has it."""


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file of a disk, as it was when it was added."""

    generation: int
    """Of the link that it belongs to; 0 is the base disk."""
    path: Path
    length: int
    """Bytes."""
    modified: int
    """When its bytes were changed last, in nanoseconds since 1970."""
    changed: int
    """When it, its name or its rights were changed last, in nanoseconds since 1970."""
    digests: FileDigests | None = None
    """None until they are taken."""


@dataclass(frozen=True, slots=True)
class CaseDisk:
    """A disk of a case: its chain."""

    number: int
    """In its case, from 1 on; never given again."""
    uid: str
    path: Path
    """Where its newest link was, absolute."""
    added: str
    """When, UTC, as ISO 8601 has it."""
    links: tuple[LinkIdentity, ...]
    """The base disk first."""
    files: tuple[EvidenceFile, ...]
    """Every file of the chain, those of the base disk first."""


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """What an entry is about: a disk, a generation of it, and there sectors or a file."""

    disk: int
    """Its number in the case."""
    generation: int
    """Of the link at which it is read; 0 is the base disk."""
    start: int | None = None
    """First sector; None if it is about no sectors."""
    count: int | None = None
    """Sectors."""
    file: str | None = None
    """Path of a file in the volumes of the disk, as `2:/etc/passwd`."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """What `search` is asked."""

    pattern: str
    is_hex: bool = False
    """Whether the pattern is bytes in hex."""
    regex: bool = False
    """Whether the pattern is a regular expression over bytes."""
    ignore_case: bool = False
    encodings: tuple[str, ...] = ()
    """Of a text; none is UTF-8."""


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A bookmark, a note or a saved search."""

    kind: CaseEntryKind
    name: str = ""
    """Of a bookmark or a search."""
    text: str = ""
    """What is noted."""
    colour: MarkColour | None = None
    """Of a bookmark."""
    place: MarkedPlace | None = None
    """None if it is about the case."""
    search: SavedSearch | None = None
    tags: tuple[str, ...] = ()
    """Sorted, each once."""
    number: int = 0
    """In its case, from 1 on; never given again. 0 until it is kept."""
    uid: str = ""
    """32 hex digits: the entry has them in every case that it is brought into."""
    made: str = ""
    """When, UTC, as ISO 8601 has it."""
    changed: str = ""
    """When last."""


def checked_head(head: CaseHead) -> CaseHead:
    """Return *head* if a case can have it.

    Raises:
        InvalidArgument: A text of it is too long.
    """
    for what in ("title", "examiner", "exhibit"):
        _refuse_long(what, getattr(head, what), LONGEST_NAME)
    return head


def checked_tag(tag: str) -> str:
    """Return *tag* without spaces around it.

    Raises:
        InvalidArgument: Nothing is left of it, or it is too long.
    """
    tag = tag.strip()
    if not tag:
        raise InvalidArgument("a tag without a letter", cure="name the tag")
    _refuse_long("tag", tag, LONGEST_TAG)
    return tag


def checked_entry(entry: CaseEntry) -> CaseEntry:
    """Return *entry* with its tags in order, if a case can hold it.

    Raises:
        InvalidArgument: It lacks what its kind needs, has what it can't have, or is too long.
    """
    _refuse_long("name", entry.name, LONGEST_NAME)
    _refuse_long("text", entry.text, LONGEST_TEXT)
    tags = tuple(sorted({checked_tag(tag) for tag in entry.tags}))
    if len(tags) > MOST_TAGS:
        raise InvalidArgument("too many tags", found=len(tags), expected=f"at most {MOST_TAGS}")
    if entry.place is not None:
        _check_place(entry.place)
    _check_kind(entry)
    return entry if entry.tags == tags else replace(entry, tags=tags)


def _check_kind(entry: CaseEntry) -> None:
    """Refuse an entry that is not of its kind."""
    kind = entry.kind
    if not (entry.text if kind is CaseEntryKind.NOTE else entry.name).strip():
        lacking = "text" if kind is CaseEntryKind.NOTE else "name"
        raise InvalidArgument(f"a {kind.value} without a {lacking}", cure=f"say its {lacking}")
    if (entry.search is None) == (kind is CaseEntryKind.SEARCH):
        raise InvalidArgument(f"a {kind.value} has a pattern, if and only if it is a search")
    if (entry.colour is None) == (kind is CaseEntryKind.BOOKMARK):
        raise InvalidArgument(f"a {kind.value} has a colour, if and only if it is a bookmark")
    if kind is CaseEntryKind.BOOKMARK and entry.place is None:
        raise InvalidArgument("a bookmark of no disk", cure="name the disk that it is about")
    if kind is CaseEntryKind.SEARCH and entry.place is not None:
        raise InvalidArgument("a saved search is about no place", cure="it is made on any disk")
    if entry.search is not None:
        _refuse_long("pattern", entry.search.pattern, LONGEST_TEXT)
        _refuse_long("list of encodings", " ".join(entry.search.encodings), LONGEST_NAME)
        if not entry.search.pattern:
            raise InvalidArgument("a search for nothing", cure="say what is sought")
        if entry.search.is_hex and entry.search.regex:
            raise InvalidArgument("a pattern is either hex or a regular expression, not both")


def _check_place(place: MarkedPlace) -> None:
    if (place.start is None) != (place.count is None):
        raise InvalidArgument("sectors have a start and a count, or neither")
    if place.start is not None and place.file is not None:
        raise InvalidArgument("a place is sectors or a file, not both", cure="make two of it")
    if place.start is not None and place.count is not None:
        whole = place.start >= 0 and place.count > 0 and place.start + place.count <= _LAST_SECTOR
        if not whole:
            raise InvalidArgument(
                "sectors that no disk has",
                found=f"{place.count} from sector {place.start}",
                expected="at least one, from sector 0 on",
            )
    if place.file is not None:
        _refuse_long("path", place.file, LONGEST_PATH)
    if place.disk < 1 or place.generation < 0:
        raise InvalidArgument("a place on no disk of the case", found=place.disk)


def _refuse_long(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InvalidArgument(
            f"the {what} is too long",
            found=f"{len(text)} characters",
            expected=f"at most {most}",
        )
