"""Traps in less usual shapes of file systems: clusters, long holes, streams of folders."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from redoscope_core import Chain, Examined, NodeKind, SectorClass, examine, list_volumes
from tests.core.finished import finished
from tests.core.operations.attributing.worlds import (
    LATER,
    WHEN,
    blob,
    changes,
    debugfs,
    difference,
    disk_of,
    flipped,
    needs,
)
from tests.core.volumes.ntfs.made import Made
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.judge


@pytest.mark.skipif(bool(needs("mke2fs", "debugfs")), reason=needs("mke2fs", "debugfs"))
@pytest.mark.parametrize(("block", "cluster"), [(4096, 16384), (1024, 8192)])
def test_files_of_a_volume_of_clusters_are_told(tmp_path: Path, block: int, cluster: int) -> None:
    old, new = tmp_path / "old.raw", tmp_path / "new.raw"
    make = f"mke2fs -q -t ext4 -b {block} -C {cluster} -O bigalloc {old} 4M"
    environment = {**os.environ, "E2FSPROGS_FAKE_TIME": str(WHEN)}
    subprocess.run(make.split(), check=True, capture_output=True, env=environment)
    files = {name: blob(name, 5000) for name in ("stealth", "slack", "gone", "moved")}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    debugfs(old, *(f"write {tmp_path / name} {name}" for name in files), when=WHEN)
    shutil.copy(old, new)
    debugfs(
        new,
        f"write {tmp_path / 'stealth'} newcomer",
        "rm gone",
        "ln moved folded",
        "unlink moved",
        f"set_inode_field folded mtime @{LATER}",
    )
    changed = bytearray(new.read_bytes())
    changed[changed.index(files["stealth"]) + 100] ^= 1
    new.write_bytes(changed)
    flipped(new, (files["moved"], 7, b"!"), (files["slack"][4608:], 394, b"HIDDEN"))
    found = difference(disk_of(tmp_path, "a", old), disk_of(tmp_path, "b", new))
    told = [each[:2] for each in found.volumes[0].changes if each.kind != "directory"]
    assert found.volumes[0].state is Examined.EXAMINED
    assert found.volumes[0].is_complete
    assert told == [
        ("modified", "/folded"),
        ("renamed", "/folded"),
        ("deleted", "/gone"),
        ("added", "/newcomer"),
        ("metadata", "/slack"),
        ("modified", "/stealth"),
    ]
    assert "slack_written" in changes(found)["/slack"].notes


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two generations of an NTFS volume with clusters of 64 KiB."""
    folder = tmp_path_factory.mktemp("wide")
    if needs("mkntfs"):
        pytest.skip(needs("mkntfs"))
    old, new = empty(folder / "old.raw", 8 << 20), folder / "new.raw"
    judged("mkntfs", "-F", "-Q", "-q", "-c", 65536, old)
    volume = Made(old)
    for name in ("folder", "plain"):
        volume.new("/", name, 0o040000)
    volume.write("/folder", 0, blob("of a folder", 3000), "kept")
    volume.write("/plain", 0, b"gone soon", "gone")
    for name in ("holes", "moved", "quiet"):
        volume.new("/", name)
        volume.write(f"/{name}", 0, blob(name, 3000))
    # Longer than the volume, and so is the hole in it.
    volume.write("/holes", 2**30, blob("behind the hole", 3000))
    volume.close()
    shutil.copy(old, new)
    volume = Made(new)
    volume.write("/folder", 0, blob("hidden", 2000), "hidden")
    volume.write("/plain", 0, b"GONE", "gone")
    volume.rename(("", "moved"), ("/plain", "moved"))
    volume.write("/plain/moved", 5, b"and written")
    volume.close()
    flipped(new, (blob("of a folder", 3000), 5, b"!"), (blob("behind the hole", 3000), 9, b"!"))
    return disk_of(folder, "old", old), disk_of(folder, "new", new)


def test_streams_of_folders_and_what_lies_behind_long_holes_are_told(
    wide: tuple[Path, Path],
) -> None:
    found = difference(*wide)
    assert found.volumes[0].is_complete
    told = {(each.kind, each.path): each for each in found.volumes[0].changes}
    folder, plain = told["modified", "/folder"], told["modified", "/plain"]
    assert folder.notes == ("stream_added:hidden", "stream_changed:kept")
    assert plain.notes == ("stream_changed:gone",)
    assert told["modified", "/holes"].notes == ("no_metadata_trace",)
    assert found.classes[SectorClass.STREAM] > 0


def test_a_file_that_was_renamed_and_written_is_told_as_both(wide: tuple[Path, Path]) -> None:
    told = {each.kind: each for each in difference(*wide).volumes[0].changes if "moved" in each[1]}
    assert sorted(told) == ["modified", "renamed"]
    assert told["renamed"].old_path == "/moved"
    assert told["modified"].path == told["renamed"].path == "/plain/moved"


@pytest.mark.skipif(bool(needs("mkfs.exfat")), reason=needs("mkfs.exfat"))
def test_what_exfat_keeps_for_itself_is_no_file_of_people(tmp_path: Path) -> None:
    volume = empty(tmp_path / "v.raw", 4 << 20)
    judged("mkfs.exfat", volume)
    with Chain.open(disk_of(tmp_path, "disk", volume)) as chain:
        tasks = [(chain, each) for each in list_volumes(chain).disk.volumes]
        index = finished(examine(tasks, None))[0].index
    assert index is not None
    kinds = {
        path: index.nodes.kind[node]
        for path, node in zip(index.paths(), index.entries.node, strict=True)
    }
    assert kinds[b"/$ALLOC_BITMAP"] == kinds[b"/$UPCASE_TABLE"] == NodeKind.INTERNAL
