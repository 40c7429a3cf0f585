"""Prune: what goes, and what stays since something builds on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from redoscope_core import VmdkError
from redoscope_core.operations.backup.prune import prune
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


def test_a_prune_that_is_killed_anywhere_goes_on_by_the_same_call(
    source: Path, folder: Path, tmp_path: Path
) -> None:
    for disk in ("base", "c1", "c2"):
        back_up(source / f"{disk}.vmdk", folder)
    back_up(source / "c2.vmdk", folder, FULL)
    point, over = 0, False
    while not over:
        point += 1
        again = tmp_path / f"again{point}"
        shutil.copytree(folder, again)
        try:
            with stopped(point):
                finished(prune(again, drop=["2", "3"]))
                over = True
        except Killed:
            pass
        found = {each.name: each.verdict for each in proved(again) if each.point is not None}
        assert found["base-0001"] is found["base-0004"] is PointVerdict.SOUND
        assert PointVerdict.DAMAGED not in found.values()
        if not over:
            finished(prune(again, drop=["2", "3"]))
        assert {file.name for file in again.iterdir()} == {
            "backups.sqlite",
            *(f"base-{n}{e}" for n in ("0001", "0004") for e in (".vmdk", ".manifest.json")),
        }
    assert point > 4
