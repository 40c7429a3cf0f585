"""Disks that hold volumes which other programs made, and what is exported of them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from redoscope_core import (
    Access,
    Chain,
    Disk,
    Exported,
    ExportedFile,
    Policy,
    create_disk,
    export_files,
)
from tests.core.finished import finished
from tests.judges.handmade import descriptor_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["break_grain", "by_path", "disk_of", "exported", "sparse_of", "tree_of"]

_START = 2048


def disk_of(folder: Path, *volumes: Path) -> Path:
    """Return a disk with *volumes* in partitions one behind the other; of one it is the whole."""
    if len(volumes) == 1:
        parts, table = [volumes[0].read_bytes()], b""
    else:
        table, start, parts = b"", _START, []
        for volume in volumes:
            data = volume.read_bytes()
            table += struct.pack("<B3sB3sII", 0, bytes(3), 0x83, bytes(3), start, len(data) // 512)
            start += len(data) // 512
            parts.append(data)
        table = bytes(446) + table.ljust(64, b"\0") + b"\x55\xaa"
        parts.insert(0, table.ljust(_START * 512, b"\0"))
    data = b"".join(parts)
    (folder / "disk-flat.vmdk").write_bytes(data)
    lines = [f'RW {len(data) // 512} FLAT "disk-flat.vmdk" 0']
    (folder / "disk.vmdk").write_text(descriptor_text(lines, kind="monolithicFlat"), "utf-8")
    return folder / "disk.vmdk"


def sparse_of(folder: Path, volume: Path) -> Path:
    """Return a disk in grains that has the bytes of *volume*."""
    data = volume.read_bytes()
    create_disk(folder / "sparse.vmdk", len(data) // 512)
    with Disk.open(folder / "sparse.vmdk", access=Access.WRITE) as disk:
        disk.write(0, data)
    return folder / "sparse.vmdk"


def break_grain(link: Path, grain: int) -> None:
    """Have the table of *link* lead nowhere for a grain of 64 KiB."""
    with Chain.open(link) as chain:
        entry = chain.links[-1].explain(grain * 128).entry_offset
    assert entry is not None
    with link.open("r+b") as file:
        file.seek(entry)
        file.write(b"\xff\xff\xff\x7f")


def exported(
    disk: Path, folder: Path, *paths: str, deleted: bool = False, policy: Policy | None = None
) -> Exported:
    """Return what comes of exporting *paths*."""
    with Chain.open(disk, policy=policy) as chain:
        steps = export_files(chain, paths or ("/",), folder, deleted=deleted, policy=policy)
        return finished(steps)


def by_path(found: Exported) -> dict[str, ExportedFile]:
    """Return each file by its path, and stream behind a colon."""
    return {f"{each.path}:{each.stream}".rstrip(":"): each for each in found.files}


def tree_of(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each regular file below *folder*, by its path from there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
