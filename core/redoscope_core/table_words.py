"""Sentences about tables and grains, and words for the single places that some of them have.

They are a part of the one table (`sentences`), which is for the edge alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redoscope_core.findings import Kind
from redoscope_core.overriding import override
from redoscope_core.phrases import called
from redoscope_core.spots import EntrySpot, GrainSpot, RunSpot, Sound, Why

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from redoscope_core.findings import Finding
    from redoscope_core.spots import Spot

__all__ = ["OF_TABLES", "Words", "facts_in_words"]

_NAMED = 3
"""Spots that a sentence names."""


class Words(NamedTuple):
    """What is said of one kind of finding."""

    said: str
    """With the names of facts in braces; `spots` are words already. A count may have a noun for
    one and one for many behind it: ``{grains:grain is|grains are}``."""
    cure: str


OF_TABLES: Mapping[Kind, Words] = {
    Kind.DAMAGED_GRAINS: Words(
        "{grains:compressed grain is|compressed grains are} damaged and can't be read: {spots}",
        "compare the file with another copy of it; all other grains can be read",
    ),
    Kind.ODD_MARKS: Words(
        "{grains:compressed grain has a mark|compressed grains have marks} that can't be right:"
        " {spots}",
        "compare the file with another copy of it: bytes may be those of another place",
    ),
    Kind.UNREADABLE_DATA: Words(
        "{sectors:stored sector|stored sectors} can't be read: {spots}",
        "copy the file to sound storage first, or take it from a backup",
    ),
    Kind.TABLES_DIFFER: Words(
        "the grain tables and their redundant copy differ in {entries:entry|entries}: {spots}",
        "the first is read; nothing is written until both are the same",
    ),
    Kind.BYTES_BEHIND_GRAINS: Words(
        "{grains:compressed grain has|compressed grains have} bytes behind the end",
        "no harm to the bytes of the disk; look at them, if it should be evidence",
    ),
    Kind.COPY_OUTSIDE: Words(
        "the redundant grain directory is not inside the file",
        "read what you need; it can't be written without its copy",
    ),
    Kind.COPY_NOT_TOLD: Words(
        "the header names a redundant grain directory, at sector {sector}, and has no flag for it,"
        " so the tables are not compared with it",
        "compare the header with that of another copy: its flags may have been changed",
    ),
    Kind.DIRECTORIES_DIFFER: Words(
        "the grain directory and its redundant copy differ at entry {entry} ({first} and"
        " {second}); the first is believed",
        "check tells how much differs, and which is sound; nothing is written until then",
    ),
    Kind.TABLE_DIFFERS: Words(
        "grain table {table} and its redundant copy differ at entry {entry} (0x{first:X} and"
        " 0x{second:X}); the first is believed",
        "check tells how much differs, and which is sound; nothing is written until then",
    ),
    Kind.LOST_COPIES: Words(
        "{lost:table|tables} of the redundant copy of the grain tables can't be read",
        "the tables that are read do not need it; clone the disk, which makes a new copy of them",
    ),
    Kind.ENTRIES_BEHIND: Words(
        "{entries:entry|entries} of its grain tables stand for grains behind its end; no byte"
        " depends on that",
        "no harm here; compare the header with that of another copy",
    ),
    Kind.GRAINS_BEHIND: Words(
        "its grain tables lead to {grains:grain|grains} behind its end: its capacity or its grain"
        " size may have been changed, and what is stored there is not read",
        "compare header and extent line with those of another copy",
    ),
    Kind.LEFT_OVER: Words(
        "holds {sectors} sectors that no table entry leads to: left over, or lost from the tables",
        "check tells more; compare with an older copy, if data is missing",
    ),
    Kind.LOST_TABLE: Words(
        "{entries:entry of the grain directory leads|entries of the grain directory lead} to no"
        " table, the first is {first}",
        "compare the file with another copy of it: there is no second copy of these tables",
    ),
    Kind.COPY_HAS_TABLE: Words(
        "the redundant directory leads to {tables} of the tables that are lost",
        "clone the disk from there; nothing was changed",
    ),
    Kind.REDUNDANT_USED: Words(
        "taken from the redundant copy, since that was asked for:"
        " {entries:table entry|table entries} and {tables:grain table|grain tables}",
        "compare with another copy of the disk: the bytes are as the redundant tables have them",
    ),
    Kind.BAD_ENTRY: Words(
        "{entries:grain table entry leads|grain table entries lead} into the metadata or past the"
        " end of the file, the first is that of grain {grain}: sector {sector}",
        "copy the file again, it may be truncated",
    ),
    Kind.SHARED_GRAIN: Words(
        "{grains:grain of the file belongs|grains of the file belong} to two entries: a write"
        " would change both",
        "copy the disk to a new one (clone), which gives each its own",
    ),
    Kind.GRAIN_OVER_TABLE: Words(
        "{grains:grain of the file lies|grains of the file lie} over a grain table: a write would"
        " change both",
        "copy the disk to a new one (clone), which gives each its own place",
    ),
    Kind.LEAKED: Words(
        "{grains:grain of the file belongs|grains of the file belong} to no entry",
        "left over from a write that was stopped, or lost; a clone leaves them out",
    ),
    Kind.GRAINS_OF_DAMAGE: Words(
        "{grains:grain of the file belongs|grains of the file belong} to no entry",
        "they may be what the damaged tables led to: keep the file as it is",
    ),
    Kind.HALF_WRITTEN: Words(
        "a write was interrupted: {entries:entry is|entries are} in one copy of the tables alone",
        "harmless; the next write, or the same command again, goes on from there",
    ),
}

_DAMAGE = {
    Why.BAD_LENGTH: "its mark says {says} bytes",
    Why.CUT_OFF: "the file ends inside it",
    Why.DAMAGED_STREAM: "it does not inflate to what its checksum says",
    Why.SYSTEM: "the system can't read it",
    Why.OTHER_SECTOR: "its mark says sector {says}",
    Why.OVERLAPS: "its mark says {says} bytes, which reach into the next one",
}
_REASON = {
    Why.LEADS_NOWHERE: "the other leads nowhere",
    Why.SHARED: "the other leads to what belongs to something else",
    Why.NOT_STORED: "nothing else leads there",
}
_SOUND = {
    Sound.FIRST: "the first is sound: {reason}",
    Sound.SECOND: "the second is sound: {reason}",
    Sound.NEITHER: "neither is sound",
    Sound.UNKNOWN: "nothing tells which is sound",
}


class _Count(int):
    """A number that is told with its noun."""

    @override
    def __format__(self, nouns: str) -> str:
        if "|" not in nouns:
            return format(int(self), nouns)
        one, many = nouns.split("|")
        return f"{int(self)} {one if self == 1 else many}"


def facts_in_words(finding: Finding, near: Path | None = None) -> dict[str, object]:
    """Return the facts of *finding* as its sentence takes them, as seen from the folder *near*."""
    facts = {
        name: _Count(fact)
        if isinstance(fact, int) and not isinstance(fact, bool)
        else called(fact, near)
        for name, fact in finding.facts
    }
    return facts | {"spots": _spots_in_words(finding.spots)}


def _spots_in_words(spots: Sequence[Spot]) -> str:
    """Return the first of *spots* in words, and that there are more."""
    told = "; ".join(map(_in_words, spots[:_NAMED]))
    return told if len(spots) <= _NAMED else f"{told}; and so on (--json lists them)"


def _in_words(spot: Spot) -> str:
    if isinstance(spot, EntrySpot):
        reason = _REASON.get(spot.why, "")
        sound = _SOUND[spot.sound].format(reason=reason)
        return f"grain {spot.grain}, 0x{spot.first:X} and 0x{spot.second:X} ({sound})"
    if isinstance(spot, GrainSpot):
        why = _DAMAGE[spot.why].format(says=spot.says)
        return f"grain {spot.grain} at byte {spot.offset} ({why})"
    return f"{spot.sectors} from sector {spot.sector} on ({_run_damage(spot)})"


def _run_damage(spot: RunSpot) -> str:
    return "the file ends before" if spot.why is Why.CUT_OFF else "the system can't read them"
