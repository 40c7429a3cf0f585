"""Where two disks that need not share a link are not made of the same: as areas for the map.

A   [ base . . . . . ][ x ]            B   [ base . . ][ y . . . ]
same link in both  |------------|      another link, or in one alone  |---------|
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from redoscope_core import SECTOR, Areas, State
from redoscope_gui.maps.compared import OtherDisk, compared_with
from redoscope_gui.maps.generations import generation_of
from redoscope_gui.maps.shelf import SHELF

if TYPE_CHECKING:
    from redoscope_core import Chain, Comparison
    from redoscope_gui.maps.compared import Older

__all__ = [
    "NOBODY",
    "OTHER",
    "SAME",
    "decided",
    "decided_otherwise",
    "differing",
    "held_at",
    "runs_of",
]

Ints = npt.NDArray[np.int64]
SAME, OTHER = 0, 1
"""In place of a link: what both disks take from one link, or have in common; and all else."""
NOBODY = -1
"""In place of an owner, where no link stores the sector."""


def held_at(stored: Areas, sectors: Ints) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int16]]:
    """Return the state of each of *sectors*, and the link that owns it; NOBODY if none does."""
    states = np.full(len(sectors), State.ABSENT, np.uint8)
    owners = np.full(len(sectors), NOBODY, np.int16)
    if len(stored):
        area = np.searchsorted(stored.start, sectors, "right") - 1
        held = (area >= 0) & (sectors < stored.end[area])
        held &= stored.state[area] != State.ABSENT
        states[held], owners[held] = stored.state[area[held]], stored.link[area[held]]
    return states, owners


def _pieces(parts: list[tuple[Ints, Ints]], capacity: int) -> tuple[Ints, Ints]:
    """Return (start, count) of what lies between all ends of runs (start, end) within a disk."""
    edges = np.unique(np.concatenate([side for part in parts for side in part]))
    edges = edges[edges < capacity]
    return edges, np.diff(np.append(edges, capacity))


def decided_otherwise(chain: Chain, generation: int, other: OtherDisk) -> Areas:
    """Return what *generation* of *chain* or the other disk stores.

    Its link is SAME where both take it from one file of a link, which then reads the same. What
    the other disk alone stores reads as zeros here.
    """
    new = generation_of(chain, generation)

    def make() -> Areas:
        return _otherwise(other.chain, new)

    return SHELF.made(chain, ("otherwise", generation, other), make, lambda made: made.columns)


def _otherwise(old: Chain, new: Chain) -> Areas:
    sides = [(areas.start, areas.end) for areas in (old.stored, new.stored)]
    start, count = _pieces(sides, new.capacity)
    numbers: dict[Path, int] = {}
    before, then = held_at(old.stored, start)
    states, now = held_at(new.stored, start)
    same = _links(old, then, numbers) == _links(new, now, numbers)
    lost = (before == State.UNREADABLE) & ~same
    shown = np.where(states == State.ABSENT, State.ZERO, states)
    shown[lost] = State.UNREADABLE
    told = (then != NOBODY) | (now != NOBODY)
    link = np.where(same, SAME, OTHER)
    return Areas.of(
        start[told], count[told], shown[told], link[told], 0, start[told] * SECTOR
    ).merged()


def _links(
    chain: Chain, owners: npt.NDArray[np.int16], numbers: dict[Path, int]
) -> npt.NDArray[np.int64]:
    """Return a number for the file of each owner, the same one for the same file."""
    known = [numbers.setdefault(link.path.resolve(), len(numbers)) for link in chain.links]
    return np.array([*known, NOBODY], np.int64)[owners]


def differing(chain: Chain, generation: int, comparison: Comparison) -> Areas:
    """Return what *generation* stores or differs in; its link is OTHER where bytes differ.

    A run that differs is told by what stores it now: data, or zeros.
    """
    new = generation_of(chain, generation)
    runs = (comparison.start, comparison.start + comparison.count)
    start, count = _pieces([(new.stored.start, new.stored.end), runs], new.capacity)
    states, _ = held_at(new.stored, start)
    place = np.searchsorted(runs[0], start, "right") - 1
    inside = place >= 0
    inside[inside] = start[inside] < runs[1][place[inside]]
    states = np.where(inside & (states == State.ABSENT), State.ZERO, states)
    told = inside | (states != State.ABSENT)
    link = np.where(inside, OTHER, SAME)
    return Areas.of(
        start[told], count[told], states[told], link[told], 0, start[told] * SECTOR
    ).merged()


def runs_of(comparison: Comparison) -> Areas:
    """Return the runs that differ, as DATA of OTHER."""
    start = comparison.start
    return Areas.of(start, comparison.count, State.DATA, OTHER, 0, start * SECTOR)


def decided(chain: Chain, generation: int, since: Older | None) -> list[Areas]:
    """Return the areas that were decided after A, or by the link at *generation* without one."""
    if isinstance(since, OtherDisk):
        areas = decided_otherwise(chain, generation, since)
        return [areas.take(areas.link == OTHER)]
    first = max(compared_with(generation, since), -1) + 1
    return [link.stored for link in chain.links[first : generation + 1]]
