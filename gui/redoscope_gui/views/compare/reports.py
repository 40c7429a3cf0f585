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
    """Return one row for each piece of a run with the same owners; empty where there is none."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    columns = (found.start, found.count, found.owner_a, found.owner_b)
    for start, count, *owners in zip(*(column.tolist() for column in columns), strict=True):
        told = ["" if owner == NOBODY else owner for owner in owners]
        rows.writerow([start, count, start * SECTOR, count * SECTOR, *told])
    return text.getvalue().encode()


def as_json(found: Differences, a: tuple[int, str], b: tuple[int, str]) -> bytes:
    """Return what `redoscope compare --json` prints, with the grains, and what A and B are.

    Of each that is the number of its generation, and its name.
    """
    comparison = found.comparison
    pairs = zip(comparison.start.tolist(), comparison.count.tolist(), strict=True)
    document = {
        "a": {"generation": a[0], "name": a[1]},
        "b": {"generation": b[0], "name": b[1]},
        "equal": comparison.equal,
        "partial": comparison.is_partial,
        "runs": [{"start": start, "count": count} for start, count in pairs],
        "sectors": comparison.sectors,
        "bytes": comparison.differing_bytes,
        "grains": found.grains,
    }
    return json.dumps(document, indent=1).encode() + b"\n"
