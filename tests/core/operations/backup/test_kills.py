"""Killed anywhere, or refused by the system: what was kept stays, and the same call goes on."""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core import AlreadyExists, Chain, FileRefused, VmdkError
from redoscope_core.chain.leftovers import leftovers
from redoscope_core.format.backup_manifest import BackupKind
from redoscope_core.operations.backup.backup import (
    BackupMade,
    backup_to_file,
    backup_to_sink,
)
from redoscope_core.operations.backup.restore import restore
from redoscope_core.operations.backup.verify import PointVerdict
from tests.core.cli.kills import Killed, stopped
from tests.core.finished import finished
from tests.core.links import make_chain
from tests.core.operations.backup.folders import FULL, back_up, content, proved, restored, unsound

if TYPE_CHECKING:
    from collections.abc import Callable

INCREMENTAL, DIFFERENTIAL = BackupKind.INCREMENTAL, BackupKind.DIFFERENTIAL


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


@pytest.mark.parametrize("kind", ["monolithicSparse", "twoGbMaxExtentFlat", "raw"])
def test_a_restore_that_is_killed_anywhere_is_made_by_the_same_call(
    source: Path, folder: Path, tmp_path: Path, kind: str
) -> None:
    back_up(source / "base.vmdk", folder)
    back_up(source / "c2.vmdk", folder)
    wanted = content(source / "c2.vmdk")
    for point in _points(lambda place: finished(restore(folder, place / "a.vmdk", kind)), tmp_path):
        place = tmp_path / f"again{point}"
        place.mkdir()
        disk = place / "back.vmdk"
        with suppress(Killed), stopped(point):
            finished(restore(folder, disk, kind))
        was_there = disk.exists()
        assert finished(restore(folder, disk, kind)).already is was_there
        assert (disk.read_bytes() if kind == "raw" else content(disk)) == wanted
        assert not leftovers(place)
        shutil.rmtree(place)
    finished(restore(folder, tmp_path / "back.vmdk", kind))
    assert finished(restore(folder, tmp_path / "back.vmdk", kind)).already
    with pytest.raises(AlreadyExists):
        finished(restore(folder, tmp_path / "back.vmdk", kind, point="1"))


@pytest.mark.parametrize("where", ["beside", "apart"])
def test_a_backup_to_a_file_that_is_killed_anywhere_is_made_by_the_same_call(
    source: Path, tmp_path: Path, where: str
) -> None:
    def back_up_to(place: Path) -> BackupMade:
        manifest = place / "apart" / "m.manifest.json" if where == "apart" else None
        (place / "apart").mkdir(exist_ok=True)
        with Chain.open(source / "c1.vmdk") as chain:
            return finished(backup_to_file(chain, place / "one.vmdk", manifest))

    for point in _points(back_up_to, tmp_path):
        place = tmp_path / f"again{point}"
        place.mkdir()
        with suppress(Killed), stopped(point):
            back_up_to(place)
        made = back_up_to(place)
        assert made.manifest is not None
        again = back_up_to(place)
        assert again == dataclasses.replace(made, already=True)
        made.manifest.replace(place / "one.manifest.json")
        assert unsound(place) == {}
        assert not leftovers(place)
        shutil.rmtree(place)


@pytest.mark.parametrize("kind", [None, FULL, INCREMENTAL, DIFFERENTIAL])
def test_a_backup_into_a_folder_that_is_killed_at_its_end_is_not_made_twice(
    source: Path, folder: Path, tmp_path: Path, kind: BackupKind | None
) -> None:
    back_up(source / "base.vmdk", folder)
    there = len(list(folder.glob("*.vmdk")))

    def back_up_to(place: Path) -> BackupMade:
        shutil.copytree(folder, place / "b")
        return back_up(source / "c1.vmdk", place / "b", kind)

    for point in _points(back_up_to, tmp_path):
        place = tmp_path / f"again{point}"
        place.mkdir()
        with suppress(Killed), stopped(point):
            back_up_to(place)
        was_there = (place / "b" / "base-0002.manifest.json").exists()
        made = back_up(source / "c1.vmdk", place / "b", kind)
        assert made.already is was_there
        assert made.head.kind is (kind or INCREMENTAL)
        assert len(list((place / "b").glob("*.vmdk"))) == there + 1
        assert unsound(place / "b") == {}
        shutil.rmtree(place)


def test_a_newest_point_that_is_damaged_or_of_another_kind_or_state_is_not_done_already(
    source: Path, folder: Path
) -> None:
    first = back_up(source / "c1.vmdk", folder)
    assert back_up(source / "c1.vmdk", folder).stream == first.stream
    assert not back_up(source / "c1.vmdk", folder, INCREMENTAL).already
    assert not back_up(source / "c1.vmdk", folder, DIFFERENTIAL).already
    assert not back_up(source / "c2.vmdk", folder, FULL).already
    made = back_up(source / "c2.vmdk", folder, FULL)
    assert made.already
    assert made.stream is not None
    made.stream.write_bytes(made.stream.read_bytes()[:-1] + b"!")
    assert back_up(source / "c2.vmdk", folder, FULL).head.number == made.head.number + 1


@pytest.mark.parametrize("since", [None, "1"])
def test_a_backup_to_a_pipe_that_is_killed_anywhere_is_made_by_the_same_call(
    source: Path, tmp_path: Path, since: str | None
) -> None:
    def back_up_to(place: Path) -> bytes:
        with Chain.open(source / "c2.vmdk") as chain:
            sink = BytesIO()
            finished(backup_to_sink(chain, sink, place / "one.manifest.json", since=since))
        return sink.getvalue()

    for point in range(1, 6):
        place = tmp_path / f"again{point}"
        place.mkdir()
        with suppress(Killed), stopped(point):
            back_up_to(place)
        (place / "one.vmdk").write_bytes(back_up_to(place))
        assert [each.verdict for each in proved(place)] == [
            PointVerdict.SOUND if since is None else PointVerdict.INCOMPLETE
        ]
        assert back_up_to(place) == (place / "one.vmdk").read_bytes()
        assert not leftovers(place)
        shutil.rmtree(place)
    back_up_to(tmp_path)
    with Chain.open(source / "c1.vmdk") as chain, pytest.raises(AlreadyExists):
        finished(backup_to_sink(chain, BytesIO(), tmp_path / "one.manifest.json", since=since))


def test_a_name_that_another_backup_has_is_refused(source: Path, tip: Path, tmp_path: Path) -> None:
    stream = tmp_path / "one.vmdk"
    with Chain.open(source / "c1.vmdk") as chain:
        finished(backup_to_file(chain, stream))
    kept = stream.read_bytes()
    for disk in (source / "c2.vmdk", tip):
        with Chain.open(disk) as chain, pytest.raises(FileRefused):
            finished(backup_to_file(chain, stream))
    stream.write_bytes(kept[:-1] + b"!")
    with Chain.open(source / "c1.vmdk") as chain, pytest.raises(FileRefused):
        finished(backup_to_file(chain, stream))
    assert stream.read_bytes() == kept[:-1] + b"!"


def _points(call: Callable[[Path], object], folder: Path) -> list[int]:
    """Return before which changes of *call* it is killed: some, and each of the last, and none."""
    place = folder / "whole"
    place.mkdir()
    with stopped(2**30) as done:
        call(place)
    shutil.rmtree(place)
    last = len(done)
    assert last > 6
    return [*range(1, last - 5, 1 + last // 3), *range(last - 5, last + 2)]
