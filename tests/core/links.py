"""Links that the engine makes for its own tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core import Access, Chain, Disk, create_child, create_disk

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_chain", "make_child", "write_sector"]

SECTOR = 512


def make_child(parent: Path, name: str) -> Path:
    """Make a child of the link at *parent*, beside it, and return its path."""
    path = parent.with_name(name)
    with Chain.open(parent) as chain:
        create_child(chain, path)
    return path


def write_sector(path: Path, sector: int, letter: bytes) -> None:
    """Fill one sector of the disk with *letter*."""
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(sector, letter * SECTOR)


def make_chain(folder: Path, count: int) -> list[Path]:
    """Make link0.vmdk and so on, each with its own number in sector 0 and nothing else."""
    paths = [folder / "link0.vmdk"]
    create_disk(paths[0], 1024)
    write_sector(paths[0], 0, b"0")
    for number in range(1, count):
        paths.append(make_child(paths[-1], f"link{number}.vmdk"))
        write_sector(paths[-1], 0, bytes([48 + number]))
    return paths
