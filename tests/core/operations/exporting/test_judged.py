"""Exported files are, byte for byte, those that mtools, debugfs and ntfscat give."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.core.operations.exporting.disks import by_path, disk_of, exported, tree_of
from tests.core.volumes.ext import made as ext
from tests.core.volumes.fat import made as fat
from tests.core.volumes.ntfs import made as ntfs
from tests.core.volumes.volumes import printed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.judge


@pytest.mark.parametrize("shape", ["fat12", "fat16", "fat32"])
def test_files_of_fat_are_those_of_mcopy(tmp_path: Path, shape: str) -> None:
    volume = fat.made(tmp_path, shape)
    (tmp_path / "mcopy").mkdir()
    fat.mtools(volume, "mcopy", "-s", "-n", "::/", tmp_path / "mcopy")
    found = exported(disk_of(tmp_path, volume), tmp_path / "out")
    told = tree_of(tmp_path / "out")
    assert told == tree_of(tmp_path / "mcopy")
    assert len(told) > 60
    assert found.is_whole
    for each in found.files:
        if each.written is not None:
            data = each.written.read_bytes()
            assert (each.size, each.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("shape", ["ext2-old", "ext3", "ext4"])
def test_files_of_ext_are_those_of_debugfs(tmp_path: Path, shape: str) -> None:
    volume = ext.made(tmp_path, shape)
    (tmp_path / "tiny").write_bytes(b"tiny")
    ext.debugfs(volume, f"write {tmp_path / 'tiny'} /tiny")
    if shape.startswith("ext4"):
        # Blocks that were given to a file and never written to read as zeros.
        ext.debugfs(volume, "fallocate /tiny 1 9", "sif /tiny size 30000")
    (tmp_path / "dump").mkdir()
    ext.debugfs(volume, f"rdump / {tmp_path / 'dump'}")
    found = exported(disk_of(tmp_path, volume), tmp_path / "out")
    assert tree_of(tmp_path / "out") == tree_of(tmp_path / "dump")
    told = by_path(found)
    assert told["/holes"].holes.total > 4_000_000
    assert (tmp_path / "out" / "holes").stat().st_blocks * 512 < 2**20
    left = {path: each.why.value for path, each in told.items() if each.why is not None}
    assert left == {"/link": "symbolic-link", "/short": "symbolic-link", "//pipe": "special"}
    assert not (tmp_path / "out" / "link").is_symlink()
    assert found.is_whole


def test_files_that_ext_keeps_in_their_inodes_are_those_that_were_put_there(
    tmp_path: Path,
) -> None:
    # debugfs gives such a file 60 bytes, however few it has.
    volume = ext.made(tmp_path, "ext4-wide-inodes")
    exported(disk_of(tmp_path, volume), tmp_path / "out")
    for number in range(1, 60, 2):
        told = (tmp_path / "out" / "d" / f"f{number}").read_bytes()
        assert told == (tmp_path / f"s{number}").read_bytes()


def test_files_and_streams_of_ntfs_are_those_of_ntfscat(tmp_path: Path) -> None:
    volume = ntfs.made(tmp_path)
    out = tmp_path / "out"
    told = by_path(exported(disk_of(tmp_path, volume), out))
    paths = ["/a", "/b", "/d/name of file 1", "/d/name of file 2", "/d/name of file 5"]
    for path in paths:
        assert told[path].why is None
        assert (out / path[1:]).read_bytes() == printed("ntfscat", "-f", volume, path)
    stream = ("-n", "Zone.Identifier", "/d/name of file 1")
    data = printed("ntfscat", "-f", volume, *stream)
    assert (out / "d" / "name of file 1%3AZone.Identifier").read_bytes() == data
    assert told["/d/name of file 1:Zone.Identifier"].size == len(data) == 9000
    own = by_path(exported(disk_of(tmp_path, volume), tmp_path / "own", "/$UpCase"))["/$UpCase"]
    assert own.written is not None
    assert own.written.read_bytes() == printed("ntfscat", "-f", "-i", "10", volume)
