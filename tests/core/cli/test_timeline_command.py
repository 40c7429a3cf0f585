"""The bodyfile of a generation is what fls of The Sleuth Kit prints, and mactime reads it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.core.cli.test_files_command import disk_of
from tests.core.cli.test_schemas import judged as against_schema
from tests.core.volumes.ext.made import debugfs
from tests.core.volumes.journals.dirty import dirty
from tests.core.volumes.ntfs.made import FOLDER, Made
from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.core.cli.conftest import Redoscope

pytestmark = pytest.mark.judge


def ext(folder: Path) -> Path:
    """Return an ext4 volume with links, a pipe, a setuid file, and one that is deleted."""
    source, image = folder / "source", folder / "ext.img"
    (source / "d").mkdir(parents=True)
    for name in ("kept", "gone"):
        (source / "d" / name).write_bytes(b"x" * 3000)
    (source / "d" / "kept").chmod(0o4751)
    (source / "short").symlink_to("d/kept")
    (source / "long").symlink_to("q" * 100)
    os.mkfifo(source / "pipe")
    judged("mke2fs", "-q", "-t", "ext4", "-d", source, image, "8M")
    debugfs(image, "rm d/gone")
    return image


def fat(folder: Path) -> Path:
    """Return a FAT volume with a long name and a deleted file."""
    image = empty(folder / "fat.img", 8 << 20)
    (folder / "file").write_bytes(b"y" * 5000)
    judged("mkfs.fat", image)
    judged("mmd", "-i", image, "::d")
    judged("mcopy", "-i", image, folder / "file", "::d/a long name.txt")
    judged("mcopy", "-i", image, folder / "file", "::gone.txt")
    judged("mdel", "-i", image, "::gone.txt")
    return image


def ntfs(folder: Path) -> Path:
    """Return an NTFS volume with a stream, a large directory, and a deleted file."""
    image = empty(folder / "ntfs.img", 12 << 20)
    judged("mkntfs", "-F", "-Q", "-q", image)
    volume = Made(image)
    volume.new("/", "d", FOLDER)
    for number in range(40):
        volume.new("/d", f"file {number}")
    volume.write("/d/file 1", 0, b"z" * 9000)
    volume.write("/d/file 1", 0, b"ads", "Zone.Identifier")
    volume.delete("/d", "file 39")
    volume.close()
    return image


@pytest.mark.parametrize("make", [ext, fat, ntfs])
def test_the_lines_are_those_of_fls(
    redoscope: Redoscope, tmp_path: Path, make: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(make)
    monkeypatch.setenv("TZ", "UTC")
    image = make(tmp_path)
    disk = disk_of(image)
    lines = ""
    for words, deleted in ((("-u",), ()), ((), ("--deleted",))):
        theirs = judged("fls", "-r", "-p", *words, "-m", f"{disk.name}/", image).splitlines()
        ran = redoscope("timeline", disk, *deleted)
        assert ran.status == 0
        # Of the file system's own files there is one line each.
        ours = peoples(ran.out.splitlines())
        assert ours == peoples(theirs)
        lines = "\n".join(ours)
    assert "(deleted)" in lines
    assert ("Zone.Identifier" in lines, "($FILE_NAME)" in lines) == (make is ntfs,) * 2


def peoples(lines: list[str]) -> list[str]:
    """Return, sorted, the *lines* that are not of the file system's own files."""
    return sorted(each for each in lines if "/$" not in each.split("|")[1])


def test_mactime_reads_it_whatever_names_say(
    redoscope: Redoscope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    source, image = tmp_path / "source", tmp_path / "ext.img"
    source.mkdir()
    hostile = ["a|b|0|r", "two\n0|lines|1", "\x1b[31mred", "\u202etxt.exe", "=cmd()", "-r", "%s"]
    for name in (*hostile, b"\xff\xfe".decode("utf-8", "surrogateescape")):
        (source / name).write_bytes(b"x")
    judged("mke2fs", "-q", "-t", "ext2", "-d", source, image, "2M")
    out = tmp_path / "body.txt"
    ran = redoscope("timeline", disk_of(image), "--out", out, "--json")
    assert against_schema("timeline", ran.document) == []
    lines = out.read_text("ascii").splitlines()
    assert len(lines) == ran.document["lines"] == 1 + len(hostile) + 1
    assert all(line.count("|") == 10 and line.isprintable() for line in lines)
    told = judged("mactime", "-b", out, "-d")
    for name in (
        "a\\x7cb\\x7c0\\x7cr",
        "two\\n0\\x7clines\\x7c1",
        "\\x1b[31mred",
        "\\u202etxt.exe",
    ):
        assert f"ext.vmdk/{name}" in told
    assert "\\xff\\xfe" in told


def test_the_view_volume_and_name_are_the_callers_to_choose(
    redoscope: Redoscope, tmp_path: Path
) -> None:
    disk = disk_of(dirty(tmp_path, "version-3").image)
    stored, replayed = (redoscope("timeline", disk, "--view", v) for v in ("stored", "replayed"))
    assert "/e/f1" in replayed.out
    assert "/e/f1" not in stored.out
    assert "as stored, its journal is dirty: --view replayed" in stored.err
    assert "replayed: 7 transactions" in replayed.err
    assert "no volume has this number" in redoscope.refused("timeline", disk, "--volume", "2")
    assert "never replaced" in redoscope.refused("timeline", disk, "--out", disk, "--force")
    taken = tmp_path / "taken"
    taken.write_text("mine", "utf-8")
    assert "the name is taken" in redoscope.refused("timeline", disk, "--out", taken)
    assert taken.read_text("utf-8") == "mine"
    ran = redoscope("timeline", disk, "--json")
    assert (ran.status, "name --out" in ran.err) == (2, True)
    assert redoscope("timeline", disk, "--out", taken, "--force").raw == b""
    assert taken.read_text("utf-8") == stored.out


def test_a_disk_without_file_systems_has_no_line(redoscope: Redoscope, chain3: list[Path]) -> None:
    ran = redoscope("timeline", chain3[2])
    assert (ran.status, ran.raw) == (1, b"")
