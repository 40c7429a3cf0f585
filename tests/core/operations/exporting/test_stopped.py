"""An export that is killed, or refused by the system, at any of its changes."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, VmdkError, disk_volumes, examine, export_files
from redoscope_core.operations.exporting import export
from tests.core.cli.kills import Killed, stopped
from tests.core.finished import finished
from tests.core.operations.exporting.disks import disk_of, tree_of
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from redoscope_core.progress import Progress

pytestmark = pytest.mark.judge
BODY = bytes(range(256)) * 40
FILES = {"etc/passwd": BODY, "etc/group": b"root", "nothing": b""}


@pytest.fixture
def chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chain]:
    """A disk with three files in two folders, whose volume is parsed once for all calls."""
    source = tmp_path / "source"
    (source / "etc").mkdir(parents=True)
    for name, body in FILES.items():
        (source / name).write_bytes(body)
    volume = empty(tmp_path / "ext.raw", 2**20)
    judged("mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", source, volume)
    with Chain.open(disk_of(tmp_path, volume)) as opened:
        examined = finished(examine([(opened, each) for each in disk_volumes(opened).volumes]))

        def at_once(*_: object) -> Generator[Progress, None, object]:
            yield from ()
            return examined

        monkeypatch.setattr(export, "examine", at_once)
        yield opened


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
def test_an_export_of_which_a_change_fails_takes_all_back(
    chain: Chain, tmp_path: Path, number: int
) -> None:
    point, reached = 0, 1
    while reached > point:
        point += 1
        out = tmp_path / f"out{point}"
        refused = ""
        with stopped(point, OSError(number, os.strerror(number))) as done:
            try:
                finished(export_files(chain, ["/"], out))
            except VmdkError as error:
                refused = str(error)
        if refused:
            assert str(out) in refused
            # What can't be removed is a file that is not whole, and called so.
            assert tree_of(out) == {} or done[point - 1] == "unlink", (point, tree_of(out))
        else:
            assert tree_of(out) == FILES
        reached = len(done)
    assert point > len(FILES)


def test_an_export_that_is_killed_leaves_no_file_that_is_not_whole(
    chain: Chain, tmp_path: Path
) -> None:
    point, left = 0, dict[str, bytes]()
    while left != FILES:
        point += 1
        out = tmp_path / f"out{point}"
        try:
            with stopped(point):
                finished(export_files(chain, ["/"], out))
        except Killed:
            left = {name: body for name, body in tree_of(out).items() if ".part" not in name}
            assert left.items() <= FILES.items()
        else:
            left = tree_of(out)
            assert left == FILES
    assert point > len(FILES)
