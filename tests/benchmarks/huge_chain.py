"""Make the chain that the figures are measured on: 2 TiB, nine links, scattered grains.

    python -m tests.benchmarks.huge_chain FOLDER

The metadata is real and whole; the grains themselves are holes of the file, so it
takes about 2.5 GB of tables at most (holes too, where the file system has them).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from redoscope_core import Chain, Link, create_child, create_disk

__all__ = ["BASE_GRAINS", "CAPACITY", "CHILD_GRAINS", "make_huge_chain"]

CAPACITY = 2**32
"""Sectors: 2 TiB."""
BASE_GRAINS = 200_000
CHILD_GRAINS = 50_000
CHILDREN = 8
_SECTOR = 512
_TABLE_BYTES = 2048


def make_huge_chain(folder: Path) -> Path:
    """Make the chain in *folder* and return its tip; a chain that is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(20261122)
    path = folder / "huge.vmdk"
    if not path.exists():
        create_disk(path, CAPACITY)
        _scatter(path, BASE_GRAINS, chance)
    for number in range(1, CHILDREN + 1):
        child = folder / f"huge-{number:06d}.vmdk"
        if not child.exists():
            with Chain.open(path) as chain:
                create_child(chain, child)
            _scatter(child, CHILD_GRAINS, chance)
        path = child
    return path


def _scatter(path: Path, count: int, chance: np.random.Generator) -> None:
    """Give *count* grains all over the disk an entry, in both copies of the tables."""
    with Link.open(path) as link:
        header = link.header
    assert header is not None
    grains = np.sort(chance.choice(header.grain_count, count, replace=False)).astype(np.int64)
    entries = header.overhead + chance.permutation(count).astype(np.int64) * header.grain_size
    directory_sectors = -(-header.table_count * 4 // _SECTOR)
    with path.open("r+b") as file:
        for directory in (header.rgd_offset, header.gd_offset):
            first = (directory + directory_sectors) * _SECTOR
            for table in np.unique(grains // header.gtes_per_gt):
                low, high = np.searchsorted(
                    grains, [table * header.gtes_per_gt, (table + 1) * header.gtes_per_gt]
                )
                content = np.zeros(header.gtes_per_gt, "<u4")
                content[grains[low:high] % header.gtes_per_gt] = entries[low:high]
                file.seek(first + int(table) * _TABLE_BYTES)
                file.write(content.tobytes())
        file.truncate((header.overhead + count * header.grain_size) * _SECTOR)


if __name__ == "__main__":
    print(make_huge_chain(Path(sys.argv[1])))  # noqa: T201
