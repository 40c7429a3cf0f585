"""Journaled: what the journal of a volume has for the next mount, and what that makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from redoscope_core.errors import CorruptVolume
from redoscope_core.volumes.ext.groups import read_groups
from redoscope_core.volumes.ext.superblock import Superblock, read_superblock
from redoscope_core.volumes.ext.volume import blocks_of, journal_of
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.journals.fast_commits import fast_changes
from redoscope_core.volumes.journals.jbd2 import Incompatible, Journal, read_journal
from redoscope_core.volumes.journals.logfile import is_clean_log
from redoscope_core.volumes.journals.replay import replayed
from redoscope_core.volumes.ntfs.boot import read_boot
from redoscope_core.volumes.ntfs.files import stream_of
from redoscope_core.volumes.ntfs.mft import read_mft
from redoscope_core.volumes.views import JournalState, LaidOver, View, seen_through

if TYPE_CHECKING:
    from redoscope_core.volumes.ext.groups import Groups
    from redoscope_core.volumes.journals.fast_commits import FastChange
    from redoscope_core.volumes.source import Numbers, Volume

__all__ = ["Seen", "seen_as"]

_OF_EXT = frozenset({Holding.EXT2, Holding.EXT3, Holding.EXT4})
_LOG_RECORD = 2
_KNOWN = sum(Incompatible)
"""Features of a journal that can be replayed here."""


class Seen(NamedTuple):
    """A volume in one of its views."""

    volume: Volume
    view: View
    """The one that it is read in: as stored where its journal can't be replayed by anybody here."""
    journal: JournalState
    transactions: int
    """How many are laid over it."""
    fast_commits: bool
    """Whether fast commits follow those that nobody can replay here."""
    laid: LaidOver
    fast: tuple[FastChange, ...] = ()
    """What fast commits change, which the next mount replays behind the transactions."""
    block_size: int = 0
    """Bytes of a block, where anything is to be replayed."""


def seen_as(volume: Volume, holding: Holding, view: View) -> Seen:
    """Return *volume* in this *view*, as far as its file system has it.

    Raises:
        CorruptVolume: The journal, which is to be replayed, contradicts itself.
        VmdkError: Something of it can't be read.
    """
    if holding in _OF_EXT:
        return _ext(volume, view)
    state = JournalState.NONE
    if holding is Holding.NTFS:
        state = _of_ntfs(volume)
    elif holding in {Holding.HFS, Holding.XFS}:
        state = JournalState.UNKNOWN
    return _stored(volume, state, view)


def _stored(volume: Volume, state: JournalState, view: View = View.STORED) -> Seen:
    """Return *volume* as it is stored, which is every *view* of it if nothing is to be done."""
    if state not in {JournalState.NONE, JournalState.CLEAN}:
        view = View.STORED
    return Seen(volume, view, state, 0, fast_commits=False, laid=LaidOver.nothing())


def _of_ntfs(volume: Volume) -> JournalState:
    try:
        log = stream_of(read_mft(volume, read_boot(volume)), _LOG_RECORD)
        return JournalState.CLEAN if is_clean_log(log) else JournalState.DIRTY
    except CorruptVolume:
        return JournalState.DAMAGED


def _ext(volume: Volume, view: View) -> Seen:
    try:
        shape = read_superblock(volume)
        state = _without_journal(shape)
        if state is not None:
            return _stored(volume, state, view)
        groups = read_groups(volume, shape)
        source = journal_of(volume, groups)
        if source is None:
            return _stored(volume, JournalState.NONE, view)
        journal = read_journal(source)
    except CorruptVolume:
        if view is View.REPLAYED:
            raise
        return _stored(volume, JournalState.DAMAGED)
    if not journal.start:
        return _stored(volume, JournalState.CLEAN, view)
    if view is View.STORED:
        return _stored(volume, JournalState.DIRTY)
    return _replayed(volume, groups, journal)


def _without_journal(shape: Superblock) -> JournalState | None:
    """Return the state of the journal if that needs no look at it, else None.

    Where the mark of the superblock is not set a mount empties the journal, whatever is in it.
    """
    if not shape.needs_recovery:
        return JournalState.CLEAN if shape.journal_inode else JournalState.NONE
    return None if shape.journal_inode else JournalState.ELSEWHERE


def _replayed(volume: Volume, groups: Groups, journal: Journal) -> Seen:
    """Return *volume* with what its *journal* has for it laid over.

    Raises:
        CorruptVolume: It has features that nobody here knows, or leads out of the volume.
    """
    shape = groups.shape
    if journal.incompatible & ~_KNOWN:
        raise CorruptVolume(
            "the journal has features that are not known", found=f"{journal.incompatible:#x}"
        )
    if journal.block_size != shape.block_size:
        raise CorruptVolume(
            "s_blocksize of the journal is not that of the volume",
            found=journal.block_size,
            expected=shape.block_size,
        )
    replay = replayed(journal)
    if len(replay.writes) and int(replay.writes.block[-1]) >= shape.blocks:
        raise CorruptVolume(
            "the journal has a block past the end of the volume",
            found=int(replay.writes.block[-1]),
            expected=f"below {shape.blocks}",
        )
    laid = replay.laid_over(_places(volume, groups, journal))
    count = len(replay.log.transactions)
    sequence = (journal.sequence + count) % 2**32
    fast, left = _fast(journal, sequence)
    seen = seen_through(volume, laid)
    told = View.REPLAYED, JournalState.DIRTY, count, left, laid, fast, shape.block_size
    return Seen(seen, *told)


def _fast(journal: Journal, sequence: int) -> tuple[tuple[FastChange, ...], bool]:
    """Return what fast commits change, and whether there are some that can't be replayed."""
    if not journal.has_fast_commit(sequence):
        return (), False
    try:
        return tuple(fast_changes(journal, sequence)), False
    except CorruptVolume:
        return (), True


def _places(volume: Volume, groups: Groups, journal: Journal) -> Numbers:
    """Return the block of the volume at which each block of the journal is; -1 of a hole."""
    runs = blocks_of(volume, groups, groups.shape.journal_inode or 0).runs
    places = np.full(journal.blocks, -1, np.int64)
    for first, block, count in zip(
        runs.logical.tolist(), runs.block.tolist(), runs.count.tolist(), strict=True
    ):
        inside = places[first : first + count]
        inside[:] = np.arange(block, block + len(inside))
    return places
