"""USN changes: what NTFS logged in its change journal, of one generation or between two.

    older   | ........records|                 all of it up to here is in the older generation
    newer        |....records|records records| what is behind was logged between the two

Only what the system itself noted: a file that was made and deleted in between is there, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from redoscope_core.areas.runs import Runs
from redoscope_core.errors import CorruptVolume
from redoscope_core.format.units import SECTOR
from redoscope_core.operations.attributing.indexing import Examined, Examining, examine
from redoscope_core.operations.attributing.usn_paths import paths_of
from redoscope_core.volumes.disk_volumes import disk_volumes
from redoscope_core.volumes.holding import Holding
from redoscope_core.volumes.index import NOTHING, StreamKind
from redoscope_core.volumes.journals.usn import Settings, UsnLog, between, read_usn, settings_in
from redoscope_core.volumes.scattered import scattered
from redoscope_core.volumes.source import of_bytes
from redoscope_core.volumes.views import volume_in

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.chain import Chain
    from redoscope_core.progress import Progress
    from redoscope_core.volumes.disk_volumes import DiskVolume
    from redoscope_core.volumes.index import VolumeIndex
    from redoscope_core.volumes.source import Numbers

__all__ = ["UsnChanges", "UsnJournal", "UsnSince", "usn_changes"]

_JOURNAL = [b"$Extend", b"$UsnJrnl"]
_RECORDS, _SETTINGS = b"$J", b"$Max"


class UsnSince(Enum):
    """What the records of a volume are told since; the value is its word for programs."""

    BEGIN = "begin"
    """One generation alone: all that the journal has."""
    OLDER = "older"
    """The end of the older generation's journal, which the newer one carries on."""
    LATER = "later"
    """Nothing: the same journal ends before that of the older generation, which is the newer one,
    or the journal was cut off."""
    MADE_ANEW = "made anew"
    """The journal was deleted in between, and made anew: all that the new one has."""
    NEW = "new"
    """The older generation has no journal there, or another volume: all of the newer one's."""
    GONE = "gone"
    """The newer generation has no journal any more."""
    NONE = "none"
    """There is no journal."""


@dataclass(frozen=True, slots=True)
class UsnJournal:
    """A change journal of a generation."""

    log: UsnLog
    settings: Settings | None
    """None if stream $Max is not there, or too short."""


@dataclass(frozen=True, slots=True)
class UsnChanges:
    """What the change journal of a volume tells."""

    examined: Examining
    """The volume: of the newer generation, or of the older one if its parser failed there."""
    since: UsnSince
    journal: UsnJournal | None
    """Of the newer generation."""
    older: UsnJournal | None
    rows: Numbers
    """Rows of the journal's records, foreign ones too, that are told."""
    paths: list[str | None]
    """Of each of them the path of the file when it was logged; None where nothing tells."""
    odd: Runs
    """Bytes of the journal, among those records, that are neither: torn ones, and other things."""
    has_gap: bool
    """Whether records from the end of the older journal on may have been dropped."""


def usn_changes(
    old: Chain | None,
    new: Chain,
    policy: Policy | None = None,
    volume: int | None = None,
) -> Generator[Progress, None, list[UsnChanges]]:
    """Return what the NTFS volumes of *new* logged since *old*, or all that they have.

    Both were opened by *policy*. With *volume* only of the partition that has this number.

    Raises:
        VmdkError: A journal can't be read.
    """
    wanted = _ntfs(new, volume)
    told = yield from examine([(new, each) for each in wanted], policy)
    before: dict[int, Examining] = {}
    if old is not None:
        starts = {each.start for each in wanted}
        same = [each for each in _ntfs(old, None) if each.start in starts]
        examined = yield from examine([(old, each) for each in same], policy)
        before = {each.volume.start: each for each in examined}
    return [_changes(old, before.get(each.volume.start), new, each) for each in told]


def _ntfs(chain: Chain, number: int | None) -> list[DiskVolume]:
    return [
        each
        for each in disk_volumes(chain).volumes
        if each.holding is Holding.NTFS and number in {None, each.number}
    ]


