"""Rewritten: what newer links store of a disk although nothing in it differs, in three kinds.

    sectors            a   b   c   d   e   f   g   h      links of the newer generation that the
    older generation   .   .   .   .   .   .   .   .      older one lacks: a grain has 4 sectors
    one link stores    .   X   .   .   [ a grain as it was ]
                       ^   |   ^   ^   rewritten with the same bytes: a write, and no change
                       |   changed
                       carried along: a grain is stored as a whole

What differs in a generation between, and reads as before in the newer one, was changed back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.areas.runs import Runs
from redoscope_core.chain.around import read_around
from redoscope_core.chain.unread import known_unreadable
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.walking.windows import STEP_SECTORS, window_buffer
from redoscope_core.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Generator

    from redoscope_core.chain.chain import Chain
    from redoscope_core.link.link import Link

__all__ = ["Rewritten", "rewritten"]

_NONE = Runs.joined([], [])


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Sectors of a disk that newer links store and that read as before; each has one kind."""

    same: Runs = _NONE
    """In grains that were stored again with the bytes that they had."""
    back: Runs = _NONE
    """Other in a generation between, and changed back since."""
    along: Runs = _NONE
    """Stored with a grain, or a group of grains, in which other sectors differ or did."""

    @property
    def told_by_file(self) -> Runs:
        """Those that somebody wrote on purpose."""
        return self.same.plus(self.back)


def rewritten(
    old: Chain, new: Chain, differing: Runs, unread: Runs
) -> Generator[Progress, None, Rewritten]:
    """Return what links of *new* that *old* lacks store of what does not differ.

    *differing* are the sectors in which they do, *unread* those of which that is not known. What
    can't be read of a generation between is told as carried along. Disks of which neither was made
    from a link of the other have nothing of the kind.
    """
    first = _shared(old, new)
    count = len(new.links)
    if not first or first == count:
        return Rewritten()
    kept = Runs.joined([0], [min(old.capacity, new.capacity)]).minus(differing).minus(unread)
    owned = [_stored(link) for link in new.links[first:]]
    back = _NONE
    # Only a descendant of the older generation has others between.
    for behind in range(1, len(owned)) if first == len(old.links) else ():
        again = _all_of(owned[:behind]).within(_all_of(owned[behind:])).within(kept).minus(back)
        back = back.plus((yield from _differing(old, new.up_to(first + behind - 1), again)))
    written = differing.plus(back)
    same = _NONE
    for link, runs in zip(new.links[first:], owned, strict=True):
        same = same.plus(runs.minus(_whole_grains(written, link.grain_size)))
    same = same.within(kept).minus(back)
    along = _all_of(owned).within(kept).minus(back).minus(same)
    return Rewritten(same, back, along)


def _shared(old: Chain, new: Chain) -> int:
    """Return how many links, from the base disk on, both have."""
    count = 0
    for one, other in zip(old.links, new.links, strict=False):
        if _identity(one) != _identity(other):
            break
        count += 1
    return count


def _identity(link: Link) -> tuple[object, ...]:
    return (link.path.resolve(), *(file.identity for file in link.disk_files))


def _stored(link: Link) -> Runs:
    """Return the sectors that *link* decides."""
    areas = link.stored
    told = areas.take((areas.state == State.DATA) | (areas.state == State.ZERO))
    return Runs.joined(told.start, told.end)


def _all_of(parts: list[Runs]) -> Runs:
    return Runs.joined(
        np.concatenate([each.start for each in parts]), np.concatenate([each.end for each in parts])
    )


def _whole_grains(runs: Runs, grain: int) -> Runs:
    """Return *runs*, and what else lies in grains in which any of them does."""
    return Runs.joined(runs.start // grain * grain, -(-runs.end // grain) * grain)


def _differing(one: Chain, other: Chain, asked: Runs) -> Generator[Progress, None, Runs]:
    """Return which of the sectors *asked* for differ between two generations."""
    known = known_unreadable(other)
    asked = asked.minus(Runs.joined(known.start, known.end))
    found = [_NONE]
    buffers = window_buffer(STEP_SECTORS), window_buffer(STEP_SECTORS)
    done = 0
    for start, end in zip(asked.start.tolist(), asked.end.tolist(), strict=True):
        for first in range(start, end, STEP_SECTORS):
            length = min(STEP_SECTORS, end - first)
            views = [each[: length * SECTOR] for each in buffers]
            pairs = zip((one, other), views, strict=True)
            late = [each for chain, view in pairs for each in read_around(chain, view, first)]
            rows = [np.frombuffer(each, np.uint8).reshape(length, SECTOR) for each in views]
            differs = (rows[0] != rows[1]).any(axis=1)
            for each in late:
                differs[each.start - first : each.start - first + each.sectors] = False
            sectors = first + np.flatnonzero(differs)
            found.append(Runs.joined(sectors, sectors + 1))
            done += length
            yield Progress(done * SECTOR, asked.total * SECTOR, "looking at generations between")
    return _all_of(found)
