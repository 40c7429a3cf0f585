"""The catalogue of a backup folder: what its manifests say, so that a change is worked out at once.

It is a help and nothing more. All it has comes from the manifests: it is made anew if it is lost,
damaged or of another shape, follows when manifests come, go or change, and is believed only where
what it has comes to the digest that the manifest names. Restoring and proving never ask it.

    points    one row a manifest: how that file was when it was read, and what it says
    leaves    what a point made of each span that it touched: the leaves of the whole span
    removing  what `prune` had begun to remove
    dropped   what it has removed, so that a call which is repeated knows that it was done
"""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from redoscope_core.errors import CorruptVmdk, FileRefused, FileUnreadable, VmdkError
from redoscope_core.files.file import os_error
from redoscope_core.format.backup_manifest import MOST_NUMBER, ManifestEnd, ManifestHead
from redoscope_core.format.manifest_facts import loaded
from redoscope_core.operations.backup.catalogue_file import made, opened, take_removals
from redoscope_core.operations.backup.manifests import (
    MANIFEST_ENDING,
    Point,
    manifests_in,
    read_point,
    read_spans,
)
from redoscope_core.operations.backup.series import Shelf, Unusable
from redoscope_core.operations.backup.tree import (
    changed_leaves,
    disk_digest,
    leaves_by,
    node_of,
    packed_leaves,
    span_count,
    unpacked_leaves,
)
from redoscope_core.progress import Progress, Unit, finished

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path
    from typing import Self

__all__ = ["CATALOGUE", "Catalogue", "Dropped", "Removing"]

CATALOGUE = "backups.sqlite"
_STEP = 64
"""Spans after which progress is shown: about 10 ms."""
_JOURNAL = "-journal"


class Removing(NamedTuple):
    """A point whose files are to be removed."""

    manifest: str
    """Name of its manifest."""
    sha256: str
    """Checksum of that."""
    cid: int
    """Content ID of its stream."""

    @property
    def name(self) -> str:
        """What the point is called."""
        return self.manifest.removesuffix(MANIFEST_ENDING)


class Dropped(NamedTuple):
    """A point that a call of `prune` removed."""

    name: str
    number: int
    change_id: str


