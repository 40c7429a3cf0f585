"""What can't be looked at is not taken for empty, and what leads out of a folder is not opened."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    Chain,
    Disk,
    FileUnreadable,
    Forest,
    TooManyFiles,
    create_disk,
)
from redoscope_core.chain.outputs import what_it_is
from redoscope_core.files.file import DiskFile
from redoscope_core.link.first_bytes import links_in
from tests.core.links import make_child
from tests.core.said import said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base disk in a folder of its own."""
    (tmp_path / "vm").mkdir()
    create_disk(tmp_path / "vm" / "base.vmdk", 256)
    return tmp_path / "vm" / "base.vmdk"


@pytest.fixture
def closed(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of *base*, which may be entered but not listed."""
    listed: Callable[..., object] = os.scandir

    def scandir(path: str | Path = ".") -> object:
        if str(path) == str(base.parent):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    return base.parent


@pytest.mark.usefixtures("closed")
def test_a_disk_in_a_folder_that_may_not_be_listed_is_read_with_a_note_and_not_written(
    base: Path,
) -> None:
    with Chain.open(base) as chain:
        assert chain.read(0, 1) == bytes(512)
        assert any("can't be listed" in note for note in said(chain))
    for access in (Access.STRICT, Access.WRITE):
        with pytest.raises(FileUnreadable, match="who is made from its disks is not known"):
            Disk.open(base, access=access)


def test_what_may_be_a_piece_of_a_disk_that_nobody_can_list_is_not_replaced(closed: Path) -> None:
    (closed / "data.bin").write_bytes(b"x" * 512)
    told = what_it_is(closed / "data.bin")
    assert told is not None
    assert "perhaps a piece of a disk" in told


def test_a_folder_that_is_not_there_holds_no_links(tmp_path: Path) -> None:
    assert links_in(tmp_path / "nowhere") == []
    assert links_in(tmp_path / "a\0b") == []


def test_too_many_open_files_do_not_make_a_link_childless(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = make_child(base, "kid.vmdk")
    opened: Callable[..., int] = os.open

    def refuse(path: str | Path, *words: int) -> int:
        if str(path) == str(child):
            raise OSError(errno.EMFILE, "Too many open files", str(path))
        return opened(path, *words)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(TooManyFiles):
        Disk.open(base, access=Access.WRITE)


def test_a_symbolic_link_out_of_the_folder_is_not_opened_to_see_what_it_is(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_disk(tmp_path / "outside.vmdk", 256)
    base.with_name("away.vmdk").symlink_to(tmp_path / "outside.vmdk")
    base.with_name("near.vmdk").symlink_to("base.vmdk")
    seen: list[str] = []
    opened: Callable[..., int] = os.open

    def watch(path: str | Path, *words: int) -> int:
        seen.append(os.fspath(path))
        return opened(path, *words)

    monkeypatch.setattr(os, "open", watch)
    assert links_in(base.parent) == [base, base.with_name("near.vmdk")]
    assert str(base) in seen
    assert str(base.with_name("away.vmdk")) not in seen


def test_a_disk_that_vanishes_while_its_folder_is_read_is_told(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_child(base, "kid.vmdk")
    closing = DiskFile.close

    def close_and_lose(self: DiskFile) -> None:
        closing(self)
        base.unlink(missing_ok=True)

    monkeypatch.setattr(DiskFile, "close", close_and_lose)
    forest = Forest.scan(base.parent)
    assert forest.nodes
