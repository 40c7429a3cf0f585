"""Disks that must be refused: each made in a folder of its own, with the error it deserves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from redoscope_core import (
    ChainLoop,
    ContentIdMismatch,
    CorruptVmdk,
    FileMissing,
    FileRefused,
    FileUnreadable,
    MissingParent,
    NotAVmdk,
    UnsupportedVmdk,
    VmdkError,
)
from tests.core.sound_disk import PLAN, cut, header, sound
from tests.judges import handmade
from tests.judges.handmade import SparsePlan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["BAD_DISKS", "BAD_GRAINS", "BadDisk"]

SECTOR = 512
LONG = "x" * 300
"""A name longer than any file system takes."""


class BadDisk(NamedTuple):
    """How it is made and how it is refused."""

    make: Callable[[Path], Path]
    error: type[VmdkError]


def content(data: bytes) -> Callable[[Path], Path]:
    """Write a file of *data*."""

    def make(folder: Path) -> Path:
        path = folder / "disk.vmdk"
        path.write_bytes(data)
        return path

    return make


def extents(*lines: str, kind: str = "monolithicFlat") -> Callable[[Path], Path]:
    """Write a descriptor of *lines*, beside a flat file of 2048 sectors."""

    def make(folder: Path) -> Path:
        (folder / "flat.bin").write_bytes(bytes(2048 * SECTOR))
        path = folder / "disk.vmdk"
        path.write_text(handmade.descriptor_text(lines, kind=kind))
        return path

    return make


def hint(text: str) -> Callable[[Path], Path]:
    """Write a child whose parent hint is *text*."""

    def make(folder: Path) -> Path:
        return handmade.sparse_link(
            folder / "disk.vmdk", SparsePlan(2048), cid=6, parent_cid=5, hint=text
        )

    return make


def folder_itself(folder: Path) -> Path:
    """Make a folder with a disk's name."""
    path = folder / "disk.vmdk"
    path.mkdir()
    return path


def fifo(folder: Path) -> Path:
    """Make a named pipe that nobody writes into."""
    path = folder / "disk.vmdk"
    os.mkfifo(path)
    return path


def fifo_extent(folder: Path) -> Path:
    """Make a descriptor whose extent is a named pipe."""
    os.mkfifo(folder / "pipe")
    return extents('RW 2048 FLAT "pipe" 0')(folder)


def folder_extent(folder: Path) -> Path:
    """Make a descriptor whose extent is a folder."""
    (folder / "sub").mkdir()
    return extents('RW 2048 FLAT "sub" 0')(folder)


def fifo_parent(folder: Path) -> Path:
    """Make a child whose parent is a named pipe."""
    os.mkfifo(folder / "base.vmdk")
    return hint("base.vmdk")(folder)


def outside_link(folder: Path) -> Path:
    """Make a descriptor whose extent is a symbolic link out of its folder."""
    (folder / "inside").mkdir()
    (folder / "secret").write_bytes(b"s" * 2048 * SECTOR)
    (folder / "inside" / "flat").symlink_to(folder / "secret")
    path = folder / "inside" / "disk.vmdk"
    path.write_text(handmade.descriptor_text(['RW 2048 FLAT "flat" 0'], kind="monolithicFlat"))
    return path


def looping_link(folder: Path) -> Path:
    """Make a descriptor whose extent is a symbolic link to itself."""
    (folder / "loop").symlink_to("loop")
    return extents('RW 2048 FLAT "loop" 0')(folder)


def text_parent(folder: Path) -> Path:
    """Make a child whose parent is some text."""
    (folder / "base.vmdk").write_text("hello\n")
    return hint("base.vmdk")(folder)


def changed_parent(folder: Path) -> Path:
    """Make a child whose parent has another content ID."""
    handmade.sparse_link(folder / "base.vmdk", PLAN, cid=99)
    return hint("base.vmdk")(folder)


