"""Prune: points removed, but for those that a point builds on which is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from redoscope_core.errors import InvalidArgument, VmdkError
from redoscope_core.files.locks import sole_use
from redoscope_core.operations.backup.catalogue import Catalogue
from redoscope_core.operations.backup.series import NEWEST, Shelf, is_meant, is_numbered
from redoscope_core.operations.backup.tidying import remove_point, tidy
from redoscope_core.progress import Progress, Unit

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from redoscope_core.operations.backup.manifests import Point

__all__ = ["Pruning", "plan_pruning", "prune"]


@dataclass(frozen=True, slots=True)
class Pruning:
    """What is removed, and what is not."""

    removed: tuple[Point, ...]
    """Newest first: the order in which they go."""
    kept: tuple[Point, ...]
    needed: dict[str, str]
    """Names of points that were to go and stay, each with that of a kept one that builds on it."""
    finished: tuple[str, ...] = ()
    """Names of points that a call of earlier, which was stopped, had begun to remove."""
    gone: tuple[str, ...] = ()
    """Names of points that were to go, and that a call of earlier had removed."""

    @property
    def freed_bytes(self) -> int:
        """Bytes of the streams that are removed."""
        return sum(point.end.stream_bytes for point in self.removed)


def plan_pruning(folder: Path, *, keep: int | None = None, drop: Sequence[str] = ()) -> Pruning:
    """Return what `prune` would remove: all but the newest *keep* of each disk, or *drop*.

    Nothing is removed, nor noted; what a call that was stopped had begun to remove is `finished`.

    Raises:
        InvalidArgument: Neither is given, or no point is named so, or none would be kept; or one
            is to go that would be another if the call is repeated.
        VmdkError: A manifest can't be used, so that nobody knows what it needs.
    """
    shelf = Shelf.read(folder)
    with Catalogue.seen(folder) as catalogue:
        begun = catalogue.removing()
        going = {(each.manifest, each.sha256) for each in begun}
        points = [each for each in shelf.points if (each.manifest.name, each.sha256) not in going]
        left = Shelf.of(folder, points, shelf.unusable)
        return _asked_for(left, catalogue, keep, drop, tuple(each.name for each in begun))


def _asked_for(
    shelf: Shelf,
    catalogue: Catalogue,
    keep: int | None,
    drop: Sequence[str],
    finished: tuple[str, ...],
) -> Pruning:
    wanted, gone = _still_there(shelf, catalogue, drop, finished)
    if keep is None and drop and not wanted:
        plan = Pruning((), shelf.points, {})
    else:
        plan = _planned(shelf, keep, wanted)
    return replace(plan, finished=finished, gone=gone)


def _planned(shelf: Shelf, keep: int | None, drop: Sequence[str]) -> Pruning:
    _refuse_wrong(shelf, keep, drop)
    going = {shelf.named(text).sha256 for text in drop}
    if keep is not None:
        for disk in {point.disk for point in shelf.points}:
            mine = [point for point in shelf.points if point.disk == disk]
            going |= {point.sha256 for point in mine[:-keep]}
    needed: dict[str, str] = {}
    for point in reversed(shelf.points):
        if point.sha256 not in going:
            for each in _building_on(shelf, point):
                if each.sha256 in going:
                    needed.setdefault(each.name, point.name)
    removed = tuple(
        point
        for point in reversed(shelf.points)
        if point.sha256 in going and point.name not in needed
    )
    kept = tuple(point for point in shelf.points if point not in removed)
    return Pruning(removed, kept, needed)


def _refuse_wrong(shelf: Shelf, keep: int | None, drop: Sequence[str]) -> None:
    if keep is None and not drop:
        raise InvalidArgument(
            "nothing says what is to go", expected="how many to keep, or which to drop"
        )
    if keep is not None and keep < 1:
        raise InvalidArgument("no point would be kept", found=keep, expected="1 or more")
    if NEWEST in drop:
        raise InvalidArgument(
            "which point is the newest changes when it goes",
            path=shelf.folder,
            found=NEWEST,
            expected="its number, its name or its change id",
            cure="nothing was removed",
        )
    if shelf.unusable:
        error = shelf.unusable[0].error
        error.cure = f"{error.cure}; until then nobody knows what it needs, and nothing is removed"
        raise error


def prune(
    folder: Path, *, keep: int | None = None, drop: Sequence[str] = ()
) -> Generator[Progress, None, Pruning]:
    """Remove points of *folder* as `plan_pruning` says; a call that is killed goes on if repeated.

    Raises:
        InUse: Another program works in the folder.
        VmdkError: As `plan_pruning`; or a file can't be removed.
    """
    with sole_use(folder), Catalogue.open(folder, kept=True) as catalogue:
        finished = tidy(catalogue)
        plan = _asked_for(catalogue.shelf(), catalogue, keep, drop, finished)
        catalogue.begin_removing(plan.removed)
        for number, each in enumerate(catalogue.removing()):
            yield Progress(number, len(plan.removed), f"removing {each.name}", Unit.STEPS)
            remove_point(folder, each)
        catalogue.end_removing()
        catalogue.shelf()
        catalogue.keep()
    return plan


def _still_there(
    shelf: Shelf, catalogue: Catalogue, drop: Sequence[str], finished: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return those of *drop* that are still to be removed, and the names of those that are gone.

    A call that is made again names what it has removed before, be it in this moment (*finished*).
    """
    dropped = catalogue.dropped()
    wanted, gone = [], []
    for text in drop:
        names = [d.name for d in dropped if is_meant(text, d.number, d.name, d.change_id)]
        names += [name for name in finished if is_numbered(name, text)]
        if any(name in finished for name in names):
            continue
        if names and not shelf.meant(text):
            gone.append(names[-1])
        else:
            wanted.append(text)
    return tuple(wanted), tuple(dict.fromkeys(gone))


def _building_on(shelf: Shelf, point: Point) -> list[Point]:
    """Return what *point* builds on, as far as that is there."""
    found: list[Point] = []
    at = point
    while True:
        try:
            before = shelf.before(at)
        except VmdkError:
            return found
        if before is None or before in found:
            return found
        found.append(before)
        at = before
