"""Audit: a list of changed areas that somebody else made, against what the chain says.

    truth     ....####....####....      what changed, by the tables or by the bytes
    list      ..####..........##..
    missed    ......##....##....        data loss: an incremental backup lacks it
    over      ..##................      waste

A list may say more than changed, and never less.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.format.units import SECTOR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redoscope_core.format.change_list import ChangeList

__all__ = ["Audit", "AuditVerdict", "Foreign", "Malformed", "audit"]


class AuditVerdict(Enum):
    """What a list is worth, the worst first."""

    FOREIGN = "foreign"
    """Of another disk, or since another state."""
    MALFORMED = "malformed"
    MISSED = "missed"
    UNCOVERED = "uncovered"
    """It ends early: not all pages were asked for."""
    OVER = "over"
    OK = "ok"


class Malformed(Enum):
    """What is wrong with an area of a list."""

    EMPTY = "empty"
    NEGATIVE = "negative"
    UNALIGNED = "unaligned"
    PAST_END = "past-end"
    UNSORTED = "unsorted"
    OVERLAPS = "overlaps"


class Foreign(NamedTuple):
    """What a list says of itself that is not so of the disk; one of the two."""

    capacity: int | None = None
    """Bytes of the disk that it is of."""
    change_id: str | None = None
    """What it is since."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What came out; all runs are in bytes."""

    missed: Runs
    over: Runs
    uncovered: Runs
    malformed: tuple[tuple[int, Malformed], ...]
    """Index of each area that is malformed, and how."""
    foreign: Foreign | None = None
    """What shows that the list is of another disk or state; None if nothing does."""

    @property
    def verdict(self) -> AuditVerdict:
        """The worst of what was found."""
        told = (
            (AuditVerdict.FOREIGN, self.foreign is not None),
            (AuditVerdict.MALFORMED, bool(self.malformed)),
            (AuditVerdict.MISSED, bool(self.missed.total)),
            (AuditVerdict.UNCOVERED, bool(self.uncovered.total)),
            (AuditVerdict.OVER, bool(self.over.total)),
        )
        return next((verdict for verdict, so in told if so), AuditVerdict.OK)

    @property
    def may_be_trusted(self) -> bool:
        """Whether a backup made by the list has all that changed."""
        return self.verdict in {AuditVerdict.OK, AuditVerdict.OVER}


def audit(
    changes: ChangeList, truth: Runs, capacity: int, *, change_id: str | None = None
) -> Audit:
    """Compare the list *changes* with *truth*, the sectors that changed of *capacity*.

    *change_id* is the one that the list should be since, if it says one.
    """
    end = capacity * SECTOR
    start, length = changes.start, changes.length
    malformed = _malformed(start, length, end)
    bad = np.zeros(len(start), np.bool_)
    for which, kind in malformed:
        bad[which] = kind not in {Malformed.UNSORTED, Malformed.OVERLAPS, Malformed.UNALIGNED}
    disk = Runs.joined(0, end)
    listed = Runs.joined(start[~bad], start[~bad] + length[~bad]).within(disk)
    page_end = changes.page_start + np.minimum(changes.page_length, end)
    covered = Runs.joined(changes.page_start, page_end)
    uncovered = disk.minus(covered)
    changed = truth.times(SECTOR)
    missed = changed.minus(listed).minus(uncovered)
    return Audit(
        missed, listed.minus(changed), uncovered, malformed, _foreign(changes, end, change_id)
    )


def _malformed(
    start: NDArray[np.int64], length: NDArray[np.int64], end: int
) -> tuple[tuple[int, Malformed], ...]:
    """Return each area that is wrong, with the first thing that is."""
    kind = np.full(len(start), -1)
    kinds = list(Malformed)
    # The sum of two numbers of a list may be more than an integer of the array holds.
    past_end = start > end - length
    stop = np.where(past_end, np.maximum(start, end), start + length)
    behind = np.maximum.accumulate(stop) if len(stop) else stop
    before = np.zeros(len(start), np.bool_)
    overlaps = before.copy()
    before[1:] = start[1:] < start[:-1]
    overlaps[1:] = start[1:] < behind[:-1]
    wrong = (
        length == 0,
        (start < 0) | (length < 0),
        (start % SECTOR != 0) | (length % SECTOR != 0),
        past_end,
        before,
        overlaps,
    )
    for number in range(len(wrong) - 1, -1, -1):
        kind[wrong[number]] = number
    found = np.flatnonzero(kind >= 0)
    return tuple(
        (at, kinds[which]) for at, which in zip(found.tolist(), kind[found].tolist(), strict=True)
    )


def _foreign(changes: ChangeList, end: int, change_id: str | None) -> Foreign | None:
    if changes.capacity not in {None, end}:
        return Foreign(capacity=changes.capacity)
    if change_id is not None and changes.change_id not in {None, change_id}:
        return Foreign(change_id=changes.change_id)
    return None
