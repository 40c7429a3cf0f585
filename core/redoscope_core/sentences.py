"""Sentences: the one table that makes words of findings, for the edge alone.

Nothing searches, cuts or compares what stands here: whoever has to tell findings apart asks
for their kind and their facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core.errors import printable
from redoscope_core.findings import Finding, Kind
from redoscope_core.phrases import called, compared_words, instead_words, place_words, short
from redoscope_core.table_words import OF_TABLES, facts_in_words
from redoscope_core.table_words import Words as _Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["cure", "details", "headline", "line", "lines", "text"]

_COMPARE = "compare the file with another copy of it"
_COPY_AGAIN = "copy the file again, it may be truncated"


_OF_ERRORS = frozenset(
    {
        Kind.MISSING_PARENT,
        Kind.WRONG_CID,
        Kind.LOOP,
        Kind.MISSING_DATA,
        Kind.MERGED,
        Kind.UNSUPPORTED,
        Kind.UNREADABLE,
    }
)
_TABLE: Mapping[Kind, _Words] = {
    **OF_TABLES,
    Kind.KEY_TWICE: _Words(
        "the descriptor sets {key} twice; the first line is taken",
        "remove the line that is wrong",
    ),
    Kind.NO_SIGNATURE: _Words(
        "the descriptor lacks its first line, '# Disk DescriptorFile'",
        "write that line at its head; other programs do not open it without",
    ),
    Kind.BREAKS_OFF: _Words(
        "the descriptor breaks off in the middle of a line (its byte {byte})",
        "compare the text with another copy of it: keys behind that byte are lost",
    ),
    Kind.TEXT_BEHIND_NUL: _Words(
        "the descriptor ends at a NUL (its byte {byte}); text behind it is not read",
        "look at it in a hex editor, it may be left over from a longer text",
    ),
    Kind.UNKNOWN_ENCODING: _Words(
        "encoding {name!r} is unknown; the text is read as UTF-8",
        "if a file that it names is not found, correct the key encoding",
    ),
    Kind.BYTES_OF_NO_CHARACTER: _Words(
        "the text holds bytes that are no {name}; they are kept as they are",
        "if a file that it names is not found, correct the key encoding",
    ),
    Kind.NO_CID: _Words(
        "the descriptor has no CID; it is taken as 00000000",
        "give it one before a child is made of it",
    ),
    Kind.NO_PARENT_CID: _Words(
        "the descriptor has no parentCID; it is taken as one without a parent",
        "if it should have a parent, write the CID of that as parentCID",
    ),
    Kind.LONG_CID: _Words(
        "the {key} {value} has more than eight digits; the last eight are taken",
        "no harm here; other programs may refuse it",
    ),
    Kind.UNKNOWN_VERSION: _Words(
        "descriptor version {version} is unknown; read as version 1",
        "compare what you read with the program that wrote it",
    ),
    Kind.LOST_FOREIGN_PARENT: _Words(
        "the descriptor has VirtualBox's keys but for ddb.uuid.parent: whether the disk has"
        " a parent is not known",
        "ask VirtualBox, or whoever has the machine, what it was made from",
    ),
    Kind.LONG_CONTENT_ID: _Words(
        "ddb.longContentID does not end in the CID: whoever changed that left it as it was",
        "no harm here; the next write gives both new values that fit",
    ),
    Kind.BARE: _Words(
        "an extent without its descriptor, shown alone; {what}",
        "put the descriptor that names it beside it",
    ),
    Kind.OPENED_ALONE: _Words(
        "opened alone, without its descriptor: {what}. Whether it has a parent is not known; what"
        " it does not store reads as zeros",
        "open the descriptor that names it, if there is one",
    ),
    Kind.DATA_OF: _Words("is data of {disk}, which names it{newer}", "open {newest}"),
    Kind.LOST_DESCRIPTOR: _Words(
        "the descriptor of {disk} is lost; its data is {files}{absent}{needed}",
        "put the descriptor back from a copy; each file of its data opens alone meanwhile",
    ),
    Kind.SPELLED_OTHERWISE: _Words(
        "the file {file} is called {name} in the descriptor",
        "rename the file as it is called there, before other programs open it",
    ),
    Kind.ELSEWHERE: _Words(
        "{sectors:sector|sectors} can't be read: {reason}",
        "read it on the server or host that it belongs to, or clone it there",
    ),
    Kind.UNCLEAN: _Words(
        "was not closed after its last change (uncleanShutdown is set)",
        "if no program has it open now, the one that had it crashed: let it open and close the disk"
        " once, which mends what it left; or clone the disk, and go on with the copy",
    ),
    Kind.FREE_SECTOR_PAST_END: _Words(
        "says its first free sector is {sector}, past its end ({file_bytes} bytes)",
        "copy the file again, it may be truncated",
    ),
    Kind.FIRST_GRAIN_PAST_END: _Words(
        "says its first grain is at sector {sector}, past its end",
        "nothing is stored yet; write into it only after a copy was made",
    ),
    Kind.CAPACITY_OF_LINE: _Words(
        "says {header} sectors, its extent line {line}; the line is taken",
        "find out which is right before it is written",
    ),
    Kind.ODD_TABLES: _Words(
        "has grain tables of {entries} entries; some programs read only {usual}",
        "clone it, if another program does not open it",
    ),
    Kind.ODD_LENGTH: _Words(
        "is no whole number of sectors long: {file_bytes} bytes",
        "compare its length with that of another copy",
    ),
    Kind.JOURNAL_NOT_REPLAYED: _Words(
        "was not closed and its journal was not replayed: the newest writes may be missing or"
        " half there",
        "let its ESX server open it once",
    ),
    Kind.NO_MARKER_FLAG: _Words(
        "has compressed grains without the flag for their marks; they are read as if it were set",
        "no harm here; clone it, if another program does not open it",
    ),
    Kind.BYTES_BEHIND_STREAM: _Words(
        "has {count:byte|bytes} behind the end of its stream",
        "no harm, padding as a rule; look at them, if it should be evidence",
    ),
    Kind.STREAM_CUT: _Words("lacks the last {count} bytes of its stream", _COPY_AGAIN),
    Kind.DIRECTORY_LOST: _Words(
        "its grain directory is lost (the file may be cut off); its grains were found one by one,"
        " and the disk is partial: {sectors:sector|sectors} can't be read",
        _COPY_AGAIN,
    ),
    Kind.DIRECTORY_WALKED: _Words(
        "its grain directory is lost (the file may be cut off); its grains were found one by one,"
        " and none seems to be missing",
        _COPY_AGAIN,
    ),
    Kind.GRAIN_OF_OTHER_SECTOR: _Words(
        "compressed grain {grain} at byte {byte} says it belongs to sector {says}, the table puts"
        " it at {sector}; the table is believed",
        "compare the file with another copy of it",
    ),
    Kind.BYTES_BEHIND_GRAIN: _Words(
        "compressed grain {grain} at byte {byte} has {count:byte|bytes} behind its end",
        "no harm to the bytes of the disk; look at them, if it should be evidence",
    ),
    Kind.SHARED_PLACE: _Words(
        "two entries of its tables lead to the same place of a file; one of them shows bytes that"
        " are not its own",
        "compare with another copy; clone gives each its own place",
    ),
    Kind.UNREADABLE_SECTORS: _Words(
        "{sectors:sector|sectors} can't be read: a file is too short, damaged or elsewhere",
        _COPY_AGAIN,
    ),
    Kind.DAMAGED: _Words("{sectors:sector|sectors} can't be read: {why}", _COMPARE),
    Kind.WRONG_CID: _Words(
        "{parent} is not what it was made from: at {where}, found {found}, expected {expected};"
        " the bytes may be wrong",
        "put back the parent as it was when the child was made",
    ),
    Kind.PARENT_ELSEWHERE: _Words(
        "its parent is not where it says; {parent} is what it was made from",
        "correct its parentFileNameHint (attach --persist), or put the parent where it says",
    ),
    Kind.NAMESAKE_OF_PARENT: _Words(
        "its parent is not where it says; {parent} is what it was made from; {namesake} is another"
        " disk of that name",
        "correct its parentFileNameHint (attach --persist), or put the parent where it says",
    ),
    Kind.CAPACITY: _Words(
        "has {sectors:sector|sectors}, its parent {parent} {of_parent}",
        "find out which descriptor is wrong before anything is written",
    ),
    Kind.NAMES_PARENT: _Words(
        "names a parent, but its parentCID says it has none",
        "if it should have a parent, write the CID of that as parentCID",
    ),
    Kind.LOOP: _Words(
        "the chain is a circle: {name} is its own ancestor",
        "correct parentFileNameHint so that it names the older link",
    ),
    Kind.TOO_DEEP: _Words(
        "the chain has {links:link|links}, advised are at most {advised}", "flatten it (clone)"
    ),
    Kind.OLDER_GENERATION: _Words(
        "older generation, read-only (children: {children})",
        "open the newest link to work on it, or make a child of this one",
    ),
    Kind.IN_USE: _Words("in use ({user}); only read it", "close it there before writing"),
    Kind.INTERRUPTED: _Words(
        "a call was stopped in the middle; {undo} takes it back",
        "take it back, or make the same call again",
    ),
    Kind.MORE_UNREADABLE: _Words(
        "{areas:area|areas} more can't be read, of {sectors:sector|sectors} that can't be read in"
        " all",
        "the map shows them hatched",
    ),
    Kind.SET_TWICE: _Words(
        "the text sets {key} twice, to different values; the last line counts",
        "remove the line that is wrong",
    ),
    Kind.UNQUOTED: _Words(
        "the value of {key} is not in quotes: Workstation reads such a line, ESXi refuses it",
        "put the value in quotes",
    ),
    Kind.SNAPSHOT_WITHOUT_UID: _Words(
        "snapshot{index} has no uid, so nothing can name it; it is left out",
        "give it a uid that no other snapshot has, if its links are there",
    ),
    Kind.UID_TWICE: _Words(
        "two snapshots have the uid {uid}; the first counts",
        "give one of them another uid, above snapshot.lastUID",
    ),
    Kind.NO_PARENT_SNAPSHOT: _Words(
        "snapshot {uid} descends from snapshot {parent}, which is not there",
        "look which link its own is made from; that snapshot is its parent",
    ),
    Kind.SNAPSHOT_LOOP: _Words(
        "snapshot {uid} is its own ancestor", "correct the parents of the snapshots"
    ),
    Kind.SNAPSHOT_COUNT: _Words(
        "says it has {said:snapshot|snapshots}, and names {there}",
        "a text that was edited or cut off: compare it with the links",
    ),
    Kind.NO_CURRENT_SNAPSHOT: _Words(
        "says the machine stands on snapshot {uid}, which is not there",
        "look which link the machine runs on, and what that is made from",
    ),
    Kind.RUNS_ON_PARENT: _Words(
        "the machine {machine} runs on it, although others are made from it ({children}): what"
        " they hold is not seen there, and what the machine writes breaks them",
        "do not start the machine; let it run on the newest link first",
    ),
    Kind.MACHINE_ENCRYPTED: _Words(
        "is encrypted: which disks the machine runs on is not known",
        "open the machine in the program that has its key",
    ),
    Kind.MACHINE_EMPTY: _Words(
        "holds no setting of a machine: which disks it runs on is not known",
        "put it back from a copy (its logs, vmware.log, have its settings too)",
    ),
    Kind.LONG_TEXT: _Words(
        "is longer than {most:byte|bytes}; the lines behind them are not read: disks and snapshots"
        " may be named there",
        "such texts have some thousand bytes: look what fills it, and remove that",
    ),
    Kind.SUSPENDED: _Words(
        "the machine is suspended: it goes on from {file}",
        "resume it and shut it down before its disks or snapshots are changed",
    ),
    Kind.RUNS_ON_FROZEN: _Words(
        "the machine runs on {link}, which snapshot {uid} froze: what it writes changes that"
        " snapshot",
        "`redoscope vm snapshot revert` to it makes a child and lets the machine run on that",
    ),
    Kind.NUMBER_LIES: _Words(
        "its number is lower than that of {parent}, which it was made from",
        "no harm: numbers are used again; go by parents, never by names",
    ),
    Kind.NEEDS_CONSOLIDATION: _Words(
        "a product noted that links are there which no snapshot needs",
        "`redoscope vm snapshot consolidate` merges them, once all is sound",
    ),
    Kind.NO_SNAPSHOT_NAMES: _Words(
        "no snapshot names it, and no machine here runs on it",
        "an orphan or the disk of a machine elsewhere: move it away before you remove it",
    ),
    Kind.STANDS_BETWEEN: _Words(
        "no snapshot froze it, and {leaf} is read through it",
        "`redoscope vm snapshot consolidate` merges it with its child, if nobody else needs it",
    ),
    Kind.SNAPSHOT_LINK_MISSING: _Words(
        "snapshot {uid} froze {link}, which is not there",
        "put it back, or move the .vmsd away and let the product write a new one",
    ),
    Kind.NO_CHECKPOINT: _Words(
        "the checkpoint file {file} of snapshot {uid} is not there",
        "its disks can still be read; the product can't go back to it",
    ),
    Kind.HAS_CLONE: _Words(
        "snapshot {uid} is the base of the linked clone {clone}",
        "keep its links: without them the clone can't be read",
    ),
    Kind.OLD_SNAPSHOT: _Words(
        "snapshot {uid} is {hours} hours old; advised are at most {advised}",
        "delete it once nobody wants to go back to it",
    ),
    Kind.TRACK_UNREADABLE: _Words(
        "its change tracking file can't be read: {why}",
        "reset change tracking for this disk before the next incremental backup",
    ),
    Kind.LOOSE_TRACK: _Words(
        "a change tracking file that no link here names; it holds no byte of a disk",
        "leave it, or move it away",
    ),
}


def headline(finding: Finding, *, near: Path | None = None) -> str:
    """Return what is so, without file, place and cure.

    Files in the folder *near* are called by their names alone.
    """
    if _is_error(finding):
        return short(str(called(finding.fact("what"), near)))
    return _TABLE[finding.kind].said.format_map(facts_in_words(finding, near))


def details(finding: Finding, *, near: Path | None = None) -> str:
    """Return where it is, what was found and what was expected; empty if that is no question."""
    if not _is_error(finding):
        return ""
    words = (
        *place_words(*finding.place),
        *compared_words(finding.fact("found"), finding.fact("expected"), near=near),
        *_instead(finding, near),
    )
    return ", ".join(words)


def cure(finding: Finding) -> str:
    """Return what to do about it."""
    told = finding.fact("cure")
    if told is not None:
        return str(told)
    if _is_error(finding):
        return _COMPARE
    return _TABLE[finding.kind].cure.format_map(dict(finding.facts))


def text(finding: Finding, *, near: Path | None = None) -> str:
    """Return all but the file and the cure, as one line."""
    parts = (headline(finding, near=near), details(finding, near=near))
    return printable(", ".join(filter(None, parts)))


def line(finding: Finding) -> str:
    """Return the file's name and the `text`."""
    if finding.path is None:
        return text(finding)
    return f"{printable(short(finding.path.name))}: {text(finding)}"


def lines(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the `line` of each, once."""
    return tuple(dict.fromkeys(line(finding) for finding in findings))


def _instead(finding: Finding, near: Path | None) -> list[str]:
    found = finding.fact("candidates")
    candidates = found if isinstance(found, tuple) else ()
    whole = finding.fact("looked_at_all") is None
    return instead_words(candidates, looked_at_all=whole, near=near)


def _is_error(finding: Finding) -> bool:
    """Tell whether *finding* is an error of the engine, which brings its own words."""
    return finding.kind in _OF_ERRORS and finding.fact("what") is not None
