"""Hazards of the descriptor: sizes, counts, access words, names that lead elsewhere."""

from __future__ import annotations

import os
import resource
from typing import TYPE_CHECKING

import pytest

from redoscope_core import (
    Access,
    Chain,
    ChainLoop,
    ChainTooDeep,
    ContentIdMismatch,
    CorruptVmdk,
    Disk,
    FileMissing,
    FileRefused,
    FileUnreadable,
    MissingParent,
    NotAVmdk,
    Policy,
    ReadOnly,
    UnsupportedVmdk,
)
from redoscope_core.leniency import Leniency
from tests.core.hazards import Hazard, bounded, check, text_disk
from tests.core.sound_disk import EXPECTED, PLAN, sound
from tests.judges import handmade
from tests.judges.handmade import SparsePlan, descriptor_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECTOR = 512
FLAT = 'RW 2048 FLAT "flat.bin" 0'
F = b"f" * 2048 * SECTOR


def raw_text(change: Callable[[str], str]) -> Callable[[Path], Path]:
    """Write a sound flat disk with its text changed."""

    def make(folder: Path) -> Path:
        path = text_disk(FLAT)(folder)
        path.write_bytes(change(path.read_text()).encode())
        return path

    return make


def child(hint: str, *, parent_cid: int = 5) -> Callable[[Path], Path]:
    """Write a child with *hint* beside the sound disk, whose CID is not 5."""

    def make(folder: Path) -> Path:
        handmade.sparse_link(folder / "base.vmdk", PLAN, cid=5)
        (folder / "text").write_text("hello\n")
        return handmade.sparse_link(
            folder / "disk.vmdk", SparsePlan(2048), cid=6, parent_cid=parent_cid, hint=hint
        )

    return make


def orphan(hint: str) -> Callable[[Path], Path]:
    """Write a child with *hint* whose parent is nowhere: no disk beside it has the content ID."""
    return child(hint, parent_cid=0x5EED)


def fifo(folder: Path) -> Path:
    """Let the extent be a named pipe that nobody writes into."""
    path = text_disk('RW 8 FLAT "pipe" 0')(folder)
    os.mkfifo(folder / "pipe")
    return path


def folder_extent(folder: Path) -> Path:
    """Let the extent be a folder."""
    path = text_disk('RW 8 FLAT "sub" 0')(folder)
    (folder / "sub").mkdir()
    return path


def linked_out(folder: Path) -> Path:
    """Let the extent be a symbolic link out of the folder."""
    inside = folder / "inside"
    inside.mkdir()
    path = text_disk('RW 8 FLAT "link" 0')(inside)
    (folder / "secret").write_bytes(bytes(4096))
    (inside / "link").symlink_to(folder / "secret")
    return path


def absolute_parent(folder: Path) -> Path:
    """Name a parent in another folder by its whole path."""
    (folder / "elsewhere").mkdir()
    (folder / "here").mkdir()
    base = handmade.sparse_link(folder / "elsewhere" / "base.vmdk", PLAN, cid=5)
    return handmade.sparse_link(
        folder / "here" / "disk.vmdk", SparsePlan(2048), cid=6, parent_cid=5, hint=str(base)
    )


def deep(folder: Path) -> Path:
    """Make a chain of 257 links."""
    for number in range(257):
        handmade.sparse_link(
            folder / f"{number}.vmdk",
            SparsePlan(64, 64, descriptor_sectors=2),
            cid=number + 1,
            parent_cid=number or handmade.NO_PARENT,
            hint=f"{number - 1}.vmdk" if number else None,
        )
    return folder / "256.vmdk"


def repeated(folder: Path) -> Path:
    """Name one sparse file 17 times."""
    path = text_disk(*['RW 2048 SPARSE "one.vmdk"'] * 17)(folder)
    handmade.sparse_link(folder / "one.vmdk", PLAN)
    return path


def own_parent(folder: Path) -> Path:
    """Make a child that names itself."""
    return handmade.sparse_link(
        folder / "disk.vmdk", SparsePlan(2048), cid=5, parent_cid=5, hint="disk.vmdk"
    )


