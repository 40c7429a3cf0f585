"""The JSON of a report: the truth, of which all other forms are made.

Keys are sorted, there is no blank, all is ASCII and every number whole, so that the same facts
are the same bytes. It is written part by part: there may be a million ranges.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from redoscope_core.operations.reporting.described import parts_of, volumes_of
from redoscope_core.operations.reporting.range_rows import COLUMNS, range_rows
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from redoscope_core.operations.reporting.facts import ReportFacts

    Write = Callable[[bytes], None]

__all__ = ["canonical", "write_json"]

_AT_ONCE = 256
"""Changes that are spelled at once."""
_CHANGES = "changes"


def canonical(value: object) -> bytes:
    """Return *value* as the report spells it."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def write_json(
    facts: ReportFacts, run: Mapping[str, object], write: Write
) -> Generator[Progress, None, None]:
    """Hand the document of *facts* to *write*, piece by piece."""
    parts = parts_of(facts) | {"ranges": None, "run": run, "volumes": None}
    before = b"{"
    for key in sorted(parts):
        write(before + canonical(key) + b":")
        before = b","
        if key == "ranges":
            yield from _write_ranges(facts, write)
        elif key == "volumes":
            yield from _write_volumes(facts, write)
        else:
            write(canonical(parts[key]))
    write(b"}\n")


def _write_ranges(facts: ReportFacts, write: Write) -> Generator[Progress, None, None]:
    write(b'{"columns":' + canonical(COLUMNS) + b',"rows":[')
    done, before = 0, b""
    for rows in range_rows(facts):
        write(before + canonical(rows)[1:-1])
        before = b","
        done += len(rows)
        yield Progress(done, len(facts.ranges), "writing the report", Unit.STEPS)
    write(b"]}")


def _write_volumes(facts: ReportFacts, write: Write) -> Generator[Progress, None, None]:
    between = b"["
    for told, changes in volumes_of(facts):
        # The key "changes" stands where it is in order.
        ahead = canonical({key: value for key, value in told.items() if key < _CHANGES})
        behind = canonical({key: value for key, value in told.items() if key > _CHANGES})
        write(between + ahead[:-1] + b"," + canonical(_CHANGES) + b":[")
        between, before = b",", b""
        while held := list(islice(changes, _AT_ONCE)):
            write(before + canonical(held)[1:-1])
            before = b","
            yield Progress(0, 0, "writing the report", Unit.STEPS)
        write(b"]," + behind[1:])
    write(b"]" if between == b"," else b"[]")