class Catalogue:
    """The catalogue, open; one that is kept is open by one program at a time."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        """Use *connection* for what is in *folder*."""
        self._connection = connection
        self.folder = folder

    @classmethod
    def open(cls, folder: Path, *, kept: bool) -> Self:
        """Open the catalogue of *folder*; one that is not *kept* is of this call alone.

        Raises:
            FileRefused: Its name is taken by something else than a file.
            FileUnreadable: It can't be written.
        """
        path = folder / CATALOGUE
        try:
            if not kept:
                return cls(made(""), folder)
            if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
                raise FileRefused(
                    "not a catalogue of backups", path=path, expected="a file, or nothing"
                )
            connection = opened(path) if path.exists() else None
            if connection is None:
                for lost in (path, path.with_name(path.name + _JOURNAL)):
                    lost.unlink(missing_ok=True)
                connection = made(str(path))
            return cls(connection, folder)
        except (sqlite3.Error, OSError) as error:
            raise _failed(error, path) from None

    @classmethod
    def seen(cls, folder: Path) -> Self:
        """Return a catalogue of this call alone that has what that of *folder* says of removals.

        Nothing is written there, nor made.
        """
        connection = made("")
        path = folder / CATALOGUE
        if path.is_file() and not path.is_symlink():
            take_removals(path, connection)
        return cls(connection, folder)

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Return the catalogue."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def shelf(self) -> Shelf:
        """Follow what manifests are in the folder now, and return the points.

        Raises:
            VmdkError: The folder can't be listed, or the catalogue can't be written.
        """
        known = {str(_name(row[0])): row[1:] for row in self._asked("SELECT * FROM points")}
        points, unusable = [], []
        gone = set(known)
        for manifest in manifests_in(self.folder):
            try:
                stamp = _stamp(manifest)
                point = _point_of(manifest, stamp, known.get(manifest.name))
                points.append(point or self._taken_in(manifest, stamp))
                gone.discard(manifest.name)
            except VmdkError as error:
                unusable.append(Unusable(manifest, error))
        for name in gone:
            self._told("DELETE FROM points WHERE name = ?", (_kept(name),))
        self._told("DELETE FROM leaves WHERE sha256 NOT IN (SELECT sha256 FROM points)")
        return Shelf.of(self.folder, points, unusable)

    def _taken_in(self, manifest: Path, stamp: tuple[int, int]) -> Point:
        point = read_point(manifest)
        head, tail = json.dumps(point.head.to_document()), json.dumps(asdict(point.end))
        self._told(
            "INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?, ?, ?)",
            (_kept(manifest.name), *stamp, point.sha256, head, tail),
        )
        return point

    def nodes(self, series: Sequence[Point]) -> Generator[Progress, None, dict[int, bytes]]:
        """Return the node of each span that the last of *series* has, but for those of zeros.

        What is not known, or does not come to the digests that the manifests name, is taken from
        the manifests. Progress is in spans of the disk.

        Raises:
            VmdkError: A manifest can't be read, or does not come to the digest that it names.
        """
        found: dict[int, bytes] = {}
        for index, point in enumerate(series):
            mine = self._known_nodes(point)
            proved = point.end.disk_tree_sha256 is not None
            if mine is None or not proved or not _comes_to(point, found | mine):
                mine = yield from self._work_out(series[: index + 1])
                _prove(point, found | mine)
            found |= mine
        return found

    def _known_nodes(self, point: Point) -> dict[int, bytes] | None:
        rows = self._asked("SELECT span, node FROM leaves WHERE sha256 = ?", (point.sha256,))
        sound = all(isinstance(span, int) and isinstance(node, bytes) for span, node in rows)
        return dict(rows) if sound and (rows or not point.end.areas) else None

    def _work_out(self, series: Sequence[Point]) -> Generator[Progress, None, dict[int, bytes]]:
        """Take in what the last of *series* changed."""
        point, nodes = series[-1], {}
        rule = leaves_by(point.head.version)
        count = span_count(point.head.capacity)
        self._told("DELETE FROM leaves WHERE sha256 = ?", (point.sha256,))
        for span in read_spans(point):
            before = self.leaves(series[:-1], span.number) or rule.none
            leaves = changed_leaves(before, span, point.head)
            nodes[span.number] = node_of(leaves)
            self._told(
                "INSERT INTO leaves VALUES (?, ?, ?, ?)",
                (point.sha256, span.number, nodes[span.number], packed_leaves(leaves, rule.zero)),
            )
            if len(nodes) % _STEP == 0:
                yield Progress(span.number, count, f"taking in {point.name}", Unit.STEPS)
        return nodes

    def leaves(self, series: Sequence[Point], span: int) -> bytes | None:
        """Return the leaves of *span* at the last of *series*, whose nodes were asked for.

        None if nothing was ever stored there.
        """
        for index in reversed(range(len(series))):
            found = self._leaves_of(series[index], span)
            if found is None:
                continue
            leaves, is_sound = found
            if not is_sound:
                finished(self._work_out(series[: index + 1]))
                return self.leaves(series, span)
            return leaves
        return None

    def _leaves_of(self, point: Point, span: int) -> tuple[bytes, bool] | None:
        """Return what *point* made of *span*, and whether that is what its node says."""
        rows = self._asked(
            "SELECT node, leaves FROM leaves WHERE sha256 = ? AND span = ?", (point.sha256, span)
        )
        if not rows:
            return None
        node, packed = rows[0]
        zero = leaves_by(point.head.version).zero
        leaves = unpacked_leaves(packed, zero) if isinstance(packed, bytes) else None
        return (b"", False) if leaves is None else (leaves, node == node_of(leaves))

    def begin_removing(self, points: Sequence[Point]) -> None:
        """Note, durably, that the files of *points* are going to be removed, in this order."""
        for order, point in enumerate(points):
            self._told(
                "INSERT OR REPLACE INTO removing VALUES (?, ?, ?, ?)",
                (order, _kept(point.manifest.name), point.sha256, point.head.cid),
            )
            self._told(
                "INSERT OR REPLACE INTO dropped VALUES (?, ?, ?, ?)",
                (point.sha256, _kept(point.name), point.head.number, point.head.change_id),
            )
        self.keep()

    def removing(self) -> tuple[Removing, ...]:
        """Return what is to be removed, in order: by this call, or by one that was stopped."""
        rows = self._asked("SELECT name, sha256, cid FROM removing ORDER BY place")
        # Whoever wrote the file: no name leads anywhere.
        return tuple(
            Removing(name, digest, cid)
            for name, digest, cid in ((_name(row[0]), *row[1:]) for row in rows)
            if _is_bare(name) and name.endswith(MANIFEST_ENDING)
        )

    def dropped(self) -> tuple[Dropped, ...]:
        """Return what was removed, or is to be, by this call or by earlier ones."""
        rows = self._asked("SELECT name, number, change_id FROM dropped ORDER BY number, name")
        return tuple(
            Dropped(name, number, change_id)
            for name, number, change_id in ((_name(row[0]), *row[1:]) for row in rows)
            if _is_bare(name)
            and isinstance(number, int)
            and 0 < number < MOST_NUMBER
            and isinstance(change_id, str)
        )

    @property
    def next_number(self) -> int:
        """The number behind those of the points that were removed: none is given twice."""
        return max((each.number for each in self.dropped()), default=0) + 1

    def end_removing(self) -> None:
        """Note that all of it is removed."""
        self._told("DELETE FROM removing")
        self.keep()

    def keep(self) -> None:
        """Make durable what was taken in."""
        try:
            self._connection.commit()
        except sqlite3.Error as error:
            raise _failed(error, self.folder / CATALOGUE) from None

    def _asked(self, question: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(question, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise _failed(error, self.folder / CATALOGUE) from None

    def _told(self, statement: str, values: Sequence[object] = ()) -> None:
        self._asked(statement, values)


def _kept(name: str) -> str | bytes:
    """Return the name of a file as it is kept: a text, or the bytes that are none."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name


