"""Backup folders in tests: made, proved, restored in few words."""

from __future__ import annotations

from pathlib import Path

from redoscope_core import Chain
from redoscope_core.format.backup_manifest import BackupKind
from redoscope_core.operations.backup.backup import BackupMade, backup_to_folder
from redoscope_core.operations.backup.manifests import Point
from redoscope_core.operations.backup.restore import restore
from redoscope_core.operations.backup.series import Shelf
from redoscope_core.operations.backup.verify import PointProved, PointVerdict, verify
from tests.core.finished import finished

__all__ = [
    "FULL",
    "back_up",
    "content",
    "differential",
    "proved",
    "restored",
    "series_of",
    "unsound",
]

FULL = BackupKind.FULL
differential = BackupKind.DIFFERENTIAL


def back_up(
    disk: Path, folder: Path, kind: BackupKind | None = None, *, since: str | None = None
) -> BackupMade:
    """Back *disk* up into *folder*."""
    with Chain.open(disk) as chain:
        return finished(backup_to_folder(chain, folder, kind, since=since))


def restored(source: Path, target: Path, point: str | None = None, kind: str = "raw") -> bytes:
    """Restore *point* to *target*, remove that, and return its bytes."""
    finished(restore(source, target, kind, point=point))
    data = target.read_bytes()
    target.unlink()
    return data


def proved(source: Path) -> tuple[PointProved, ...]:
    """Return what `verify` says of *source*."""
    return finished(verify(source))


def unsound(source: Path) -> dict[str, Path | None]:
    """Return the points that are not sound, and which file is to blame."""
    return {
        each.name: None if each.error is None else each.error.path
        for each in proved(source)
        if each.verdict is not PointVerdict.SOUND
    }


def series_of(folder: Path, name: str) -> tuple[Point, ...]:
    """Return what is needed to restore the point *name*."""
    shelf = Shelf.read(folder)
    return shelf.series(shelf.named(name))


def content(disk: Path) -> bytes:
    """Return every byte of *disk*."""
    with Chain.open(disk) as chain:
        return chain.read(0, chain.capacity)
