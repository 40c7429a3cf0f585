"""What differs, as a table (CSV) and as a document (JSON), for other programs."""

from __future__ import annotations

import csv
import io
import json

from redoscope_core import SECTOR
from redoscope_gui.maps.differences import NOBODY, Differences

__all__ = ["as_csv", "as_json"]

_COLUMNS = ("start_sector", "sectors", "offset", "bytes", "owner_a", "owner_b")


def as_csv(found: Differences) -> bytes:
    """Return one row for each run; an owner is a link, and empty where there is none."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    comparison = found.comparison
    columns = (comparison.start, comparison.count, found.owner_a, found.owner_b)
    for start, count, *owners in zip(*(column.tolist() for column in columns), strict=True):
        told = ["" if owner == NOBODY else owner for owner in owners]
        rows.writerow([start, count, start * SECTOR, count * SECTOR, *told])
    return text.getvalue().encode()


def as_json(found: Differences, names: tuple[str, str]) -> bytes:
    """Return what `redoscope compare --json` prints, with A and B, *names*, and the grains."""
    comparison = found.comparison
    pairs = zip(comparison.start.tolist(), comparison.count.tolist(), strict=True)
    document = {
        "a": {"generation": found.a, "name": names[0]},
        "b": {"generation": found.b, "name": names[1]},
        "equal": comparison.equal,
        "partial": comparison.is_partial,
        "runs": [{"start": start, "count": count} for start, count in pairs],
        "sectors": comparison.sectors,
        "bytes": comparison.differing_bytes,
        "grains": found.grains,
    }
    return json.dumps(document, indent=1).encode() + b"\n"
