"""What is printed of USN records: a line each, and what stands above them."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from redoscope_core.errors import printable
from redoscope_core.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import IntFlag

    from redoscope_core.operations.attributing.usn_changes import UsnChanges, UsnJournal
    from redoscope_core.volumes.journals.usn import UsnLog, UsnRecords
    from redoscope_core.volumes.source import Numbers

__all__ = ["journal_document", "json_rows", "since_words", "text_rows"]

_EPOCH = 116_444_736_000_000_000
"""1970, in 100 ns since 1601."""
_PER_MICROSECOND = 10
_AT_ONCE = 2**17
"""Records of which lines are made at once."""


def text_rows(each: UsnChanges) -> Iterator[str]:
    """Yield the line of each record: USN, time, reasons, path."""
    for log, rows, records, paths in _some(each):
        columns = records.usn, records.in_place, records.offset, records.record
        told = zip(*(column.tolist() for column in columns), strict=True)
        names = log.names_of(rows)
        for (usn, own, offset, record), time, words, path, name in zip(
            told, _times(records.time), _words(records.reason), paths, names, strict=True
        ):
            unknown = f"?/{name}" if name else f"? (file record {record})"
            shown = printable(unknown if path is None else path)
            mark = "" if own else f" (foreign, at byte {offset})"
            yield f"{usn} {time or '-'} {','.join(words)} {shown}{mark}"


def json_rows(each: UsnChanges) -> Iterator[str]:
    """Yield the JSON object of each record, as text."""
    from redoscope_core.volumes.journals.usn_reasons import Source

    start = each.examined.volume.start
    for log, rows, records, paths in _some(each):
        columns = (
            records.usn,
            records.offset,
            records.version,
            records.attributes,
            records.file,
            records.file_high,
            records.parent,
            records.parent_high,
            records.in_place,
        )
        told = zip(*(column.tolist() for column in columns), strict=True)
        words = zip(_words(records.reason), _words(records.source, Source), strict=True)
        for numbers, time, (reasons, sources), name, path in zip(
            told, _times(records.time), words, log.names_of(rows), paths, strict=True
        ):
            usn, offset, version, attributes, low, high, parent, parent_high, own = numbers
            document = {
                "start_sector": start,
                "usn": usn,
                "offset": offset,
                "foreign": not own,
                "version": version,
                "time": time,
                "reasons": reasons,
                "sources": sources,
                "attributes": attributes,
                "name": name or None,
                "path": path,
                **_reference("file", low, high),
                **_reference("parent", parent, parent_high),
            }
            yield dumps(document)


def _some(
    each: UsnChanges,
) -> Iterator[tuple[UsnLog, Numbers, UsnRecords, list[str | None]]]:
    """Yield the log, rows of it, these records and their paths, some at a time."""
    log = None if each.journal is None else each.journal.log
    for first in range(0, len(each.rows), _AT_ONCE):
        rows = each.rows[first : first + _AT_ONCE]
        if log is not None:
            yield log, rows, log.records.taking(rows), each.paths[first : first + _AT_ONCE]


def _reference(what: str, low: int, high: int) -> dict[str, object]:
    """Return what is told of a file: record and sequence, or its number if it has 128 bits."""
    if high:
        return {
            f"{what}_record": None,
            f"{what}_sequence": None,
            f"{what}_id": f"{high:016x}{low:016x}",
        }
    return {f"{what}_record": low & (2**48 - 1), f"{what}_sequence": low >> 48, f"{what}_id": None}


def journal_document(each: UsnJournal | None) -> dict[str, object] | None:
    """Return what JSON says of a change journal."""
    if each is None:
        return None
    told = each.settings
    return {
        "id": None if told is None else f"{told.identity:016x}",
        "made": None if told is None else _time(told.identity),
        "lowest_valid_usn": None if told is None else told.lowest,
        "first_usn": each.log.begin,
        "next_usn": each.log.end,
        "last_record_end": each.log.reached,
    }


def since_words(each: UsnChanges) -> list[str]:
    """Return what is said above the records of a volume."""
    from redoscope_core.operations.attributing.usn_changes import UsnSince

    older, newer = each.older, each.journal
    made = None if newer is None or newer.settings is None else _time(newer.settings.identity)
    at = "" if made is None else f", at {made}"
    end = 0 if newer is None else newer.log.end
    reached = 0 if older is None else older.log.reached
    said = {
        UsnSince.BEGIN: "all that the change journal has",
        UsnSince.OLDER: f"logged since the older generation, whose journal ends at {reached}",
        UsnSince.LATER: f"nothing: this journal ends at {end}, that of the older generation at"
        f" {reached}; name the older one first, or it was cut off",
        UsnSince.MADE_ANEW: f"the change journal was deleted and made anew{at}: it has another id;"
        " all that the new one has is told, and what the old one logged last is lost",
        UsnSince.NEW: f"the older generation has no change journal there; this was made{at}"
        if at
        else "the older generation has no change journal there: all that this one has is told",
        UsnSince.GONE: "the change journal was deleted: only the older generation has one",
        UsnSince.NONE: "no change journal",
    }
    lines = [said[each.since]]
    if newer is None:
        return lines
    if each.has_gap:
        lines.append(
            f"records from {reached} to {newer.log.begin} may be lacking:"
            " the journal begins behind the end of the older one"
        )
    foreign = int((~newer.log.records.in_place[each.rows]).sum())
    lines.append(counted(len(each.rows), "record"))
    if foreign:
        lines.append(f"{foreign} of them foreign: their numbers are not their places")
    if not newer.log.is_whole:
        lines.append("too much to be listed: the rest of the journal was not read")
    return lines


def _words(values: Numbers, kind: type[IntFlag] | None = None) -> list[tuple[str, ...]]:
    """Return the words of the bits of each value."""
    import numpy as np

    from redoscope_core.volumes.journals.usn_reasons import Reason, words_of

    known, which = np.unique(values, return_inverse=True)
    words = [words_of(value, kind or Reason) for value in known.tolist()]
    return [words[each] for each in which.ravel().tolist()]


def _times(values: Numbers) -> list[str | None]:
    """Return times in 100 ns since 1601 as ISO 8601 has them; None where there is none."""
    import numpy as np

    micro = (values - _EPOCH) // _PER_MICROSECOND
    told = np.datetime_as_string(micro.astype("datetime64[us]"), unit="us").tolist()
    rest, there = (values % _PER_MICROSECOND).tolist(), (values > 0).tolist()
    return [
        f"{text}{last}Z" if is_there else None
        for text, last, is_there in zip(told, rest, there, strict=True)
    ]


def _time(value: int) -> str | None:
    import numpy as np

    return _times(np.array([value], np.int64))[0] if 0 <= value < 2**63 else None
