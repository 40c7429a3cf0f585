"""Series: a point with all that it builds on, the full backup first."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from redoscope_core.errors import ChainLoop, FileMissing, InvalidArgument, VmdkError
from redoscope_core.operations.backup.manifests import (
    MANIFEST_ENDING,
    Point,
    manifests_in,
    read_point,
    stream_beside,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redoscope_core.format.backup_manifest import Since

__all__ = ["NEWEST", "Shelf", "Unusable", "is_meant", "is_numbered"]

NEWEST = "latest"
_LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Unusable:
    """A manifest that can't be used."""

    manifest: Path
    error: VmdkError

    @property
    def name(self) -> str:
        """What the point would be called."""
        return self.manifest.name.removesuffix(MANIFEST_ENDING)


def is_numbered(name: str, text: str | None) -> bool:
    """Tell whether *name* ends in the number *text*."""
    digits = name.rpartition("-")[2]
    return text is not None and digits.isdecimal() and digits.lstrip("0") == text


def is_meant(text: str, number: int, name: str, change_id: str) -> bool:
    """Tell whether *text* is the number, the name, that of a file, or the change id of a point."""
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        return number == int(text)
    manifest = name + MANIFEST_ENDING
    return text in {name, manifest, stream_beside(Path(manifest)).name, change_id}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The points of a folder, the oldest first, and what can't be used of it."""

    folder: Path
    points: tuple[Point, ...]
    unusable: tuple[Unusable, ...] = ()
    _by_digest: dict[str, Point] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, points: Iterable[Point], unusable: Iterable[Unusable] = ()) -> Shelf:
        """Put *points* in their order."""
        ordered = tuple(sorted(points, key=lambda point: point.order))
        return cls(folder, ordered, tuple(unusable), {each.sha256: each for each in ordered})

    @classmethod
    def read(cls, folder: Path) -> Shelf:
        """Read all manifests in *folder*.

        Raises:
            VmdkError: The folder can't be listed.
        """
        points, unusable = [], []
        for manifest in manifests_in(folder):
            try:
                points.append(read_point(manifest))
            except VmdkError as error:
                unusable.append(Unusable(manifest, error))
        return cls.of(folder, points, unusable)

    @property
    def next_number(self) -> int:
        """The number of the next backup here."""
        return max((point.head.number for point in self.points), default=0) + 1

    def before(self, point: Point) -> Point | None:
        """Return the point that *point* builds on; None if it is a full one.

        Raises:
            FileMissing: It is not there.
            VmdkError: It is there, and can't be used.
        """
        since = point.head.since
        if since is None:
            return None
        if since.sha256 is not None:
            found = self._by_digest.get(since.sha256)
        else:
            found = self.with_change_id(since.change_id, older_than=point)
        if found is None:
            raise self._why_absent(point, since)
        return found

    def with_change_id(self, change_id: str, *, older_than: Point | None = None) -> Point | None:
        """Return the newest point of the state *change_id*, made before *older_than*."""
        return next(
            (
                point
                for point in reversed(self.points)
                if point.head.change_id == change_id
                and (older_than is None or point.order < older_than.order)
            ),
            None,
        )

    def series(self, point: Point) -> tuple[Point, ...]:
        """Return all that is needed to restore *point*, the full one first.

        Raises:
            VmdkError: Something of it is not there, or can't be used.
        """
        found = [point]
        while (before := self.before(found[-1])) is not None:
            if before in found:
                raise ChainLoop("a backup that builds on itself", path=point.manifest)
            found.append(before)
        return tuple(reversed(found))

    def named(self, text: str | None) -> Point:
        """Return the point that *text* means: its number, its name, its change id, or `latest`.

        None stands for the newest, if all points are of one disk.

        Raises:
            InvalidArgument: None is meant, or more than one.
            VmdkError: The one that is meant can't be used.
        """
        for each in self.unusable:
            # The newest, or one of that number, may well be the one that can't be used.
            if text in {None, NEWEST, each.name, each.manifest.name} or is_numbered(
                each.name, text
            ):
                raise each.error
        meant = self.meant(text)
        if text in {None, NEWEST}:
            disks = {point.disk for point in self.points}
            meant = list(self.points[-1:]) if len(disks) == 1 else []
        if len(meant) == 1:
            return meant[0]
        raise self._not_one(text, meant)

    def meant(self, text: str | None) -> list[Point]:
        """Return the points whose number, name or change id *text* is."""
        if text is None:
            return []
        return [
            point
            for point in self.points
            if is_meant(text, point.head.number, point.name, point.head.change_id)
        ]

    def _not_one(self, text: str | None, meant: list[Point]) -> VmdkError:
        if not self.points:
            return FileMissing(
                "no backups are here", path=self.folder, expected=f"files named *{MANIFEST_ENDING}"
            )
        several = len(meant) > 1 or text in {None, NEWEST}
        listed = ", ".join(f"{each.head.number} ({each.name})" for each in meant or self.points)
        return InvalidArgument(
            "more than one point may be meant" if several else "no such point",
            path=self.folder,
            found=text,
            expected=f"one of {listed}",
        )

    def _why_absent(self, point: Point, since: Since) -> VmdkError:
        for each in self.unusable:
            if since.name is not None and each.name == since.name:
                return each.error
        others = ", ".join(each.manifest.name for each in self.unusable)
        return FileMissing(
            "the backup that it builds on is not there",
            path=point.manifest,
            where="since",
            found=f"{others}, which can't be used" if others else "no manifest with that checksum",
            expected=f"{since.name or 'one'} of the state {since.change_id}",
            cure="put its manifest and its stream back into the folder",
        )
