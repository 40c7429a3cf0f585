"""A volume as it is after the next mount: the journal's blocks laid over it, nothing written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.volumes.journals.jbd2 import Journal
from redoscope_core.volumes.journals.transactions import Log, Transaction, Writes, live
from redoscope_core.volumes.source import Numbers
from redoscope_core.volumes.views import ESCAPED, LaidOver

__all__ = ["Replay", "replayed"]


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """Which blocks of the file system a replay changes, and to what."""

    journal: Journal
    log: Log
    writes: Writes
    """The last copy of each block that was committed and is not revoked, by block."""

    def read(self, block: int) -> bytes | None:
        """Return the bytes of a block of the file system; None if no replay changes it.

        Raises:
            VmdkError: They can't be read.
        """
        row = int(np.searchsorted(self.writes.block, block))
        if row == len(self.writes) or int(self.writes.block[row]) != block:
            return None
        raw = self.journal.read(int(self.writes.place[row]))
        return ESCAPED + raw[len(ESCAPED) :] if self.writes.escaped[row] else raw

    def laid_over(self, places: Numbers) -> LaidOver:
        """Return what it lays over the volume; block N of the journal is its block *places* [N].

        Raises:
            CorruptVolume: What is to be laid over lies in no block of the volume.
        """
        block, source = self.writes.block, places[self.writes.place]
        if (source < 0).any():
            raise CorruptVolume("a block of the journal is a hole", found=int(source.argmin()))
        # Blocks that follow each other in both places are one run, but for the escaped ones.
        alone = self.writes.escaped
        joins = (np.diff(block) == 1) & (np.diff(source) == 1) & ~alone[1:] & ~alone[:-1]
        first = np.flatnonzero(np.concatenate(([True], ~joins)))[: len(block)]
        count = np.diff(np.append(first, len(block)))
        each = self.journal.block_size // SECTOR
        return LaidOver(block[first] * each, count * each, source[first] * each, alone[first])


def replayed(journal: Journal) -> Replay:
    """Return what the next mount makes of the journal.

    Raises:
        VmdkError: The journal can't be read.
    """
    log = live(journal)
    return Replay(journal, log, _last(log.transactions))


def _last(transactions: tuple[Transaction, ...]) -> Writes:
    """Return the last copy of each block that is sound and that no later transaction revokes.

    A block that is revoked may be written again by a later transaction, and that copy counts.
    """
    nothing = np.zeros(0, np.int64)
    never = np.zeros(0, np.bool_)
    writes = Writes.joined(
        [Writes(nothing, nothing, never, never), *(each.writes for each in transactions)]
    )
    age = np.repeat(np.arange(len(transactions)), [len(each.writes) for each in transactions])
    revoked = np.concatenate([nothing, *(each.revoked for each in transactions)])
    until = np.repeat(np.arange(len(transactions)), [len(each.revoked) for each in transactions])
    kept = writes.sound & (age > _revoked_until(writes.block, revoked, until))
    some = writes.taking(kept)
    order = np.arange(len(some))[::-1]
    _, first = np.unique(some.block[order], return_index=True)
    return some.taking(order[first])


def _revoked_until(blocks: Numbers, revoked: Numbers, until: Numbers) -> Numbers:
    """Return for each of *blocks* the last transaction that revokes it; -1 if none does."""
    last = np.full(len(blocks), -1, np.int64)
    if len(revoked):
        order = np.lexsort((until, revoked))
        names, newest = revoked[order], until[order]
        row = np.searchsorted(names, blocks, side="right") - 1
        met = (row >= 0) & (names[np.maximum(row, 0)] == blocks)
        last[met] = newest[row[met]]
    return last