def own_parent(folder: Path) -> Path:
    """Make a child that is its own parent, also by its content ID."""
    return handmade.sparse_link(
        folder / "disk.vmdk", SparsePlan(2048), cid=5, parent_cid=5, hint="disk.vmdk"
    )


def circle(*cids: int) -> Callable[[Path], Path]:
    """Make links with *cids*, each the parent of the one before, the first of the last."""

    def make(folder: Path) -> Path:
        paths = [folder / "disk.vmdk", *(folder / f"link{cid}.vmdk" for cid in cids[1:])]
        for index, path in enumerate(paths):
            below = (index + 1) % len(paths)
            handmade.sparse_link(
                path,
                SparsePlan(2048),
                cid=cids[index],
                parent_cid=cids[below],
                hint=paths[below].name,
            )
        return paths[0]

    return make


def bad_parent(folder: Path) -> Path:
    """Make a child whose parent has an impossible header."""
    base = handmade.sparse_link(folder / "base.vmdk", PLAN, cid=5)
    handmade.patch(base, 0, PLAN.header(grain_size=24))
    return hint("base.vmdk")(folder)


BAD_DISKS: dict[str, BadDisk] = {
    "empty file": BadDisk(content(b""), NotAVmdk),
    "one byte": BadDisk(content(b"K"), NotAVmdk),
    "text file": BadDisk(content(b"hello, world\n" * 50), NotAVmdk),
    "zeros": BadDisk(content(bytes(65536)), NotAVmdk),
    "folder": BadDisk(folder_itself, FileRefused),
    "fifo": BadDisk(fifo, FileRefused),
    "magic alone": BadDisk(content(b"KDMV"), CorruptVmdk),
    "half a header": BadDisk(cut(300), CorruptVmdk),
    "cut behind the header": BadDisk(cut(512), CorruptVmdk),
    "cut in the descriptor": BadDisk(cut(2048), CorruptVmdk),
    "cut in the tables": BadDisk(cut(PLAN.directory * SECTOR + 100), CorruptVmdk),
    "wrong newlines": BadDisk(header(newlines=b"\n \n\n"), CorruptVmdk),
    "grain size 0": BadDisk(header(grain_size=0), CorruptVmdk),
    "grain size 24": BadDisk(header(grain_size=24), CorruptVmdk),
    "grain size 2^22": BadDisk(header(grain_size=2**22), CorruptVmdk),
    "capacity 0": BadDisk(header(capacity=0), CorruptVmdk),
    "capacity 2^63-1": BadDisk(header(capacity=2**63 - 1), CorruptVmdk),
    "capacity past the tables": BadDisk(header(capacity=2**45), CorruptVmdk),
    "no entries in a table": BadDisk(header(entries_per_table=0), CorruptVmdk),
    "version 4": BadDisk(header(version=4), UnsupportedVmdk),
    "unknown high flag": BadDisk(header(flags=0x80003), UnsupportedVmdk),
    "compressed by flag alone": BadDisk(header(flags=0x30003), UnsupportedVmdk),
    "compressed without a flag": BadDisk(header(compression=1), UnsupportedVmdk),
    "compressed in an unknown way": BadDisk(header(flags=0x30003, compression=2), UnsupportedVmdk),
    "directory past the end": BadDisk(header(directory=2**40), CorruptVmdk),
    "directory at 0": BadDisk(header(directory=0), CorruptVmdk),
    "descriptor past the end": BadDisk(header(descriptor_offset=251658241), CorruptVmdk),
    "descriptor of 2000 sectors": BadDisk(header(descriptor_size=2000), CorruptVmdk),
    "COWD": BadDisk(content(b"COWD" + bytes(4096)), UnsupportedVmdk),
    "SESparse": BadDisk(content(b"\xbe\xba\xfe\xca" + bytes(4096)), UnsupportedVmdk),
    "no extents": BadDisk(extents(), CorruptVmdk),
    "extent of size 0": BadDisk(extents('RW 0 FLAT "flat.bin" 0'), CorruptVmdk),
    "extent not there": BadDisk(extents('RW 2048 FLAT "gone.bin" 0'), FileMissing),
    "absolute extent": BadDisk(extents('RW 8 FLAT "/etc/hostname" 0'), FileRefused),
    "extent above": BadDisk(extents('RW 8 FLAT "../flat.bin" 0'), FileRefused),
    "extent above and back": BadDisk(extents('RW 8 FLAT "x/../../x" 0'), FileRefused),
    "extent linked out": BadDisk(outside_link, FileRefused),
    "extent linked to itself": BadDisk(looping_link, FileUnreadable),
    "extent of a long name": BadDisk(extents(f'RW 8 FLAT "{LONG}" 0'), FileUnreadable),
    "extent is a fifo": BadDisk(fifo_extent, FileRefused),
    "extent is a folder": BadDisk(folder_extent, FileRefused),
    "sparse extent of zeros": BadDisk(extents('RW 2048 SPARSE "flat.bin"'), NotAVmdk),
    "missing parent": BadDisk(hint("gone.vmdk"), MissingParent),
    "no parent named": BadDisk(hint(""), MissingParent),
    "long parent name": BadDisk(hint(LONG), MissingParent),
    "long address as parent": BadDisk(hint(f"nbd:{LONG}"), MissingParent),
    "wrong CID": BadDisk(changed_parent, ContentIdMismatch),
    "parent is text": BadDisk(text_parent, MissingParent),
    "parent is a fifo": BadDisk(fifo_parent, MissingParent),
    "parent is a folder": BadDisk(hint("."), MissingParent),
    "parent is some program": BadDisk(hint("/usr/bin/env"), MissingParent),
    "parent is bad": BadDisk(bad_parent, MissingParent),
    "own parent": BadDisk(own_parent, ChainLoop),
    "own parent with another CID": BadDisk(hint("disk.vmdk"), ChainLoop),
    "circle of two": BadDisk(circle(6, 7), ChainLoop),
    "circle of three": BadDisk(circle(6, 7, 8), ChainLoop),
    **{
        f"address {address[:5]}": BadDisk(hint(address), MissingParent)
        for address in (
            "nbd://127.0.0.1:1/x",
            "nbd:127.0.0.1:1",
            "http://127.0.0.1:1/disk2.vmdk",
            "file:///etc/hostname",
            "json:{'driver':'nbd','host':'127.0.0.1'}",
            "ssh://root@127.0.0.1/x",
        )
    },
}
"""Disks that do not open."""


