"""Which grains of 64 KiB a backup holds: those that it reads, and those that are zeros.

link grains      |##|  |#|   |####|           a link's grains may be smaller, or not aligned
backup grains    |####|####|  |####|          what else lies in one is read along
zeroed                           |0000|       told, not read
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.areas.areas import State
from redoscope_core.areas.runs import Runs
from redoscope_core.format.backup_manifest import BACKUP_GRAIN, GRAINS_PER_SPAN
from redoscope_core.operations.tracking.query import changed_runs
from redoscope_core.operations.walking.windows import held_areas

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from redoscope_core.chain.chain import Chain
    from redoscope_core.progress import Progress

__all__ = ["AT_ONCE", "BackupGrains", "SpanGrains", "grains_of"]

AT_ONCE = 16
"""Grains (1 MiB) that are read and packed together."""


class SpanGrains(NamedTuple):
    """What a backup holds of one span; grains are counted from the start of the disk."""

    number: int
    read: NDArray[np.int64]
    """Grains whose bytes are stored somewhere."""
    zeros: NDArray[np.int64]
    """Grains that changed and that nobody stores: zeros now."""

    @property
    def batches(self) -> list[NDArray[np.int64]]:
        """The grains to read, so many that they are packed together."""
        return [self.read[low : low + AT_ONCE] for low in range(0, len(self.read), AT_ONCE)]


@dataclass(frozen=True, slots=True)
class BackupGrains:
    """What a backup holds, as runs of grains cut at the spans."""

    read: Runs
    zeros: Runs

    def spans(self) -> Iterator[SpanGrains]:
        """Yield each span of which something is held, in order."""
        starts = np.concatenate((self.read.start, self.zeros.start))
        numbers = np.sort(starts // GRAINS_PER_SPAN)
        numbers = numbers[np.diff(numbers, prepend=-1) > 0]
        edges = [
            np.searchsorted(runs.start // GRAINS_PER_SPAN, np.append(numbers, 2**62)).tolist()
            for runs in (self.read, self.zeros)
        ]
        for index, number in enumerate(numbers.tolist()):
            read, zeros = (
                _spread(runs, edge[index], edge[index + 1])
                for runs, edge in zip((self.read, self.zeros), edges, strict=True)
            )
            yield SpanGrains(number, read, zeros)


def grains_of(chain: Chain, since: int | None) -> Generator[Progress, None, BackupGrains]:
    """Return what a backup of *chain* holds: all, or what changed after link *since*.

    Only tables are read, and file systems asked for holes.
    """
    held = yield from held_areas(chain)
    stored = held.take((held.state == State.DATA) | (held.state == State.UNREADABLE))
    kept = _in_grains(Runs(stored.start, stored.end))
    if since is None:
        return BackupGrains(_cut_at_spans(kept), Runs.joined([], []))
    changed = _in_grains(changed_runs(chain, since))
    if chain.links[since].capacity > chain.capacity:
        # Of the grain in which the disk ends now, what was behind the end is gone.
        last = (chain.capacity - 1) // BACKUP_GRAIN
        changed = changed.plus(Runs.joined(last, last + 1))
    return BackupGrains(_cut_at_spans(changed.within(kept)), _cut_at_spans(changed.minus(kept)))


def _in_grains(runs: Runs) -> Runs:
    return Runs.joined(runs.start // BACKUP_GRAIN, -(-runs.end // BACKUP_GRAIN))


def _cut_at_spans(runs: Runs) -> Runs:
    first = runs.start // GRAINS_PER_SPAN
    count = (runs.end - 1) // GRAINS_PER_SPAN - first + 1
    own = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(own)) - np.repeat(np.cumsum(count) - count, count)
    span = first[own] + within
    return Runs(
        np.maximum(runs.start[own], span * GRAINS_PER_SPAN),
        np.minimum(runs.end[own], (span + 1) * GRAINS_PER_SPAN),
    )


def _spread(runs: Runs, low: int, high: int) -> NDArray[np.int64]:
    """Return every grain of some of *runs*."""
    start, count = runs.start[low:high], runs.end[low:high] - runs.start[low:high]
    grains: NDArray[np.int64] = np.arange(int(count.sum())) + np.repeat(
        start - np.cumsum(count) + count, count
    )
    return grains
