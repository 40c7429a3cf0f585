"""Killed anywhere, or refused by the system: what was kept stays, and the same call goes on."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from redoscope_core import VmdkError
from redoscope_core.operations.backup.restore import restore
from tests.core.cli.kills import Killed, stopped
from tests.core.finished import finished
from tests.core.links import make_chain
from tests.core.operations.backup.folders import back_up, content, restored, unsound


@pytest.mark.parametrize("kind", ["killed", "no room", "device failed"])
def test_a_backup_that_is_stopped_anywhere_leaves_no_half_point(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    links = make_chain(tmp_path, 3)
    back_up(links[1], folder)
    number = {"no room": errno.ENOSPC, "device failed": errno.EIO}.get(kind)
    point, reached = 0, 1
    while reached > point:
        point += 1
        again = tmp_path / f"again{point}"
        shutil.copytree(folder, again)
        error = None if number is None else OSError(number, os.strerror(number))
        with stopped(point, error) as done:
            try:
                back_up(links[2], again)
            except Killed:
                pass
            except VmdkError:
                assert not [each for each in again.iterdir() if "0002" in each.name]
        reached = len(done)
        assert restored(again, tmp_path / "back.raw", "1") == content(links[1])
        assert "link0-0001" not in unsound(again)
        made = back_up(links[2], again)
        assert made.stream is not None
        assert restored(again, tmp_path / "back.raw") == content(links[2])
        assert unsound(again) == {}
        assert not list(again.glob(".*.part"))
        streams = list(again.glob("*.vmdk"))
        manifests = list(again.glob("*.json"))
        assert len(streams) == len(manifests)
        shutil.rmtree(again)
    assert point > 6


@pytest.mark.parametrize("kind", ["monolithicSparse", "twoGbMaxExtentFlat"])
def test_a_restore_that_is_killed_anywhere_is_made_by_the_same_call(
    source: Path, folder: Path, tmp_path: Path, kind: str
) -> None:
    back_up(source / "base.vmdk", folder)
    back_up(source / "c2.vmdk", folder)
    point, over = -4, False
    while not over:
        point += 5
        place = tmp_path / f"again{point}"
        place.mkdir()
        try:
            with stopped(point):
                finished(restore(folder, place / "back.vmdk", kind))
                over = True
        except Killed:
            assert not (place / "back.vmdk").exists() or content(place / "back.vmdk")
        if not (place / "back.vmdk").exists():
            finished(restore(folder, place / "back.vmdk", kind))
        assert content(place / "back.vmdk") == content(source / "c2.vmdk")
        shutil.rmtree(place)
    assert point > 6
