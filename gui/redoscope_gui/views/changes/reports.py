"""What changed, for other programs: a table, our document, and the answer of the vendor's call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redoscope_gui.requests import ChangesListed

__all__ = ["as_csv", "as_json", "as_vendors"]


def as_csv(found: ChangesListed) -> bytes:
    """Return one row for each area, in bytes: `redoscope audit --list` reads it."""
    rows = (f"{start},{length}" for start, length in _areas(found))
    return "\n".join(("start,length", *rows, "")).encode()


def as_json(found: ChangesListed) -> bytes:
    """Return what `redoscope changes --json` prints, and what it was asked."""
    document = {
        "start_offset": 0,
        "length": found.capacity,
        "changed_area": [{"start": start, "length": length} for start, length in _areas(found)],
        "change_id": found.change_id,
        "since": found.since,
        "exact": found.exact,
        "bytes": found.total,
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def as_vendors(found: ChangesListed) -> bytes:
    """Return the answer of QueryChangedDiskAreas: the whole disk in one page."""
    document = {
        "startOffset": 0,
        "length": found.capacity,
        "changedArea": [{"start": start, "length": length} for start, length in _areas(found)],
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def _areas(found: ChangesListed) -> list[tuple[int, int]]:
    runs = found.runs
    return list(zip(runs.start.tolist(), (runs.end - runs.start).tolist(), strict=True))
