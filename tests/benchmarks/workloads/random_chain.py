"""W1 and W4: a base disk of random data with children, each of whole grains and 4 KiB writes.

W1 lies on a sparse base disk whose grains are in a shuffled order, W4 on a flat one with holes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from redoscope_core import Chain, create_child, create_disk
from tests.benchmarks.workloads.filling import GRAIN_BYTES, SECTOR, appended, flat_over

__all__ = ["NEEDLE", "RandomChain", "make_flat_based_chain", "make_random_chain", "told"]

NEEDLE = b"a needle of Redoscope's in a haystack"
"""Stands in some grains of every link, and once across the border of two grains."""
_GRAIN = GRAIN_BYTES // SECTOR
_WRITE = 4096
_STORED = 0.7
_CHANGED = 0.03
_DATA_RUN, _HOLE_RUN = 192, 128
"""Mean lengths in 4 KiB of the runs of a flat base disk: about 60 % is data."""


@dataclass(frozen=True)
class RandomChain:
    """A chain and what it reads as."""

    links: tuple[Path, ...]
    """Base disk first."""
    raw: Path
    """The bytes of the tip in a flat file, with holes where nothing is stored."""
    flat: Path
    """A monolithicFlat link over *raw*: the same disk without a chain."""
    changed: NDArray[np.int64]
    """(n, 2): first sector and sectors of each run in which the tip differs from its parent."""

    @property
    def tip(self) -> Path:
        """The newest link."""
        return self.links[-1]

    @property
    def disk_bytes(self) -> int:
        """Bytes of the disk."""
        return self.raw.stat().st_size


def make_random_chain(folder: Path, capacity: int, children: int = 8) -> RandomChain:
    """Make W1 in *folder*."""
    chance = np.random.default_rng(20261122)
    base = folder / "w1.vmdk"
    create_disk(base, capacity)
    with _truth(folder, base, capacity) as truth:
        grains = chance.permutation(capacity // _GRAIN)[: int(capacity // _GRAIN * _STORED)]

        def some(wanted: NDArray[np.int64]) -> bytearray:
            data = bytearray(chance.bytes(len(wanted) * GRAIN_BYTES))
            data[777 : 777 + len(NEEDLE)] = NEEDLE
            return data

        appended(base, grains.astype(np.int64), some, truth)
        changed = _grow(base, children, chance, truth)
    return told(base, children, changed)


def make_flat_based_chain(folder: Path, capacity: int, children: int = 4) -> RandomChain:
    """Make W4 in *folder*."""
    chance = np.random.default_rng(20261123)
    base = folder / "w4.vmdk"
    create_disk(base, capacity, kind="monolithicFlat")
    with _truth(folder, base, capacity) as truth:
        _scribble(base.with_name("w4-flat.vmdk"), capacity, chance, truth)
        changed = _grow(base, children, chance, truth)
    return told(base, children, changed)


def _scribble(flat: Path, capacity: int, chance: np.random.Generator, truth: BinaryIO) -> None:
    """Write runs of data into *flat* and *truth*; what lies between them stays a hole."""
    at, blocks = 0, capacity * SECTOR // _WRITE
    with flat.open("r+b") as file:
        while at < blocks:
            run = min(1 + int(chance.exponential(_DATA_RUN)), blocks - at)
            data = bytearray(chance.bytes(run * _WRITE))
            data[777 : 777 + len(NEEDLE)] = NEEDLE
            for each in (file, truth):
                each.seek(at * _WRITE)
                each.write(data)
            at += run + 1 + int(chance.exponential(_HOLE_RUN))


def told(base: Path, children: int, changed: NDArray[np.int64] | None = None) -> RandomChain:
    """Return the chain over *base*; what changed is kept beside it for the next time."""
    kept = base.with_suffix(".npy")
    if changed is None:
        changed = np.load(kept)
    else:
        np.save(kept, changed)
    raw = base.with_suffix(".raw")
    links = (base, *(_child(base, number) for number in range(1, children + 1)))
    return RandomChain(
        links, raw, flat_over(raw, base.with_name(f"{base.stem}-same.vmdk")), changed
    )


def _child(base: Path, number: int) -> Path:
    return base.with_name(f"{base.stem}-{number:06d}.vmdk")


def _truth(folder: Path, base: Path, capacity: int) -> BinaryIO:
    raw = folder / f"{base.stem}.raw"
    with raw.open("wb") as file:
        file.truncate(capacity * SECTOR)
    return raw.open("r+b")


def _grow(
    base: Path, children: int, chance: np.random.Generator, truth: BinaryIO
) -> NDArray[np.int64]:
    """Make the children; return the runs of sectors that the last one changed."""
    path = base
    changed = np.empty((0, 2), np.int64)
    for number in range(1, children + 1):
        child = _child(base, number)
        with Chain.open(path) as chain:
            capacity = chain.capacity
            create_child(chain, child)
        changed = _change(child, capacity, chance, truth)
        path = child
    return changed


def _change(
    child: Path, capacity: int, chance: np.random.Generator, truth: BinaryIO
) -> NDArray[np.int64]:
    count = max(4, int(capacity // _GRAIN * _CHANGED))
    grains = chance.choice(capacity // _GRAIN - 1, count, replace=False).astype(np.int64)
    # Two neighbours of whole grains, so that one needle lies across their border.
    pair = np.sort(grains[:2])
    pair[1] = pair[0] + 1
    grains = np.concatenate((pair, grains[~np.isin(grains, pair)]))
    whole = np.arange(len(grains)) < len(grains) // 2
    within = chance.integers(0, GRAIN_BYTES // _WRITE, len(grains)) * _WRITE
    made = 0

    def some(wanted: NDArray[np.int64]) -> bytearray:
        nonlocal made
        data = bytearray(len(wanted) * GRAIN_BYTES)
        for position, grain in enumerate(wanted.tolist()):
            at = position * GRAIN_BYTES
            if whole[made + position]:
                data[at : at + GRAIN_BYTES] = chance.bytes(GRAIN_BYTES)
                continue
            truth.seek(grain * GRAIN_BYTES)
            data[at : at + GRAIN_BYTES] = truth.read(GRAIN_BYTES)
            at += int(within[made + position])
            data[at : at + _WRITE] = chance.bytes(_WRITE)
        if not made:
            middle = GRAIN_BYTES - len(NEEDLE) // 2
            data[middle : middle + len(NEEDLE)] = NEEDLE
        made += len(wanted)
        return data

    appended(child, grains, some, truth)
    start = np.where(whole, grains * _GRAIN, grains * _GRAIN + within // SECTOR)
    runs = np.column_stack((start, np.where(whole, _GRAIN, _WRITE // SECTOR)))
    return runs[np.argsort(start)]
