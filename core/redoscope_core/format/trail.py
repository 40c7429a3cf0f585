"""The trail of what was done: one JSON object a line, each with the digest of the line before.

    {"act":..,"args":..,"n":0,"prev":"000..","result":..,"tool":..,"when":..,"who":..}
    {"act":..,"args":..,"n":1,"prev":SHA-256 of the line above, without its end, ..}

Keys are sorted, there are no spaces, and all is ASCII. What was changed, cut out or swapped shows
in the line behind it. That the end was cut off shows only against a *head*, the number and digest
of a line, that was kept elsewhere. It proves order and integrity, not honesty: who can rewrite the
whole file can make another that fits.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.errors import InvalidArgument
from redoscope_core.overriding import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "LONG",
    "MAX_LINE",
    "MOST_FAULTS",
    "TORN_ACT",
    "TrailFault",
    "TrailFaultKind",
    "TrailHead",
    "TrailLine",
    "TrailRecord",
    "TrailVerdict",
    "judge_trail",
    "record_of",
    "told_text",
    "trail_line",
]

LONG = 2000
"""Characters of a text that stands in a record as it is."""
MAX_LINE = 2**20
"""Bytes of the longest line that is written, and of which more is no record."""
MOST_FAULTS = 1000
"""Faults that are kept: a file that is no trail has one in each line."""
TORN_ACT = "torn"
"""The act of a record behind a line of which only a part was written: it was told, and when."""
_NOTHING_BEFORE = "0" * 64
_KEYS = frozenset({"act", "args", "n", "prev", "result", "tool", "when", "who"})
_HEAD = re.compile(r"(0|[1-9][0-9]{0,17}):([0-9a-f]{64})")


class TrailHead(NamedTuple):
    """A line by which all lines up to it are proved, if it is kept elsewhere."""

    number: int
    """That of the record, from 0."""
    sha256: str

    @override
    def __str__(self) -> str:
        """As it is written down, and read back by `parse`."""
        return f"{self.number}:{self.sha256}"

    @classmethod
    def parse(cls, text: str) -> TrailHead:
        """Return what *text* means.

        Raises:
            InvalidArgument: It is no head.
        """
        match = _HEAD.fullmatch(text.strip())
        if match is None:
            raise InvalidArgument(
                "not the head of a trail",
                found=text,
                expected="NUMBER:SHA-256 in hex",
                cure="`redoscope trail FILE` prints it",
            )
        return cls(int(match[1]), match[2])


class TrailRecord(NamedTuple):
    """What a line of a trail tells. It may have been written by anybody: nothing of it is sure."""

    head: TrailHead
    """Its number, and the digest of its line."""
    when: str
    """UTC, as ISO 8601 has it."""
    who: str
    act: str
    args: Mapping[str, object]
    """To what it was done."""
    result: Mapping[str, object]
    """What came of it."""


class TrailFaultKind(StrEnum):
    """What can be wrong with a trail."""

    CHANGED = "changed"
    """A line, or what the next one says of it."""
    LACKING = "lacking"
    """One or more lines in front of a line."""
    OUT_OF_PLACE = "out-of-place"
    """A line that has been here, or belongs further up."""
    MALFORMED = "malformed"
    """A line is no record."""
    TORN = "torn"
    """Only a part of a line was written; nothing that stood before is concerned."""
    OTHER_HEAD = "other-head"
    """The line of the head is not the one that it was."""
    ENDS_EARLY = "ends-early"
    """The line of the head is not there."""


class TrailFault(NamedTuple):
    """Something that is wrong, and the lines, counted from 1, between which it lies."""

    kind: TrailFaultKind
    first: int
    last: int
    told: bool = False
    """Whether a later record tells of it: a torn line behind which the trail went on."""


class TrailLine(NamedTuple):
    """One line as it was read."""

    raw: bytes | None
    """Without its end; None if it is longer than any record."""
    sha256: str
    is_whole: bool
    """Whether its end was there."""


@dataclass(frozen=True, slots=True)
class TrailVerdict:
    """What a trail comes to."""

    lines: int
    head: TrailHead | None
    """Of the last whole record; None if there is none."""
    faults: tuple[TrailFault, ...]
    """The first of them, in the order of the lines."""
    more: int = 0
    """How many there are beside these."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found but lines whose tearing the trail itself tells."""
        return not self.more and all(each.told for each in self.faults)


