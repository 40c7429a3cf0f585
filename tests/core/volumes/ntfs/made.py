"""NTFS volumes that mkntfs and the library of ntfs-3g make, and what ntfscluster says of them."""

from __future__ import annotations

import ctypes
import ctypes.util
import random
import re
import struct
from typing import TYPE_CHECKING

import pytest

from tests.core.volumes.volumes import empty, judged

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Made", "clusters_told", "made"]

DATA, FILE, FOLDER = 0x80, 0o100000, 0o040000
Long = ctypes.c_int64
_STATE_AT, _COMPRESSES = 16, 1 << 6
"""Where a volume of the library has its state, and the bit of that by which it compresses."""


class Made:
    """A volume that ntfs-3g has open; nothing is mounted."""

    def __init__(self, image: Path) -> None:
        name = ctypes.util.find_library("ntfs-3g")
        if name is None:
            pytest.skip("the library of ntfs-3g is not installed")
        self._library = ctypes.CDLL(name, use_errno=True)
        for function in ("ntfs_mount", "ntfs_pathname_to_inode", "ntfs_create", "ntfs_attr_open"):
            getattr(self._library, function).restype = ctypes.c_void_p
        self._library.ntfs_attr_pwrite.restype = Long
        self._unnamed = ctypes.addressof(ctypes.c_uint16.in_dll(self._library, "AT_UNNAMED"))
        mounted = self._library.ntfs_mount(str(image).encode(), ctypes.c_ulong(0))
        assert mounted
        self._volume = ctypes.c_void_p(mounted)

    def compress(self) -> None:
        """Compress what is written into compressed folders from here on."""
        state = ctypes.c_ulong.from_address((self._volume.value or 0) + _STATE_AT)
        state.value |= _COMPRESSES

    def close(self) -> None:
        assert self._library.ntfs_umount(self._volume, 0) == 0

    def new(self, folder: str, name: str, kind: int = FILE) -> None:
        parent = self._inode(folder)
        raw, length = _wide(name)
        made = self._library.ntfs_create(
            parent, ctypes.c_uint32(0), raw, ctypes.c_uint8(length), ctypes.c_uint32(kind)
        )
        assert made, (folder, name, ctypes.get_errno())
        self._library.ntfs_inode_close(ctypes.c_void_p(made))
        self._library.ntfs_inode_close(parent)

    def write(self, path: str, offset: int, data: bytes, stream: str = "") -> None:
        inode = self._inode(path)
        raw, length = _wide(stream) if stream else (ctypes.c_void_p(self._unnamed), 0)
        kind = ctypes.c_uint32(DATA)
        opened = self._library.ntfs_attr_open(inode, kind, raw, ctypes.c_uint32(length))
        if not opened:
            add = self._library.ntfs_attr_add
            assert add(inode, kind, raw, ctypes.c_uint8(length), None, Long(0)) == 0
            opened = self._library.ntfs_attr_open(inode, kind, raw, ctypes.c_uint32(length))
        attribute = ctypes.c_void_p(opened)
        wrote = self._library.ntfs_attr_pwrite(attribute, Long(offset), Long(len(data)), data)
        assert wrote == len(data)
        # What is compressed is written at the end.
        assert self._library.ntfs_attr_pclose(attribute) == 0
        self._library.ntfs_attr_close(attribute)
        assert self._library.ntfs_inode_close(inode) == 0

    def delete(self, folder: str, name: str) -> None:
        raw, length = _wide(name)
        inode, parent = self._inode(f"{folder}/{name}"), self._inode(folder)
        done = self._library.ntfs_delete(
            self._volume, None, inode, parent, raw, ctypes.c_uint8(length)
        )
        assert done == 0

    def rename(self, old: tuple[str, str], new: tuple[str, str]) -> None:
        """Give the file of a folder and a name another folder and name."""
        inode, parent = self._inode("/".join(old)), self._inode(new[0])
        raw, length = _wide(new[1])
        assert self._library.ntfs_link(inode, parent, raw, ctypes.c_uint8(length)) == 0
        self._library.ntfs_inode_close(inode)
        self._library.ntfs_inode_close(parent)
        self.delete(*old)

    def truncate(self, path: str, size: int) -> None:
        inode = self._inode(path)
        unnamed = ctypes.c_void_p(self._unnamed)
        kind, none = ctypes.c_uint32(DATA), ctypes.c_uint32(0)
        attribute = ctypes.c_void_p(self._library.ntfs_attr_open(inode, kind, unnamed, none))
        assert self._library.ntfs_attr_truncate(attribute, Long(size)) == 0
        self._library.ntfs_attr_close(attribute)
        assert self._library.ntfs_inode_close(inode) == 0

    def set_times(self, path: str, when: int) -> None:
        """Set the times of making, writing and reading to a second since 1970."""
        inode = self._inode(path)
        raw = struct.pack("<Q", when * 10_000_000 + 116444736000000000) * 3
        done = self._library.ntfs_inode_set_times(inode, raw, ctypes.c_size_t(len(raw)), 0)
        assert done == 0
        assert self._library.ntfs_inode_close(inode) == 0

    def _inode(self, path: str) -> ctypes.c_void_p:
        found = self._library.ntfs_pathname_to_inode(
            self._volume, None, path.encode("utf-8", "surrogatepass")
        )
        assert found, path
        return ctypes.c_void_p(found)


