"""Files of a generation in a folder: whole or told, and never outside of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from redoscope_core import (
    AlreadyExists,
    Chain,
    FileMissing,
    FileRefused,
    InvalidArgument,
    Leniency,
    Policy,
    WhyLeft,
    disk_volumes,
    examine,
    export_files,
    make_sample,
)
from redoscope_core.operations.exporting import export
from tests.core.files.test_safe_names import HOSTILE
from tests.core.finished import finished
from tests.core.operations.exporting.disks import (
    break_grain,
    by_path,
    disk_of,
    exported,
    sparse_of,
    tree_of,
)
from tests.core.volumes.fat.made import mtools
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from redoscope_core import ExportedFile
    from redoscope_core.progress import Progress

pytestmark = pytest.mark.judge
BODY = bytes(range(256)) * 40
"""10,240 bytes."""


def ext_of(folder: Path, source: Path, size: str = "8M") -> Path:
    """Return an ext4 volume that holds what is in *source*."""
    volume = folder / "ext.raw"
    judged("mke2fs", "-q", "-t", "ext4", "-b", "1024", "-d", source, volume, size)
    return volume


def fat_of(folder: Path, size: int = 2**21) -> Path:
    """Return an empty FAT volume with clusters of 1 KiB."""
    volume = empty(folder / "fat.raw", size)
    judged("mkfs.fat", "-F", "12", "-s", "2", volume)
    return volume


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A disk with an ext4 volume: some folders, some files."""
    source = tmp_path / "source"
    (source / "etc" / "empty").mkdir(parents=True)
    (source / "etc" / "passwd").write_bytes(BODY)
    (source / "etc" / "group").write_bytes(b"root")
    (source / "nothing").touch()
    return disk_of(tmp_path, ext_of(tmp_path, source))


def ranges(each: ExportedFile) -> list[tuple[int, int]]:
    """Return the bytes of a file that are not known, as pairs."""
    return list(zip(each.unknown.start.tolist(), each.unknown.end.tolist(), strict=True))


