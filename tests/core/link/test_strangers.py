"""Files that are no disks: told by what they are, and never by what they hold."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from redoscope_core.errors import NotAVmdk
from redoscope_core.link.file import DiskFile
from redoscope_core.link.locks import in_use_by, lock_folder
from redoscope_core.link.recognise import recognise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"TOPSECRET-PASSWORD", "something else"),
        (b"QFI\xfb" + bytes(600), "a qcow2 image"),
        (bytes(64) + b"\x7f\x10\xda\xbe" + bytes(600), "a VirtualBox VDI image"),
        (bytes(510) + b"\x55\xaa", "a boot sector, as of a raw disk"),
        (bytes(512), "zeros"),
    ],
)
def test_a_file_that_is_no_disk_is_told_in_words(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "d.vmdk"
    path.write_bytes(content)
    with DiskFile(path) as file, pytest.raises(NotAVmdk) as caught:
        recognise(file)
    assert caught.value.found == told
    assert "SECRET" not in str(caught.value)


def test_a_lock_folder_that_may_not_be_listed_counts_as_a_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, lock = tmp_path / "d.vmdk", tmp_path / "d.vmdk.lck"
    lock.mkdir()
    assert lock_folder(disk) is None

    def refused(folder: Path) -> Iterator[Path]:
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))

    monkeypatch.setattr(type(lock), "iterdir", refused)
    assert lock_folder(disk) == lock
    assert "d.vmdk.lck" in (in_use_by(disk, []) or "")
