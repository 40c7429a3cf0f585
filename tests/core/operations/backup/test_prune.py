"""Prune: what goes, and what stays since something builds on it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from redoscope_core import InvalidArgument, VmdkError
from redoscope_core.operations.backup.catalogue import Catalogue
from redoscope_core.operations.backup.prune import plan_pruning, prune
from redoscope_core.operations.backup.series import Shelf
from redoscope_core.operations.backup.verify import PointVerdict
from tests.core.cli.kills import Killed, stopped
from tests.core.finished import finished
from tests.core.operations.backup.folders import FULL, back_up, proved, unsound


def test_prune_keeps_the_newest_of_each_disk_and_what_they_build_on(
    source: Path, tip: Path, folder: Path
) -> None:
    for disk in ("base", "c1", "c2"):
        back_up(source / f"{disk}.vmdk", folder)
    back_up(tip, folder)  # another disk of the same name
    plan = finished(prune(folder, keep=1))
    assert plan.removed == ()
    assert plan.needed == {"base-0001": "base-0003", "base-0002": "base-0003"}
    back_up(source / "c3.vmdk", folder, FULL)
    plan = finished(prune(folder, keep=1))
    assert [point.name for point in plan.removed] == ["base-0003", "base-0002", "base-0001"]
    assert {point.name for point in plan.kept} == {"base-0004", "base-0005"}
    assert unsound(folder) == {}


def test_prune_removes_nothing_while_a_manifest_is_damaged(source: Path, folder: Path) -> None:
    for disk in ("base", "c1"):
        back_up(source / f"{disk}.vmdk", folder)
    back_up(source / "c2.vmdk", folder, FULL)
    manifest = folder / "base-0002.manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:-1])
    before = sorted(folder.iterdir())
    with pytest.raises(VmdkError, match="base-0002"):
        finished(prune(folder, keep=1))
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("named", ["number", "name", "file", "change id"])
def test_a_prune_that_is_killed_anywhere_goes_on_by_the_same_call(
    source: Path, folder: Path, tmp_path: Path, named: str
) -> None:
    for disk in ("base", "c1", "c3"):
        back_up(source / f"{disk}.vmdk", folder)
    back_up(source / "c2.vmdk", folder, FULL)
    two, three = Shelf.read(folder).points[1:3]
    drop = {
        "number": ["2", "3"],
        "name": [two.name, three.name],
        "file": [two.manifest.name, three.stream.name],
        "change id": [two.head.change_id, three.head.change_id],
    }[named]
    point, over = 0, False
    while not over:
        point += 1
        again = tmp_path / f"again{point}"
        shutil.copytree(folder, again)
        try:
            with stopped(point, also=[(Catalogue, "keep")]):
                finished(prune(again, drop=drop))
                over = True
        except Killed:
            pass
        found = {each.name: each.verdict for each in proved(again) if each.point is not None}
        assert found["base-0001"] is found["base-0004"] is PointVerdict.SOUND
        assert PointVerdict.DAMAGED not in found.values()
        kept = {file.name: file.read_bytes() for file in again.iterdir()}
        foreseen = plan_pruning(again, drop=drop)
        assert {file.name: file.read_bytes() for file in again.iterdir()} == kept
        plan = finished(prune(again, drop=drop))
        assert foreseen == plan
        told = {*(each.name for each in plan.removed), *plan.finished, *plan.gone}
        assert told == {two.name, three.name}
        plan = finished(prune(again, drop=drop))
        assert (plan.removed, plan.finished, set(plan.gone)) == ((), (), told)
        assert {file.name for file in again.iterdir()} == {
            "backups.sqlite",
            *(f"base-{n}{e}" for n in ("0001", "0004") for e in (".vmdk", ".manifest.json")),
        }
        shutil.rmtree(again)
    assert point > 8


def test_what_never_was_there_is_no_such_point(source: Path, folder: Path) -> None:
    for disk in ("base", "c1"):
        back_up(source / f"{disk}.vmdk", folder)
    finished(prune(folder, drop=["2"]))
    with pytest.raises(InvalidArgument, match="no such point"):
        finished(prune(folder, drop=["2", "3"]))
    with pytest.raises(InvalidArgument, match="newest"):
        finished(prune(folder, drop=["latest"]))


def test_a_number_is_not_given_twice_so_that_a_repeated_call_removes_nothing_new(
    source: Path, folder: Path
) -> None:
    for disk in ("base", "c1"):
        back_up(source / f"{disk}.vmdk", folder)
    finished(prune(folder, drop=["2"]))
    made = back_up(source / "c1.vmdk", folder)
    assert made.head.number == 3
    assert finished(prune(folder, drop=["2"])).gone == ("base-0002",)
    assert len(Shelf.read(folder).points) == 2


def test_a_catalogue_of_the_first_shape_is_carried_over_with_what_it_has_to_remove(
    source: Path, folder: Path
) -> None:
    for disk in ("base", "c1"):
        back_up(source / f"{disk}.vmdk", folder)
    with pytest.raises(Killed), stopped(2):
        finished(prune(folder, drop=["2"]))  # between manifest and stream
    with closing(sqlite3.connect(folder / "backups.sqlite")) as connection:
        connection.executescript("DROP TABLE dropped; PRAGMA user_version = 1;")
    assert finished(prune(folder, drop=["2"])).finished == ("base-0002",)
    assert not list(folder.glob("base-0002*"))
