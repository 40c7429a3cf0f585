"""Difference: what became of files between two generations, and what each changed sector is for.

    compare -> changed sectors -> volumes in which any lies -> index of both -> classes, changes

Only volumes in which a sector differs, or was written again, are parsed, and those that only one
generation has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from redoscope_core.areas.runs import Runs
from redoscope_core.operations.attributing.by_file import FileSectors, sectors_by_file
from redoscope_core.operations.attributing.file_changes import FileChange, file_changes
from redoscope_core.operations.attributing.indexing import Examined, Examining, examine_several
from redoscope_core.operations.attributing.rewritten import Rewritten, rewritten
from redoscope_core.operations.attributing.sector_classes import (
    ClassedRuns,
    SectorClass,
    cut_by_class,
)
from redoscope_core.operations.attributing.seen_sectors import differing_as_seen
from redoscope_core.operations.attributing.side import Side, is_one_file_system
from redoscope_core.operations.examining.compare import compare
from redoscope_core.volumes.disk_volumes import DiskVolume, DiskVolumes, disk_volumes
from redoscope_core.volumes.parse import PARSED
from redoscope_core.volumes.views import View

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from redoscope_core.chain.access import Policy
    from redoscope_core.chain.chain import Chain
    from redoscope_core.chain.unread import Unread
    from redoscope_core.progress import Progress
    from redoscope_core.volumes.index import VolumeIndex

__all__ = ["FilesDifference", "VolumeDifference", "files_difference"]


@dataclass(frozen=True, slots=True)
class VolumeDifference:
    """What became of one volume of the newer generation, or of one that is gone since."""

    volume: DiskVolume
    state: Examined
    sectors: int
    """Sectors of it that differ."""
    is_replaced: bool
    """Whether there is another file system than before, so that all its files are new."""
    changes: list[FileChange]
    examined: Examining
    generations: tuple[Examining | None, Examining | None]
    """What was examined of the older and of the newer one; None where that has no such volume."""
    unread: int = 0
    """Sectors of it that could not be read in one generation or the other; of files that have one
    it is told that not all was compared."""
    is_complete: bool = True
    """Whether all files of both generations are known: else some may be told as new or gone."""
    rewritten_same: tuple[FileSectors, ...] = ()
    """Files of which sectors were written again with the bytes that they had."""
    changed_back: tuple[FileSectors, ...] = ()
    """Files of which sectors were other in a generation between."""
    freed: tuple[FileSectors, ...] = ()
    """Files of the older generation to which sectors belonged that differ and are free now."""


@dataclass(frozen=True, slots=True)
class FilesDifference:
    """What became of files, and what each changed sector is for."""

    sectors: int
    """How many differ: as `compare` says it, or in the replayed view as that reads."""
    classes: dict[SectorClass, int]
    """Each changed sector once."""
    volumes: list[VolumeDifference]
    unread: tuple[Unread, Unread]
    """What of each generation could not be looked at; nothing, unless both salvage."""
    rewritten: Rewritten
    """What newer links store of what does not differ, as it is stored."""
    same_classes: dict[SectorClass, int]
    """Each sector that was written again with the bytes that it had."""
    back_classes: dict[SectorClass, int]
    """Each sector that was changed and changed back."""
    changed: ClassedRuns
    """The sectors that differ, cut where their class may change."""
    differing_bytes: int
    """Bytes that differ as they are stored."""

    @property
    def is_partial(self) -> bool:
        """Whether something could not be looked at."""
        return any(each.sectors for each in self.unread)


def files_difference(
    old: Chain,
    new: Chain,
    policies: tuple[Policy | None, Policy | None] = (None, None),
    view: View = View.STORED,
) -> Generator[Progress, None, FilesDifference]:
    """Tell what became of the files of *old* in *new*, which were opened by *policies*.

    Both are seen in the one *view*. What can't be read of either counts neither as equal nor as
    changed: it is told apart.

    Raises:
        VmdkError: Something that has to be compared can't be read, and not both salvage.
    """
    compared = yield from compare(old, new)
    if compared.stopped is not None:
        raise compared.stopped
    changed = Runs(compared.start, compared.start + compared.count)
    unread = _runs_of(compared.unread[0]).plus(_runs_of(compared.unread[1]))
    again = yield from rewritten(old, new, changed, unread)
    before, after = disk_volumes(old), disk_volumes(new)
    volumes = _all_volumes(before, after)
    looked_at = changed.plus(unread).plus(again.told_by_file)
    kept = {each.start for each in before.volumes} & {each.start for each in after.volumes}
    touched = [v for v in volumes if v.start not in kept or _inside(looked_at, v).total]
    by_old, by_new = yield from _examined(
        [
            (old, policies[0], _those_at(before, touched)),
            (new, policies[1], _those_at(after, touched)),
        ],
        view,
    )
    sides = [((old, by_old.get(v.start)), (new, by_new.get(v.start))) for v in touched]
    for each, pair in zip(touched, sides, strict=True):
        changed = _with_seen(changed, each, differing_as_seen(_inside(changed, each), *pair))
    tables = before.table_runs.plus(after.table_runs)
    # Where volumes of both generations overlap, a sector is for what it is for now.
    newest = [by_new[each.start] for each in touched if each.start in by_new]
    newest += [by_old[each.start] for each in touched if each.start not in by_new]
    classed = cut_by_class(changed, tables, newest)
    free = classed.of(SectorClass.FREE_SPACE)
    found = []
    for each, pair in zip(touched, sides, strict=True):
        told = _difference(each, *pair, (_inside(changed, each), _inside(unread, each)))
        found.append(_with_files(told, again, free))
    quiet = [_quiet(each) for each in volumes if each not in touched]
    same, back = (cut_by_class(each, tables, newest).counts for each in (again.same, again.back))
    order = sorted([*found, *quiet], key=lambda each: each.volume.start)
    stored = compared.unread, again, same, back, classed, compared.differing_bytes
    return FilesDifference(changed.total, classed.counts, order, *stored)


def _with_files(told: VolumeDifference, again: Rewritten, free: Runs) -> VolumeDifference:
    """Return *told* with the files of sectors that were written *again*, or are *free* now."""
    old, new = (None if each is None else each.index for each in told.generations)

    def files(runs: Runs, index: VolumeIndex | None) -> tuple[FileSectors, ...]:
        inside = _inside(runs, told.volume)
        return () if index is None or not inside.total else tuple(sectors_by_file(inside, index))

    return replace(
        told,
        rewritten_same=files(again.same, new),
        changed_back=files(again.back, new),
        freed=files(free, old),
    )


def _runs_of(unread: Unread) -> Runs:
    start, count = unread.runs
    return Runs(start, start + count)


def _all_volumes(before: DiskVolumes, after: DiskVolumes) -> list[DiskVolume]:
    """Return the volumes of the newer generation, and those that are gone since."""
    starts = {each.start for each in after.volumes}
    gone = [each for each in before.volumes if each.start not in starts]
    return sorted([*after.volumes, *gone], key=lambda each: each.start)


def _those_at(disk: DiskVolumes, volumes: Sequence[DiskVolume]) -> list[DiskVolume]:
    """Return the volumes of *disk* that begin where one of *volumes* does."""
    starts = {each.start for each in volumes}
    return [each for each in disk.volumes if each.start in starts]


def _examined(
    sides: Sequence[tuple[Chain, Policy | None, list[DiskVolume]]], view: View
) -> Generator[Progress, None, list[dict[int, Examining]]]:
    """Parse volumes of several generations together; return those of each by their starts."""
    tasks = [(chain, each, policy) for chain, policy, wanted in sides for each in wanted]
    parsed = iter((yield from examine_several(tasks, view)))
    return [{each.start: next(parsed) for each in wanted} for _, _, wanted in sides]


def _inside(runs: Runs, volume: DiskVolume) -> Runs:
    """Return what of *runs* of the disk lies in a volume, as sectors of that."""
    place = Runs.joined([volume.start], [volume.start + volume.sectors])
    return runs.within(place).moved(-volume.start)


def _with_seen(changed: Runs, volume: DiskVolume, seen: Runs) -> Runs:
    """Return the sectors of the disk that are *changed*, those of a volume as they are *seen*."""
    place = Runs.joined([volume.start], [volume.start + volume.sectors])
    return changed.minus(place).plus(seen.moved(volume.start))


def _quiet(volume: DiskVolume) -> VolumeDifference:
    """Return what is told of a volume of which no sector differs.

    Its files are known to be the same, so nothing has to be parsed.
    """
    state = Examined.ENCRYPTED if volume.holding.is_encrypted else Examined.NOT_EXAMINED
    state = Examined.EXAMINED if volume.holding in PARSED else state
    examined = Examining(volume, state, None, None)
    return VolumeDifference(volume, state, 0, False, [], examined, (None, None))


def _difference(
    volume: DiskVolume,
    before: tuple[Chain, Examining | None],
    after: tuple[Chain, Examining | None],
    inside: tuple[Runs, Runs],
) -> VolumeDifference:
    """Return what became of a volume that one generation at least has.

    *inside* are its sectors that differ, and those that could not be read.
    """
    told = [each for _, each in (after, before) if each is not None]
    failed = [each for each in told if each.failed is not None]
    sides = _side(*before), _side(*after)
    changes: list[FileChange] = []
    replaced = False
    if not failed and any(sides):
        replaced = not is_one_file_system(*sides)
        changes = _changes(sides, inside, volume, replaced=replaced)
    shown = [*failed, *told][0]
    generations = before[1], after[1]
    sectors, unread = (each.total for each in inside)
    whole = all(each.index is None or each.index.is_whole for each in told)
    known = volume, shown.state, sectors, replaced, changes, shown, generations
    return VolumeDifference(*known, unread, whole and not failed)


def _side(chain: Chain, examined: Examining | None) -> Side | None:
    if examined is None or examined.index is None:
        return None
    return Side(chain, examined.volume, examined.index)


def _changes(
    sides: tuple[Side | None, Side | None],
    inside: tuple[Runs, Runs],
    volume: DiskVolume,
    *,
    replaced: bool,
) -> list[FileChange]:
    old, new = sides
    if not replaced and old is not None and new is not None:
        return file_changes(old, new, *inside, volume.holding)
    gone = [] if old is None else [FileChange.of("deleted", each) for each in old.own_paths()]
    come = [] if new is None else [FileChange.of("added", each) for each in new.own_paths()]
    return [*gone, *come]