def trail_line(number: int, before: str | None, record: Mapping[str, object]) -> bytes:
    """Return the line of *record*, without its end; *before* is the digest of the line above.

    Raises:
        InvalidArgument: It would be too long.
    """
    whole = {**record, "n": number, "prev": _NOTHING_BEFORE if before is None else before}
    raw = _spelled(whole)
    if len(raw) > MAX_LINE:
        raise InvalidArgument("the record is too long", found=len(raw), expected=MAX_LINE)
    return raw


def record_of(raw: bytes | None) -> dict[str, object] | None:
    """Return the record in a line, or None if it is not written as one is."""
    if raw is None or len(raw) > MAX_LINE:
        return None
    try:
        found: object = json.loads(raw)
        if not isinstance(found, dict) or _spelled(found) != raw:
            return None
    except (ValueError, RecursionError):
        return None
    number, before = found.get("n"), found.get("prev")
    of_kind = type(number) is int and number >= 0 and isinstance(before, str)
    return found if set(found) == _KEYS and of_kind else None


def _spelled(record: Mapping[str, object]) -> bytes:
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def told_text(text: str) -> object:
    """Return *text* as a record tells it: as it is; of a long one how it begins, and its digest."""
    if len(text) <= LONG:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return {"begins": text[:100], "characters": len(text), "sha256": digest}


def judge_trail(lines: Iterable[TrailLine], head: TrailHead | None = None) -> TrailVerdict:
    """Return what is wrong with *lines*, which have to hold the line of *head* if one is given."""
    judging = _Judging(head)
    for line in lines:
        judging.take(line)
    return judging.verdict()


class _Judging:
    """Lines, judged one by one."""

    def __init__(self, head: TrailHead | None) -> None:
        self._wanted = head
        self._met = False
        self._count = 0
        self._number = 0
        """What the next record is expected to be."""
        self._before: str | None = None
        self._head: TrailHead | None = None
        self._faults: list[TrailFault] = []
        self._more = 0

    def take(self, line: TrailLine) -> None:
        """Judge the next line."""
        self._count += 1
        record = record_of(line.raw) if line.is_whole else None
        if record is None:
            kind = TrailFaultKind.MALFORMED if line.is_whole else TrailFaultKind.TORN
            self._add(kind, self._count)
        else:
            number = int(str(record["n"]))
            self._place(number, str(record["prev"]), is_torn=record["act"] == TORN_ACT)
            self._number = number
            self._head = TrailHead(number, line.sha256)
        if self._wanted is not None and self._number == self._wanted.number:
            self._met = True
            if line.sha256 != self._wanted.sha256:
                self._add(TrailFaultKind.OTHER_HEAD, self._count)
        self._number += 1
        self._before = line.sha256

    def _place(self, number: int, before: str, *, is_torn: bool) -> None:
        """Judge what a record says of its place."""
        at = self._count
        fits = before == (self._before or _NOTHING_BEFORE)
        if number > self._number:
            self._add(TrailFaultKind.LACKING, at - 1, at)
        elif number < self._number:
            self._add(TrailFaultKind.OUT_OF_PLACE, at)
        elif not fits:
            self._add(TrailFaultKind.CHANGED, at - 1, at)
        elif is_torn:
            self._tell_torn(at - 1)

    def _tell_torn(self, line: int) -> None:
        """Take the lines up to *line* that are no records for torn ones, as a record tells."""
        for at in range(len(self._faults) - 1, -1, -1):
            fault = self._faults[at]
            if fault.kind is not TrailFaultKind.MALFORMED or fault.first != line:
                return
            self._faults[at] = TrailFault(TrailFaultKind.TORN, line, line, told=True)
            line -= 1

    def _add(self, kind: TrailFaultKind, first: int, last: int | None = None) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(TrailFault(kind, max(first, 1), first if last is None else last))
        else:
            self._more += 1

    def verdict(self) -> TrailVerdict:
        """Return what came of it."""
        if self._wanted is not None and not self._met:
            self._add(TrailFaultKind.ENDS_EARLY, self._count + 1)
        return TrailVerdict(self._count, self._head, tuple(self._faults), self._more)
