"""A volume as it is after the next mount: the journal's blocks laid over it, nothing written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from redoscope_core.volumes.journals.jbd2 import MAGIC, Journal
from redoscope_core.volumes.journals.transactions import Log, Transaction, Writes, live
from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["Replay", "replayed"]

_MAGIC = MAGIC.to_bytes(4, "big")


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
        return _MAGIC + raw[4:] if self.writes.escaped[row] else raw

    def over(self, volume: Volume) -> Volume:
        """Return the volume as it is after the replay; each read asks anew what is laid over."""
        return Volume(_Over(self, volume).read, volume.size)


@dataclass(frozen=True, slots=True, eq=False)
class _Over:
    """What reads a volume under a replay."""

    replay: Replay
    volume: Volume

    def read(self, offset: int, count: int) -> bytes:
        size, blocks = self.replay.journal.block_size, self.replay.writes.block
        first, behind = offset // size, -(-(offset + count) // size)
        data = bytearray(self.volume.read(offset, count))
        for row in range(int(np.searchsorted(blocks, first)), int(np.searchsorted(blocks, behind))):
            block = int(blocks[row])
            raw = self.replay.read(block) or b""
            begin, end = max(block * size, offset), min((block + 1) * size, offset + count)
            data[begin - offset : end - offset] = raw[begin - block * size : end - block * size]
        return bytes(data)


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