def circle(folder: Path) -> Path:
    """Make two links that name each other."""
    for one, other, cid in (("disk", "next", 6), ("next", "disk", 7)):
        handmade.sparse_link(
            folder / f"{one}.vmdk",
            SparsePlan(2048),
            cid=cid,
            parent_cid=13 - cid,
            hint=f"{other}.vmdk",
        )
    return folder / "disk.vmdk"


HAZARDS = {
    "text of 4 MB": Hazard(
        raw_text(lambda text: text + "# long\n" * 600_000), CorruptVmdk, "descriptor too long"
    ),
    "2048 extents": Hazard(
        text_disk(*[f'RW 1 FLAT "flat.bin" {n}' for n in range(2048)]), expected=F
    ),
    "70000 extents": Hazard(text_disk(*["RW 1 ZERO"] * 70_000), CorruptVmdk, "too many extents"),
    "one sparse file again and again": Hazard(
        repeated, CorruptVmdk, "again and again", found="17 times"
    ),
    "no extents": Hazard(text_disk(), CorruptVmdk, "lists no extents"),
    "size 0": Hazard(text_disk('RW 0 FLAT "flat.bin" 0'), CorruptVmdk, "impossible size"),
    "size -1": Hazard(text_disk('RW -1 FLAT "flat.bin" 0'), CorruptVmdk, "impossible size"),
    "size 2^55": Hazard(text_disk(f'RW {2**55} FLAT "f" 0'), CorruptVmdk, "impossible size"),
    "sum past 2^63": Hazard(text_disk(*["RW 9007199254740993 ZERO"] * 3), CorruptVmdk, "together"),
    "RDONLY first": Hazard(
        text_disk('RDONLY 8 FLAT "flat.bin" 0', 'RW 8 FLAT "flat.bin" 8'), expected=F[:8192]
    ),
    "ZERO first": Hazard(
        text_disk("RW 8 ZERO", 'RW 8 FLAT "flat.bin" 0'), expected=bytes(4096) + F[:4096]
    ),
    "NOACCESS": Hazard(
        text_disk('NOACCESS 128 FLAT "gone" 0', 'RW 128 FLAT "flat.bin" 0'),
        CorruptVmdk, "NOACCESS", sector=0, expected=bytes(65536) + F[:65536],
    ),
    "blank line before an extent": Hazard(
        raw_text(lambda text: text.replace(FLAT, f"\n\n{FLAT}\n")), expected=F
    ),
    "flat offset": Hazard(text_disk('RW 8 FLAT "flat.bin" 2040'), expected=F[:4096]),
    "flat offset past the end": Hazard(
        text_disk('RW 8 FLAT "flat.bin" 2044'), CorruptVmdk, "too short", 2048 * SECTOR
    ),
    "flat file longer": Hazard(text_disk('RW 8 FLAT "flat.bin" 0', size=9), expected=F[:4096]),
    "NUL in a name": Hazard(text_disk('RW 8 FLAT "a\0b" 0'), CorruptVmdk, "can't be read"),
    "newline in a name": Hazard(text_disk('RW 8 FLAT "a\nb" 0'), CorruptVmdk, "can't be read"),
    "quote in a name": Hazard(text_disk('RW 8 FLAT "a"b" 0'), FileMissing, "is not there"),
    "control character in a name": Hazard(
        text_disk('RW 8 FLAT "a\x07b" 0'), CorruptVmdk, "control characters"
    ),
    "name not quoted": Hazard(text_disk("RW 8 FLAT flat.bin 0"), CorruptVmdk, "can't be read"),
    "name of 3000 characters": Hazard(text_disk(f'RW 8 FLAT "{"x" * 3000}" 0'), FileUnreadable),
    "absolute name": Hazard(
        text_disk('RW 8 FLAT "/etc/hostname" 0'), FileRefused, "outside the folder"
    ),
    "name with dots": Hazard(text_disk('RW 8 FLAT "../flat.bin" 0'), FileRefused, "outside"),
    "symbolic link out": Hazard(linked_out, FileRefused, "outside the folder"),
    "extent is a FIFO": Hazard(fifo, FileRefused, "FIFO"),
    "extent is a folder": Hazard(folder_extent, FileRefused, "a folder"),
    "extent is a device": Hazard(
        text_disk('RW 8 FLAT "/dev/zero" 0'), UnsupportedVmdk, "never opened", sector=0
    ),
    "extent is an address": Hazard(
        text_disk('RW 8 FLAT "http://127.0.0.1:1/x" 0'), FileMissing, "not there"
    ),
    "unknown extent type": Hazard(
        text_disk('RW 8 VMFSTHIN "flat.bin"'), UnsupportedVmdk, "unknown"
    ),
    "parent is text": Hazard(orphan("text"), MissingParent, "not a virtual disk"),
    "parent is a program": Hazard(orphan("/usr/bin/env"), MissingParent, "outside the folder"),
    "parent is a folder": Hazard(orphan("."), MissingParent, "a folder"),
    "parent elsewhere by its whole path": Hazard(
        absolute_parent, MissingParent, "outside the folder of the child"
    ),
    "the same, allowed": Hazard(
        absolute_parent, expected=EXPECTED, policy=Policy().allowing(Leniency.OUTSIDE)
    ),
    "parent beside it by a path of another machine": Hazard(
        child(r"C:\vms\base.vmdk"), expected=EXPECTED
    ),
    **{
        f"parent is {address[:6]}": Hazard(orphan(address), MissingParent)
        for address in (
            "nbd:127.0.0.1:1", "nbd://127.0.0.1:1/x", "http://127.0.0.1:1/d.vmdk",
            "file:///etc/hostname", "json:{'driver':'nbd','host':'127.0.0.1'}",
        )
    },
    "own parent": Hazard(own_parent, ChainLoop, "names itself"),
    "circle": Hazard(circle, ChainLoop, "circle"),
    "257 links": Hazard(deep, ChainTooDeep, "more than 256"),
    "wrong CID": Hazard(
        child("base.vmdk", parent_cid=4), ContentIdMismatch, "00000004", found="00000005"
    ),
    "wrong CID, allowed": Hazard(
        child("base.vmdk", parent_cid=4), words="bytes may be wrong", expected=EXPECTED,
        policy=Policy().allowing(Leniency.CID_MISMATCH),
    ),
    "text that is no descriptor": Hazard(
        raw_text(lambda text: text.replace("# Disk DescriptorFile", "# Disk Something")),
        NotAVmdk, "not a virtual disk",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", HAZARDS)
def test_a_hazard_of_the_text_has_its_answer(tmp_path: Path, row: str) -> None:
    check(HAZARDS[row], tmp_path)


@pytest.mark.parametrize("line", ["RW 8 ZERO", 'RDONLY 8 FLAT "flat.bin" 0'])
def test_what_is_no_rw_extent_is_never_written(tmp_path: Path, line: str) -> None:
    path = text_disk(line, "RW 8 ZERO")(tmp_path)
    before = (tmp_path / "flat.bin").read_bytes()
    with Disk.open(path, access=Access.WRITE) as disk, pytest.raises(ReadOnly):
        disk.write(0, bytes(SECTOR))
    assert (tmp_path / "flat.bin").read_bytes() == before


def test_a_disk_of_more_files_than_a_process_starts_with_opens(tmp_path: Path) -> None:
    lines = []
    for number in range(150):
        (tmp_path / f"f{number:03d}").write_bytes(bytes([number]) * SECTOR)
        lines.append(f'RW 1 FLAT "f{number:03d}" 0')
    path = tmp_path / "disk.vmdk"
    path.write_text(descriptor_text(lines, kind="twoGbMaxExtentFlat"))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
    try:
        with bounded(), Chain.open(path) as chain:
            assert chain.read(0, 150) == b"".join(bytes([n]) * SECTOR for n in range(150))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_decoy_of_the_right_name_is_no_parent(tmp_path: Path) -> None:
    path = child("/usr/bin/base.vmdk")(tmp_path)
    (tmp_path / "base.vmdk").write_bytes(b"\x7fELF" + bytes(4096))
    with pytest.raises(MissingParent, match="not a virtual disk"):
        Chain.open(path)
    assert sound(tmp_path).exists()
