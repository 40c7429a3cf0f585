"""W2 and its like: huge links with grains scattered all over; the grains are holes of the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from redoscope_core import Chain, create_child, create_disk
from tests.benchmarks.workloads.filling import header_of, write_entries

__all__ = ["make_scattered_chain"]

_SEED = 20261122


def make_scattered_chain(
    base: Path, capacity: int, base_grains: int, child_grains: int, children: int
) -> list[Path]:
    """Make a chain of *capacity* sectors and return its links; those that are there are kept.

    The children are named after the base disk: huge.vmdk, huge-000001.vmdk and so on.
    """
    base.parent.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(_SEED)
    links = [base]
    if not base.exists():
        create_disk(base, capacity)
        _scatter(base, base_grains, chance)
    for number in range(1, children + 1):
        child = base.with_name(f"{base.stem}-{number:06d}.vmdk")
        if not child.exists():
            with Chain.open(links[-1]) as chain:
                create_child(chain, child, max_links=children + 1)
            _scatter(child, child_grains, chance)
        links.append(child)
    return links


def _scatter(path: Path, count: int, chance: np.random.Generator) -> None:
    """Give *count* grains all over the disk an entry, in a shuffled order."""
    header = header_of(path)
    grains = np.sort(chance.choice(header.grain_count, count, replace=False)).astype(np.int64)
    places = chance.permutation(count).astype(np.int64)
    end = header.overhead + count * header.grain_size
    write_entries(path, grains, header.overhead + places * header.grain_size, end=end)
