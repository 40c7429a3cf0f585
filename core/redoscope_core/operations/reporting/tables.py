"""Tables: the evidence, the changed files and the changed ranges as CSV, for spreadsheets.

UTF-8, commas, CRLF, text in quotes, numbers bare. No cell is a formula to anybody.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from redoscope_core.operations.reporting.described import parts_of, volumes_of
from redoscope_core.operations.reporting.range_rows import COLUMNS, range_rows
from redoscope_core.operations.reporting.spelling import moment, table_cell
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from redoscope_core.operations.reporting.facts import ReportFacts

    Write = Callable[[bytes], None]
    Document = dict[str, object]

__all__ = ["write_changes", "write_evidence", "write_ranges"]

_OF_FILE = ("path", "bytes", "link", "md5", "sha1", "sha256", "sha256_after", "unchanged")
_OF_NODE = ("number", "size", "mode", "user", "group", "links")
_TIMES = ("mtime", "ctime", "atime", "crtime")
_OF_CHANGE = ("volume", "class", "path", "path_hex", "old_path", "old_path_hex", "notes", "times")
_AT_ONCE = 256


def write_evidence(facts: ReportFacts, write: Write) -> Generator[Progress, None, None]:
    """Hand a row for each file that was read to *write*."""
    write(_lines([("file", *_OF_FILE)]))
    files = parts_of(facts)["evidence"]
    for number, each in enumerate(files if isinstance(files, list) else []):
        known = {**each, **(each["before"] or {}), "sha256_after": each["after"]["sha256"]}
        known["unchanged"] = {True: "yes", False: "no", None: ""}[each["unchanged"]]
        write(_lines([(number, *(known.get(name) for name in _OF_FILE))]))
        yield Progress(0, 0, "writing the tables", Unit.STEPS)


def write_changes(facts: ReportFacts, write: Write) -> Generator[Progress, None, None]:
    """Hand a row for each path of which anything changed to *write*."""
    sides = [f"{side}_{name}" for side in ("old", "new") for name in (*_OF_NODE, *_TIMES)]
    write(_lines([(*_OF_CHANGE, *sides)]))
    for number, (volume, changes) in enumerate(volumes_of(facts)):
        rows = []
        for change in changes:
            rows.append(_change(number, str(volume["times"]), change))
            if len(rows) == _AT_ONCE:
                write(_lines(rows))
                rows = []
                yield Progress(0, 0, "writing the tables", Unit.STEPS)
        write(_lines(rows))


def _change(volume: int, times: str, change: Document) -> tuple[object, ...]:
    notes = change["notes"]
    told = change | {
        "volume": volume,
        "times": times,
        "notes": " ".join(notes) if isinstance(notes, list) else "",
    }
    row = [told.get(name) for name in _OF_CHANGE]
    for side in ("old", "new"):
        node = change[side]
        known = node if isinstance(node, dict) else {}
        row += [known.get(name) for name in _OF_NODE]
        row += [moment(known.get(name), local=times == "local") for name in _TIMES]
    return tuple(row)


def write_ranges(facts: ReportFacts, write: Write) -> Generator[Progress, None, None]:
    """Hand a row for each changed range to *write*: numbers, words of ours and digests alone."""
    write(_lines([COLUMNS]))
    done = 0
    for rows in range_rows(facts):
        write(_spelled(rows))
        done += len(rows)
        yield Progress(done, len(facts.ranges), "writing the tables", Unit.STEPS)


def _lines(rows: Iterable[tuple[object, ...]]) -> bytes:
    return _spelled(_harmless(rows))


def _harmless(rows: Iterable[tuple[object, ...]]) -> Iterator[list[object]]:
    for row in rows:
        yield [table_cell(cell) if isinstance(cell, str) else cell for cell in row]


def _spelled(rows: Iterable[Iterable[object]]) -> bytes:
    out = io.StringIO(newline="")
    # A negative number would begin as a formula does, and no program takes it for one.
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return out.getvalue().encode("utf-8")