def _wide(name: str) -> tuple[ctypes.Array[ctypes.c_uint16], int]:
    raw = name.encode("utf-16-le", "surrogatepass")
    return (ctypes.c_uint16 * (len(raw) // 2)).from_buffer_copy(raw), len(raw) // 2


def made(folder: Path, cluster: int = 4096, *, crowded: bool = False) -> Path:
    """Return an NTFS volume with folders, streams, holes, a file in many pieces and deleted ones.

    A *crowded* one is so full that $MFT is in many pieces.
    """
    image = empty(folder / f"ntfs{cluster}{crowded}.img", (8 if crowded else 12) << 20)
    judged("mkntfs", "-F", "-Q", "-q", "-c", cluster, image)
    chance = random.Random(cluster)
    volume = Made(image)
    volume.new("/", "d", FOLDER)
    for number in range(300 if crowded else 60):
        volume.new("/d", f"name of file {number}")
        size = chance.choice((10, 400, 5000))
        volume.write(f"/d/name of file {number}", 0, chance.randbytes(size))
    for name in "ab":
        volume.new("/", name)
    order = chance.sample(range(200), 200)
    for piece in order:
        volume.write("/a", piece * 3 * cluster, b"a" * min(cluster, 1024))
        volume.write("/b", piece * cluster, b"b" * min(cluster, 1024))
    volume.write("/d/name of file 1", 0, chance.randbytes(9000), "Zone.Identifier")
    for number in range(0, 60, 3):
        volume.delete("/d", f"name of file {number}")
    if crowded:
        for number in range(1500):
            volume.new("/d", f"more {number}")
            volume.write(f"/d/more {number}", 0, b"x" * 800)
        for number in range(0, 1500, 2):
            volume.delete("/d", f"more {number}")
        for number in range(200):
            volume.write("/d/name of file 1", number * 8192, b"y" * 512, "holes")
        for number in range(1900):
            volume.new("/d", f"last {number}")
    volume.close()
    return image


def clusters_told(image: Path, record: int) -> set[tuple[int, int, int, int]]:
    """Return type, first cluster of the file, of the volume, and count of what a record stores."""
    text = judged("ntfscluster", "-f", "-I", record, image)
    found, kind = set(), 0
    for line in text.splitlines():
        if head := re.match(r"\s+0x([0-9a-f]+) - ", line):
            kind = int(head[1], 16)
        elif (run := re.match(r"\s+(\d+)\s+(-?\d+)\s+(\d+)$", line)) and int(run[2]) >= 0:
            found.add((kind, int(run[1]), int(run[2]), int(run[3])))
    return found