def _changes(old: Chain | None, before: Examining | None, new: Chain, now: Examining) -> UsnChanges:
    """Return what one volume logged."""
    nothing = np.zeros(0, np.int64)
    for each in (now, before):
        if each is not None and each.state is Examined.FAILED:
            odd = Runs.joined([], [])
            return UsnChanges(each, UsnSince.NONE, None, None, nothing, [], odd, has_gap=False)
    was = None if before is None else before.index
    is_same = was is not None and now.index is not None and was.uuid == now.index.uuid
    older = None if old is None or before is None or not is_same else _journal(old, before)
    newer = _journal(new, now)
    since = _since(older, newer, alone=old is None)
    if newer is None:
        odd = Runs.joined([], [])
        return UsnChanges(now, since, None, older, nothing, [], odd, has_gap=False)
    records = newer.log.records
    first, gap = 0, False
    if since in {UsnSince.OLDER, UsnSince.LATER} and older is not None:
        first, gap = older.log.reached, between(older.log, newer.log).has_gap
    elif since is UsnSince.MADE_ANEW and newer.settings is not None:
        first = newer.settings.lowest
    rows = np.flatnonzero(records.offset >= first)
    odd = newer.log.odd.within(Runs.joined([max(first, 0)], [newer.log.end]))
    indexes = [each for each in (now.index, was if is_same else None) if each is not None]
    paths = paths_of(newer.log, rows, indexes)
    return UsnChanges(now, since, newer, older, rows, paths, odd, gap)


def _since(older: UsnJournal | None, newer: UsnJournal | None, *, alone: bool) -> UsnSince:
    if newer is None:
        return UsnSince.NONE if older is None else UsnSince.GONE
    if older is None:
        return UsnSince.BEGIN if alone else UsnSince.NEW
    shorter = between(older.log, newer.log).is_reset
    if older.settings is None or newer.settings is None:
        return UsnSince.MADE_ANEW if shorter else UsnSince.OLDER
    if older.settings.identity != newer.settings.identity:
        return UsnSince.MADE_ANEW
    return UsnSince.LATER if shorter else UsnSince.OLDER


def _journal(chain: Chain, examined: Examining) -> UsnJournal | None:
    """Return the change journal of a volume; None if it has none.

    Raises:
        CorruptVolume: It is compressed, as no system makes it.
        VmdkError: It can't be read.
    """
    index = examined.index
    streams = {} if index is None else _streams(index)
    records = streams.get(_RECORDS)
    if index is None or records is None:
        return None
    if index.streams.packed[records]:
        raise CorruptVolume("the change journal is compressed, or encrypted", path=chain.path)
    raw = index.kept_inside(streams[_SETTINGS]) if _SETTINGS in streams else None
    settings = None if raw is None else settings_in(raw)
    few = index.kept_inside(records)
    if few is not None:
        return UsnJournal(read_usn(of_bytes(few), Runs.joined([0], [len(few)])), settings)
    size = int(index.streams.size[records])
    extents = index.extents.taking(index.extents.stream == records)
    first = extents.offset // SECTOR
    stored = Runs.joined(
        extents.offset, np.minimum(extents.offset + extents.sectors * SECTOR, size)
    )
    stream = scattered(
        volume_in(chain, examined.volume.start, examined.volume.sectors),
        first=first,
        place=extents.start,
        count=extents.sectors,
        unit=SECTOR,
        size=size,
    )
    return UsnJournal(read_usn(stream, stored), settings)


def _streams(index: VolumeIndex) -> dict[bytes, int]:
    """Return the streams of the change journal, by name."""
    entry = 0
    for name in _JOURNAL:
        inside = np.flatnonzero((index.entries.parent == entry) & ~index.entries.deleted)
        named: Sequence[int] = [each for each in inside.tolist() if index.name(each) == name]
        if not named:
            return {}
        entry = named[0]
    node = int(index.entries.node[entry])
    own = (index.streams.node == node) & (index.streams.kind == StreamKind.JOURNAL)
    if node == NOTHING:
        return {}
    return {index.stream_name(each): each for each in np.flatnonzero(own).tolist()}
