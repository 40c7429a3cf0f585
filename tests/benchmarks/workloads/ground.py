"""The ground that rows stand on: a folder with the workloads, made when asked for, and kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import TypeVar

from tests.benchmarks.workloads.planted_files import Planted, found_planted, plant
from tests.benchmarks.workloads.random_chain import (
    RandomChain,
    make_flat_based_chain,
    make_random_chain,
    told,
)
from tests.benchmarks.workloads.scattered_chain import make_scattered_chain
from tests.benchmarks.workloads.stream import Stream, make_stream

__all__ = ["FULL", "TINY", "Ground", "Scale", "usual_folder"]

_RECIPE = "1"
"""Changes when a workload is made in another way: then it is made anew."""
_MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - the one place that is memory on Linux
_ROOM = 20 * 2**30


@dataclass(frozen=True)
class Scale:
    """How large the workloads are."""

    capacity: int
    """Sectors of W1, W3 and W4."""
    huge_capacity: int
    huge_base: int
    huge_child: int
    reads: int
    """Random reads that a program does."""
    writes: int
    depths: tuple[int, ...]
    """Links of the chains along which growth with depth is told."""
    files: int
    """Files of each volume of which it is told what became of them."""


FULL = Scale(2**22, 2**32, 200_000, 50_000, 20_000, 6_000, (1, 8, 32, 128), 20_000)
TINY = Scale(2**16, 2**24, 400, 100, 200, 100, (1, 4), 200)


_T = TypeVar("_T")


class Ground:
    """A folder with the workloads."""

    def __init__(self, folder: Path, scale: Scale = FULL) -> None:
        self.folder = folder
        self.scale = scale

    @cached_property
    def w1(self) -> RandomChain:
        """2 GiB: a sparse base disk, 70 % random data in shuffled order, and eight children."""
        return self._kept(
            "w1",
            lambda at: make_random_chain(at, self.scale.capacity),
            lambda at: told(at / "w1.vmdk", 8),
        )

    @cached_property
    def short_w1(self) -> RandomChain:
        """An eighth of W1, to see what grows with the length of the work."""
        return self._kept(
            "w1-short",
            lambda at: make_random_chain(at, self.scale.capacity // 8),
            lambda at: told(at / "w1.vmdk", 8),
        )

    @cached_property
    def w2(self) -> list[Path]:
        """2 TiB: scattered grains in a base disk and eight children, base disk first."""
        scale = self.scale

        def make(at: Path) -> list[Path]:
            sizes = (scale.huge_capacity, scale.huge_base, scale.huge_child)
            return make_scattered_chain(at / "huge.vmdk", *sizes, children=8)

        return self._kept("w2", make, make)

    def scattered(
        self, name: str, capacity: int, base_grains: int, child_grains: int, children: int
    ) -> list[Path]:
        """Return the links of a chain like W2 in other sizes."""

        def make(at: Path) -> list[Path]:
            base = at / "chain.vmdk"
            return make_scattered_chain(base, capacity, base_grains, child_grains, children)

        return self._kept(name, make, make)

    @cached_property
    def w3(self) -> Stream:
        """2 GiB stream-optimized, about 2 to 1."""
        return self._kept(
            "w3",
            lambda at: make_stream(at, self.scale.capacity),
            lambda at: Stream(at / "w3.vmdk", at / "w3.raw", at / "w3-same.vmdk"),
        )

    @cached_property
    def w4(self) -> RandomChain:
        """2 GiB: a flat base disk with holes and four children."""
        return self._kept(
            "w4",
            lambda at: make_flat_based_chain(at, self.scale.capacity),
            lambda at: told(at / "w4.vmdk", 4),
        )

    @cached_property
    def planted(self) -> Planted:
        """1.5 GiB: an ext4, a FAT32 and an NTFS volume full of files, and a child."""
        return self._kept("planted", lambda at: plant(at, self.scale.files), found_planted)

    def _kept(self, name: str, make: Callable[[Path], _T], find: Callable[[Path], _T]) -> _T:
        """Return the workload *name*; a stamp beside it says by which recipe it was made."""
        at, stamp = self.folder / name, self.folder / f"{name}.made"
        recipe = f"{_RECIPE} {self.scale}\n"
        if stamp.exists() and stamp.read_text() == recipe and at.exists():
            return find(at)
        stamp.unlink(missing_ok=True)
        shutil.rmtree(at, ignore_errors=True)
        at.mkdir(parents=True)
        made = make(at)
        stamp.write_text(recipe)
        return made

    @contextmanager
    def scratch(self) -> Generator[Path]:
        """Give an empty folder beside the workloads; it is removed in the end."""
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix="scratch-", dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def usual_folder() -> Path:
    """Return where the workloads lie if nobody says: in memory if there is room, else on disk."""
    name = f"redoscope-benchmarks-{os.getuid()}"
    at = _MEMORY_DISK / name
    if at.exists() or (_MEMORY_DISK.exists() and shutil.disk_usage(_MEMORY_DISK).free > _ROOM):
        return at
    return Path(gettempdir()) / name
