"""What changed, as files for other programs: a table, our document, the vendor's answer."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import redoscope_core as core
from redoscope_core import Progress

if TYPE_CHECKING:
    from redoscope_gui.requests.changed import ChangesListed

__all__ = ["ChangesForm", "SaveChanges"]

_PIECE = 4096
"""Areas that are written down between two steps: some ten milliseconds."""


class ChangesForm(Enum):
    """How a list of changed areas is written."""

    CSV = "csv"
    """start,length in bytes, as `redoscope audit --list` reads it."""
    JSON = "json"
    """What `redoscope changes --json` prints, and what it was asked."""
    VENDORS = "vendors"
    """The answer of QueryChangedDiskAreas: the whole disk in one page."""


@dataclass(frozen=True, slots=True)
class SaveChanges:
    """Save *found* as *target*, a file that the user named and whose replacing was allowed."""

    found: ChangesListed
    target: Path
    form: ChangesForm

    def run(self) -> Generator[Progress, None, Path]:
        """Yield the progress in bytes of the disk; return where the file is.

        Raises:
            VmdkError: It is a disk or a piece of one, or it can't be written.
        """
        head, row, between, tail = self._frame()
        pieces = [head]
        for areas in _pieces(self.found):
            pieces.append(between.join(row % area for area in areas))
            yield Progress(areas[-1][0], self.found.capacity, "writing the list")
        text = head + between.join(pieces[1:]) + tail
        core.save_document(self.target, text.encode(), force=True)
        return self.target

    def _frame(self) -> tuple[str, str, str, str]:
        """Return what stands before the areas, one area, what parts two, and what ends it."""
        found = self.found
        if self.form is ChangesForm.CSV:
            return "start,length", "\n%d,%d", "", "\n"
        area = '  {"start": %d, "length": %d}'
        if self.form is ChangesForm.VENDORS:
            told = f'{{\n "startOffset": 0,\n "length": {found.capacity},\n "changedArea": [\n'
            return told, area, ",\n", "\n ]\n}\n"
        facts = {
            "start_offset": 0,
            "length": found.capacity,
            "change_id": found.change_id,
            "since": found.since,
            "exact": found.exact,
            "bytes": found.total,
        }
        told = json.dumps(facts, indent=1).removesuffix("\n}")
        return f'{told},\n "changed_area": [\n', area, ",\n", "\n ]\n}\n"


def _pieces(found: ChangesListed) -> Iterator[list[tuple[int, int]]]:
    """Yield first byte and length of the areas, some thousand at a time."""
    for first in range(0, len(found.runs.start), _PIECE):
        start = found.runs.start[first : first + _PIECE]
        length = found.runs.end[first : first + _PIECE] - start
        yield list(zip(start.tolist(), length.tolist(), strict=True))