def entries(*patches: tuple[int, int]) -> Callable[[Path], Path]:
    """Put wrong numbers at byte offsets of the sound disk's tables."""

    def make(folder: Path) -> Path:
        path = sound(folder)
        for offset, value in patches:
            handmade.patch_u32(path, offset, value)
        return path

    return make


def entry(value: int) -> Callable[[Path], Path]:
    """Let the grain table entry of grain 2 be *value*."""
    return entries((PLAN.table_entry(2), value))


BAD_GRAINS: dict[str, BadDisk] = {
    "GTE in the metadata": BadDisk(entry(30), CorruptVmdk),
    "GTE 1 without its flag": BadDisk(entry(1), CorruptVmdk),
    "GTE past the end": BadDisk(entry(2**20), CorruptVmdk),
    "GTE at the end": BadDisk(entry(512), CorruptVmdk),
    "GTE at the last 32-bit sector": BadDisk(entry(2**32 - 1), CorruptVmdk),
    "GDE past the end": BadDisk(entries((PLAN.directory_entry(0), 2**20)), CorruptVmdk),
    "GDE into the descriptor": BadDisk(entries((PLAN.directory_entry(0), 1)), CorruptVmdk),
    "cut inside the grain": BadDisk(cut(256 * SECTOR + 1000), CorruptVmdk),
    "cut before the grain": BadDisk(cut(256 * SECTOR), CorruptVmdk),
    "short flat file": BadDisk(extents('RW 2100 FLAT "flat.bin" 1800'), CorruptVmdk),
}
"""Disks that open, and whose sector 256 (grain 2) can't be read."""
