"""Files that the system does not let one use: the cause is told, and a cure that fits it."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redoscope_core import create_disk
from tests.core.cli.closed import run
from tests.core.links import make_child
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.core.cli.conftest import Redoscope


def a_sparse_disk(folder: Path) -> tuple[Path, Path]:
    create_disk(folder / "disk.vmdk", 2048)
    return folder / "disk.vmdk", folder / "disk.vmdk"


def a_flat_file(folder: Path) -> tuple[Path, Path]:
    create_disk(folder / "disk.vmdk", 2048, kind="monolithicFlat")
    return folder / "disk.vmdk", folder / "disk-flat.vmdk"


def a_second_piece(folder: Path) -> tuple[Path, Path]:
    disk = handmade.split_link(folder / "disk.vmdk", [SparsePlan(2048), SparsePlan(2048)])
    return disk, folder / "disk-s002.vmdk"


def a_parent(folder: Path) -> tuple[Path, Path]:
    create_disk(folder / "base.vmdk", 2048)
    return make_child(folder / "base.vmdk", "disk.vmdk"), folder / "base.vmdk"


def data_of_a_parent(folder: Path) -> tuple[Path, Path]:
    create_disk(folder / "base.vmdk", 2048, kind="vmfs")
    return make_child(folder / "base.vmdk", "disk.vmdk"), folder / "base-flat.vmdk"


def a_machine(folder: Path) -> tuple[Path, Path]:
    create_disk(folder / "disk.vmdk", 2048)
    (folder / "m.vmx").write_text('scsi0:0.fileName = "disk.vmdk"\n')
    return folder / "m.vmx", folder / "m.vmx"


_MADE = (a_sparse_disk, a_flat_file, a_second_piece, a_parent, data_of_a_parent)


@pytest.mark.parametrize(
    ("make", "word"),
    [*((make, word) for make in _MADE for word in ("tree", "check", "hash")), (a_machine, "tree")],
)
def test_a_file_that_may_not_be_read_is_a_matter_of_rights(
    tmp_path: Path, make: Callable[[Path], tuple[Path, Path]], word: str
) -> None:
    asked, closed = make(tmp_path)
    closed.chmod(0)
    done = run(word, asked)
    said = done.stdout + done.stderr
    assert closed.name in said
    assert "Permission denied" in said
    assert "chmod" in said
    for wrong in ("another copy", "put it back", "put the parent", "Traceback"):
        assert wrong not in said


@pytest.mark.parametrize("word", ["info", "check", "tree", "hash", "read"])
@pytest.mark.parametrize("kind", ["FIFO", "socket", "character device"])
def test_what_is_no_regular_file_is_named_with_what_to_do_and_never_opened(
    redoscope: Redoscope,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    word: str,
    kind: str,
) -> None:
    path = tmp_path / "disk.vmdk"
    if kind == "FIFO":
        os.mkfifo(path)
    elif kind == "socket":
        monkeypatch.chdir(tmp_path)  # whose path may be no longer than 107 bytes
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    else:
        path.symlink_to(os.devnull)
    asked = (word, path, *(("--out", "-") if word == "read" else ()))
    line = redoscope.refused(*asked)
    assert f"found a {kind}" in line
    assert line.endswith("and name that")


@pytest.mark.parametrize("kind", ["monolithicSparse", "monolithicFlat", "twoGbMaxExtentSparse"])
def test_a_read_only_file_system_is_read_and_a_write_says_what_keeps_it(
    redoscope: Redoscope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    disk = tmp_path / "disk.vmdk"
    create_disk(disk, 2048, kind=kind)
    opened = os.open

    def only_read(path: str | Path, flags: int, *more: int, **named: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and Path(path).is_relative_to(tmp_path):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return opened(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", only_read)
    assert redoscope("hash", disk).status == 0
    for words in (
        ("write", disk, "--start", 0, "--fill", 1, "--count", 1),
        ("child", disk, tmp_path / "kid.vmdk"),
    ):
        line = redoscope.refused(*words)
        assert "Read-only file system" in line
        assert line.endswith("its file system is read-only: work on a copy that lies elsewhere")
