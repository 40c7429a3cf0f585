"""Transactions of a journal: those that the next mount replays, and older ones still in the ring.

Source: the kernel's fs/jbd2/recovery.c (do_one_pass), for what counts as committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from redoscope_core.volumes.columns import Columns
from redoscope_core.volumes.journals.checksums import Crc32
from redoscope_core.volumes.journals.jbd2 import MAGIC, BlockKind, Journal, head_of
from redoscope_core.volumes.source import Numbers

__all__ = ["Ending", "Log", "Transaction", "Writes", "live", "older"]

_CRC32, _LENGTH_OF_CRC32 = 1, 4
_SEQUENCES = 2**32


class Ending(Enum):
    """Why the log of live transactions ends where it does; the value is its word for programs."""

    CLEAN = "clean"
    """Nothing is to be replayed."""
    NOT_COMMITTED = "not-committed"
    """What follows was never committed, or is older: the usual end."""
    CHECKSUM = "wrong-checksum"
    """A transaction follows whose checksum is wrong; it counts as not committed."""
    FULL = "whole-ring"
    """It goes once round the ring."""


@dataclass(frozen=True, slots=True, eq=False)
class Writes(Columns):
    """Blocks that a transaction stores."""

    block: Numbers
    """Block of the file system."""
    place: Numbers
    """Block of the journal that has its bytes."""
    escaped: NDArray[np.bool_]
    """Whether its first four bytes are the magic of the journal, for which zeros are stored."""
    sound: NDArray[np.bool_]
    """Whether its checksum fits, if it has one; what is not sound is not replayed."""


@dataclass(frozen=True, slots=True, eq=False)
class Transaction:
    """A committed transaction."""

    sequence: int
    seconds: int
    """Since 1970, when it was committed; 0 if nobody noted it."""
    nanoseconds: int
    start: int
    """Its first block in the journal, as far as that was found."""
    commit: int
    """Its commit block."""
    writes: Writes
    revoked: Numbers
    """Blocks of the file system of which no copy up to this transaction is replayed."""
    is_whole: bool
    """Whether it is known that it begins where it was found to begin."""


class Log(NamedTuple):
    """The transactions that the next mount replays, the oldest first."""

    transactions: tuple[Transaction, ...]
    ending: Ending


def live(journal: Journal) -> Log:
    """Return the transactions that are to be replayed.

    Raises:
        VmdkError: The journal can't be read.
    """
    if not journal.start:
        return Log((), Ending.CLEAN)
    found: list[Transaction] = []
    place, sequence, left = journal.start, journal.sequence, journal.last - journal.first
    while left > 0:
        read = _Reading(journal, place, sequence, left)
        ending = read.go()
        if ending is not None:
            return Log(tuple(found), ending)
        found.append(read.transaction(is_whole=True))
        left -= read.taken
        place, sequence = read.place, (sequence + 1) % _SEQUENCES
    return Log(tuple(found), Ending.FULL)


def older(journal: Journal) -> tuple[Transaction, ...]:
    """Return the committed transactions that are in the ring and not live, in the ring's order.

    They are of no use to a mount; they hold what blocks were before. What was written over in
    part is left out.

    Raises:
        VmdkError: The journal can't be read.
    """
    heads = _heads(journal)
    now = live(journal).transactions
    taken = {now[-1].commit} if now else set()
    begin = journal.wrapped(now[-1].commit + 1) if now else _after_newest(journal, heads)
    ring = journal.last - journal.first
    until = (journal.start - begin) % ring if now else ring
    order = np.argsort((heads.place - begin) % ring)
    found, committed = [], -1
    seen: set[int] = set()
    for row in order.tolist():
        place, sequence = int(heads.place[row]), int(heads.sequence[row])
        ahead = (place - begin) % ring
        if place in seen or place in taken or ahead >= until or not heads.opens[row]:
            continue
        read = _Reading(journal, place, sequence, until - ahead)
        if read.go() is None:
            seen |= set(read.passed)
            whole = journal.wrapped(committed + 1) == place and committed >= 0
            found.append(read.transaction(is_whole=whole))
            committed = found[-1].commit
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Heads(Columns):
    """Blocks of the ring that are no data."""

    place: Numbers
    sequence: Numbers
    opens: NDArray[np.bool_]
    """Whether a transaction may begin with it."""
    commits: NDArray[np.bool_]


def _heads(journal: Journal) -> _Heads:
    places = np.arange(journal.first, journal.last)
    kept = []
    for rows in journal.source.rows_at(
        places * journal.block_size, journal.block_size, "the journal"
    ):
        words = np.ascontiguousarray(rows.data[:, :12]).view(">u4").astype(np.int64)
        kind = words[:, 1]
        opens = (kind == BlockKind.DESCRIPTOR) | (kind == BlockKind.REVOKE)
        told = _Heads(places[rows.which], words[:, 2], opens, kind == BlockKind.COMMIT)
        kept.append(told.taking((words[:, 0] == MAGIC) & (told.opens | told.commits)))
    return _Heads.joined(kept)


def _after_newest(journal: Journal, heads: _Heads) -> int:
    """Return the block behind the newest commit: what is there next is the oldest of all."""
    commits = heads.taking(heads.commits)
    if not len(commits):
        return journal.first
    # Sequences may have gone round: the newest is the last before that of the next transaction.
    age = (journal.sequence - 1 - commits.sequence) % _SEQUENCES
    return journal.wrapped(int(commits.place[int(age.argmin())]) + 1)


class _Reading:
    """One transaction, read block by block from its first to its commit."""

    def __init__(self, journal: Journal, place: int, sequence: int, left: int) -> None:
        self.journal = journal
        self.start = self.place = place
        self.sequence = sequence
        self.left = left
        self.taken = 0
        self.passed: list[int] = []
        self._writes = [Writes(_NONE, _NONE, _NEVER, _NEVER)]
        self._revoked = [_NONE]
        self._commit = b""
        self._sum = Crc32()
        self._sound = True

    def go(self) -> Ending | None:
        """Read up to the commit; return why there is none, or None."""
        while self.taken < self.left:
            raw = self.journal.read(self.place)
            head = head_of(raw)
            if (head.magic, head.sequence) != (MAGIC, self.sequence):
                break
            self.passed.append(self.place)
            if head.kind == BlockKind.COMMIT:
                self._commit = raw
                self._step(1)
                return None if self._is_committed() else Ending.CHECKSUM
            if head.kind == BlockKind.DESCRIPTOR:
                self._describe(raw)
            elif head.kind == BlockKind.REVOKE:
                self._sound &= self.journal.is_sound(raw)
                self._revoked.append(self.journal.revoked(raw))
                self._step(1)
            else:
                break
        return Ending.NOT_COMMITTED

    def transaction(self, *, is_whole: bool) -> Transaction:
        """Return what was read, up to its commit."""
        seconds, nanoseconds = (
            int.from_bytes(self._commit[first:end], "big") for first, end in ((48, 56), (56, 60))
        )
        return Transaction(
            self.sequence,
            seconds,
            nanoseconds,
            self.start,
            self.passed[-1],
            Writes.joined(self._writes),
            np.unique(np.concatenate(self._revoked)),
            is_whole,
        )

    def _describe(self, raw: bytes) -> None:
        """Take a descriptor and the data behind it."""
        journal = self.journal
        self._sound &= journal.is_sound(raw)
        tags = journal.tags(raw)
        ring = journal.last - journal.first
        places = journal.first + (self.place + 1 - journal.first + np.arange(len(tags))) % ring
        sound = np.ones(len(tags), np.bool_)
        if self.taken + len(tags) < self.left:
            self._sum.add(raw if journal.has_sums else b"")
            sound = self._judged(places, tags.checksum)
        self._writes.append(Writes(tags.block, places, tags.escaped, sound))
        self._step(1 + len(tags))

    def _judged(self, places: Numbers, sums: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Return which data blocks are sound; the sum of version 1 goes on with all of them."""
        journal, size = self.journal, self.journal.block_size
        sound = np.ones(len(places), np.bool_)
        if journal.has_checksums:
            for rows in journal.source.rows_at(places * size, size, "the journal"):
                told = journal.are_sound(rows.data, self.sequence, sums[rows.which])
                sound[rows.which] = told
        elif journal.has_sums:
            for place in places.tolist():
                self._sum.add(journal.read(place))
        return sound

    def _is_committed(self) -> bool:
        """Return whether the checksums of the transaction fit."""
        raw, journal = self._commit, self.journal
        if journal.has_sums:
            stored = int.from_bytes(raw[16:20], "big")
            fits = (raw[12], raw[13], stored) == (_CRC32, _LENGTH_OF_CRC32, self._sum.value)
            return fits or (raw[12], raw[13], stored) == (0, 0, 0)
        return self._sound and journal.is_sound_commit(raw)

    def _step(self, count: int) -> None:
        self.taken += count
        self.place = self.journal.wrapped(self.place + count)


_NONE: Numbers = np.zeros(0, np.int64)
_NEVER = np.zeros(0, np.bool_)