def test_a_folder_is_written_with_all_that_is_in_it_and_nothing_else(
    plain: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    found = exported(plain, out, "/etc/")
    assert tree_of(out) == {"etc/passwd": BODY, "etc/group": b"root"}
    assert (out / "etc" / "empty").is_dir()
    assert found.is_whole
    exported(plain, out, "nothing")
    assert (out / "nothing").read_bytes() == b""


@pytest.mark.parametrize("path", ["/etc/shadow", "/passwd", "3:/etc", "/etc/passwd:x", "/.."])
def test_a_path_that_means_nothing_is_refused_and_nothing_is_made(
    plain: Path, tmp_path: Path, path: str
) -> None:
    with pytest.raises(InvalidArgument, match="no volume has such a file"):
        exported(plain, tmp_path / "out", "/etc", path)
    assert not (tmp_path / "out").exists()


def test_a_taken_name_is_refused_before_anything_is_written(plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "etc").mkdir(parents=True)
    (out / "etc" / "passwd").write_bytes(b"mine")
    with pytest.raises(AlreadyExists):
        exported(plain, out)
    assert tree_of(out) == {"etc/passwd": b"mine"}


def test_a_link_in_the_folder_leads_nothing_out_of_it(plain: Path, tmp_path: Path) -> None:
    out, victim = tmp_path / "out", tmp_path / "victim"
    out.mkdir()
    victim.mkdir()
    (out / "etc").symlink_to(victim)
    with pytest.raises(FileRefused, match="not a folder to write to"):
        exported(plain, out)
    (out / "etc").unlink()
    (out / "nothing").symlink_to(victim / "new")
    with pytest.raises((AlreadyExists, FileRefused)):
        exported(plain, out)
    assert list(victim.iterdir()) == []
    assert not (out / "etc").exists()
    (tmp_path / "dangling").symlink_to(victim / "new")
    with pytest.raises(FileRefused):
        exported(plain, tmp_path / "dangling")
    with pytest.raises(FileMissing):
        exported(plain, tmp_path / "not" / "there")
    (tmp_path / "mine").symlink_to(out)
    (out / "nothing").unlink()
    assert exported(plain, tmp_path / "mine").is_whole


def test_hostile_names_stay_in_the_folder_and_are_told_apart(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    names = [name for name in HOSTILE if name not in {b".", b".."} and 0 < len(name) < 255]
    names = [name for name in names if not {0, 47} & set(name)]
    names += [b"twin", b"TWIN", b"Twin", "e\u0301".encode(), "é".encode()]
    for name in names:
        (source / os.fsdecode(name)).write_bytes(name)
    (source / "link").symlink_to("/etc/passwd")
    (source / "deep").mkdir()
    (source / "deep" / "CON").mkdir()
    (source / "deep" / "CON" / "x").write_bytes(b"x")
    before = set(tmp_path.parent.rglob("*"))
    out = tmp_path / "out"
    found = exported(disk_of(tmp_path, ext_of(tmp_path, source)), out)
    assert sorted(tree_of(out).values()) == sorted([*names, b"x"])
    assert len({name.casefold() for name in tree_of(out)}) == len(names) + 1
    assert not any(path.is_symlink() for path in out.rglob("*"))
    made = set(tmp_path.parent.rglob("*")) - before
    kept = {"out", "ext.raw", "disk.vmdk", "disk-flat.vmdk"}
    assert {path.relative_to(tmp_path).parts[0] for path in made} <= kept
    written = {str(each.written) for each in found.files if each.written is not None}
    assert len(written) == len(names) + 1


def test_a_path_deeper_than_systems_take_is_written_all_the_same(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    before = os.open(source, os.O_RDONLY)
    name = "d" * 240
    try:
        for number in range(20):
            os.mkdir(name, dir_fd=before)
            inner = os.open(name, os.O_RDONLY, dir_fd=before)
            os.close(before)
            before = inner
            file = os.open(f"file{number}", os.O_CREAT | os.O_WRONLY, dir_fd=before)
            os.write(file, b"%d" % number)
            os.close(file)
    finally:
        os.close(before)
    commands = [f"mkdir {'/'.join([name] * n)}" for n in range(1, 15)]
    (tmp_path / "small").write_bytes(b"deep")
    commands.append(f"cd {'/'.join([name] * 8)}")
    for _ in range(12):
        commands += [f"mkdir {name}", f"cd {name}", f"write {tmp_path / 'small'} file"]
    volume = empty(tmp_path / "ext.raw", 2**23)
    judged("mke2fs", "-q", "-t", "ext4", "-b", "1024", volume)
    judged("debugfs", "-w", "-f", "-", volume, text="\n".join(commands) + "\n")
    out = tmp_path / "out"
    found = exported(disk_of(tmp_path, volume), out)
    assert found.is_whole
    told = tree_of(out)
    assert len(told) == 12
    assert set(told.values()) == {b"deep"}
    assert any(path.startswith("deep~") for path in told)


def test_a_file_with_an_unreadable_grain_is_told_by_the_byte_and_not_written(
    tmp_path: Path,
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    body = np.random.default_rng(14).bytes(300_000)
    (source / "large").write_bytes(body)
    (source / "other").write_bytes(BODY)
    disk = sparse_of(tmp_path, ext_of(tmp_path, source))
    with Chain.open(disk) as chain:
        data = chain.read(0, chain.capacity)
    place = data.index(body[:512])
    assert data[place : place + len(body)] == body
    grain = place // 65536 + 2
    break_grain(disk, grain)
    for policy in (Policy(), Policy(frozenset({Leniency.SALVAGE}))):
        out = tmp_path / f"out{len(policy.allowed)}"
        found = exported(disk, out, "/large", "/other", policy=policy)
        assert tree_of(out) == {"other": BODY}
        large = by_path(found)["/large"]
        assert (large.why.value if large.why else "", large.written) == ("unreadable", None)
        begin = grain * 65536 - place
        assert ranges(large) == [(begin, begin + 65536)]
        assert "sparse.vmdk" in large.detail
        assert not found.is_whole


def test_a_file_of_fat_that_is_longer_than_its_clusters_is_told_and_not_made_longer_by_zeros(
    tmp_path: Path,
) -> None:
    volume = fat_of(tmp_path)
    (tmp_path / "long.bin").write_bytes(BODY)
    mtools(volume, "mcopy", tmp_path / "long.bin", "::/")
    data = bytearray(volume.read_bytes())
    place = data.index(b"LONG    BIN")
    data[place + 28 : place + 32] = (20_000).to_bytes(4, "little")
    volume.write_bytes(data)
    found = by_path(exported(disk_of(tmp_path, volume), tmp_path / "out"))["/long.bin"]
    assert found.why is not None
    assert (found.why.value, found.size, ranges(found)) == ("lost", 20_000, [(10_240, 20_000)])
    assert tree_of(tmp_path / "out") == {}


def test_a_deleted_file_is_written_if_asked_for_as_far_as_it_is_there(
    tmp_path: Path,
) -> None:
    volume = fat_of(tmp_path)
    (tmp_path / "gone.bin").write_bytes(BODY)
    (tmp_path / "filler.bin").write_bytes(bytes(2_000_000))
    (tmp_path / "new.bin").write_bytes(b"n" * 70_000)
    mtools(volume, "mmd", "::/d")
    mtools(volume, "mcopy", tmp_path / "gone.bin", tmp_path / "filler.bin", "::/")
    mtools(volume, "mdel", "::/gone.bin")
    disk = disk_of(tmp_path, volume)
    with pytest.raises(InvalidArgument, match="--deleted"):
        exported(disk, tmp_path / "out", "/_one.bin")
    (gone,) = [
        each for each in exported(disk, tmp_path / "out", deleted=True).files if each.deleted
    ]
    assert gone.written is not None
    assert gone.written.read_bytes() == BODY
    assert gone.taken.total == 0
    # So little is free that a new file gets its clusters: then nothing tells of others.
    mtools(volume, "mcopy", tmp_path / "new.bin", "::/d")
    found = exported(disk_of(tmp_path, volume), tmp_path / "again", deleted=True)
    (gone,) = [each for each in found.files if each.deleted]
    assert (gone.why, gone.written, gone.size) == (WhyLeft.LOST, None, len(BODY))
    assert tree_of(tmp_path / "again").keys() == {"filler.bin", "d/new.bin"}
    assert found.is_whole


def test_what_others_have_of_a_deleted_file_is_told(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "small").write_bytes(b"small")
    (source / "gone").write_bytes(BODY)
    (source / "last").write_bytes(b"last")
    volume = ext_of(tmp_path, source, "2M")
    judged("debugfs", "-w", "-R", "rm gone", volume)
    (gone,) = [
        each
        for each in exported(disk_of(tmp_path, volume), tmp_path / "out", deleted=True).files
        if each.deleted
    ]
    assert gone.written is not None
    assert gone.written.read_bytes() == BODY
    assert gone.taken.total == 0
    judged("debugfs", "-w", "-R", "fallocate small 1 1500", volume)
    found = exported(disk_of(tmp_path, volume), tmp_path / "again", deleted=True)
    (gone,) = [each for each in found.files if each.deleted]
    assert gone.taken.total == len(BODY)
    assert by_path(found)["/small"].size == 5


def test_volumes_have_folders_of_their_own_and_numbers_to_be_asked_by(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "same").write_bytes(b"ext")
    fat = fat_of(tmp_path)
    (tmp_path / "same").write_bytes(b"fat")
    mtools(fat, "mcopy", tmp_path / "same", "::/same")
    disk = disk_of(tmp_path, fat, ext_of(tmp_path, source))
    exported(disk, tmp_path / "both", "/same")
    assert tree_of(tmp_path / "both") == {"volume-1/same": b"fat", "volume-2/same": b"ext"}
    found = exported(disk, tmp_path / "one", "2:/same")
    assert tree_of(tmp_path / "one") == {"volume-2/same": b"ext"}
    assert [each.volume.number for each in found.examined] == [2]


def test_a_call_that_is_stopped_anywhere_leaves_nothing(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    with Chain.open(plain) as chain:
        examined = finished(examine([(chain, each) for each in disk_volumes(chain).volumes]))

        def at_once(*_: object) -> Generator[Progress, None, object]:
            yield from ()
            return examined

        monkeypatch.setattr(export, "examine", at_once)
        for out in (tmp_path / "out", tmp_path / "there"):
            for steps in (1, 2):
                going = export_files(chain, ["/etc"], out)
                for _ in range(steps):
                    next(going)
                assert list(out.rglob("*"))
                going.close()
                assert out.exists() == (out.name == "there")
                assert not list(out.rglob("*"))
            assert finished(export_files(chain, ["/etc"], out)).is_whole


def test_generations_of_the_sample_have_their_own_bytes(tmp_path: Path) -> None:
    tip = finished(make_sample(tmp_path / "office"))
    with Chain.open(tip) as chain:
        out = tmp_path / "tip"
        found = finished(export_files(chain, ["/"], out))
        older = chain.up_to(1)
        finished(export_files(older, ["/"], tmp_path / "older"))
    assert found.is_whole
    assert tree_of(out) != tree_of(tmp_path / "older")
    for file in out.rglob("*"):
        if file.is_file():
            assert file.stat().st_mode & 0o7133 == 0
