"""Range rows: the changed ranges as rows of plain values, some thousands at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.operations.attributing.sector_classes import SectorClass
from redoscope_core.operations.reporting.ranges import BEYOND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from redoscope_core.operations.reporting.facts import ReportFacts
    from redoscope_core.operations.reporting.ranges import Supplied

__all__ = ["COLUMNS", "range_rows"]

_OF_SIDE = ("state", "link", "file", "offset", "sha256")
COLUMNS = (
    *("start", "count", "class", "volume"),
    *(f"{side}_{name}" for side in ("old", "new") for name in _OF_SIDE),
)
"""What the values of a row are, in order."""
_AT_ONCE = 4096
_CLASSES = tuple(each.value for each in SectorClass)
_WORDS = {int(each): each.word for each in State} | {BEYOND: "beyond-end"}
_COMPRESSED = "compressed"
"""The state of data that a file holds packed: its offset is where the grain begins."""
_HEX = 64

Row = tuple[object, ...]


def range_rows(facts: ReportFacts, most: int | None = None) -> Iterator[list[Row]]:
    """Yield rows as COLUMNS says, the first *most* of all; link and file are those of the report.

    None stands where there is no volume, no link, no file, no offset, or no byte to hash.
    """
    ranges = facts.ranges
    total = len(ranges) if most is None else min(most, len(ranges))
    numbers = [_Numbers(facts, side) for side in (0, 1)]
    for low in range(0, total, _AT_ONCE):
        part = slice(low, min(low + _AT_ONCE, total))
        yield list(
            zip(
                ranges.start[part].tolist(),
                ranges.count[part].tolist(),
                [_CLASSES[code] for code in ranges.code[part].tolist()],
                _or_none(ranges.volume[part]),
                *numbers[0].columns(part),
                *numbers[1].columns(part),
                strict=True,
            )
        )


class _Numbers:
    """What stands in the report for links and files of one generation."""

    def __init__(self, facts: ReportFacts, side: int) -> None:
        """Number what the ranges of generation *side* are supplied by."""
        self._supplied: Supplied = facts.ranges.supplied[side]
        self._sha256 = facts.ranges.sha256[side]
        evidence, own = facts.evidence, facts.evidence.chains[side]
        files = [evidence.files_of(evidence.links[link]) for link in own]
        # Behind the last of each the number of what no file holds, which is counted as -1.
        width = 1 + max(map(len, files), default=0)
        self._files = np.full((len(own) + 1, width), -1, np.int64)
        for row, known in zip(self._files, files, strict=False):
            row[: len(known)] = known
        self._links = np.array([*own, -1], np.int64)

    def columns(self, part: slice) -> tuple[list[object], ...]:
        """Return the values of the rows *part*, column by column."""
        one = self._supplied
        link, file = one.link[part], one.file[part]
        states = zip(one.state[part].tolist(), one.packed[part].tolist(), strict=True)
        words: list[object] = [_COMPRESSED if packed else _WORDS[code] for code, packed in states]
        told = self._sha256[part].tobytes().hex()
        digests: list[object] = [
            None if word == _WORDS[BEYOND] else told[at * _HEX : at * _HEX + _HEX]
            for at, word in enumerate(words)
        ]
        held = np.where(file < 0, -1, self._files[link, file])
        return (
            words,
            _or_none(self._links[link]),
            _or_none(held),
            _or_none(one.offset[part]),
            digests,
        )


def _or_none(values: NDArray[np.int32] | NDArray[np.int64]) -> list[object]:
    return [None if value < 0 else value for value in values.tolist()]
