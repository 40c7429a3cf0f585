"""Seen sectors: which sectors of a volume differ as it is seen, not as it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.source import BATCH
from redoscope_core.volumes.views import LaidOver, seen_through, volume_in

if TYPE_CHECKING:
    from redoscope_core.chain.chain import Chain
    from redoscope_core.operations.attributing.indexing import Examining
    from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["differing_as_seen"]

_AT_ONCE = BATCH // SECTOR


def differing_as_seen(
    stored: Runs, old: tuple[Chain, Examining | None], new: tuple[Chain, Examining | None]
) -> Runs:
    """Return the sectors of a volume that differ in the view in which both were examined.

    *stored* are those that differ as they are stored. What a journal is laid over may read the
    same where other bytes are stored, and otherwise where the same are.

    Raises:
        VmdkError: They can't be read.
    """
    one, other = _laid(old[1]), _laid(new[1])
    if (not len(one) and not len(other)) or old[1] is None or new[1] is None:
        # What only one of them has differs as it is stored already.
        return stored
    volumes = _seen(old[0], old[1], one), _seen(new[0], new[1], other)
    both = Runs.joined([0], [min(each.sectors for each in volumes)])
    covered = one.runs.plus(other.runs).within(both)
    pieces = [
        (first, min(_AT_ONCE, end - first))
        for start, end in zip(covered.start.tolist(), covered.end.tolist(), strict=True)
        for first in range(start, end, _AT_ONCE)
    ]
    found = np.concatenate([np.zeros(0, np.int64), *(_differing(volumes, *p) for p in pieces)])
    return stored.minus(covered).plus(Runs.joined(found, found + 1))


def _laid(each: Examining | None) -> LaidOver:
    return LaidOver.nothing() if each is None or each.index is None else each.index.laid


def _seen(chain: Chain, each: Examining, laid: LaidOver) -> Volume:
    return seen_through(volume_in(chain, each.volume.start, each.volume.sectors), laid)


def _differing(volumes: tuple[Volume, Volume], first: int, count: int) -> Numbers:
    """Return which of *count* sectors from *first* on differ."""
    one, other = (
        each.array_at(first * SECTOR, count * SECTOR, "a sector").reshape(count, SECTOR)
        for each in volumes
    )
    return first + np.flatnonzero((one != other).any(axis=1))
