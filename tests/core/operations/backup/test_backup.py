"""Backups: what they build on, what they read, what they leave behind, what they refuse."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from unittest.mock import patch

import pytest

from redoscope_core import (
    SECTOR,
    Access,
    AlreadyExists,
    BrokenChain,
    Chain,
    Disk,
    FileMissing,
    FileRefused,
    InUse,
    InvalidArgument,
    VmdkError,
)
from redoscope_core.files.locks import sole_use
from redoscope_core.format.backup_manifest import BackupKind
from redoscope_core.operations.backup.backup import (
    backup_to_file,
    backup_to_folder,
    backup_to_sink,
)
from redoscope_core.operations.backup.manifests import manifest_beside, read_point
from redoscope_core.operations.backup.prune import prune
from redoscope_core.operations.backup.restore import restore
from redoscope_core.operations.backup.series import Shelf
from redoscope_core.operations.backup.verify import PointVerdict
from redoscope_core.operations.making.clone import CLONE_KINDS
from redoscope_core.operations.tracking.query import change_id_of
from tests.core.finished import finished
from tests.core.operations.backup.folders import (
    FULL,
    back_up,
    content,
    differential,
    proved,
    restored,
    unsound,
)
from tests.judges import qemu, sevenzip


@pytest.mark.judge
def test_a_full_stream_opens_in_other_programs(source: Path, folder: Path) -> None:
    made = back_up(source / "c2.vmdk", folder)
    assert made.stream is not None
    told = subprocess.run(
        ["qemu-img", "compare", made.stream, source / "c2.vmdk"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Images are identical" in told.stdout, told
    assert qemu.read(made.stream) == content(source / "c2.vmdk")
    if sevenzip.PROGRAM:
        assert sevenzip.read(made.stream) == content(source / "c2.vmdk")


def test_a_folder_of_backups_reads_as_the_links_that_it_is(source: Path, folder: Path) -> None:
    for name in ("base", "c1", "c3"):
        back_up(source / f"{name}.vmdk", folder)
    with Chain.open(folder / "base-0003.vmdk") as chain:
        assert [link.path.stem for link in chain.links] == ["base-0001", "base-0002", "base-0003"]
    assert content(folder / "base-0003.vmdk") == content(source / "c3.vmdk")


@pytest.mark.parametrize("kind", CLONE_KINDS)
def test_a_point_comes_back_as_a_disk_of_any_kind(
    source: Path, folder: Path, tmp_path: Path, kind: str
) -> None:
    back_up(source / "base.vmdk", folder)
    back_up(source / "c2.vmdk", folder)
    target = tmp_path / ("back.raw" if kind == "raw" else "back.vmdk")
    assert finished(restore(folder, target, kind)).point.name == "base-0002"
    data = target.read_bytes() if kind == "raw" else content(target)
    assert data == content(source / "c2.vmdk")


def test_an_incremental_one_builds_on_the_last_and_a_differential_one_on_the_last_full(
    source: Path, folder: Path
) -> None:
    kinds = [None, None, differential, None, FULL, BackupKind.INCREMENTAL]
    disks = ["base", "c1", "c2", "c3", "c3", "c3"]
    heads = [
        back_up(source / f"{disk}.vmdk", folder, kind).head
        for disk, kind in zip(disks, kinds, strict=True)
    ]
    since = [None if head.since is None else head.since.name for head in heads]
    assert since == [None, "base-0001", "base-0001", "base-0003", None, "base-0005"]
    assert [point.end.areas for point in Shelf.read(folder).points][-1] == 0


def test_an_incremental_one_reads_no_grain_that_did_not_change(source: Path, folder: Path) -> None:
    back_up(source / "c2.vmdk", folder)
    read: list[tuple[str, int]] = []
    real = os.preadv

    def spied(number: int, buffers: list[memoryview], offset: int) -> int:
        read.append((Path(f"/proc/self/fd/{number}").readlink().name, offset))
        return real(number, buffers, offset)

    with Chain.open(source / "c3.vmdk") as chain:
        first = {
            link.path.name: min(
                offset for offset in link.stored.offset.tolist() if offset >= 0
            )
            for link in chain.links
        }  # fmt: skip
    with patch.object(os, "preadv", spied):
        made = back_up(source / "c3.vmdk", folder)
    assert made.head.kind is BackupKind.INCREMENTAL
    data = {name for name, offset in read if name in first and offset >= first[name]}
    assert data == {"c3.vmdk"}


def test_a_tip_that_was_written_to_since_is_not_built_on(tip: Path, folder: Path) -> None:
    back_up(tip, folder)
    with Disk.open(tip, access=Access.WRITE) as disk:
        disk.write(9, b"b" * SECTOR)
    made = back_up(tip, folder)
    assert made.head.kind is FULL
    assert [point.name for point in made.passed_over] == ["base-0001"]
    assert restored(folder, tip.parent / "back.raw") == content(tip)


def test_a_tip_that_was_written_to_without_another_content_id_is_not_built_on(
    tip: Path, folder: Path
) -> None:
    back_up(tip, folder)
    whole = bytearray(tip.read_bytes())
    at = whole.index(b"a" * SECTOR)
    whole[at : at + SECTOR] = b"c" * SECTOR
    tip.write_bytes(whole)
    with pytest.raises(BrokenChain, match="written to"):
        back_up(tip, folder, since="1")
    with pytest.raises(InvalidArgument, match="nothing to build on"):
        back_up(tip, folder, BackupKind.INCREMENTAL)
    assert back_up(tip, folder).head.kind is FULL
    assert restored(folder, tip.parent / "back.raw") == content(tip)


def test_a_disk_that_is_written_to_meanwhile_gives_no_backup(tip: Path, folder: Path) -> None:
    with Chain.open(tip) as chain:
        steps = backup_to_folder(chain, folder)
        next(steps)
        os.utime(tip, ns=(1, 1))
        with pytest.raises(BrokenChain, match="while it was backed up"):
            finished(steps)
    assert not folder.exists()


def test_a_backup_that_is_given_up_leaves_nothing(source: Path, folder: Path) -> None:
    for there in (False, True):
        if there:
            back_up(source / "base.vmdk", folder)
        before = sorted(folder.iterdir()) if there else []
        with Chain.open(source / "c1.vmdk") as chain:
            steps = backup_to_folder(chain, folder)
            next(steps)
            steps.close()
        assert (sorted(folder.iterdir()) if folder.exists() else []) == before


def test_a_restore_that_is_given_up_leaves_nothing(
    source: Path, folder: Path, tmp_path: Path
) -> None:
    back_up(source / "base.vmdk", folder)
    steps = restore(folder, tmp_path / "back.vmdk", "twoGbMaxExtentFlat")
    while not next(steps).note.startswith("copying"):
        pass
    steps.close()
    assert list(tmp_path.iterdir()) == [folder]


def test_names_that_are_taken_are_never_replaced(
    source: Path, folder: Path, tmp_path: Path
) -> None:
    folder.mkdir()
    (folder / "base-0001.vmdk").write_bytes(b"mine")
    assert back_up(source / "base.vmdk", folder).head.number == 2
    taken = tmp_path / "taken.vmdk"
    taken.write_bytes(b"mine")
    manifest = tmp_path / "taken.manifest.json"
    manifest.write_bytes(b"mine")
    with Chain.open(source / "base.vmdk") as chain:
        with pytest.raises(FileRefused):
            finished(backup_to_file(chain, taken))
        with pytest.raises(AlreadyExists):
            finished(backup_to_file(chain, tmp_path / "new.vmdk", manifest))
        with pytest.raises(VmdkError):
            finished(backup_to_file(chain, source / "base.vmdk"))
        with pytest.raises(AlreadyExists):
            finished(backup_to_sink(chain, _Nowhere(), manifest))
    with pytest.raises(AlreadyExists):
        finished(restore(folder, taken, "raw"))
    assert {file.read_bytes() for file in (taken, manifest, folder / "base-0001.vmdk")} == {b"mine"}


class _Nowhere:
    """Takes what is written."""

    def write(self, data: bytes | memoryview) -> None:
        """Forget *data*."""


def test_what_can_not_be_built_on_is_refused_and_nothing_is_made(
    source: Path, folder: Path
) -> None:
    for kind in (BackupKind.INCREMENTAL, differential):
        with pytest.raises(InvalidArgument, match="nothing to build on"):
            back_up(source / "c1.vmdk", folder, kind)
        assert not folder.exists()
    back_up(source / "base.vmdk", folder)
    back_up(source / "c2.vmdk", folder)
    with pytest.raises(InvalidArgument, match="builds on a full one"):
        back_up(source / "c3.vmdk", folder, differential, since="2")
    with pytest.raises(InvalidArgument, match="not on this chain"):
        back_up(source / "c1.vmdk", folder, since="base-0002")
    with pytest.raises(InvalidArgument, match="no such point"):
        back_up(source / "c3.vmdk", folder, since="nine")
    named = ["base.vmdk", "0", "1", str(folder / "base-0001.manifest.json")]
    for text in (*named, Shelf.read(folder).points[0].head.change_id):
        since = back_up(source / "c3.vmdk", folder, since=text).head.since
        assert since is not None
        assert since.name == "base-0001"
    assert len(Shelf.read(folder).points) == 7


def test_a_missing_stream_or_manifest_is_named_and_not_built_on(
    source: Path, folder: Path, tmp_path: Path
) -> None:
    for disk in ("base", "c1", "c2"):
        back_up(source / f"{disk}.vmdk", folder)
    for name in ("base-0002.vmdk", "base-0002.manifest.json"):
        kept = (folder / name).read_bytes()
        (folder / name).unlink()
        with pytest.raises(FileMissing) as raised:
            finished(restore(folder, tmp_path / "back.vmdk"))
        assert "base-0002" in str(raised.value)
        assert {path and path.name for path in unsound(folder).values()} >= {name}
        assert "base-0003" in unsound(folder)
        assert list(tmp_path.iterdir()) == [folder]
        made = back_up(source / "c3.vmdk", folder)
        assert made.head.since is not None
        assert made.head.since.name == "base-0001"
        finished(prune(folder, drop=[str(made.head.number)]))
        (folder / name).write_bytes(kept)
    assert unsound(folder) == {}


def test_one_program_at_a_time_works_in_a_folder(source: Path, folder: Path) -> None:
    back_up(source / "base.vmdk", folder)
    with sole_use(folder):
        with pytest.raises(InUse):
            back_up(source / "c1.vmdk", folder)
        with pytest.raises(InUse):
            finished(prune(folder, keep=1))
        assert restored(folder, folder.parent / "back.raw") == content(source / "base.vmdk")


def test_files_and_manifests_put_together_are_a_series(source: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "one.vmdk", tmp_path / "two.vmdk"
    with Chain.open(source / "base.vmdk") as chain:
        finished(backup_to_file(chain, first))
    with Chain.open(source / "c2.vmdk") as chain:
        finished(backup_to_file(chain, second, since=str(manifest_beside(first))))
        with (tmp_path / "three.vmdk").open("wb") as stream:
            made = finished(
                backup_to_sink(
                    chain, stream, tmp_path / "three.manifest.json",
                    since=str(change_id_of(chain, 0)),
                )
            )  # fmt: skip
        assert made.end.disk_tree_sha256 is None
    full = finished_full(source / "c2.vmdk", tmp_path / "full.vmdk")
    assert read_point(manifest_beside(second)).end.disk_tree_sha256 == full
    for stream_path in (second, tmp_path / "three.vmdk"):
        assert restored(stream_path, tmp_path / "back.raw") == content(source / "c2.vmdk")
    assert all(each.verdict is PointVerdict.SOUND for each in proved(tmp_path))


def finished_full(disk: Path, stream: Path) -> str | None:
    """Make a full backup of *disk*, and return the digest of the disk."""
    with Chain.open(disk) as chain:
        return finished(backup_to_file(chain, stream)).end.disk_tree_sha256


def test_a_stream_without_its_manifest_is_told_from_one_that_is_lost(
    source: Path, tmp_path: Path
) -> None:
    stream = tmp_path / "one.vmdk"
    finished_full(source / "base.vmdk", stream)
    manifest_beside(stream).unlink()
    with pytest.raises(FileMissing, match="manifest"):
        finished(restore(stream, tmp_path / "back.vmdk"))
    with pytest.raises(FileMissing, match="no backups"):
        finished(restore(tmp_path, tmp_path / "back.vmdk"))