def _is_bare(name: object) -> TypeGuard[str]:
    return isinstance(name, str) and name == os.path.basename(name)  # noqa: PTH119


def _name(kept: object) -> object:
    """Return the name of the file that is kept as *kept*."""
    return os.fsdecode(kept) if isinstance(kept, bytes) else kept


def _failed(error: sqlite3.Error | OSError, path: Path) -> VmdkError:
    if isinstance(error, OSError):
        return os_error(error, path, "opening the catalogue")
    return FileUnreadable(
        "the catalogue of the backups can't be used",
        path=path,
        found=str(error),
        cure="remove it: it is made anew from the manifests",
    )


def _stamp(manifest: Path) -> tuple[int, int]:
    try:
        status = manifest.stat()
    except OSError as error:
        raise os_error(error, manifest, "looking at it") from None
    return status.st_size, status.st_mtime_ns


def _point_of(manifest: Path, stamp: tuple[int, int], row: tuple[Any, ...] | None) -> Point | None:
    """Return the point that *row* tells of, if the manifest is still what that was read from."""
    if row is None or row[:2] != stamp:
        return None
    _, _, digest, head, tail = row
    try:
        return Point(
            manifest,
            str(digest),
            ManifestHead.of_document(loaded(head)),
            ManifestEnd.of_document(loaded(tail)),
        )
    except (VmdkError, TypeError):
        return None


def _comes_to(point: Point, nodes: dict[int, bytes]) -> bool:
    named = point.end.disk_tree_sha256
    return named is None or disk_digest(point.head, nodes) == named


def _prove(point: Point, nodes: dict[int, bytes]) -> None:
    if not _comes_to(point, nodes):
        raise CorruptVmdk(
            "what the backup holds does not come to the disk that it names",
            path=point.manifest,
            where="disk_tree_sha256",
            found=disk_digest(point.head, nodes),
            expected=point.end.disk_tree_sha256,
            cure="make a full backup",
        )
