"""The catalogue is a help: lost, damaged or hostile, it changes nothing that is kept."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from redoscope_core import FileRefused, create_disk, prune
from redoscope_core.operations.backup.series import Shelf
from tests.core.finished import finished
from tests.core.operations.backup.folders import FULL, back_up, unsound


@pytest.mark.parametrize("harm", ["lost", "no database", "another shape", "other leaves", "cut"])
def test_the_catalogue_is_made_anew_from_the_manifests(
    source: Path, folder: Path, harm: str
) -> None:
    back_up(source / "base.vmdk", folder)
    back_up(source / "c1.vmdk", folder)
    file = folder / "backups.sqlite"
    if harm == "lost":
        file.unlink()
    elif harm == "no database":
        file.write_bytes(b"no database" * 1000)
    elif harm == "cut":
        os.truncate(file, file.stat().st_size // 2)
    else:
        with closing(sqlite3.connect(file)) as connection:
            statement = (
                "UPDATE leaves SET leaves = zeroblob(64)"
                if harm == "other leaves"
                else "ALTER TABLE points ADD COLUMN more"
            )
            connection.execute(statement)
            connection.commit()
    back_up(source / "c3.vmdk", folder)
    back_up(source / "c3.vmdk", folder, FULL)
    points = Shelf.read(folder).points
    assert points[2].end.disk_tree_sha256 == points[3].end.disk_tree_sha256
    assert unsound(folder) == {}


def test_a_catalogue_that_leads_elsewhere_is_refused(
    source: Path, folder: Path, tmp_path: Path
) -> None:
    folder.mkdir()
    (tmp_path / "elsewhere").write_bytes(b"mine")
    (folder / "backups.sqlite").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileRefused):
        back_up(source / "base.vmdk", folder)
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"


def test_a_catalogue_can_not_have_other_files_removed(
    source: Path, folder: Path, tmp_path: Path
) -> None:
    back_up(source / "base.vmdk", folder)
    for place in (tmp_path, folder):
        (place / "mine.vmdk").write_bytes((source / "base.vmdk").read_bytes())
    with closing(sqlite3.connect(folder / "backups.sqlite")) as connection:
        names = ["../mine.manifest.json", "mine.manifest.json", "base-0001.manifest.json"]
        rows = [(place, name, "0" * 64, 1) for place, name in enumerate(names)]
        connection.executemany("INSERT INTO removing VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    back_up(source / "c1.vmdk", folder)
    assert (tmp_path / "mine.vmdk").exists()
    assert (folder / "mine.vmdk").exists()
    assert unsound(folder) == {}


def test_a_disk_whose_name_is_no_text_is_backed_up_and_pruned(folder: Path, tmp_path: Path) -> None:
    disk = tmp_path / os.fsdecode(b"\xff\xfe disk.vmdk")
    create_disk(disk, 2048)
    for moment in (1, 2):  # written to in between
        os.utime(disk, (moment, moment))
        back_up(disk, folder, FULL)
    finished(prune(folder, keep=1))
    assert [point.name for point in Shelf.read(folder).points] == [f"{disk.stem}-0002"]
    assert unsound(folder) == {}
