"""Make the chain that the figures are measured on: 2 TiB, nine links, scattered grains.

    python -m tests.benchmarks.huge_chain FOLDER

The metadata is real and whole; the grains themselves are holes of the file, so it
takes about 2.5 GB of tables at most (holes too, where the file system has them).
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.workloads.scattered_chain import make_scattered_chain

__all__ = ["BASE_GRAINS", "CAPACITY", "CHILDREN", "CHILD_GRAINS", "make_huge_chain"]

CAPACITY = 2**32
"""Sectors: 2 TiB."""
BASE_GRAINS = 200_000
CHILD_GRAINS = 50_000
CHILDREN = 8


def make_huge_chain(folder: Path) -> Path:
    """Make the chain in *folder* and return its tip; a chain that is there already is kept."""
    base = folder / "huge.vmdk"
    return make_scattered_chain(base, CAPACITY, BASE_GRAINS, CHILD_GRAINS, CHILDREN)[-1]


if __name__ == "__main__":
    print(make_huge_chain(Path(sys.argv[1])))  # noqa: T201
