"""Links that the engine makes for its own tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redoscope_core import Access, Chain, Disk, create_child, create_disk

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.judges.qemu import Write

__all__ = ["grow_chain", "make_chain", "make_child", "write", "write_at_random", "write_sector"]

SECTOR = 512


def make_child(
    parent: Path,
    path: str | Path,
    kind: str = "monolithicSparse",
    *,
    zeroed_grains: bool = False,
    grain_size: int = 128,
    comment: str = "",
) -> Path:
    """Make a child of the link at *parent*, beside it if *path* is a name; return its path."""
    path = parent.parent / path
    with Chain.open(parent) as chain:
        create_child(
            chain,
            path,
            kind,
            zeroed_grains=zeroed_grains,
            grain_size=grain_size,
            comment=comment,
        )
    return path


def write(path: Path, writes: Sequence[Write]) -> None:
    """Do *writes* to the disk through one handle of the engine."""
    with Disk.open(path, access=Access.WRITE) as disk:
        for each in writes:
            if each.zeros:
                disk.write_zeros(each.sector, each.zeros)
            else:
                disk.write(each.sector, each.data)


def write_sector(path: Path, sector: int, letter: bytes) -> None:
    """Fill one sector of the disk with *letter*."""
    with Disk.open(path, access=Access.WRITE) as disk:
        disk.write(sector, letter * SECTOR)


def write_at_random(
    disk: Disk,
    chance: random.Random,
    times: int,
    lengths: Sequence[int],
    *,
    starts: int | None = None,
) -> None:
    """Write random bytes here and there, *times* runs, each of one of *lengths* sectors.

    They start in the first *starts* sectors, or anywhere.
    """
    capacity = disk.capacity
    for _ in range(times):
        count = chance.choice(lengths)
        start = chance.randrange(capacity - count if starts is None else starts)
        disk.write(start, chance.randbytes(count * SECTOR))


def make_chain(folder: Path, count: int) -> list[Path]:
    """Make link0.vmdk and so on, each with its own number in sector 0 and nothing else."""
    paths = [folder / "link0.vmdk"]
    create_disk(paths[0], 1024)
    write_sector(paths[0], 0, b"0")
    for number in range(1, count):
        paths.append(make_child(paths[-1], f"link{number}.vmdk"))
        write_sector(paths[-1], 0, bytes([48 + number]))
    return paths


def grow_chain(
    folder: Path,
    capacity: int,
    count: int,
    *,
    kind: str = "monolithicSparse",
    grain_size: int = 128,
) -> Iterator[Disk]:
    """Make base.vmdk of *kind*, c1.vmdk on it and so on; give each to be written, then the next.

    *grain_size* is that of the children, in which zero grains take no room.
    """
    path = folder / "base.vmdk"
    create_disk(path, capacity, kind=kind)
    for number in range(count):
        if number:
            path = make_child(path, f"c{number}.vmdk", zeroed_grains=True, grain_size=grain_size)
        with Disk.open(path, access=Access.WRITE) as disk:
            yield disk
