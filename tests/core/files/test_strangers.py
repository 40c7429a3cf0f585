"""Files that are no disks: told by what they are, and never by what they hold."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from redoscope_core.errors import NotAVmdk
from redoscope_core.extents.recognise import recognise
from redoscope_core.files.file import DiskFile, os_error
from redoscope_core.files.locks import in_use_by, lock_folder
from redoscope_core.link.link import Link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"TOPSECRET-PASSWORD", "something else"),
        (b"\x89PNG" + bytes(600), "a picture"),
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


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"QFI\xfb" + bytes(1020), "qcow2"),
        (bytes(64) + b"\x7f\x10\xda\xbe" + bytes(956), "VDI"),
        (b"<<< Sun VirtualBox Disk Image >>>\n".ljust(1024, b"\0"), "VDI"),
        (b"vhdxfile" + bytes(1016), "VHDX"),
        (b"conectix" + bytes(1016), "VHD"),
        (b"EVF\t\r\n\xff\0" + bytes(1016), "EWF"),
        (b"EVF2\r\n\x81\0" + bytes(1016), "EWF"),
        (bytes(32769) + b"CD001" + bytes(506), "ISO"),
        (b"\x1f\x8b\x08" + bytes(1021), "gzip"),
        (b"BZh9" + bytes(1020), "bzip2"),
        (b"PK\x03\x04" + bytes(1020), "zip"),
        (b"d.ovf".ljust(257, b"\0") + b"ustar" + bytes(762), "tar"),
        (b"\n<!DOCTYPE html><html>".ljust(512, b" "), "HTML"),
        (b"LVF\t\r\n\xff\0" + bytes(1016), "L01"),
        (b"AFF10\r\n\0" + bytes(1016), "AFF"),
        (b"QED\0" + bytes(1020), "QED"),
        (b"WithouFreSpacExt" + bytes(1008), "Parallels"),
        (b"Rar!\x1a\x07\0" + bytes(505), "RAR"),
        (b"\x04\x22\x4d\x18" + bytes(508), "lz4"),
        (b"MSCF" + bytes(508), "cabinet"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(506), "7z"),
        (b"\xfd7zXZ\0" + bytes(506), "xz"),
        (b"\x28\xb5\x2f\xfd" + bytes(508), "zstd"),
        (b"MSWIM\0\0\0" + bytes(504), "WIM"),
        (b"LEF2\r\n\x81\0" + bytes(504), "Lx01"),
        (b"ADSEGMENTEDFILE" + bytes(497), "AD1"),
        (b"WithoutFreeSpace" + bytes(496), "Parallels"),
        (b"Bochs Virtual HD Image".ljust(512, b"\0"), "Bochs"),
        (bytes(4096) + b"conectix" + bytes(504), "VHD"),
        (b"\xeb\x3c" + bytes(4094) + b"koly" + bytes(508), "DMG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Envelope>".ljust(512), "OVF"),
        (b'.encoding = "UTF-8"\nvirtualHW.version = "14"\n'.ljust(512), "machine"),
    ],
)
def test_a_file_of_another_kind_is_named_and_never_offered_as_raw_bytes(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    path = tmp_path / "d.vmdk"
    path.write_bytes(content)
    with pytest.raises(NotAVmdk) as caught:
        Link.open(path)
    assert kind in caught.value.what
    assert caught.value.leniency is None
    assert caught.value.cure


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EIO, errno.ELOOP])
def test_the_cure_fits_what_the_system_says(tmp_path: Path, number: int) -> None:
    said = os_error(OSError(number, "as it says"), tmp_path, "opening it")
    assert said.cure
    assert "another copy" not in said.cure


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
